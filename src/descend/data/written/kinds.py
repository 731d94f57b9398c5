"""A column of texts as what a person would read: numbers, booleans, dates, times or words."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descend.data.arrow_arrays import texts_of
from descend.data.table import Column, note_rounded
from descend.data.written.cells import Cells
from descend.data.written.dates import (
    COMPACT,
    DAY_FIRST,
    DOTTED,
    MONTH_FIRST,
    Dates,
    dates_by_format,
    dates_of,
)
from descend.data.written.locale import Locale
from descend.data.written.missing import PLACEHOLDERS
from descend.data.written.numbers import BOUND, SCALED, Written, note_ignored, note_numbers, where
from descend.data.written.times import times_of

WORD_SHARE = 0.1
"""Words among numbers, dates or times are taken as missing if they are at most this share."""

MOST_CODES = 20
"""Whole numbers of which there are no more different ones may be codes."""

CODE_WORD_SHARE = 0.05
"""Words among numbers that may be codes are taken as missing if they are at most this share."""

FIRST_TEXTS = 1000
"""A column of dates or times has one of them among so many of its first texts."""

BOOLEANS = {"true": 1.0, "false": 0.0}
"""Booleans as text files spell them, in lower case."""


def learned(name: str, cells: Cells, locale: Locale, notes: list[str]) -> Column:
    """Return a column of texts as what it holds, and note what was decided."""
    if not (cells.counts > 0).any():
        return Column("number", np.full(len(cells.code), np.nan))
    if not cells.matching(r"(?i)\d|inf").any():
        return _learned_booleans(cells) or as_text(cells)
    return (
        learned_dates(name, cells, locale, notes)
        or _learned_numbers(name, cells, locale, notes)
        or as_text(cells)
    )


def as_text(cells: Cells) -> Column:
    """Return the cells as text, None where empty."""
    texts = np.append(np.array(cells.texts.to_pylist(), dtype=object), [None])
    return Column("text", texts[cells.code])


def _learned_booleans(cells: Cells) -> Column | None:
    """Return a column of true and false."""
    spelled = cells.among(BOOLEANS, ignore_case=True)
    absent = cells.among(PLACEHOLDERS, ignore_case=True)
    if not (spelled & (cells.counts > 0)).any() or (~spelled & ~absent & (cells.counts > 0)).any():
        return None
    return Column("boolean", booleans(cells))


def booleans(cells: Cells) -> npt.NDArray[np.float64]:
    """Return each row's true or false as 1 or 0, NaN where it is neither."""
    values = [BOOLEANS.get(text.lower(), np.nan) for text in cells.texts.to_pylist()]
    return cells.spread(np.array(values, dtype=np.float64), np.nan)


def learned_dates(name: str, cells: Cells, locale: Locale, notes: list[str]) -> Column | None:
    """Return a column of dates or times, if it holds nothing else but a few words."""
    if locale.date_format is not None:
        dates = dates_by_format(cells.texts, locale.date_format)
        if _rare_rest(cells, np.isfinite(dates.days)):
            return dated(name, cells, dates, notes)
    compact = cells.matching(COMPACT) & (cells.counts > 0)
    if compact.sum() >= 3 and not (~compact & (cells.counts > 0)).any():
        return dated(name, cells, compact_dates(cells), notes)
    start = cells.texts.slice(0, FIRST_TEXTS)
    if not (np.isfinite(dates_of(start).days) | np.isfinite(times_of(start))).any():
        return None
    dates = dates_of(cells.texts, likely=locale.likely_date_order)
    if _rare_rest(cells, np.isfinite(dates.days)):
        return dated(name, cells, dates, notes)
    seconds = times_of(cells.texts)
    if _rare_rest(cells, np.isfinite(seconds)):
        return timed(name, cells, seconds, notes)
    return None


def compact_dates(cells: Cells) -> Dates:
    """Return dates of eight digits."""
    spelled = [f"{text[:4]}-{text[4:6]}-{text[6:8]}" for text in cells.texts.to_pylist()]
    return dates_of(texts_of(spelled))


def dated(name: str, cells: Cells, dates: Dates, notes: list[str]) -> Column:
    """Return a column of dates, and note how they were read."""
    note_ignored(name, cells, np.isnan(dates.days), "date", notes)
    order = dates.order.removesuffix(DOTTED)
    if dates.doubtful:
        text = cells.examples(np.isfinite(dates.days))[0]
        notes.append(
            f"Column {name!r}: dates such as {text!r} are read with the {order}, which"
            " nothing in the column proves; --date-format decides."
        )
    elif order in (DAY_FIRST, MONTH_FIRST):
        notes.append(f"Column {name!r} holds dates with the {order}.")
    absent = absent_words(cells, np.isnan(dates.days))
    return Column("date", cells.spread(dates.days, np.nan), dates.order, absent)


def timed(name: str, cells: Cells, seconds: npt.NDArray[np.float64], notes: list[str]) -> Column:
    """Return a column of times, and note how they were read."""
    note_ignored(name, cells, np.isnan(seconds), "time", notes)
    absent = absent_words(cells, np.isnan(seconds))
    return Column("time", cells.spread(seconds, np.nan), absent=absent)


