"""A column of texts by the type that a model learned, whatever this file happens to hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from descend.data.table import Column
from descend.data.written.cells import Cells
from descend.data.written.dates import Dates, dates_by_format, dates_of
from descend.data.written.kinds import (
    BOOLEANS,
    as_text,
    compact_dates,
    dated,
    timed,
)
from descend.data.written.locale import Locale
from descend.data.written.missing import PLACEHOLDERS
from descend.data.written.numbers import SCALED, Written, note_numbers, where
from descend.data.written.times import times_of

if TYPE_CHECKING:
    from descend.data.features import Feature

SPELLED = {**BOOLEANS, "1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}
"""Booleans as they may be written in another file, in lower case."""


def expected(feature: Feature, cells: Cells, locale: Locale, notes: list[str]) -> Column:
    """Return a column of texts as the type of the feature that a model learned from it.

    A ValueError names the first cell that cannot be of that type.
    """
    if feature.encoding == "category":
        return as_text(cells)
    if feature.encoding == "boolean":
        return _booleans(feature, cells)
    if feature.encoding == "number":
        return _numbers(feature, cells, locale, notes)
    if feature.encoding == "time":
        seconds = times_of(cells.texts)
        _refuse_strange(feature, cells, np.isfinite(seconds))
        return timed(feature.name, cells, seconds, notes)
    dates = _dates(feature, cells, locale)
    _refuse_strange(feature, cells, np.isfinite(dates.days))
    return dated(feature.name, cells, dates, notes)


def _dates(feature: Feature, cells: Cells, locale: Locale) -> Dates:
    """Return dates in the format that was asked for, now or in training, or else as they look."""
    dates = dates_of(cells.texts, order=feature.written, likely=locale.likely_date_order)
    days = np.where(np.isnan(dates.days), compact_dates(cells).days, dates.days)
    learned = feature.written if "%" in feature.written else None
    date_format = locale.date_format or learned
    if date_format is not None:
        formatted = dates_by_format(cells.texts, date_format)
        days = np.where(np.isnan(formatted.days), days, formatted.days)
        dates = formatted
    return dates._replace(days=days)


def _booleans(feature: Feature, cells: Cells) -> Column:
    """Return true and false, or refuse the first cell that is neither."""
    values = np.array([SPELLED.get(text.lower(), np.nan) for text in cells.texts.to_pylist()])
    absent = cells.among(PLACEHOLDERS, ignore_case=True)
    strange = np.isnan(values) & ~absent & (cells.counts > 0)
    if strange.any():
        raise ValueError(_misfit(feature, cells, strange))
    return Column("boolean", cells.spread(values.astype(np.float64), np.nan))


def _numbers(feature: Feature, cells: Cells, locale: Locale, notes: list[str]) -> Column:
    """Return numbers in the unit of training; cells that hold none are missing if some do."""
    written = Written.of(cells, locale).within(feature.span)
    contrary = written.contrary & (cells.counts > 0)
    if contrary.any():
        sign = {".": "point", ",": "comma"}[written.notation.decimal]
        raise ValueError(
            f"column {feature.name!r} holds {where(cells, contrary)}, which is no number where"
            f" decimals follow a {sign}, as elsewhere in the file: correct it"
        )
    _refuse_strange(feature, cells, written.good)
    values = written.values
    if feature.written == SCALED:
        values = written.scaled()
    elif feature.written:
        strange = written.good & (written.unit != "") & (written.unit != feature.written)
        if strange.any():
            raise ValueError(
                f"column {feature.name!r} was in {feature.written!r} in training, and holds"
                f" {where(cells, strange)}: give it in that unit"
            )
    elif written.units:
        units = ", ".join(repr(unit) for unit in list(written.units)[:3])
        notes.append(f"Column {feature.name!r}: {units} left off, which training did not have.")
    note_numbers(feature.name, written, notes)
    return Column("number", cells.spread(values, np.nan), feature.written)


def _refuse_strange(feature: Feature, cells: Cells, good: npt.NDArray[np.bool_]) -> None:
    """Refuse a column that holds only cells that are neither good nor known to be missing."""
    good = good & (cells.counts > 0)
    known = cells.among(PLACEHOLDERS, ignore_case=True) | cells.among(feature.absent)
    strange = ~good & ~known & (cells.counts > 0)
    if strange.any() and not good.any():
        raise ValueError(_misfit(feature, cells, strange))


def _misfit(feature: Feature, cells: Cells, strange: npt.NDArray[np.bool_]) -> str:
    """Say which cell is not what the column held in training."""
    kinds = {"number": "numbers", "boolean": "booleans", "date": "dates", "time": "times"}
    return (
        f"column {feature.name!r} held {kinds[feature.encoding]} in training, and now"
        f" {where(cells, strange)}"
    )
