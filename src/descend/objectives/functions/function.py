"""Function: a Python function of one array as an objective, however it is written."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

from descend.objectives.functions.differences import Differenced
from descend.objectives.functions.given_gradient import Given
from descend.objectives.functions.jax_function import Traced
from descend.objectives.functions.numpy_function import Reversed
from descend.objectives.functions.pointwise import floats, name_of, number, warn_of_noise
from descend.objectives.functions.torch_function import Tensors, takes_tensors
from descend.protocols import Array, Objective

Source: TypeAlias = Literal["autograd", "jax", "torch", "differences"]
"""What can differentiate a function."""

Gradient: TypeAlias = Callable[[Array], Any] | Source | bool | None
"""Where a gradient comes from: a function, a source, or True if the function returns it, too."""

_WAYS: dict[Source, type[Reversed | Traced | Tensors | Differenced]] = {
    "autograd": Reversed,
    "jax": Traced,
    "torch": Tensors,
    "differences": Differenced,
}


class Function:
    """A Python function of one array `(d,)` that returns a number, as an objective.

    Its gradient is the one given, or exact by reverse-mode differentiation of the function as it
    is: of NumPy functions by autograd, of JAX and PyTorch functions by these. Which of them a
    function is written with shows when it is first called: JAX functions are compiled by JAX or
    return its arrays, PyTorch functions take its tensors. Of many coordinates leave out
    `np.asarray(w)` in it: it takes the array apart, and each number is followed by itself.

    At the first point the function is computed twice. If it changes its mind, a warning says so.

    Parameters
    ----------
    function
        `(d,)` to a number.
    gradient
        `(d,)` to `(d,)`; True if the function returns `(value, gradient)`; "autograd", "jax" or
        "torch" to say what differentiates it; "differences" of its values where nothing can; None
        to find out.

    Examples
    --------
    >>> import numpy as np
    >>> objective = Function(lambda w: np.sin(w[0]) + w @ w)
    >>> value, gradient = objective.value_and_gradient(np.array([0.0, 2.0]))
    >>> float(value), gradient.tolist()
    (4.0, [1.0, 4.0])
    """

    def __init__(self, function: Callable[[Any], Any], gradient: Gradient = None) -> None:
        _refuse_unknown(gradient)
        self.function = function
        self.gradient = gradient
        self._way: Objective | None = None
        self._first: float | None = None

    def __repr__(self) -> str:
        """Name the function."""
        return f"Function({name_of(self.function)})"

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`.

        Raises
        ------
        ValueError
            If the function returns anything but a number.
        """
        values = self._chosen(w).value(w)
        self._compare(values)
        return values

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points: `(..., d)` to `(...)` and `(..., d)`.

        Raises
        ------
        ValueError
            If the function returns anything but a number, if its gradient has another shape than
            the point, or if no library can follow the function.
        """
        values, gradients = self._chosen(w).value_and_gradient(w)
        self._compare(values)
        return values, gradients

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors: `(..., d)`.

        They are exact if the gradient is; from a given gradient they are central differences, good
        to about ten digits.

        Raises
        ------
        ValueError
            As `value_and_gradient`.
        """
        return self._chosen(w).hessian_product(w, v)

    def _chosen(self, w: Array) -> Objective:
        """Return the function as an objective of its own kind, found out at the first point."""
        if self._way is None:
            points = floats(w)
            point = points.reshape(-1, points.shape[-1])[0]
            self._way, self._first = _way(self.function, self.gradient, point)
        return self._way

    def _compare(self, values: Array) -> None:
        """Warn if the first point's value is another than when the function was first called."""
        if self._first is not None:
            first, self._first = self._first, None
            warn_of_noise(first, values, name_of(self.function))


def _refuse_unknown(gradient: Gradient) -> None:
    """Refuse what says nothing about a gradient."""
    if gradient is None or gradient is True or callable(gradient):
        return
    if isinstance(gradient, str) and gradient in _WAYS:
        return
    raise ValueError(
        f"gradient={gradient!r} is not a function: give one from (d,) to (d,), True if the "
        f"function returns (value, gradient), or one of {', '.join(map(repr, get_args(Source)))}"
    )


def _way(
    function: Callable[[Any], Any], gradient: Gradient, point: Array
) -> tuple[Objective, float]:
    """Return a function as an objective of its own kind, and its value at a point."""
    if callable(gradient):
        way: Objective = Given(function, gradient)
    elif gradient is True:
        way = Given(function, None)
    elif isinstance(gradient, str):
        way = _WAYS[gradient](function)
    elif compiled := _library_of(function):
        way = _WAYS[compiled](function)
    else:
        return _tried(function, point)
    return way, float(way.value(point))


def _tried(function: Callable[[Any], Any], point: Array) -> tuple[Objective, float]:
    """Return the same, from what a function makes of an array of NumPy."""
    try:
        with warnings.catch_warnings():
            # what other libraries think of an array of NumPy
            warnings.simplefilter("ignore", DeprecationWarning)
            value = function(point.copy())
    except Exception:
        # operations of PyTorch refuse arrays of NumPy
        if "torch" not in sys.modules or not takes_tensors(function, point):
            raise
        way: Objective = Tensors(function)
        return way, float(way.value(point))
    library = _library_of(value)
    if library is None:
        return Reversed(function), number(value, function)
    way = _WAYS[library](function)
    return way, float(way.value(point))


def _library_of(thing: object) -> Source | None:
    """Return the library that an object belongs to, without importing either."""
    for base in type(thing).__mro__:
        root = base.__module__.partition(".")[0]
        if root in ("jax", "jaxlib"):
            return "jax"
        if root == "torch":
            return "torch"
    return None
