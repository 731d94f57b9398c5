"""A rate that was found on the function, and whether a rate is the same at every step."""

from __future__ import annotations

from typing import Any, NamedTuple

from descend.protocols import Array
from descend.rates.schedules import Constant


class Found(NamedTuple):
    """A rate that `learning_rate="auto"` found by trials: the same at every step.

    Parameters
    ----------
    rate
        A number, or an array of one a run.
    tried
        How many rates were tried, of the run for which most were.
    steps
        The steps of the longest trials.

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("(x - 3)^2", [0.0], optimizer="adam")
    >>> descent.learning_rate
    Found(rate=0.25, tried=13, steps=1000)
    """

    rate: float | Array
    tried: int
    steps: int

    def __call__(self, t: Array) -> Array:
        return Constant(self.rate)(t)


def constant_rate(rule: Any) -> float | Array | None:
    """Return the rate of a rule that has the same at every step, None of any other rule.

    >>> constant_rate(Constant(0.1)), constant_rate(Found(0.1, tried=12, steps=50))
    (0.1, 0.1)
    """
    rate: float | Array | None = rule.rate if isinstance(rule, Constant | Found) else None
    return rate
