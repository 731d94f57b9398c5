"""Rates found by trying: line searches."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.rates.adaptive import first_rate, secant_rate
from descend.typing import Array, Memory, Stride, Trial

EXTENSIONS = 1e12
"""A search for a flatter place ends when it looks this many times as far as at first."""


class Monotone(NamedTuple):
    """A line search that never lets the value rise, from Barzilai and Borwein's rate.

    A step is kept if it makes the value smaller by at least a share of what the gradient promises
    (Armijo's rule)::

        value(new) <= value(w) + share * slope,    slope = g @ (new - w)

    Else the rate shrinks, to the minimum of the parabola through what is known, and at least by
    half. The next step's first trial follows from how the gradient turned::

        rate = moved @ moved / (moved @ turned)

    which is one over the curvature along the step just taken. Where the curvature is not positive,
    the rate grows fourfold.

    Parameters
    ----------
    share
        The share of the promised decrease that a step must reach, in (0, 1/2).
    initial
        The first trial of the first step; None for a step of a hundredth of the length of `w`
        (0.01 from zero).

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("x^2 + 4*y^2", [1, 1], learning_rate=Monotone())
    >>> bool((descent.values[1:] < descent.values[:-1]).all())
    True

    References
    ----------
    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives
    (1966); J. Barzilai and J. Borwein, Two-point step size gradient methods (1988).
    """

    share: float = 1e-4
    initial: float | None = None

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), ()

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        return _falls_enough(trial, self.share)

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        decrease = -trial.slope
        excess = trial.new_value - trial.value + decrease
        with np.errstate(all="ignore"):
            parabola = 0.5 * decrease / excess
        usable = np.isfinite(parabola) & (decrease > 0)
        return trial.rate * np.where(usable, np.clip(parabola, 0.1, 0.5), 0.1), memory

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return secant_rate(stride, 4.0 * stride.rate), memory


class Armijo(NamedTuple):
    """Backtracking: the rate shrinks until the value falls by enough.

    A step is kept if::

        value(new) <= value(w) + share * slope,    slope = g @ (new - w)

    Else the rate is multiplied by `shrink`, and tried again. The next step's first trial is
    `growth` times the rate just used, so that a rate once made small may recover.

    Parameters
    ----------
    initial
        The first trial of the first step; None for a step of a hundredth of the length of `w`
        (0.01 from zero).
    share
        The share of the promised decrease that a step must reach, in (0, 1/2).
    shrink
        What a refused rate is multiplied by, in (0, 1).
    growth
        What an accepted rate is multiplied by, at least 1.

    Examples
    --------
    From x = 1 the rates 1, 1/2 and 1/4 overshoot, to -7, -3 and -1:

    >>> import descend
    >>> descent = descend.minimize("4*x^2", [1.0], learning_rate=Armijo(initial=1.0), steps=1)
    >>> descent.learning_rates, descent.x
    (array([0.125]), array([0.]))

    References
    ----------
    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives
    (1966). The values of `share` and `shrink` are those of J. Nocedal and S. Wright, Numerical
    optimization (2006), and of custom.
    """

    initial: float | None = 1.0
    share: float = 1e-4
    shrink: float = 0.5
    growth: float = 2.0

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), ()

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        return _falls_enough(trial, self.share)

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        return self.shrink * trial.rate, memory

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return self.growth * stride.rate, memory


class Wolfe(NamedTuple):
    """A line search for the strong Wolfe conditions: far enough down, and on flat enough ground.

    A step is kept if::

        value(new) <= value(w) + share * slope,    slope     = g(w) @ (new - w)
        |new_slope| <= curvature * |slope|,        new_slope = g(new) @ (new - w)

    The rates between which such a one must lie are remembered. Each trial narrows them: it goes to
    where the line through the slopes is zero, but no nearer than a quarter of their distance to
    either.

    Parameters
    ----------
    share
        The share of the promised decrease that a step must reach, in (0, 1/2).
    curvature
        How much of the slope may be left at the step's end, in (`share`, 1).
    initial
        The first trial of the first step; None for a step of a hundredth of the length of `w`
        (0.01 from zero). Later steps try Barzilai and Borwein's rate first.

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("himmelblau", [1, 1], learning_rate=Wolfe())
    >>> descent.status, descent.x.round(3)
    ('converged', array([3., 2.]))

    References
    ----------
    P. Wolfe, Convergence conditions for ascent methods (1969). `curvature` is what J. Nocedal and
    S. Wright, Numerical optimization (2006) use for directions of unknown length.
    """

    share: float = 1e-4
    curvature: float = 0.1
    initial: float | None = None

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), _open_bracket(len(w))

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        return _falls_enough(trial, self.share) & _is_flat(trial, self.curvature, memory)

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        return _narrow(trial, memory, too_far=~_falls_enough(trial, self.share))

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return secant_rate(stride, 4.0 * stride.rate), _open_bracket(len(stride.rate))


class Exact(NamedTuple):
    """The minimum along each step's direction.

    On a quadratic the slope along the step falls on a straight line, and one correction::

        rate = rate * slope / (slope - new_slope)

    ends where it is zero; steepest descent with it takes the rate `g @ g / (g @ H @ g)`. On other
    functions the correction is repeated, between the rates that bracket the minimum, until at
    most `tolerance` times the slope is left, or the rate is known as closely.

    Parameters
    ----------
    tolerance
        How much of the slope may be left, in (0, 1).
    initial
        The first trial of the first step; None for a step of a hundredth of the length of `w`
        (0.01 from zero). Later steps try the rate just used first.

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("(x^2 + 10*y^2)/2", [10, 1], learning_rate=Exact(), steps=2)
    >>> descent.learning_rates.round(6)  # g @ g / (g @ H @ g) = 200 / 1100
    array([0.181818, 0.181818])

    References
    ----------
    A.-L. Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847).
    """

    tolerance: float = 1e-6
    initial: float | None = None

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), _open_bracket(len(w))

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        low, high, *_ = memory
        with np.errstate(invalid="ignore"):
            known = np.isfinite(high) & (high - low <= self.tolerance * high)
        return (trial.new_value <= trial.value) & (known | _is_flat(trial, self.tolerance, memory))

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        return _narrow(trial, memory, too_far=trial.new_value > trial.value)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return stride.rate, _open_bracket(len(stride.rate))


def _falls_enough(trial: Trial, share: float) -> npt.NDArray[np.bool_]:
    """Say where the value falls by a share of what the slope promises."""
    enough: npt.NDArray[np.bool_] = trial.new_value <= trial.value + share * trial.slope
    return enough & (trial.new_value <= trial.value)


def _is_flat(trial: Trial, remainder: float, memory: Memory) -> npt.NDArray[np.bool_]:
    """Say where little of the slope is left, or it was looked for beyond all measure."""
    *_, furthest = memory
    flat: npt.NDArray[np.bool_] = np.abs(trial.new_slope) <= remainder * np.abs(trial.slope)
    return flat | (trial.rate >= np.where(furthest > 0, furthest, np.inf))


def _open_bracket(runs: int) -> Memory:
    """Return a bracket from zero to infinity.

    Its arrays are the nearest and the furthest rate, the slope at the nearest in units of the slope
    at zero, and the rate at which the search gives up (zero before the first trial).
    """
    return np.zeros(runs), np.full(runs, np.inf), np.ones(runs), np.zeros(runs)


def _narrow(
    trial: Trial, memory: Memory, *, too_far: npt.NDArray[np.bool_]
) -> tuple[Array, Memory]:
    """Return a rate between those that bracket the goal, and the bracket that the trial leaves."""
    low, high, low_slope, furthest = memory
    with np.errstate(all="ignore"):
        slope = trial.new_slope / trial.slope
        beyond = too_far | ~np.isfinite(slope) | (slope < 0)
        zero = low + (trial.rate - low) * low_slope / (low_slope - slope)
    nearest = np.where(beyond, low, trial.rate)
    farthest = np.where(beyond, trial.rate, high)
    bracketed = np.isfinite(farthest)
    width = np.where(bracketed, farthest - nearest, 0.0)
    least = np.where(bracketed, nearest + 0.25 * width, 2 * trial.rate)
    most = np.where(bracketed, farthest - 0.25 * width, 1000 * trial.rate)
    middle = np.where(bracketed, nearest + 0.5 * width, 10 * trial.rate)
    usable = np.isfinite(zero) & (zero > nearest)
    rate = np.clip(np.where(usable, zero, middle), least, most)
    near_slope = np.where(beyond, low_slope, slope)
    limit = np.where(furthest > 0, furthest, EXTENSIONS * trial.rate)
    return rate, (nearest, farthest, near_slope, limit)
