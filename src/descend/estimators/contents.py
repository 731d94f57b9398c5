"""What arrays and data frames must not hold: masked entries, and dates."""

from collections.abc import Iterator
from typing import Any

import numpy as np

TEMPORAL = ("date", "duration", "period", "time")
"""How the types of dates and durations begin: datetime64, date32, timestamp, timedelta64, ..."""


def refuse_masked(values: Any, name: str) -> None:
    """Refuse an array with masked entries: to be missing and to be a number are two things.

    >>> refuse_masked(np.ma.masked_equal([[1.0], [-9.0]], -9.0), "X")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: X has a masked entry (in row 1, column 0, counted from 0): fill it in, or remove ...
    """
    if not np.ma.is_masked(values):
        return
    row, *column = np.argwhere(np.ma.getmaskarray(values))[0].tolist()
    where = f"row {row}" + (f", column {column[-1]}" if column else "")
    raise ValueError(
        f"{name} has a masked entry (in {where}, counted from 0): fill it in, or remove the row"
    )


def refuse_dates(values: Any, name: str) -> None:
    """Refuse dates, times and durations: the number of one depends on a unit that is not seen.

    >>> refuse_dates(np.array(["2024-01-31"], dtype="datetime64[s]"), "y")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: y holds datetime64[s], whose numbers depend on that unit: give numbers, ...
    """
    for column, kind in _types(values):
        if kind.lower().startswith(TEMPORAL):
            where = "" if column is None else f" in column {column!r}"
            raise ValueError(
                f"{name} holds {kind}{where}, whose numbers depend on that unit: give numbers, for "
                "example the days since a start, (times - start) / numpy.timedelta64(1, 'D')"
            )


def _types(values: Any) -> Iterator[tuple[Any, str]]:
    """Yield the columns of a data frame with the names of their types; of an array, None and it."""
    columns = getattr(values, "columns", None)
    if columns is None:
        first = np.asarray(values[:1]) if isinstance(values, list | tuple) else values
        kind = getattr(first, "dtype", getattr(first, "type", ""))
        yield None, str(kind)
        return
    types = getattr(values, "dtypes", None)  # of pandas and polars
    if types is None:
        schema = getattr(values, "schema", None)  # of pyarrow
        columns, types = (schema.names, schema.types) if schema is not None else ((), ())
    yield from zip(columns, map(str, types), strict=False)
