"""Functions that bring their own gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import (
    gradients_at,
    name_of,
    number,
    products_at,
    slopes,
    values_at,
)
from descend.protocols import Array

_RELATIVE_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)


class Given:
    """A function with its gradient; Hessian products are central differences of that.

    Parameters
    ----------
    function
        `(d,)` to a number.
    gradient
        `(d,)` to `(d,)`; None if the function returns both, `(value, gradient)`.
    """

    def __init__(
        self, function: Callable[[Array], Any], gradient: Callable[[Array], Any] | None
    ) -> None:
        self.function = function
        self.gradient = gradient

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        return values_at(self._number, w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points."""
        return gradients_at(self._at, w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors, good to about ten digits."""
        return products_at(self._product, w, v)

    def _number(self, w: Array) -> float:
        value = self._pair(w)[0] if self.gradient is None else self.function(w)
        return number(value, self.function)

    def _at(self, w: Array) -> tuple[float, Array]:
        if self.gradient is None:
            value, g = self._pair(w)
        else:
            value, g = self.function(w.copy()), self.gradient(w)
        return number(value, self.function), slopes(g, w, self.function)

    def _pair(self, w: Array) -> tuple[Any, Any]:
        """Return the value and the gradient of a function that gives both."""
        pair = self.function(w)
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(
                f"gradient=True says that {name_of(self.function)} returns (value, gradient), "
                f"but it returned {type(pair).__name__}: return both, or leave gradient= out"
            )
        return pair[0], pair[1]

    def _product(self, w: Array, v: Array) -> Array:
        length = float(np.linalg.norm(v))
        if length == 0:
            return np.zeros_like(w)
        reach = _RELATIVE_STEP * (1 + float(np.linalg.norm(w))) / length
        # in float64, since differences of float32 gradients would be all rounding
        wide, way = w.astype(np.float64), reach * v.astype(np.float64)
        ahead, behind = self._at(wide + way)[1], self._at(wide - way)[1]
        return np.asarray((ahead - behind) / (2 * reach))
