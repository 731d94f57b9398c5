"""Functions written with NumPy, differentiated in reverse by autograd."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.pointwise import (
    gradients_at,
    number,
    products_at,
    untraceable,
    values_at,
)
from descend.protocols import Array


class Reversed:
    """A function written with NumPy; its gradient and Hessian products are exact.

    Parameters
    ----------
    function
        `(d,)` to a number.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.function = function

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        return values_at(lambda point: number(self.function(point), self.function), w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points."""
        return gradients_at(self._at, w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors."""
        return products_at(self._product, w, v)

    def _at(self, w: Array) -> tuple[float, Array]:
        pullback, value = self._traced(self.function, w)
        found = number(value, self.function)
        return found, pullback(np.ones_like(value))

    def _product(self, w: Array, v: Array) -> Array:
        def slope(point: Any) -> Any:
            pullback, value = _make_vjp(self.function, point)
            return np.dot(pullback(np.ones(np.shape(value))), v)

        pullback, _ = self._traced(slope, w)
        return np.asarray(pullback(1.0))

    def _traced(self, function: Callable[[Any], Any], w: Array) -> tuple[Callable[[Any], Any], Any]:
        """Return the pullback and the value, or say what autograd could not follow."""
        try:
            return _make_vjp(function, w)
        except Exception as error:
            # An error of the function itself is its author's to see, as it is.
            number(self.function(w.copy()), self.function)
            raise untraceable("autograd", self.function, error) from error


def _make_vjp(function: Callable[[Any], Any], w: Any) -> tuple[Callable[[Any], Any], Any]:
    """Evaluate a function and return how to pull a slope back through it, and its value."""
    from autograd.core import make_vjp

    with warnings.catch_warnings():
        # A function that does not depend on the point has gradient 0, which is no reason to warn.
        warnings.filterwarnings("ignore", message="Output seems independent of input")
        pullback, value = make_vjp(lambda point: _unpacked(function(point)), w)
    return pullback, value


def _unpacked(value: Any) -> Any:
    """Return a followed number that NumPy has packed into an array, as `np.where` does."""
    if isinstance(value, np.ndarray) and value.dtype == object and value.size == 1:
        return value.item()
    return value