def absent_words(cells: Cells, absent: npt.NDArray[np.bool_]) -> tuple[str, ...]:
    """Return the words that stand for what is missing, in which other files may have it, too."""
    return tuple(sorted(cells.examples(absent)))


def _rare_rest(cells: Cells, good: npt.NDArray[np.bool_]) -> bool:
    """Say whether a column holds what is good, and nothing else but a few words."""
    good = good & (cells.counts > 0)
    absent = cells.among(PLACEHOLDERS, ignore_case=True)
    odd = ~good & ~absent & (cells.counts > 0)
    count = cells.total(good)
    if not count or (odd & cells.matching(r"\d{3}")).any():
        return False
    return cells.total(odd) <= max(WORD_SHARE * (count + cells.total(odd)), min(1, count - 1))


def _learned_numbers(name: str, cells: Cells, locale: Locale, notes: list[str]) -> Column | None:
    """Return a column of numbers, None if it holds codes or words.

    Refused is a column of numbers some of which cannot be read as the others are.
    """
    written = Written.of(cells, locale)
    good, odd = written.good, written.odd
    count, rest = cells.total(good), cells.total(odd)
    if not count:
        return None
    contrary = cells.total(written.contrary)
    if contrary and (count + contrary) >= (1 - WORD_SHARE) * (count + rest):
        sign = {".": "point", ",": "comma"}[written.notation.decimal]
        raise ValueError(
            f"column {name!r} holds {where(cells, written.contrary & (cells.counts > 0))}, which is"
            f" no number where decimals follow a {sign}, as in other cells: correct it"
        )
    bounds = odd & cells.matching(BOUND)
    if cells.total(bounds) == rest > WORD_SHARE * (count + rest) and count > rest:
        raise ValueError(
            f"column {name!r} holds {where(cells, bounds)} among numbers: give a number, or nothing"
        )
    if not _is_numbers(written, count, rest) or _is_padded(name, written, notes):
        return None
    unit = _unit(name, written, notes)
    if unit is None:
        return None
    values = written.scaled() if unit == SCALED else written.values
    note_numbers(name, written, notes)
    note_rounded(name, written.values[good], notes)
    return Column("number", cells.spread(values, np.nan), unit, absent_words(cells, ~good))


def _is_numbers(written: Written, count: int, rest: int) -> bool:
    """Say whether what is no number is rare enough for a column of numbers."""
    if not rest:
        return True
    values = written.values[written.good]
    codes = len(values) <= MOST_CODES and bool((values == np.floor(values)).all())
    words_alone = not (written.odd & ~written.words).any()
    if rest == 1 and words_alone and count > 1:
        # one word among numbers that all differ, or have decimals
        return not codes or len(values) == count
    if codes and not words_alone:
        return False
    return rest <= (CODE_WORD_SHARE if codes else WORD_SHARE) * (count + rest)


def _is_padded(name: str, written: Written, notes: list[str]) -> bool:
    """Say whether whole numbers begin with zeros, as codes do, in more than a few cells."""
    cells = written.cells
    padded = written.padded & (cells.counts > 0)
    if cells.total(padded) <= WORD_SHARE * cells.total(written.good):
        return False
    notes.append(
        f"Column {name!r} holds codes with leading zeros, such as {cells.examples(padded)[0]!r}:"
        " read as text."
    )
    return True


def _unit(name: str, written: Written, notes: list[str]) -> str | None:
    """Return the unit of a column of numbers, "" without any; None if its letters make codes."""
    units = written.units
    if not units:
        return ""
    different = int(written.good.sum())
    if len(units) > 1 and not written.has_magnitudes():
        if different <= MOST_CODES or not all(map(written.spelled_as_unit, units)):
            return None
        usual = max(units, key=lambda unit: units[unit])
        strange = written.good & (written.unit != usual) & (written.unit != "")
        raise ValueError(
            f"column {name!r} holds numbers in {usual!r}, and {where(written.cells, strange)}:"
            " write them in one unit"
        )
    if len(units) > 1 or (
        written.has_magnitudes() and written.cells.total(written.good) > sum(units.values())
    ):
        notes.append(f"Column {name!r}: the letters behind its numbers multiply them.")
        return SCALED
    unit = next(iter(units))
    if not written.spelled_as_unit(unit) and different <= MOST_CODES:
        return None
    bare = written.good & (written.unit == "")
    without = written.cells.total(bare)
    shares = np.abs(written.values[bare])
    if without and unit == "%" and ((shares <= 1) & (shares > 0)).any():
        raise ValueError(
            f"column {name!r} holds numbers in '%', and {where(written.cells, bare)}: write all in"
            " % or none"
        )
    cells = "1 cell that lacks" if without == 1 else f"{without} cells that lack"
    notes.append(f"Column {name!r}: numbers in {unit!r}{f', also in {cells} it' * bool(without)}.")
    return unit
