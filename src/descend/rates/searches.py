"""Line searches: rates found by trying."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Memory, Stride, Trial
from descend.rates.adaptive import first_rate, secant_rate


class Monotone(NamedTuple):
    """A line search that never lets the value rise, from Barzilai and Borwein's rate.

    A step is kept if it makes the value smaller by at least a share of what the gradient promises
    (Armijo's rule)::

        value(new) <= value(w) + share * slope,    slope = g @ (new - w)

    Else the rate shrinks, to the minimum of the parabola through what is known, and at least by
    half. The next step's first trial is one over the curvature along the step just taken,
    `s @ s / (s @ y)` with the changes `s` of `w` and `y` of the gradient, or four times the last
    rate, where the curvature is not positive.

    Parameters
    ----------
    share
        The share of the promised decrease that a step must reach, in (0, 1/2).
    initial
        The very first trial; None for a step of a hundredth of the length of `w` (0.01 from zero).

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
        return falls_enough(trial, self.share)

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

    A step is kept if `value(new) <= value(w) + share * g @ (new - w)`; else a smaller one is tried.

    Parameters
    ----------
    initial
        The very first trial; None for a step of a hundredth of the length of `w` (0.01 from zero).
    share
        The share of the promised decrease that a step must reach, in (0, 1/2).
    shrink, growth
        What a refused rate is multiplied by, in (0, 1), and an accepted one, at least 1, for the
        next step's first trial.

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
    (1966). The default `share` is that of J. Nocedal and S. Wright, Numerical optimization (2006).
    """

    initial: float | None = 1.0
    share: float = 1e-4
    shrink: float = 0.5
    growth: float = 2.0

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), ()

    def accepts(self, trial: Trial, memory: Memory) -> npt.NDArray[np.bool_]:
        return falls_enough(trial, self.share)

    def retry(self, trial: Trial, memory: Memory) -> tuple[Array, Memory]:
        return self.shrink * trial.rate, memory

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return self.growth * stride.rate, memory


def falls_enough(trial: Trial, share: float) -> npt.NDArray[np.bool_]:
    """Say where the value falls by a share of what the slope promises."""
    enough: npt.NDArray[np.bool_] = trial.new_value <= trial.value + share * trial.slope
    return enough & (trial.new_value <= trial.value)
