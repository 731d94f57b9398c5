"""Function: a Python function of one array as an objective, however it is written."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, get_args

from descend.objectives.functions.difference_function import DifferenceFunction
from descend.objectives.functions.function_with_gradient import FunctionWithGradient
from descend.objectives.functions.jax_function import JaxFunction
from descend.objectives.functions.pointwise import (
    Pointwise,
    floats,
    name_of,
    number,
    warn_of_noise,
)
from descend.objectives.functions.torch_function import TorchFunction, takes_tensors
from descend.protocols import Array, Objective

Source: TypeAlias = Literal["numpy", "jax", "torch", "differences"]
"""What can differentiate a function."""

_EARLIER_NAMES: dict[str, Source] = {"autograd": "numpy"}

Gradient: TypeAlias = Callable[[Array], Any] | Source | bool | None
"""Where a gradient comes from: a function, a source, or True if the function returns it, too."""


def _traced(function: Callable[[Any], Any]) -> Objective:
    # the rules for all of NumPy are loaded with the first function that needs them
    from descend.objectives.functions.numpy_function import NumPyFunction

    return Pointwise(NumPyFunction(function))


_DIFFERENTIATED: dict[Source, Callable[[Callable[[Any], Any]], Objective]] = {
    "numpy": _traced,
    "jax": JaxFunction,
    "torch": lambda function: Pointwise(TorchFunction(function)),
    "differences": lambda function: Pointwise(DifferenceFunction(function)),
}


class Function:
    """A Python function of one array `(d,)` that returns a number, as an objective.

    Its gradient is the one given, or exact by reverse-mode differentiation: functions written with
    plain NumPy are followed operation by operation, JAX and PyTorch functions by these. The first
    call shows which of them it is written with: JAX functions are compiled by JAX or return its
    arrays, PyTorch functions take its tensors. Where a function has a kink, the slope is the
    smallest subgradient of the operation there. At the first point the function is evaluated
    twice; a warning says if the values differ.

    Parameters
    ----------
    function
        `(d,)` to a number.
    gradient
        `(d,)` to `(d,)`; True if the function returns `(value, gradient)`; "numpy", "jax" or
        "torch" to say what differentiates it; "differences" of its values where no library can;
        None to find out.

    Examples
    --------
    >>> import numpy as np
    >>> objective = Function(lambda w: np.sin(w[0]) + w @ w)
    >>> value, gradient = objective.value_and_gradient(np.array([0.0, 2.0]))
    >>> float(value), gradient.tolist()
    (4.0, [1.0, 4.0])
    """

    def __init__(self, function: Callable[[Any], Any], gradient: Gradient = None) -> None:
        if isinstance(gradient, str):
            gradient = _EARLIER_NAMES.get(gradient, gradient)
        _refuse_unknown(gradient)
        self.function = function
        self.gradient = gradient
        self._differentiated: Objective | None = None
        self._first: float | None = None

    def __repr__(self) -> str:
        """Name the function."""
        return f"Function({name_of(self.function)})"

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        values = self._objective(w).value(w)
        self._compare(values)
        return values

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points: `(..., d)` to `(...)` and `(..., d)`."""
        values, gradients = self._objective(w).value_and_gradient(w)
        self._compare(values)
        return values, gradients

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors: `(..., d)`.

        From a given gradient they are central differences, good to about ten digits; else exact.
        """
        return self._objective(w).hessian_product(w, v)

    def _objective(self, w: Array) -> Objective:
        """Return the differentiated function; by which library is found out at the first point."""
        if self._differentiated is None:
            points = floats(w)
            point = points.reshape(-1, points.shape[-1])[0]
            self._differentiated, self._first = _differentiated(self.function, self.gradient, point)
        return self._differentiated

    def _compare(self, values: Array) -> None:
        """Warn if the first point's value differs from that of the first call."""
        if self._first is not None:
            first, self._first = self._first, None
            warn_of_noise(first, values, name_of(self.function))


def _refuse_unknown(gradient: Gradient) -> None:
    """Refuse what is no source of a gradient."""
    if gradient is None or gradient is True or callable(gradient):
        return
    if isinstance(gradient, str) and gradient in _DIFFERENTIATED:
        return
    raise ValueError(
        f"gradient={gradient!r} is not a function: give one from (d,) to (d,), True if the "
        f"function returns (value, gradient), or one of {', '.join(map(repr, get_args(Source)))}"
    )


def _differentiated(
    function: Callable[[Any], Any], gradient: Gradient, point: Array
) -> tuple[Objective, float]:
    """Return a function with its derivatives as an objective, and its value at a point."""
    source = gradient if isinstance(gradient, str) else _library_of(function)
    value: float | None = None
    if callable(gradient) or gradient is True:
        given = None if gradient is True else gradient
        objective: Objective = Pointwise(FunctionWithGradient(function, given))
    else:
        if source is None:
            source, value = _recognised(function, point)
        objective = _DIFFERENTIATED[source](function)
    return objective, float(objective.value(point)) if value is None else value


def _recognised(function: Callable[[Any], Any], point: Array) -> tuple[Source, float | None]:
    """Return what a function is written with, and its value if NumPy can tell, from one call."""
    try:
        with warnings.catch_warnings():
            # other libraries warn of arrays of NumPy
            warnings.simplefilter("ignore", DeprecationWarning)
            value = function(point.copy())
    except Exception:
        # operations of PyTorch refuse arrays of NumPy
        if "torch" not in sys.modules or not takes_tensors(function, point):
            raise
        return "torch", None
    library = _library_of(value)
    return ("numpy", number(value, function)) if library is None else (library, None)


def _library_of(thing: object) -> Source | None:
    """Return the library that an object belongs to, without importing either."""
    for base in type(thing).__mro__:
        root = base.__module__.partition(".")[0]
        if root in ("jax", "jaxlib"):
            return "jax"
        if root == "torch":
            return "torch"
    return None
