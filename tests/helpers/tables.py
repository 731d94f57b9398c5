"""Tables made of lists of cells."""

import numpy as np

from descend.data.table import Column, Table


def table_of(**columns):
    return Table(tuple(columns), tuple(column_of(cells) for cells in columns.values()))


def column_of(cells):
    present = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in present):
        return Column("text", np.array(cells, dtype=object))
    boolean = bool(present) and all(isinstance(cell, bool) for cell in present)
    values = np.array([np.nan if cell is None else float(cell) for cell in cells])
    return Column("boolean" if boolean else "number", values)
