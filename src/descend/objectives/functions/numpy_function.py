"""Functions written with NumPy, differentiated in reverse by autograd."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import number
from descend.objectives.functions.untraceable import untraceable
from descend.protocols import Array


class NumPyFunction:
    """A function written with NumPy; its gradient and Hessian products are exact."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def value_at(self, w: Array) -> float:
        return number(self.function(w), self.function)

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        pullback, value = self._traced(self.function, w)
        return number(value, self.function), pullback(np.ones_like(value))

    def product_at(self, w: Array, v: Array) -> Array:
        def directional_derivative(point: Any) -> Any:
            pullback, value = _make_vjp(self.function, point)
            return np.dot(pullback(np.ones(np.shape(value))), v)

        pullback, _ = self._traced(directional_derivative, w)
        return np.asarray(pullback(1.0))

    def _traced(self, function: Callable[[Any], Any], w: Array) -> tuple[Callable[[Any], Any], Any]:
        """Return the pullback and the value, or say what autograd cannot differentiate."""
        try:
            return _make_vjp(function, w)
        except Exception as error:
            # an error of the function itself is raised as it is
            number(self.function(w.copy()), self.function)
            raise untraceable("autograd", self.function, error) from error


def _make_vjp(function: Callable[[Any], Any], w: Any) -> tuple[Callable[[Any], Any], Any]:
    """Evaluate a function and return its pullback and its value."""
    from autograd.core import make_vjp

    with warnings.catch_warnings():
        # a function that does not depend on the point has gradient 0
        warnings.filterwarnings("ignore", message="Output seems independent of input")
        pullback, value = make_vjp(lambda point: _unpacked(function(point)), w)
    return pullback, value


def _unpacked(value: Any) -> Any:
    """Return a traced number that NumPy has packed into an array, as `np.where` does."""
    if isinstance(value, np.ndarray) and value.dtype == object and value.size == 1:
        return value.item()
    return value
