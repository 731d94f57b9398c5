"""From which learning rate on runs blow up, found by trying."""

from collections.abc import Callable
from math import sqrt

CLOSE = 1.1
"""The ratio of a rate that blows up to one that holds, at which the search ends."""

FIRST = 1.25
"""The ratio of the first two rates that are tried; it grows until they are on two sides."""


def brink(
    blows_up: Callable[[float], bool], guess: float, lowest: float, highest: float
) -> float | None:
    """Return a rate that blows up, with one that holds less than a tenth below it.

    Parameters
    ----------
    blows_up
        Says whether a run at a rate does.
    guess
        Where to look first.
    lowest, highest
        Where to look at all.

    Returns
    -------
    float or None
        None if no rate was met that blows up; `lowest` if all did.

    Examples
    --------
    >>> 1.0 < brink(lambda rate: rate > 1.0, guess=7.0, lowest=1e-3, highest=1e3) < 1.1
    True
    """
    low = high = guess
    ratio = FIRST
    if blows_up(guess):
        while low > lowest and blows_up(low := max(lowest, high / ratio)):
            high, ratio = low, ratio * ratio
    else:
        while not blows_up(high := min(highest, low * ratio)):
            if high == highest:
                return None
            low, ratio = high, ratio * ratio
    while high / low > CLOSE:
        middle = sqrt(low * high)
        low, high = (low, middle) if blows_up(middle) else (middle, high)
    return high
