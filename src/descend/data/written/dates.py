"""Dates as people write them, and which of two numbers is the day."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import EMPTY, as_floats, as_integers, as_mask, text_of, texts_of
from descend.data.written.times import CLOCK, seconds_of

DAY_FIRST, MONTH_FIRST = "day first", "month first"

DOTTED = ", between points"
"""How an order is marked that was learned of dates with points, and says nothing of others."""

_MONTHS = (
    "jan januar january janvier janv enero ene gennaio gen janeiro januari",
    "feb februar february février fevrier févr fév febrero febbraio fevereiro februari fev",
    "mar märz maerz mär mrz march mars marzo março maart mrt",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei maj",
    "jun juni june juin junio giugno giu junho",
    "jul juli july juillet juil julio luglio lug julho",
    "aug august août aout agosto ago augustus augusti",
    "sep sept september septembre septiembre settembre set setembro",
    "oct okt october oktober octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec dez december dezember décembre déc decembre diciembre dic dicembre dezembro des",
)

MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
"""The number of a month by its name in lower case."""

_YEAR, _TWO = r"(?P<year>\d{4})", r"(?P<year>\d{4}|\d{2})"
_CLOCK = rf"(?:(?:T|[ ,]+){CLOCK})?$"
_WEEKDAY = r"^(?:[A-Za-zÀ-ÿ]{2,10}\.?,?\s+)?"
_NAME = r"(?P<name>[A-Za-zÀ-ÿ]{3,10})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"

SHAPES = (
    rf"^{_YEAR}[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_CLOCK}",
    rf"{_WEEKDAY}(?P<first>\d{{1,2}})[-/.]\s?(?P<second>\d{{1,2}})[-/.]\s?{_TWO}{_CLOCK}",
    rf"{_WEEKDAY}{_DAY}[- /]*{_NAME}[-, /]*{_TWO}{_CLOCK}",
    rf"{_WEEKDAY}{_NAME}\s*{_DAY},?\s+{_YEAR}{_CLOCK}",
    rf"^{_YEAR}[-/](?P<month>\d{{1,2}})$",
    rf"^(?P<month>\d{{1,2}})/{_YEAR}$",
    rf"^{_NAME}[- /]*{_YEAR}$",
    rf"^{_NAME}[-'’]{_TWO}$",
    rf"^{_YEAR}[- ]?Q(?P<quarter>[1-4])$",
    rf"^{_YEAR}(?P<month>[01]\d)(?P<day>[0-3]\d)T?(?P<hour>[0-2]\d)(?P<minute>\d\d)(?P<second_of>\d\d)Z?$",
)
"""How a date may be written; without a day it is the first, and a quarter its first month."""

COMPACT = r"^(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])$"
"""A date of eight digits."""


FEWEST_DATES = 3
"""In fewer dates than this no order shows."""


class Dates(NamedTuple):
    """Texts as days since 1970-01-01 `(k,)`, NaN where one is no date.

    `order` says which number was taken for the day where that is a question, or is the format that
    was asked for; `doubtful` says that nothing in the column decides it.
    """

    days: npt.NDArray[np.float64]
    order: str = ""
    doubtful: bool = False


def dates_of(texts: pa.Array, order: str = "", likely: str = "") -> Dates:
    """Return texts as dates.

    The column decides which number is the day: one above 12. Otherwise it is as in `order`, which a
    model may have learned; the first between points; or what makes dates that follow one another,
    or all the same day of the month. Without any of that it is as `likely`, or else the first
    between hyphens, and the second between slashes.
    """
    days = np.full(len(texts), np.nan)
    question = np.zeros(len(texts), dtype=np.bool_)
    both: tuple[npt.NDArray[np.float64], ...] = (days, days)
    for shape in SHAPES:
        parts = pc.extract_regex(texts, shape)
        found = as_mask(pc.is_valid(parts)) & np.isnan(days)
        if not found.any():
            continue
        part = {field.name: pc.struct_field(parts, field.name) for field in parts.type}
        if "first" in part:
            question = found
            both = tuple(
                np.where(found, _days(part, names), np.nan)
                for names in (("first", "second"), ("second", "first"))
            )
            continue
        days = np.where(found, _days(part), days)
    question &= np.isnan(days)
    if not question.any():
        return Dates(days)
    dotted = bool(as_mask(pc.match_substring_regex(texts, r"^\d+\."))[question].mean() > 0.5)
    slashes = bool(as_mask(pc.match_substring(texts, "/"))[question].mean() > 0.5)
    usual = likely or (MONTH_FIRST if slashes else DAY_FIRST)
    chosen, doubtful = _order(question, both, order, DAY_FIRST if dotted else usual, dotted)
    written = chosen + DOTTED * dotted
    return Dates(np.where(question, both[chosen == MONTH_FIRST], days), written, doubtful)


def dates_by_format(texts: pa.Array, date_format: str) -> Dates:
    """Return texts as dates of one format, in the signs of `datetime.strptime`."""
    epoch = datetime(1970, 1, 1)
    days = np.full(len(texts), np.nan)
    for place, text in enumerate(texts.to_pylist()):
        try:
            moment = datetime.strptime(text, date_format)
        except ValueError:
            continue
        if (offset := moment.utcoffset()) is not None:
            moment = moment.replace(tzinfo=None) - offset
        days[place] = (moment - epoch).total_seconds() / 86400
    return Dates(days, date_format)


def _order(
    question: npt.NDArray[np.bool_],
    both: tuple[npt.NDArray[np.float64], ...],
    order: str,
    usual: str,
    dotted: bool,
) -> tuple[str, bool]:
    """Return whether the day or the month comes first, and whether that is in doubt."""
    day_first, month_first = (days[question] for days in both)
    valid = [int(np.isfinite(days).sum()) for days in (day_first, month_first)]
    if valid[0] != valid[1]:
        return (DAY_FIRST if valid[0] > valid[1] else MONTH_FIRST), False
    if order and (DOTTED in order) == dotted:
        return order.removesuffix(DOTTED), False
    same = np.array_equal(day_first, month_first, equal_nan=True)
    if dotted or question.sum() < FEWEST_DATES:
        return usual, not same
    constant = [len(np.unique(_day_of_month(days))) == 1 for days in (day_first, month_first)]
    steps = [np.diff(days) for days in (day_first, month_first)]
    rising = [bool((step > 0).all() or (step < 0).all()) for step in steps]
    for evidence, doubtful in ((rising, False), (constant, True)):
        if evidence[0] != evidence[1]:
            return (DAY_FIRST if evidence[0] else MONTH_FIRST), doubtful
    return usual, not same


def _day_of_month(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the day of the month, from 0."""
    dates = np.floor(days[np.isfinite(days)]).astype("datetime64[D]")
    firsts = dates.astype("datetime64[M]").astype("datetime64[D]")
    return np.asarray((dates - firsts).astype(np.float64))


