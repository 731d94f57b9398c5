"""The learning rate from which on runs diverge, found by bisection."""

from collections.abc import Callable
from math import sqrt

PRECISION = 1.1
"""The ratio of a rate that diverges to one that does not, at which the search ends."""

FIRST_RATIO = 1.25
"""The ratio of the first two rates that are tried; squared until they bracket it."""


def divergence_threshold(
    diverges: Callable[[float], bool], guess: float, lowest: float, highest: float
) -> float | None:
    """Return a rate that diverges, with one that does not less than a tenth below it.

    The search begins at `guess` and keeps between `lowest`, which it returns if all rates diverged,
    and `highest`; None if none did.

    >>> 1.0 < divergence_threshold(lambda rate: rate > 1, guess=7.0, lowest=1e-3, highest=1e3) < 1.1
    True
    """
    low = high = guess
    ratio = FIRST_RATIO
    if diverges(guess):
        while low > lowest and diverges(low := max(lowest, high / ratio)):
            high, ratio = low, ratio * ratio
    else:
        while not diverges(high := min(highest, low * ratio)):
            if high == highest:
                return None
            low, ratio = high, ratio * ratio
    while high / low > PRECISION:
        middle = sqrt(low * high)
        low, high = (low, middle) if diverges(middle) else (middle, high)
    return high
