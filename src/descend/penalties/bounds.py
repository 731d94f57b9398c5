"""Bounds of the parameters, with another penalty or alone."""

from typing import NamedTuple

import numpy as np

from descend.penalties.elementwise import NoPenalty
from descend.penalties.smoothness import is_smooth
from descend.protocols import Array, Penalty, Rate, verbs


class Box(NamedTuple):
    """Each parameter stays between two bounds; another penalty may act as well.

    The `prox` is that of a convex penalty, clipped; the `value` is that of the penalty alone.

    Parameters
    ----------
    lower, upper, penalty
        The bounds, `-inf` and `inf` for none, and the other penalty. In the estimators bounds are
        the same for all coefficients; `descend.minimize` takes bounds of each parameter.

    Examples
    --------
    >>> Box(-1.0, 2.0).prox(np.array([3.0, 0.5, -4.0]), 1.0)
    array([ 2. ,  0.5, -1. ])

    References
    ----------
    A. Goldstein, Convex programming in Hilbert space (1964), for descent by projection.
    """

    lower: float | Array = -np.inf
    upper: float | Array = np.inf
    penalty: Penalty = NoPenalty()

    @property
    def smooth(self) -> bool:
        bounded = np.any(np.isfinite(self.lower)) or np.any(np.isfinite(self.upper))
        return not bounded and is_smooth(self.penalty)

    def value(self, w: Array) -> Array:
        return self.penalty.value(w)

    def gradient(self, w: Array) -> Array:
        return verbs.gradient(self.penalty, w)

    def curvature(self, w: Array) -> Array:
        return self.penalty.curvature(w)

    def kink(self) -> float | Array:
        return verbs.kink(self.penalty)

    def prox(self, w: Array, rate: Rate) -> Array:
        return np.minimum(np.maximum(verbs.prox(self.penalty, w, rate), self.lower), self.upper)


class NonNegative(NamedTuple):
    """No parameter falls below zero; another `penalty` may act as well.

    Examples
    --------
    >>> from descend.penalties import L1
    >>> NonNegative(L1(alpha=0.5)).prox(np.array([3.0, 0.2, -4.0]), 1.0)
    array([2.5, 0. , 0. ])

    References
    ----------
    C. Lawson and R. Hanson, Solving least squares problems (1974).
    """

    penalty: Penalty = NoPenalty()

    @property
    def smooth(self) -> bool:
        return False

    def value(self, w: Array) -> Array:
        return self.penalty.value(w)

    def gradient(self, w: Array) -> Array:
        return verbs.gradient(self.penalty, w)

    def curvature(self, w: Array) -> Array:
        return self.penalty.curvature(w)

    def kink(self) -> float | Array:
        return verbs.kink(self.penalty)

    def prox(self, w: Array, rate: Rate) -> Array:
        return np.maximum(verbs.prox(self.penalty, w, rate), 0.0)
