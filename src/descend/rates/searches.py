"""Rates found by trying: line searches."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.typing import Array


class Monotone(NamedTuple):
    """A line search that never lets the value rise, from Barzilai and Borwein's rate.

    A step is kept if it makes the value smaller by at least a share of what the gradient promises
    (Armijo's rule)::

        value(new) <= value(w) - share * decrease,    decrease = g @ (w - new)

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
    >>> import numpy as np
    >>> search = Monotone()
    >>> search.propose(np.array([0.1]), moved=np.array([[1.0, 0.0]]), turned=np.array([[4.0, 0.0]]))
    array([0.25])

    References
    ----------
    L. Armijo, Minimization of functions having Lipschitz continuous first partial derivatives
    (1966); J. Barzilai and J. Borwein, Two-point step size gradient methods (1988).
    """

    share: float = 1e-4
    initial: float | None = None

    def first(self, w: Array, g: Array) -> Array:
        if self.initial is not None:
            return np.full(len(w), self.initial)
        length = np.linalg.norm(w, axis=-1)
        slope = np.linalg.norm(g, axis=-1)
        reach: Array = 0.01 * np.where(length > 0, length, 1.0)
        return np.where(slope > 0, reach / np.where(slope > 0, slope, 1.0), 1.0)

    def accepts(self, value: Array, new_value: Array, decrease: Array) -> npt.NDArray[np.bool_]:
        enough: npt.NDArray[np.bool_] = new_value <= value - self.share * decrease
        return enough & (new_value <= value)

    def shorten(self, rate: Array, value: Array, new_value: Array, decrease: Array) -> Array:
        excess = new_value - value + decrease
        with np.errstate(all="ignore"):
            parabola = 0.5 * decrease / excess
        usable = np.isfinite(parabola) & (decrease > 0)
        return rate * np.where(usable, np.clip(parabola, 0.1, 0.5), 0.1)

    def propose(self, rate: Array, moved: Array, turned: Array) -> Array:
        with np.errstate(all="ignore"):
            along = np.sum(moved * turned, axis=-1)
            secant = np.sum(moved * moved, axis=-1) / along
        usable = (along > 0) & np.isfinite(secant)
        return np.where(usable, secant, 4.0 * rate)
