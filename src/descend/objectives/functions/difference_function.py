"""Functions that no library can differentiate: differences of their values, or of a gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.domain import OUTSIDE, Domain
from descend.objectives.functions.pointwise import number
from descend.protocols import Array

EPS = float(np.finfo(np.float64).eps)

FIRST_STEP = EPS ** (1 / 3)
"""Relative step of a central difference: rounding and curvature then cost as many digits."""

SECOND_STEP = EPS**0.25
"""The same, of a difference of differences."""


class DifferenceFunction:
    """A function whose gradient is made of central differences, good to about ten digits.

    ::

        g[j] = (f(w + h e_j) - f(w - h e_j)) / 2h,    h = eps**(1/3) * max(|w[j]|, 1)

    Where one side is not finite, the other and the middle serve. Points are float64, since
    differences of less are rounding. Hessian products are good to about five digits. The length of
    `h`: J. Nocedal and S. Wright, Numerical optimization (2006), section 8.1.
    """

    def __init__(self, function: Callable[[Array], Any]) -> None:
        self.function = function
        self._domain = Domain(function)

    def value_at(self, w: Array) -> float:
        value: Any = OUTSIDE
        with self._domain:
            value = self.function(w.astype(np.float64))
        return number(value, self.function)

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        value = self.value_at(w)
        return value, self._gradient(w.astype(np.float64), value, FIRST_STEP)

    def product_at(self, w: Array, v: Array) -> Array:
        def gradient(point: Array) -> Array:
            return self._gradient(point, self.value_at(point), SECOND_STEP)

        return directional_difference(gradient, w, v, SECOND_STEP)

    def _gradient(self, w: Array, value: float, relative_step: float) -> Array:
        steps = relative_step * np.maximum(np.abs(w), 1.0)
        g = np.empty_like(w)
        for j, step in enumerate(steps):
            ahead, behind = w.copy(), w.copy()
            ahead[j] += step
            behind[j] -= step
            above, below = self.value_at(ahead), self.value_at(behind)
            if not np.isfinite(above):
                above, ahead = value, w
            elif not np.isfinite(below):
                below, behind = value, w
            # the steps as they came out in floating point
            g[j] = (above - below) / (ahead[j] - behind[j])
        return g


def directional_difference(
    gradient: Callable[[Array], Array], w: Array, v: Array, relative_step: float
) -> Array:
    """Return the Hessian at `w` times `v`, a central difference of the gradient along `v`.

    Differences of float32 gradients would be all rounding, so it is taken in float64.
    """
    length = float(np.linalg.norm(v))
    if length == 0:
        return np.zeros_like(w)
    h = relative_step * (1 + float(np.linalg.norm(w))) / length
    center, step = w.astype(np.float64), h * v.astype(np.float64)
    return np.asarray((gradient(center + step) - gradient(center - step)) / (2 * h))
