"""Dates to numbers: the only place that says what a linear model sees of a date."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

ROWS_PER_LEVEL = 20
"""Months and days of the week have a column of 0 and 1 each from so many rows a level on."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

Part = Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]]


def _year(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return _calendar(days, "Y") + 1970.0


def _month(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return _calendar(days, "M") % 12 + 1


def _weekday(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    # 1970-01-01 was a Thursday
    return (np.floor(days) + 3) % 7 + 1


def _hour(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return 24 * (days - np.floor(days))


def _calendar(days: npt.NDArray[np.float64], unit: str) -> npt.NDArray[np.float64]:
    """Return the number of whole years or months since 1970."""
    dates = np.floor(days).astype("datetime64[D]")
    return np.asarray(dates.astype(f"datetime64[{unit}]").astype(np.float64))


def _level(part: Part, number: int) -> Part:
    """Return the part that is 1 where another has a value, and else 0."""
    return lambda days: np.equal(part(days), number).astype(np.float64)


PARTS = MappingProxyType(
    {
        "year": _year,
        "month": _month,
        "weekday": _weekday,
        "hour": _hour,
        **{f"month={name}": _level(_month, number) for number, name in enumerate(MONTHS, 1)},
        **{f"weekday={name}": _level(_weekday, number) for number, name in enumerate(WEEKDAYS, 1)},
    }
)
"""Parts of a date beside `days`, by name, from days since 1970-01-01."""


def chosen_parts(days: npt.NDArray[np.float64]) -> tuple[str, ...]:
    """Return the parts that a model learns from, of those that differ among the training rows.

    Year, month and day of the week, the hour if there are times, and the days that went by. Months
    and days of the week are categories where each has rows enough, and else numbers from 1.

    >>> chosen_parts(np.array([18262.0, 18263.0, 18264.0]))
    ('weekday', 'days')
    """
    parts: list[str] = []
    for name in ("year", "month", "weekday", "hour"):
        levels = {"month": MONTHS, "weekday": WEEKDAYS}.get(name, ())
        values = PARTS[name](days)
        present = np.unique(values)
        if len(present) < 2:
            continue
        if levels and len(days) >= ROWS_PER_LEVEL * len(levels):
            parts += [f"{name}={levels[int(level) - 1]}" for level in present]
        else:
            parts.append(name)
    return (*parts, "days")


def date_columns(
    days: npt.NDArray[np.float64], parts: tuple[str, ...], origin: float
) -> npt.NDArray[np.float64]:
    """Return the parts of dates as numbers `(n, parts)`; `days` count from the `origin`."""
    columns = [days - origin if name == "days" else PARTS[name](days) for name in parts]
    return np.column_stack(columns).astype(np.float64)
