"""Tables from Arrow's, which every route goes through."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.table import Column, Table, enumerated

if TYPE_CHECKING:
    from descend.data.columns import Columns

LARGEST_EXACT_INTEGER = 2**53
"""From here on, float64 cannot tell an integer from the next."""


def table_from_arrow(
    read: pa.Table, source: str, notes: Iterable[str] = (), *, expected: Columns | None = None
) -> Table:
    """Return an Arrow table as a `Table`; `notes` say what was decided in reading it."""
    notes = list(notes)
    if read.num_columns == 0:
        raise ValueError(f"{source} has no columns")
    if read.num_rows == 0:
        raise ValueError(f"{source} has no rows")
    names = []
    columns = []
    for position, given in enumerate(read.column_names):
        name = given.strip()
        column = _column(name or f"column {position + 1}", read.column(position), notes)
        if _is_row_index(name, column):
            notes.append(f"Column {position + 1} only counts the rows: left out.")
            continue
        if not name:
            name = f"column {position + 1}"
            notes.append(f"Column {position + 1} has no name: called {name!r}.")
        names.append(name)
        columns.append(column)
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        headless = not any(re.search("[A-Za-z]", name) for name in names)
        hint = " (its first line holds numbers: add a header)" if headless else ""
        raise ValueError(f"{source} has several columns named {enumerated(twice)}{hint}")
    return Table(tuple(names), tuple(columns), tuple(notes), source)


def _is_row_index(name: str, column: Column) -> bool:
    """Say whether a column is the index that data frames write beside their own columns."""
    if name not in ("", "__index_level_0__") or column.kind != "number":
        return False
    steps = np.diff(column.values)
    return bool(column.values[0] in (0, 1) and (steps == 1).all())


def _column(name: str, cells: pa.ChunkedArray, notes: list[str]) -> Column:
    """Return a `Column` from one of Arrow's."""
    kind = cells.type
    if pa.types.is_dictionary(kind):
        cells = pa.chunked_array(
            [chunk.dictionary_decode() for chunk in cells.chunks], kind.value_type
        )
        kind = cells.type
        if pa.types.is_integer(kind) or pa.types.is_floating(kind):
            # Someone declared these numbers to be categories.
            return _text(cells.cast(pa.string()))
    if pa.types.is_null(kind):
        return Column("number", np.full(len(cells), np.nan))
    if pa.types.is_boolean(kind):
        return Column("boolean", _floats(cells.cast(pa.uint8())))
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return _text(cells)
    if pa.types.is_integer(kind):
        values = _floats(cells)
        if np.nanmax(np.abs(values), initial=0.0) >= LARGEST_EXACT_INTEGER:
            notes.append(f"Column {name!r} holds integers beyond 2**53: rounded to float64.")
        return Column("number", values)
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return Column("number", _floats(cells))
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        notes.append(f"Column {name!r} holds dates: read as days since 1970-01-01.")
        return Column("number", _floats(cells.cast(pa.timestamp("us"), safe=False)) / 86400e6)
    if pa.types.is_time(kind) or pa.types.is_duration(kind):
        notes.append(f"Column {name!r} holds times: read as seconds.")
        return Column("number", _seconds(cells))
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise ValueError(f"column {name!r} holds bytes that are no UTF-8 text: save it as UTF-8")
    raise ValueError(
        f"column {name!r} holds values of type {kind}:"
        " only numbers, booleans, dates and text can be read"
    )


def _floats(cells: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return numbers as float64, NaN where null."""
    if not pa.types.is_float64(cells.type):
        cells = cells.cast(pa.int64()) if pa.types.is_timestamp(cells.type) else cells
        cells = cells.cast(pa.float64(), safe=False)
    # A copy, since Arrow's own memory is read-only.
    return np.array(pc.fill_null(cells, float("nan")).to_numpy(), dtype=np.float64)


def _seconds(cells: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return durations and times of day in seconds."""
    per_second = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}[cells.type.unit]
    ticks = pa.int32() if cells.type.bit_width == 32 else pa.int64()
    return _floats(cells.cast(ticks)) / per_second


def _text(cells: pa.ChunkedArray) -> Column:
    """Return texts without the blanks around them, None where null or empty."""
    trimmed = pc.utf8_trim_whitespace(cells)
    values = np.array(trimmed.to_pylist(), dtype=object)
    values[values == ""] = None
    return Column("text", values)
