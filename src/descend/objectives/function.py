"""Function: a Python function of one array as an objective."""

from __future__ import annotations

import traceback
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from descend.typing import Array

_RELATIVE_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)


class Function:
    """A Python function of one array `(d,)` that returns a number, as an objective.

    Its gradient is the one given, or exact by reverse-mode differentiation (autograd) of the
    function as it is: written with NumPy, `@`, indexing, loops and branches. Several points are
    computed one after another.

    Parameters
    ----------
    function
        `(d,)` to a number.
    gradient
        `(d,)` to `(d,)`; None for the exact one.

    Examples
    --------
    >>> objective = Function(lambda w: np.sin(w[0]) + w @ w)
    >>> value, gradient = objective.value_and_gradient(np.array([0.0, 2.0]))
    >>> float(value), gradient.tolist()
    (4.0, [1.0, 4.0])
    """

    def __init__(
        self, function: Callable[[Array], Any], gradient: Callable[[Array], Any] | None = None
    ) -> None:
        self.function = function
        self.gradient = gradient

    def __repr__(self) -> str:
        """Name the function."""
        return f"Function({_name(self.function)})"

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`.

        Raises
        ------
        ValueError
            If the function returns anything but a number.
        """
        w = _floats(w)
        values = np.empty(w.shape[:-1], w.dtype)
        for index in np.ndindex(values.shape):
            values[index] = self._number(self.function(w[index].copy()))
        return values[()]

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points: `(..., d)` to `(...)` and `(..., d)`.

        Raises
        ------
        ValueError
            If the function returns anything but a number, if its gradient has another shape than
            the point, or if autograd cannot follow the function.
        """
        w = _floats(w)
        values = np.empty(w.shape[:-1], w.dtype)
        gradients = np.empty_like(w)
        for index in np.ndindex(values.shape):
            values[index], gradients[index] = self._at(w[index].copy())
        return values[()], gradients

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors: `(..., d)`.

        They are exact if the gradient is; from a given gradient they are central differences, good
        to about ten digits.

        Raises
        ------
        ValueError
            As `value_and_gradient`.
        """
        w, v = np.broadcast_arrays(_floats(w), _floats(v))
        products = np.empty_like(w)
        for index in np.ndindex(w.shape[:-1]):
            products[index] = self._product(w[index].copy(), v[index].copy())
        return products

    def _at(self, w: Array) -> tuple[float, Array]:
        """Return value and gradient at one point."""
        if self.gradient is not None:
            return self._number(self.function(w.copy())), self._given(w)
        pullback, value = self._traced(self.function, w)
        number = self._number(value)
        return number, pullback(np.ones_like(value))

    def _given(self, w: Array) -> Array:
        """Return the given gradient at one point."""
        assert self.gradient is not None
        g = np.asarray(self.gradient(w.copy()))
        if g.shape != w.shape:
            raise ValueError(
                f"the gradient of {_name(self.function)} has the shape {g.shape}, but the point "
                f"has {w.shape}: return one slope a coordinate"
            )
        return g

    def _product(self, w: Array, v: Array) -> Array:
        """Return the Hessian at one point times a vector."""
        if self.gradient is None:

            def slope(point: Any) -> Any:
                pullback, value = _make_vjp(self.function, point)
                return np.dot(pullback(np.ones(np.shape(value))), v)

            pullback, _ = self._traced(slope, w)
            return np.asarray(pullback(1.0))
        length = float(np.linalg.norm(v))
        if length == 0:
            return np.zeros_like(w)
        reach = _RELATIVE_STEP * (1 + float(np.linalg.norm(w))) / length
        ahead, behind = self._given(w + reach * v), self._given(w - reach * v)
        return np.asarray((ahead - behind) / (2 * reach))

    def _number(self, value: Any) -> float:
        """Return what the function returned, as a float."""
        found = np.asarray(value)
        if found.shape != ():
            raise ValueError(
                f"{_name(self.function)} returned an array of shape {found.shape}, not a number: "
                "sum it, or take its mean"
            )
        if found.dtype.kind not in "fiub":
            raise ValueError(
                f"{_name(self.function)} returned {_kind(value)}, not a real number: return a float"
            )
        return float(found)

    def _traced(self, function: Callable[[Any], Any], w: Array) -> tuple[Callable[[Any], Any], Any]:
        """Return the pullback and the value, or say what autograd could not follow."""
        try:
            return _make_vjp(function, w)
        except Exception as error:
            # An error of the function itself is its author's to see, as it is.
            self._number(self.function(w.copy()))
            place = _place(error, self.function)
            raise ValueError(
                f"autograd cannot differentiate {_name(self.function)}{place}: "
                f"{type(error).__name__}: {_first_line(error)}; write it with NumPy or "
                "autograd.numpy, or pass gradient="
            ) from error


def _make_vjp(function: Callable[[Any], Any], w: Any) -> tuple[Callable[[Any], Any], Any]:
    """Evaluate a function and return how to pull a slope back through it, and its value."""
    from autograd.core import make_vjp

    with warnings.catch_warnings():
        # A function that does not depend on the point has gradient 0, which is no reason to warn.
        warnings.filterwarnings("ignore", message="Output seems independent of input")
        pullback, value = make_vjp(function, w)
    return pullback, value


def _floats(w: Any) -> Array:
    """Return points as an array of floats."""
    points: Array = np.asarray(w)
    return points if points.dtype in (np.float32, np.float64) else points.astype(np.float64)


def _name(function: Callable[..., Any]) -> str:
    """Return what to call a function in a sentence."""
    name = getattr(function, "__name__", type(function).__name__)
    return "the function" if name == "<lambda>" else str(name)


def _kind(value: Any) -> str:
    return "nothing (None)" if value is None else f"a {type(value).__name__}"


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no message"])[0]


def _place(error: Exception, function: Callable[..., Any]) -> str:
    """Say at which line of the function an error came up, if that is known."""
    code = getattr(function, "__code__", None)
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if code is not None and frame.filename == code.co_filename and frame.name == code.co_name:
            line = f": {frame.line}" if frame.line else ""
            return f" (line {frame.lineno}{line})"
    return ""
