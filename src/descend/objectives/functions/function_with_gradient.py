"""Functions that bring their own gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.difference_function import FIRST_STEP, directional_difference
from descend.objectives.functions.domain import OUTSIDE, Domain
from descend.objectives.functions.pointwise import as_gradient, name_of, number
from descend.protocols import Array


class FunctionWithGradient:
    """A function with its gradient, or None if the function returns `(value, gradient)` itself.

    Hessian products are central differences of the gradient.
    """

    def __init__(
        self, function: Callable[[Array], Any], gradient: Callable[[Array], Any] | None
    ) -> None:
        self.function = function
        self.gradient = gradient
        self._domain = Domain(function)

    def value_at(self, w: Array) -> float:
        value: Any = OUTSIDE
        if self.gradient is None:
            value, _ = self._pair(w)
        else:
            with self._domain:
                value = self.function(w)
        return number(value, self.function)

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        value: Any = OUTSIDE
        g: Any = OUTSIDE
        if self.gradient is None:
            value, g = self._pair(w)
        else:
            with self._domain:
                value, g = self.function(w.copy()), self.gradient(w)
        if g is OUTSIDE:
            g = np.full_like(w, np.nan)
        return number(value, self.function), as_gradient(g, w, self.function)

    def product_at(self, w: Array, v: Array) -> Array:
        return directional_difference(lambda point: self.gradient_at(point)[1], w, v, FIRST_STEP)

    def _pair(self, w: Array) -> tuple[Any, Any]:
        """Return the value and the gradient of a function that gives both."""
        pair: Any = OUTSIDE, OUTSIDE
        with self._domain:
            pair = self.function(w)
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(
                f"gradient=True says that {name_of(self.function)} returns (value, gradient), "
                f"but it returned {type(pair).__name__}: return both, or leave gradient= out"
            )
        return pair[0], pair[1]
