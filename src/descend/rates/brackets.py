"""Line searches that close in on a rate from both sides."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Memory, Stride, Trial
from descend.rates.adaptive import first_rate, secant_rate
from descend.rates.searches import falls_enough
from descend.support.numerics import some

EXTENSIONS = 1e12
"""A search ends at a rate this many times its first trial."""

NARROW = 1e-3
"""A bracket is narrow when it is this share of its far end."""

INSIDE = np.array([[0.1], [0.5], [0.9]])
"""The shares of a bracket at which a trial is at least, by default and at most."""

OUTSIDE = np.array([[2.0], [4.0], [10.0]])
"""The same in units of the last trial, where there is no far end yet."""


class Wolfe(NamedTuple):
    """A line search for the strong Wolfe conditions: enough decrease, and a slope small enough.

    A step is kept if::

        value(new) <= value(w) + share * slope,    slope     = g(w) @ (new - w)
        |new_slope| <= curvature * |slope|,        new_slope = g(new) @ (new - w)

    It keeps a bracket of rates, which each trial narrows: the next is where the line through the
    slopes is zero, but no nearer than a quarter of the bracket to either end.

    Parameters
    ----------
    share, curvature
        The shares of the promised decrease that a step must reach, in (0, 1/2), and of the slope
        that may remain at its end, in (`share`, 1).
    initial
        The very first trial; None for a step of a hundredth of the length of `w` (0.01 from zero).
        Later steps try Barzilai and Borwein's rate first.

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
        return falls_enough(trial, self.share) & _is_flat(trial, self.curvature, memory)

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        return _narrow(trial, memory, too_far=~falls_enough(trial, self.share))

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return secant_rate(stride, 4.0 * stride.rate), _open_bracket(len(stride.rate))


class Exact(NamedTuple):
    """The minimum along each step's direction.

    On a quadratic the slope along the step is a straight line, and one correction of the rate, by
    `slope / (slope - new_slope)`, ends where it is zero; steepest descent then takes the rate
    `g @ g / (g @ H @ g)`. On other functions the correction is repeated between the rates that
    bracket the minimum, until at most `tolerance` times the slope is left, or the rate is known as
    closely.

    Parameters
    ----------
    tolerance
        The share of the slope that may remain, in (0, 1).
    initial
        The very first trial; None for a step of a hundredth of the length of `w` (0.01 from zero).
        Later steps try the rate just used first.

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


class WholeStep(NamedTuple):
    """A search that tries the rate 1 first, for directions that carry their own length.

    A step is kept under Wolfe's conditions in their weak form::

        value(new) <= value(w) + share * slope,    slope     = g(w) @ (new - w)
        new_slope  >= curvature * slope,           new_slope = g(new) @ (new - w)

    Else the rate goes to where the cubic through the values and slopes at both ends of the bracket
    is lowest, or beyond, as long as the value falls steeply. Where the value is not finite the
    rate becomes a tenth. A step that falls enough is kept, too, when the bracket has become narrow,
    for the slope has a jump there, or when it ends where the value is not finite.

    Parameters
    ----------
    share, curvature
        The shares of the promised decrease that a step must reach, in (0, 1/2), and of the slope
        that may remain at its end, in (`share`, 1). With a curvature of 0.9 a step needs fewer
        trials, but on ill-conditioned quadratics 0.1 takes a fifth of the steps or less.

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize(
    ...     "himmelblau", [1, 1], optimizer="lbfgs", learning_rate=WholeStep()
    ... )
    >>> descent.status, descent.x.round(3), float(descent.learning_rates[-1])
    ('converged', array([3., 2.]), 1.0)

    References
    ----------
    P. Wolfe, Convergence conditions for ascent methods (1969); J. Nocedal and S. Wright, Numerical
    optimization (2006), chapters 3 and 7, for `share` and the first trial.
    """

    share: float = 1e-4
    curvature: float = 0.1

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return np.ones(len(w), dtype=w.dtype), _open_interval(len(w))

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        falls = falls_enough(trial, self.share)
        accepted: npt.NDArray[np.bool_] = falls & (trial.new_slope >= self.curvature * trial.slope)
        steep = falls & ~accepted
        if some(steep):
            near, far = memory
            low, high = near[:, 0], far[:, 0]
            narrow = np.isfinite(high) & ((high - low <= NARROW * high) | np.isinf(far[:, 1]))
            accepted |= steep & (narrow | (trial.rate >= EXTENSIONS))
        return accepted

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        near, far = (end.T for end in memory)
        rate = trial.rate
        with np.errstate(all="ignore"):
            here = np.array((rate, trial.new_value - trial.value, trial.new_slope / rate))
            start = np.array((0 * rate, 0 * rate, trial.slope / rate))
            before = np.where(near[0] > 0, near, start)
            beyond = ~falls_enough(trial, self.share)
            near, far = np.where(beyond, before, here), np.where(beyond, here, far)
            bracketed = np.isfinite(far[0])
            best = _lowest(np.where(bracketed, near, before), np.where(bracketed, far, here))
            least, unknown, most = np.where(
                bracketed, near[0] + INSIDE * (far[0] - near[0]), OUTSIDE * rate
            )
            unknown = np.where(bracketed & ~np.isfinite(far[1]), least, unknown)
            rate = np.where(np.isfinite(best), best, unknown)
        return np.minimum(np.maximum(rate, least), most), (near.T, far.T)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return np.ones_like(stride.rate), _open_interval(len(stride.rate))


def _open_interval(runs: int) -> Memory:
    """Return an interval from zero to infinity: a rate, value and slope at either end, `(k, 3)`."""
    ends = np.zeros((2, runs, 3))
    ends[1] = np.inf
    near, far = ends
    return near, far


def _lowest(one: Array, other: Array) -> Array:
    """Return where the cubic through two values and slopes is lowest; NaN where it is nowhere."""
    (a, value_a, slope_a), (b, value_b, slope_b) = one, other
    mean = slope_a + slope_b - 3 * (value_a - value_b) / (a - b)
    root = np.sign(b - a) * np.sqrt(mean * mean - slope_a * slope_b)
    lowest: Array = b - (b - a) * (slope_b + root - mean) / (slope_b - slope_a + 2 * root)
    return lowest


def _is_flat(trial: Trial, remainder: float, memory: Memory) -> npt.NDArray[np.bool_]:
    """Say where little of the slope is left, or it was looked for beyond all measure."""
    *_, furthest = memory
    flat: npt.NDArray[np.bool_] = np.abs(trial.new_slope) <= remainder * np.abs(trial.slope)
    return flat | (trial.rate >= np.where(furthest > 0, furthest, np.inf))


def _open_bracket(runs: int) -> Memory:
    """Return a bracket from zero to infinity: four arrays, a number a run.

    The nearest and furthest rate, the slope at the nearest in units of that at zero, and the rate
    at which the search ends (zero before the first trial).
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
