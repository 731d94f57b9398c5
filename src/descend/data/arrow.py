"""Tables from Arrow's, which every route from typed data goes through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import as_floats
from descend.data.headers import Header
from descend.data.request import Request
from descend.data.table import Column, Table, note_rounded
from descend.data.written.cells import Cells
from descend.data.written.kinds import learned_dates
from descend.data.written.locale import Locale

if TYPE_CHECKING:
    from descend.data.columns import Columns

TICKS = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}
"""Ticks of a clock in a second, by its unit."""


def table_from_arrow(
    read: pa.Table,
    source: str,
    notes: Iterable[str] = (),
    *,
    expected: Columns | None = None,
    request: Request | None = None,
) -> Table:
    """Return an Arrow table as a `Table`; `notes` say what was decided in reading it.

    Types are as declared: text stays text, whatever it looks like, unless all of it are dates.
    Columns of other types, such as lists, are left out and named. Of what `expected` columns do
    not name, nothing is converted.
    """
    asked = request or Request()
    if expected is not None:
        asked = asked.expecting(expected)
    if read.num_columns == 0:
        raise ValueError(f"{source} has no columns")
    if read.num_rows == 0:
        raise ValueError(f"{source} has no rows")
    told = list(notes)
    index = _stored_index(read, told)
    header = Header.of(read.column_names, source, told)
    columns: dict[int, Column] = {}
    for position in asked.wanted(header.names, source):
        name = header.names[position]
        if read.column_names[position] in index:
            continue
        column = _readable(read.column(position))
        if column is None:
            kind = f"Column {name!r} holds values of type {read.column(position).type}"
            if asked.feature(name) is not None:
                raise ValueError(f"{kind}: the model learned from single values")
            told.append(f"{kind}: left out.")
            continue
        columns[position] = _typed(name, column, told, asked)
    return header.table(columns, told, source)


def column_from_arrow(name: str, cells: pa.ChunkedArray, notes: list[str]) -> Column:
    """Return a column of Arrow's numbers, booleans, text, dates or times."""
    kind = cells.type
    if pa.types.is_null(kind):
        return Column("number", np.full(len(cells), np.nan))
    if pa.types.is_boolean(kind):
        return Column("boolean", _floats(cells.cast(pa.uint8())))
    if _is_text(kind):
        return _text(cells)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return Column("date", _days(cells))
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        return Column("time", _seconds(cells))
    values = _floats(cells)
    note_rounded(name, values, notes)
    return Column("number", values)


def _typed(name: str, cells: pa.ChunkedArray, notes: list[str], request: Request) -> Column:
    """Return a column; texts that nobody declared to be categories may all be dates."""
    if pa.types.is_dictionary(cells.type):
        return _text(_decoded(cells))
    if _is_text(cells.type) and request.expected is None:
        locale = Locale(date_format=request.date_format)
        dates = learned_dates(name, Cells.of(cells), locale, notes)
        if dates is not None:
            return dates
    return column_from_arrow(name, cells, notes)


def _readable(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return a column in one of the types that can be read, None if it holds no single values."""
    kind = cells.type
    if isinstance(kind, pa.BaseExtensionType):
        cells = pa.chunked_array([chunk.storage for chunk in cells.chunks], kind.storage_type)
        kind = cells.type
    if pa.types.is_run_end_encoded(kind):
        cells = pc.run_end_decode(cells)
        kind = cells.type
    if pa.types.is_dictionary(kind):
        return cells if _readable(_empty(kind.value_type)) is not None else None
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or kind == pa.binary_view():
        # bytes are read as text where they are UTF-8, and Arrow can turn this kind of them into it
        try:
            return cells.cast(pa.large_binary()).cast(pa.large_string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            return None
    known = (
        _is_text(kind)
        or pa.types.is_null(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
        or pa.types.is_date(kind)
        or pa.types.is_timestamp(kind)
        or pa.types.is_time(kind)
        or pa.types.is_duration(kind)
    )
    return cells if known else None


def _empty(kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([], kind)


def _stored_index(read: pa.Table, notes: list[str]) -> set[str]:
    """Return the columns that hold the index of the data frame that was written."""
    stored = (read.schema.pandas_metadata or {}).get("index_columns", ())
    names = {name for name in stored if isinstance(name, str) and name in read.column_names}
    if len(names) == read.num_columns:
        return set()
    notes.extend(f"Column {name!r} is the index of a data frame: left out." for name in names)
    return names


def _is_text(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _decoded(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return what someone declared to be categories, as texts."""
    kind = cells.type.value_type
    if pa.types.is_string_view(kind):  # which Arrow cannot take elements of
        cells = cells.cast(pa.dictionary(pa.int64(), pa.large_string()))
        kind = pa.large_string()
    decoded = pa.chunked_array([chunk.dictionary_decode() for chunk in cells.chunks], kind)
    if pa.types.is_floating(kind):
        # whole numbers are written as such
        whole = pc.all(pc.equal(decoded, pc.floor(decoded))).as_py()
        decoded = decoded.cast(pa.int64()) if whole else decoded
    return decoded.cast(pa.large_string())


def _floats(cells: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Return numbers as float64, NaN where null."""
    if pa.types.is_decimal256(cells.type):
        cells = cells.cast(pa.string())
    return as_floats(cells)


def _days(cells: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Return dates as days since 1970-01-01, whatever the unit they are counted in."""
    kind = cells.type
    if pa.types.is_date(kind):
        return _floats(cells.cast(pa.date32()).cast(pa.int32()))
    return _floats(cells.cast(pa.int64())) / (86400 * TICKS[kind.unit])


def _seconds(cells: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Return durations and times of day in seconds."""
    ticks = pa.int32() if cells.type.bit_width == 32 else pa.int64()
    return _floats(cells.cast(ticks)) / TICKS[cells.type.unit]


def _text(cells: pa.ChunkedArray) -> Column:
    """Return texts without the blanks around them, None where null or empty."""
    trimmed = pc.utf8_trim_whitespace(cells.cast(pa.large_string()))
    values: npt.NDArray[Any] = np.array(trimmed.to_pylist(), dtype=object)
    values[values == ""] = None
    return Column("text", values)