def _days(
    part: dict[str, pa.Array], day_and_month: tuple[str, ...] = ("day", "month")
) -> npt.NDArray[np.float64]:
    """Return the days since 1970-01-01 that parts of dates make, NaN where there is no such day."""
    day_name, month_name = day_and_month
    year = _number(part["year"])
    # two digits are of the years from 1970 to 2069
    year = np.where(year < 70, year + 2000, np.where(year < 100, year + 1900, year))
    if "name" in part:
        names = pc.utf8_lower(pc.fill_null(part["name"], EMPTY))
        known = texts_of(list(MONTHS))
        place = pc.index_in(names, known)
        numbers = np.append(np.array(list(MONTHS.values()), dtype=np.float64), np.nan)
        month = numbers[as_integers(place)]
    elif "quarter" in part:
        month = 3 * _number(part["quarter"]) - 2
    else:
        month = _number(part[month_name])
    day = _number(part[day_name]) if day_name in part else np.ones(len(year))
    valid = np.isfinite(year) & (month >= 1) & (month <= 12) & (day >= 1)
    months = np.where(valid, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    starts = months.astype("datetime64[D]").astype(np.float64)
    length = (months + 1).astype("datetime64[D]").astype(np.float64) - starts
    seconds = seconds_of(part) if "hour" in part else np.zeros(len(year))
    valid &= (day <= length) & np.isfinite(seconds)
    return np.where(valid, starts + day - 1 + seconds / 86400, np.nan)


def _number(part: pa.Array) -> npt.NDArray[np.float64]:
    """Return digits as numbers, NaN where there are none."""
    digits = pc.if_else(pc.equal(part, EMPTY), text_of(None), part)
    return as_floats(digits.cast(pa.float64()))
