"""Functions that nothing can follow, differentiated by differences of their values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import gradients_at, number, products_at, values_at
from descend.protocols import Array

EPS = float(np.finfo(np.float64).eps)


class Differenced:
    """A function whose gradient is made of central differences, good to about ten digits.

    ::

        g[j] = (f(w + h e_j) - f(w - h e_j)) / 2h,    h = eps**(1/3) * max(|w[j]|, 1)

    A gradient takes `2 d` values. Where one side is not finite, the other and the middle serve.
    The function is called with points of double precision, since differences of less are rounding.

    Parameters
    ----------
    function
        `(d,)` to a number.

    References
    ----------
    J. Nocedal and S. Wright, Numerical optimization (2006), section 8.1, for the length of `h`.
    """

    def __init__(self, function: Callable[[Array], Any]) -> None:
        self.function = function

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        return values_at(self._number, w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points."""
        return gradients_at(self._at, w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors, good to about five digits."""
        return products_at(self._product, w, v)

    def _number(self, w: Array) -> float:
        return number(self.function(w.astype(np.float64)), self.function)

    def _at(self, w: Array) -> tuple[float, Array]:
        value = self._number(w)
        return value, self._slopes(w.astype(np.float64), value, EPS ** (1 / 3))

    def _slopes(self, w: Array, value: float, share: float) -> Array:
        steps = share * np.maximum(np.abs(w), 1.0)
        slopes = np.empty_like(w)
        for j, step in enumerate(steps):
            ahead, behind = w.copy(), w.copy()
            ahead[j] += step
            behind[j] -= step
            above, below = self._number(ahead), self._number(behind)
            if not np.isfinite(above):
                above, ahead = value, w
            elif not np.isfinite(below):
                below, behind = value, w
            # the steps as they came out in floating point
            slopes[j] = (above - below) / (ahead[j] - behind[j])
        return slopes

    def _product(self, w: Array, v: Array) -> Array:
        length = float(np.linalg.norm(v))
        if length == 0:
            return np.zeros_like(w)
        share = EPS**0.25
        reach = share * (1 + float(np.linalg.norm(w))) / length
        wide, way = w.astype(np.float64), reach * v.astype(np.float64)
        ahead, behind = (
            self._slopes(point, self._number(point), share) for point in (wide + way, wide - way)
        )
        return np.asarray((ahead - behind) / (2 * reach))
