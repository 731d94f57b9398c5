"""Functions of one point `(d,)`, evaluated at many, and what they return."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from descend.protocols import Array

NOISE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5}
"""Values of one point that differ by more, relatively, are no rounding of sums."""


class PointFunction(Protocol):
    """A Python function `(d,)` to a number, with its derivatives, one point a call."""

    def value_at(self, w: Array) -> float:
        """Return the value."""

    def gradient_at(self, w: Array) -> tuple[float, Array]:
        """Return the value and the gradient."""

    def product_at(self, w: Array, v: Array) -> Array:
        """Return the Hessian times `v`."""


class Pointwise:
    """The objective that evaluates a function at one point after the other."""

    def __init__(self, function: PointFunction) -> None:
        self.function = function

    def value(self, w: Array) -> Array:
        """Return the values at points: `(..., d)` to `(...)`."""
        return values_at(self.function.value_at, w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients at points."""
        return gradients_at(self.function.gradient_at, w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians at points times vectors."""
        return products_at(self.function.product_at, w, v)


def floats(w: Any) -> Array:
    """Return points as an array of floats."""
    points: Array = np.asarray(w)
    return points if points.dtype in (np.float32, np.float64) else points.astype(np.float64)


def values_at(function: Callable[[Array], float], w: Array) -> Array:
    """Return the values of a function of one point: `(..., d)` to `(...)`."""
    w = floats(w)
    points = w.reshape(-1, w.shape[-1])
    values = np.empty(len(points), w.dtype)
    for i, point in enumerate(points):
        values[i] = function(point.copy())
    return values.reshape(w.shape[:-1])[()]


def gradients_at(function: Callable[[Array], tuple[float, Array]], w: Array) -> tuple[Array, Array]:
    """Return the values and gradients by a function of one point that returns both."""
    w = floats(w)
    points = w.reshape(-1, w.shape[-1])
    values, gradients = np.empty(len(points), w.dtype), np.empty_like(points)
    for i, point in enumerate(points):
        values[i], gradients[i] = function(point.copy())
    return values.reshape(w.shape[:-1])[()], gradients.reshape(w.shape)


def products_at(function: Callable[[Array, Array], Array], w: Array, v: Array) -> Array:
    """Return the Hessians times vectors of a function of one point and one vector."""
    w, v = floats(w), floats(v)
    if w.shape != v.shape:
        w, v = np.broadcast_arrays(w, v)
    points, vectors = (each.reshape(-1, w.shape[-1]) for each in (w, v))
    products = np.empty_like(points, order="C")
    for i, (point, vector) in enumerate(zip(points, vectors, strict=True)):
        products[i] = function(point.copy(), vector.copy())
    return products.reshape(w.shape)


def number(value: Any, function: Callable[..., Any]) -> float:
    """Return a function's result, one real number or an array of one, as a float."""
    if type(value) is np.float64:  # the usual case, at once
        return float(value)
    if isinstance(value, tuple):
        raise ValueError(
            f"{name_of(function)} returned a tuple of {len(value)}, not a number: if it is "
            "(value, gradient), say so by gradient=True"
        )
    found = np.asarray(value)
    if found.size != 1:
        raise ValueError(
            f"{name_of(function)} returned an array of shape {found.shape}, not a number: "
            "sum it, or take its mean"
        )
    if found.dtype.kind not in "fiub":
        raise ValueError(
            f"{name_of(function)} returned {_kind(value)}, not a real number: return a float"
        )
    return float(found.item())


def as_gradient(found: Any, w: Array, function: Callable[..., Any]) -> Array:
    """Return a given gradient as an array of real numbers, shaped like the point."""
    try:
        g = np.asarray(found)
    except ValueError:
        g = np.asarray(None)
    if g.dtype.kind not in "fiub":
        raise ValueError(
            f"the gradient of {name_of(function)} is {_kind(found)}, not an array of real "
            "numbers: return one slope a coordinate"
        )
    if g.shape != w.shape:
        raise ValueError(
            f"the gradient of {name_of(function)} has the shape {g.shape}, but the point "
            f"has {w.shape}: return one slope a coordinate"
        )
    return g


def name_of(function: Callable[..., Any]) -> str:
    """Return what to call a function in a sentence."""
    name = getattr(function, "__name__", type(function).__name__)
    return "the function" if name == "<lambda>" else str(name)


def warn_of_noise(first: float, values: Array, name: str) -> None:
    """Warn if the first of the values differs from `first`, an earlier value at its point."""
    second = float(np.ravel(values)[0])
    rounding = NOISE[values.dtype] * max(abs(first), abs(second))
    # what is not finite is refused elsewhere
    if abs(first - second) > rounding and np.isfinite(first - second):
        warnings.warn(
            f"{name} changes its mind: {first:.10g}, then {second:.10g} at the same point, a "
            f"difference of {abs(first - second):.3g}; let it draw the same random numbers at "
            "each call (a new generator with a fixed seed), or descend it by a named optimizer "
            "with a small learning rate",
            UserWarning,
            stacklevel=4,
        )


def _kind(value: Any) -> str:
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray) and value.shape != ():
        return f"an array of {value.dtype}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' or name == 'ndarray' else 'a'} {name}"
