"""Rows of Python's values, as workbooks and JSON hold them, to a table."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from descend.data.cells import cell_text
from descend.data.delimited.dialect import holds_units, titles_before
from descend.data.headers import Header
from descend.data.request import Request
from descend.data.table import Column, Table
from descend.data.written.cells import Cells
from descend.data.written.columns import columns_of, file_locale

EPOCH = datetime.datetime(1970, 1, 1)


def tabulated(
    rows: Sequence[Sequence[Any]], source: str, request: Request, notes: list[str]
) -> Table:
    """Return a table of rows of values, the first that is no title with the names.

    Columns of numbers, booleans, dates or times are taken as such, and any other as it would be
    written.
    """
    rows = _without_empty_end(rows)
    if not rows:
        raise ValueError(f"{source} is empty")
    width = max(map(len, rows))
    spelled = [_trimmed([_text(value) for value in row]) for row in rows]
    filled = [place for place, cells in enumerate(spelled) if cells]
    titles = titles_before([spelled[place] for place in filled])
    if titles:
        some = "row is a title" if titles == 1 else f"{titles} rows are titles"
        notes.append(f"The first {some} and no part of the table: left out.")
    first = filled[titles]
    names = [*spelled[first], *[""] * (width - len(spelled[first]))]
    header = Header.of(names, source, notes)
    body = [*map(list, rows[first + 1 :])]
    texts = [[*cells, *[""] * (width - len(cells))] for cells in spelled[first + 1 :]]
    if holds_units(texts):
        notes.append("The row below the names holds units: left out.")
        body, texts = body[1:], texts[1:]
    if not body:
        raise ValueError(f"{source} has a header and no rows")
    columns: dict[int, Column] = {}
    written: dict[int, Cells] = {}
    for position in request.wanted(header.names, source):
        values = [row[position] if position < len(row) else None for row in body]
        column = _declared(values)
        if column is None:
            written[position] = Cells.of_texts([row[position] for row in texts])
        else:
            columns[position] = column
    locale = file_locale(written, header.names, request)
    columns |= columns_of(written, header.names, locale, request, notes)
    return header.table(columns, notes, source)


def _declared(values: list[Any]) -> Column | None:
    """Return a column of values of one type, None if they are texts or of several types."""
    present = [value for value in values if value is not None]
    if not present:
        return Column("number", np.full(len(values), np.nan))
    if all(isinstance(value, bool) for value in present):
        return Column("boolean", _numbers(values, float))
    if all(
        isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        for value in present
    ):
        return Column("number", _numbers(values, float))
    if all(isinstance(value, datetime.date) for value in present):
        return Column("date", _numbers(values, _days))
    if all(isinstance(value, datetime.time | datetime.timedelta) for value in present):
        return Column("time", _numbers(values, _seconds))
    return None


def _numbers(values: list[Any], number: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return values as numbers, NaN where there is none."""
    return np.array([np.nan if value is None else number(value) for value in values])


def _days(date: datetime.date) -> float:
    """Return the days since 1970-01-01."""
    if not isinstance(date, datetime.datetime):
        date = datetime.datetime.combine(date, datetime.time())
    if (offset := date.utcoffset()) is not None:
        date = date.replace(tzinfo=None) - offset
    return (date - EPOCH).total_seconds() / 86400


def _seconds(time: datetime.time | datetime.timedelta) -> float:
    """Return the seconds of a time of day or a duration."""
    if isinstance(time, datetime.timedelta):
        return time.total_seconds()
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6


def _text(value: Any) -> str:
    """Return a value as it would be written."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return cell_text(Column("date", np.empty(0)), _days(value))
    if isinstance(value, datetime.time | datetime.timedelta):
        return cell_text(Column("time", np.empty(0)), _seconds(value))
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _certain(cell_text(Column("number", np.empty(0)), value))
    return str(value).strip()


def _certain(number: str) -> str:
    """Return a number so that its point cannot be taken for one between thousands."""
    _, point, decimals = number.partition(".")
    return f"{number}0" if point and len(decimals) == 3 and decimals.isdigit() else number


def _without_empty_end(rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """Return the rows without those at the end that hold nothing."""
    count = len(rows)
    while count and all(value is None or value == "" for value in rows[count - 1]):
        count -= 1
    return rows[:count]


def _trimmed(cells: list[str]) -> list[str]:
    """Return cells without the empty ones at the end."""
    count = len(cells)
    while count and not cells[count - 1]:
        count -= 1
    return cells[:count]
