"""Whether the losses of epochs still fall, and whether they have settled within their noise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from descend.protocols import Array

GAIN = 0.01
"""The share of the loss by which settled ones vary, and which going on may still gain."""

LEAST = 5
"""The fewest epochs of a window: of fewer, the noise is not known."""

CONFIDENCE = 0.975
"""How sure each bound is."""


class Windows(NamedTuple):
    """The last two windows of losses, of the same length.

    Their length is a quarter of the losses, so that what noise hides is seen in time.
    """

    before: Array
    last: Array

    @classmethod
    def of(cls, losses: Array, least: int) -> Windows | None:
        """Return the windows, of at least so many losses, or None if there are not enough."""
        length = max(len(losses) // 4, least, LEAST)
        if len(losses) < 2 * length:
            return None
        return cls(losses[-2 * length : -length], losses[-length:])

    @property
    def length(self) -> int:
        """The number of losses in each."""
        return len(self.last)

    @property
    def fall(self) -> float:
        """By how much the mean fell."""
        return float(self.before.mean() - self.last.mean())

    @property
    def fell(self) -> bool:
        """Whether the mean fell by more than chance would have it, or the last are all below."""
        return self.fall > self.chance or bool(self.last.max() < self.before.min())

    @property
    def noise(self) -> float:
        """The standard deviation of a loss about the mean of its window."""
        return float(np.sqrt((self.before.var(ddof=1) + self.last.var(ddof=1)) / 2))

    @property
    def chance(self) -> float:
        """How far apart noise and rounding alone may bring the means: Student's bound."""
        quantile = float(stdtrit(2 * self.length - 2, CONFIDENCE))
        rounding = float(np.finfo(float).eps * np.abs(self.before).max())
        return quantile * self.noise * float(np.sqrt(2 / self.length)) + rounding


def still_fall(losses: Array, least: int) -> bool:
    """Say whether the losses fall by more than their noise, or are too few to tell."""
    windows = Windows.of(losses, least)
    return windows is None or windows.fell


def stand_still(losses: Array, tol: float, least: int) -> bool:
    """Say whether the last losses, at least `least`, lie within `tol` of themselves."""
    last = losses[-max(least, LEAST) :]
    return bool(np.ptp(last) <= tol * abs(last.mean()))


def have_settled(losses: Array, rates: Array, tol: float, least: int) -> bool:
    """Say whether the losses of epochs have settled within their noise.

    The last window is compared with the one before it, each a quarter of the losses and at least
    `least` of them. The losses have settled if

    1. they hardly vary: their noise is at most a hundredth of the last mean;
    2. the means differ by no more than the noise explains, and neighbours are no nearer to each
       other than noise would have them, as they are in a swing (J. von Neumann's ratio of squared
       differences to the variance, 1941); or the last losses stand still, within `tol`;
    3. going on would gain nothing: if the means went on moving as they may at most have moved, as
       many epochs again as there were, at the largest of their `rates`, would change the loss by at
       most a hundredth. (At a small enough rate every loss stands still.)

    So noise costs epochs, not truth: the larger it is, the longer the windows have to be.
    """
    windows = Windows.of(losses, least)
    if windows is None:
        return False
    size = abs(float(windows.last.mean()))
    if not stand_still(losses, tol, least) and (
        abs(windows.fall) > windows.chance or follow_one_another(np.concatenate(windows))
    ):
        return False
    epochs = len(rates) / windows.length
    change = (abs(windows.fall) + windows.chance) * epochs * float(rates.max())
    lately = float(rates[-windows.length :].mean())
    return lately > 0 and windows.noise <= GAIN * size and change <= GAIN * size * lately


def follow_one_another(losses: Array) -> bool:
    """Say whether neighbouring losses are nearer to each other than noise would have them."""
    n, variance = len(losses), float(np.var(losses, ddof=1))
    ratio = float(np.mean(np.diff(losses) ** 2)) / (2 * variance)
    # of noise it is 1, with the standard deviation of the root
    quantile = float(stdtrit(np.inf, CONFIDENCE))
    return bool(ratio < 1 - quantile * np.sqrt((n - 2) / (n**2 - 1)))
