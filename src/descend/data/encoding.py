"""A column of a table to numbers, as a feature says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt

from descend.data.cells import cell_text
from descend.data.date_parts import date_columns
from descend.data.features import OTHER, Feature
from descend.data.table import Column, enumerated, refuse_infinite


def encode(
    feature: Feature, column: Column, out: npt.NDArray[np.float64], notes: list[str]
) -> None:
    """Write a column's numbers to `out`."""
    if feature.encoding == "category":
        _encode_category(feature, column, out, notes)
        return
    values = _fitting(feature, column, notes).values
    missing = np.isnan(values)
    refuse_infinite(feature.name, Column("number", values))
    filled = np.where(missing, feature.fill, values)
    if feature.encoding == "date":
        out[:] = date_columns(filled, feature.categories, float(feature.fill))
    else:
        out[:, 0] = filled
    _note_imputed(feature, missing, notes)


def _fitting(feature: Feature, column: Column, notes: list[str]) -> Column:
    """Return a column of the kind that was learned, read from its texts if it is of another."""
    if column.kind == feature.encoding or (column.kind, feature.encoding) == ("boolean", "number"):
        return column
    if (column.kind, feature.encoding) == ("number", "boolean"):
        other = ~column.missing & (column.values != 0) & (column.values != 1)
        if not other.any():
            return column
    # Arrow takes longer to import than the columns of most tables to encode

    from descend.data.written.cells import Cells
    from descend.data.written.expected import expected
    from descend.data.written.locale import Locale

    texts = [
        None if absent else cell_text(column, cell)
        for cell, absent in zip(column.values, column.missing, strict=True)
    ]
    cells = Cells.of_texts(texts)
    return expected(feature, cells, Locale(), notes)


def _encode_category(
    feature: Feature, column: Column, out: npt.NDArray[np.float64], notes: list[str]
) -> None:
    """Write a category's columns of 0 and 1 to `out`."""
    codes = {category: code for code, category in enumerate(feature.categories)}
    if column.kind == "boolean":
        # a file may spell them in capitals
        codes |= {category.lower(): code for category, code in codes.items()}
    missing = column.missing
    cells = [
        str(feature.fill) if absent else cell_text(column, cell)
        for cell, absent in zip(column.values, missing, strict=True)
    ]
    unseen = Counter(cell for cell in cells if cell not in codes)
    code = np.array([codes.get(cell, codes.get(OTHER, -1)) for cell in cells], dtype=np.intp)
    known = np.flatnonzero(code >= 0)
    out[known, code[known]] = 1.0
    _note_imputed(feature, missing, notes)
    if unseen:
        kinds = enumerated(list(unseen), at_most=3)
        meaning = f"counted as {OTHER}" if OTHER in codes else "0 in all of its columns"
        rows = unseen.total()
        notes.append(
            f"Column {feature.name!r}: categories not seen in training ({kinds}) in"
            f" {rows} row{'s' * (rows > 1)}: {meaning}."
        )


def _note_imputed(feature: Feature, missing: npt.NDArray[np.bool_], notes: list[str]) -> None:
    """Add how many missing cells were replaced, and by what."""
    count = int(missing.sum())
    if not count:
        return
    cells = f"{count} missing cell{'s' * (count > 1)}"
    if feature.encoding == "date":
        by = f"the mean date of training, {cell_text(Column('date', np.empty(0)), feature.fill)}"
    elif feature.encoding in ("number", "time"):
        by = f"the training mean, {feature.fill:.6g}"
    elif feature.encoding == "boolean":
        by = f"the most frequent value, {'true' if feature.fill else 'false'}"
    else:
        by = f"the most frequent value, {feature.fill!r}"
    notes.append(f"Column {feature.name!r}: {cells} replaced by {by}.")
