"""What the numbers of a learning rate may be."""

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.rates.brackets import WholeStep, Wolfe

_Range = tuple[Callable[[Any], bool], str]

_ABOVE_ZERO: _Range = (lambda x: _all_finite(x) and bool(np.all(np.asarray(x) > 0)), "above 0")
_FROM_ZERO: _Range = (lambda x: _all_finite(x) and bool(np.all(np.asarray(x) >= 0)), "at least 0")
_FROM_ONE: _Range = (lambda x: _all_finite(x) and bool(np.all(np.asarray(x) >= 1)), "at least 1")
_SHARE: _Range = (lambda x: _all_finite(x) and 0 < x < 1, "between 0 and 1")
_UP_TO_ONE: _Range = (lambda x: _all_finite(x) and 0 < x <= 1, "above 0 and at most 1")
_FINITE: _Range = (lambda x: _all_finite(x), "finite")
_RISING: _Range = (
    lambda x: _all_finite(x) and np.ndim(x) == 1 and bool(np.all(np.diff(x) > 0)),
    "a tuple of rising numbers",
)

# a name means the same in every class of this folder
_RANGES: dict[str, _Range] = {
    "alpha": _ABOVE_ZERO,
    "beta": _FROM_ZERO,
    "curvature": _SHARE,
    "cycle": _ABOVE_ZERO,
    "decay": _FROM_ZERO,
    "division": _ABOVE_ZERO,
    "divisor": _ABOVE_ZERO,
    "down": _ABOVE_ZERO,
    "end": _FROM_ZERO,
    "every": _ABOVE_ZERO,
    "factor": _ABOVE_ZERO,
    "final_division": _ABOVE_ZERO,
    "gap": _ABOVE_ZERO,
    "growth": _FROM_ONE,
    "hold": _FROM_ONE,
    "initial": _ABOVE_ZERO,
    "least": _FROM_ZERO,
    "low": _FROM_ZERO,
    "milestones": _RISING,
    "minimum": _FINITE,
    "patience": _FROM_ZERO,
    "peak": _ABOVE_ZERO,
    "per_cycle": _UP_TO_ONE,
    "per_step": _UP_TO_ONE,
    "power": _FROM_ZERO,
    "rate": _ABOVE_ZERO,
    "rise": _SHARE,
    "share": (lambda x: _all_finite(x) and 0 < x < 0.5, "between 0 and 1/2"),
    "shrink": _SHARE,
    "start": _FROM_ZERO,
    "steps": _ABOVE_ZERO,
    "t0": _ABOVE_ZERO,
    "threshold": _FROM_ZERO,
    "tol": _FROM_ZERO,
    "tolerance": _SHARE,
    "up": _ABOVE_ZERO,
    "values": _FROM_ZERO,
}


def refuse_out_of_range(rate: Any) -> None:
    """Refuse one of the library's learning rates whose numbers make no sense.

    What is not from `descend.rates` is let through: nobody knows its ranges.

    Raises
    ------
    ValueError
        If a number is out of its range; the message says which, and what it may be.

    Examples
    --------
    >>> from descend.rates import Cosine
    >>> refuse_out_of_range(Cosine(0.1, steps=0))
    Traceback (most recent call last):
    ValueError: Cosine(peak=0.1, steps=0, end=0.0): steps must be above 0
    """
    if not type(rate).__module__.startswith("descend.rates."):
        return
    for name, given in rate._asdict().items():
        if name == "schedule":
            refuse_out_of_range(given)
        elif name == "parts":
            for part in given:
                refuse_out_of_range(part)
        elif name in _RANGES and given is not None:
            inside, told = _RANGES[name]
            if not inside(given):
                raise ValueError(f"{rate!r}: {name} must be {told}")
    if isinstance(rate, Wolfe | WholeStep) and rate.share >= rate.curvature:
        raise ValueError(f"{rate!r}: curvature must be above share, or no step may be found")


def _all_finite(given: Any) -> bool:
    """Say whether these are numbers, and finite."""
    try:
        return bool(np.isfinite(np.asarray(given, dtype=float)).all())
    except (TypeError, ValueError):
        return False
