"""The values that a hyper-parameter, or a target, may have."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

LARGEST_EXACT = 2**53
"""Integers are numbers of double precision up to this one."""


class Interval(NamedTuple):
    """Numbers between two bounds; a closed bound belongs to them."""

    least: float = 0.0
    most: float = np.inf
    least_closed: bool = True
    most_closed: bool = False
    whole: bool = False

    def inside(self, value: Any) -> npt.NDArray[np.bool_]:
        """Say which numbers of an array are inside."""
        number = np.asarray(value)
        if number.dtype.kind not in ("iu" if self.whole else "iuf"):
            return np.zeros(number.shape, dtype=bool)
        above = number >= self.least if self.least_closed else number > self.least
        below = number <= self.most if self.most_closed else number < self.most
        answer: npt.NDArray[np.bool_] = np.isfinite(number) & above & below
        return answer

    def holds(self, value: Any) -> bool:
        """Say whether a number, or every number of an array, is inside."""
        is_int = type(value) is int and abs(value) < LARGEST_EXACT
        if not is_int and type(value) is not float:
            return bool(self.inside(value).all())
        # the usual case: as an array it would take ten times as long
        above = value >= self.least if self.least_closed else value > self.least
        below = value <= self.most if self.most_closed else value < self.most
        fits = is_int if self.whole else math.isfinite(value)
        return fits and above and below

    def __str__(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if np.isinf(self.least) and np.isinf(self.most):
            return "a finite number"
        if self.most == np.inf:
            return f"{kind} {'at least' if self.least_closed else 'above'} {self.least:g}"
        left, right = "(["[self.least_closed], ")]"[self.most_closed]
        return f"{kind} in {left}{self.least:g}, {self.most:g}{right}"


AT_LEAST_0 = Interval()
ABOVE_0 = Interval(least_closed=False)
BETWEEN_0_AND_1 = Interval(0, 1, least_closed=False)
FINITE = Interval(-np.inf, least_closed=False)


def refuse_outside(kind: type, name: str, value: Any, ranges: Mapping[str, Interval]) -> None:
    """Refuse a hyper-parameter of a class that is out of its range.

    The ranges are keyed by name, or by `"Class.name"` where the class has one of its own.

    Examples
    --------
    >>> from descend.losses import Huber
    >>> refuse_outside(Huber, "delta", -1, {"delta": ABOVE_0})
    Traceback (most recent call last):
        ...
    ValueError: Huber(delta=-1): delta must be a number above 0
    """
    interval = ranges.get(f"{kind.__name__}.{name}") or ranges[name]
    if not interval.holds(value):
        raise ValueError(f"{kind.__name__}({name}={value!r}): {name} must be {interval}")


def refuse_fields_outside(part: Any, ranges: Mapping[str, Interval]) -> None:
    """Refuse a NamedTuple of the library's with a hyper-parameter that is out of its range.

    Flags must be True or False. None is allowed where it is the default. Fields without a range and
    a user's own classes are not checked.
    """
    kind = type(part)
    if not (kind.__module__.startswith("descend.") and isinstance(part, tuple)):
        return
    defaults: dict[str, Any] = getattr(kind, "_field_defaults", {})
    for name, value in zip(getattr(kind, "_fields", ()), part, strict=True):
        if isinstance(defaults.get(name), bool):
            if not isinstance(value, bool | np.bool_):
                raise ValueError(f"{kind.__name__}({name}={value!r}): {name} must be True or False")
        elif name in ranges and not (value is None and defaults.get(name, 0) is None):
            refuse_outside(kind, name, value, ranges)
