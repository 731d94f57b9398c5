"""Which values the numbers of a learning rate may have."""

from typing import Any

import numpy as np

from descend.rates.brackets import WholeStep, Wolfe
from descend.support.intervals import (
    ABOVE_0,
    AT_LEAST_0,
    BETWEEN_0_AND_1,
    FINITE,
    Interval,
    refuse_fields_outside,
)

AT_LEAST_1 = Interval(1)
UP_TO_1 = Interval(0, 1, least_closed=False, most_closed=True)

# a name means the same in every class of this folder
RANGES = {
    "alpha": ABOVE_0,
    "beta": AT_LEAST_0,
    "curvature": BETWEEN_0_AND_1,
    "cycle": ABOVE_0,
    "decay": AT_LEAST_0,
    "division": ABOVE_0,
    "divisor": ABOVE_0,
    "down": ABOVE_0,
    "end": AT_LEAST_0,
    "every": ABOVE_0,
    "factor": ABOVE_0,
    "final_division": ABOVE_0,
    "gap": ABOVE_0,
    "growth": AT_LEAST_1,
    "hold": AT_LEAST_1,
    "initial": ABOVE_0,
    "least": AT_LEAST_0,
    "low": AT_LEAST_0,
    "milestones": FINITE,
    "minimum": FINITE,
    "patience": AT_LEAST_0,
    "peak": ABOVE_0,
    "per_cycle": UP_TO_1,
    "per_step": UP_TO_1,
    "power": AT_LEAST_0,
    "rate": ABOVE_0,
    "rise": BETWEEN_0_AND_1,
    "share": Interval(0, 0.5, least_closed=False),
    "shrink": BETWEEN_0_AND_1,
    "start": AT_LEAST_0,
    "steps": ABOVE_0,
    "t0": ABOVE_0,
    "threshold": AT_LEAST_0,
    "tol": AT_LEAST_0,
    "tolerance": BETWEEN_0_AND_1,
    "up": ABOVE_0,
    "values": AT_LEAST_0,
}


def refuse_out_of_range(rate: Any) -> None:
    """Refuse one of the library's learning rates with a number out of its range; others pass.

    Raises
    ------
    ValueError
        Naming the class, the number, its value and its range.

    Examples
    --------
    >>> from descend.rates import Cosine
    >>> refuse_out_of_range(Cosine(0.1, steps=0))
    Traceback (most recent call last):
    ValueError: Cosine(steps=0): steps must be a number above 0
    """
    if not type(rate).__module__.startswith("descend.rates."):
        return
    refuse_fields_outside(rate, RANGES)
    fields = rate._asdict()
    for part in (*fields.get("parts", ()), fields.get("schedule")):
        refuse_out_of_range(part)
    milestones = fields.get("milestones", ())
    if np.ndim(milestones) != 1 or not np.all(np.diff(milestones) > 0):
        raise ValueError(f"{rate!r}: milestones must be a tuple of rising numbers")
    if isinstance(rate, Wolfe | WholeStep) and rate.share >= rate.curvature:
        raise ValueError(f"{rate!r}: curvature must be above share, or no step may be found")
