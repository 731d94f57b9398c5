"""Tables from data frames and other tables in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Number
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
import pyarrow.interchange

from descend.data.arrow import table_from_arrow
from descend.data.table import Table

if TYPE_CHECKING:
    from descend.data.columns import Columns

SOURCE = "the data frame"
"""What messages call it."""


@runtime_checkable
class ArrowStream(Protocol):
    """What gives its columns to Arrow: tables of pandas, polars, pyarrow, DuckDB, narwhals, ..."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """Return a capsule with a stream of Arrow's."""


@runtime_checkable
class Interchangeable(Protocol):
    """What knows the data frame interchange protocol."""

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> Any:
        """Return the data frame that others read."""


@runtime_checkable
class NamedColumns(Protocol):
    """What has columns, in pairs with their names, as data frames of pandas have."""

    @property
    def columns(self) -> Any:
        """The names."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return the pairs."""


def table_from_frame(frame: Any, *, expected: Columns | None = None) -> Table:
    """Return whatever holds a table in memory as a `Table`.

    Parameters
    ----------
    frame
        A data frame of pandas, polars or another library that speaks Arrow's PyCapsule interface or
        the data frame interchange protocol; an Arrow table; a relation of DuckDB; a dictionary of
        columns; a list of rows, each a dictionary; a structured array, or one of two dimensions,
        whose columns are called x0, x1, ... A data frame's index is left out. Categorical columns
        stay categories, even of numbers.
    expected
        The columns of a model, whose types are read.

    Raises
    ------
    TypeError
        If it is none of these.
    ValueError
        If a column mixes kinds, or it holds no rows.

    Examples
    --------
    >>> table = table_from_frame({"age": [30, None], "town": ["Rome", "Oslo"]})
    >>> table.names, table["age"].kind, table["town"].kind
    (('age', 'town'), 'number', 'text')
    """
    if isinstance(frame, Table):
        return frame
    return table_from_arrow(_arrow_table(frame), SOURCE, expected=expected)


def _arrow_table(frame: Any) -> pa.Table:
    """Return a table of any kind as Arrow's."""
    if isinstance(frame, Mapping):
        return _of_columns(frame.items())
    if isinstance(frame, np.ndarray):
        return _of_columns(_columns_of_array(frame))
    if isinstance(frame, ArrowStream):
        try:
            return pa.table(frame)
        except (pa.ArrowException, ValueError, TypeError) as error:
            # column by column it shows which one cannot be read
            if isinstance(frame, NamedColumns):
                return _of_columns(frame.items())
            raise _not_a_table(frame) from error
    if isinstance(frame, Interchangeable):
        return pa.interchange.from_dataframe(frame)
    if isinstance(frame, Sequence) and frame and all(isinstance(row, Mapping) for row in frame):
        names = dict.fromkeys(name for row in frame for name in row)
        return _of_columns((name, [row.get(name) for row in frame]) for name in names)
    raise _not_a_table(frame)


def _not_a_table(frame: Any) -> TypeError:
    """Return the error that says what else to give."""
    kind = type(frame)
    if kind.__name__ == "LazyFrame":
        return TypeError("a lazy frame has no rows yet: give frame.collect()")
    return TypeError(
        f"cannot read a table from an object of {kind.__module__}.{kind.__qualname__}: give a data"
        " frame, an Arrow table, a dictionary of columns, or the name of a file"
    )


def _columns_of_array(array: np.ndarray[Any, Any]) -> Iterable[tuple[str, Any]]:
    """Return the names and the columns of a structured array, or of one of two dimensions."""
    if array.dtype.names is not None and array.ndim == 1:
        return [(name, array[name]) for name in array.dtype.names]
    if array.ndim != 2:
        raise ValueError(
            f"an array of {array.ndim} dimension{'s' * (array.ndim != 1)} is no table: it needs"
            " rows and columns"
        )
    return [(f"x{place}", column) for place, column in enumerate(array.T)]


def _of_columns(columns: Iterable[tuple[Any, Any]]) -> pa.Table:
    """Return named columns as an Arrow table."""
    named = [(str(name), _column(str(name), cells)) for name, cells in columns]
    lengths = {len(cells) for _, cells in named}
    if len(lengths) > 1:
        longest, shortest = (
            choose(named, key=lambda column: len(column[1])) for choose in (max, min)
        )
        raise ValueError(
            f"the columns differ in length: {longest[0]!r} has {len(longest[1])} cells,"
            f" {shortest[0]!r} has {len(shortest[1])}"
        )
    return pa.Table.from_arrays([cells for _, cells in named], [name for name, _ in named])


def _column(name: str, cells: Any) -> pa.Array | pa.ChunkedArray:
    """Return one column as Arrow's, or refuse it by its name."""
    if isinstance(cells, str) or not isinstance(cells, Iterable):
        raise ValueError(f"column {name!r} is {cells!r}, and no sequence of cells")
    if isinstance(cells, np.ndarray) and cells.ndim > 1:
        raise ValueError(f"column {name!r} has {cells.ndim} dimensions: a column has one")
    if isinstance(cells, np.ndarray) and cells.dtype.kind == "f":
        cells = cells.astype(np.float64)  # Arrow lacks some precisions
    try:
        if isinstance(cells, ArrowStream):
            return pa.chunked_array(cells)
        return pa.array(cells, from_pandas=True)
    except (pa.ArrowException, ValueError, TypeError, OverflowError) as error:
        raise ValueError(f"column {name!r} {_why_unreadable(list(cells))}") from error


def _why_unreadable(cells: list[Any]) -> str:
    """Say what is wrong with the cells of a column, and where."""
    first: dict[str, int] = {}
    for row, cell in enumerate(cells):
        if cell is not None and cell == cell:  # NaN is a missing cell
            first.setdefault(_kind(cell), row)
    if len(first) < 2:
        kind = next(iter(first), "objects")
        return f"holds {kind}: only numbers, booleans, dates and text can be read"
    shown = " and ".join(
        f"{kind} ({cells[row]!r} in row {row + 1})" for kind, row in list(first.items())[:2]
    )
    return f"mixes {shown}: make its cells of one kind"


def _kind(cell: Any) -> str:
    """Return what a cell is, in the plural."""
    if isinstance(cell, bool | np.bool_):
        return "booleans"
    if isinstance(cell, complex):
        return "complex numbers"
    if isinstance(cell, Number):
        return "numbers"
    return "texts" if isinstance(cell, str) else f"objects of type {type(cell).__name__}"
