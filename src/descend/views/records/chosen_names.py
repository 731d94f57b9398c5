"""Which of some named things is meant by a name or a number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from descend.support.suggestions import nearest

MOST_LISTED = 20
"""The most names that a refusal lists."""


def place_of(names: Sequence[str], chosen: Any, kind: str) -> int:
    """Return the place of what is chosen by its name, or by its number from 0.

    Raises
    ------
    ValueError
        If there is none, with the name that may have been meant.

    Examples
    --------
    >>> place_of(["slope", "intercept"], "intercept", "parameter")
    1
    >>> place_of(["slope", "intercept"], "slop", "parameter")
    Traceback (most recent call last):
        ...
    ValueError: there is no parameter 'slop': did you mean 'slope'? They are slope, intercept
    """
    if isinstance(chosen, int | np.integer) and not isinstance(chosen, bool):
        if -len(names) <= chosen < len(names):
            return int(chosen) % len(names)
        raise ValueError(f"there is no {kind} {chosen}: they are numbered 0 to {len(names) - 1}")
    if chosen in names:
        return list(names).index(chosen)
    near = nearest(str(chosen), names)
    meant = "they are" if near is None else f"did you mean {near!r}? They are"
    more = ", ..." if len(names) > MOST_LISTED else ""
    raise ValueError(
        f"there is no {kind} {chosen!r}: {meant} {', '.join(names[:MOST_LISTED])}{more}"
    )
