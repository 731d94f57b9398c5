"""Times of day and durations as people write them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import EMPTY, as_floats, as_mask, text_of

CLOCK = (
    r"(?P<hour>\d{1,4})(?::|h|\.)?(?P<minute>[0-5]\d)(?::(?P<second_of>[0-5]\d(?:[.,]\d+)?))?"
    r"\s*(?P<half>(?:[AaPp]\.?[Mm]\.?)?)\s*(?:Uhr|h)?\s*(?P<zone>(?:Z|UTC|GMT)?(?:[+-]\d{2}:?(?:\d{2})?)?)"
)
"""A time of day, or a duration of hours, minutes and seconds."""

TIME = (
    r"^(?P<hour>\d{1,4}):(?P<minute>[0-5]\d)(?::(?P<second_of>[0-5]\d(?:[.,]\d+)?))?"
    r"\s*(?P<half>(?:[AaPp]\.?[Mm]\.?)?)$"
)
"""A column of times has colons."""


def times_of(texts: pa.Array) -> npt.NDArray[np.float64]:
    """Return texts as seconds `(k,)`, NaN where one is no time.

    >>> import pyarrow as pa
    >>> times_of(pa.array(["00:01:30", "1:00 PM", "noon"]))
    array([   90., 46800.,    nan])
    """
    parts = pc.extract_regex(texts, TIME)
    part = {field.name: pc.struct_field(parts, field.name) for field in parts.type}
    return np.where(as_mask(pc.is_valid(parts)), seconds_of(part), np.nan)


def seconds_of(part: dict[str, pa.Array]) -> npt.NDArray[np.float64]:
    """Return the seconds of hours, minutes and seconds, UTC where a zone is given.

    A part that is empty counts as 0.
    """
    hour, minute = _number(part["hour"]), _number(part["minute"])
    seconds = hour * 3600 + minute * 60 + _number(part["second_of"])
    if "half" in part:
        half = pc.utf8_lower(pc.utf8_slice_codeunits(pc.fill_null(part["half"], EMPTY), 0, 1))
        afternoon, morning = (as_mask(pc.equal(half, text_of(letter))) for letter in "pa")
        seconds += 3600 * np.where(afternoon & (hour < 12), 12, 0)
        seconds -= 3600 * np.where(morning & (hour == 12), 12, 0)
    if "zone" in part:
        offset = pc.extract_regex(
            pc.fill_null(part["zone"], EMPTY),
            r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>(?:\d{2})?)$",
        )
        ahead = 3600 * _number(pc.struct_field(offset, "hours"))
        ahead += 60 * _number(pc.struct_field(offset, "minutes"))
        west = as_mask(pc.equal(pc.struct_field(offset, "sign"), text_of("-")))
        seconds -= np.where(west, -ahead, ahead)
    return seconds


def _number(part: pa.Array) -> npt.NDArray[np.float64]:
    """Return digits as numbers, 0 where there are none."""
    dotted = pc.replace_substring(pc.fill_null(part, EMPTY), ",", ".")
    digits = pc.if_else(pc.equal(dotted, EMPTY), text_of("0"), dotted)
    return as_floats(digits.cast(pa.float64()))
