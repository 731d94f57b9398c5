"""Functions of one point `(d,)`, asked at many, and what they return."""

from __future__ import annotations

import linecache
import re
import sysconfig
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from descend.protocols import Array

WAYS_OUT = {
    "autograd": "write it with NumPy or autograd.numpy, pass gradient= (a function, or "
    "'differences'), or write the function with JAX or PyTorch",
    "JAX": "write it with jax.numpy, pass gradient=, or write the whole function with NumPy",
    "PyTorch": "write it with torch, pass gradient=, or write the whole function with NumPy",
}
"""What to do where a library cannot follow a function."""

SPECIAL = "beta betaln digamma erf erfc erfinv expit gamma gammaln i0 i1 j0 j1 logit psi y0 y1"
"""Functions of `scipy.special` that autograd has its own of."""

THROUGH = {
    "pandas": "columns of pandas cannot be followed: take their numbers, by to_numpy(); ",
    "scipy/stats": "autograd.scipy.stats has densities that can be followed; ",
}
"""What to do where a function was lost in a library's own files."""

NOISE = {np.dtype(np.float64): 1e-9, np.dtype(np.float32): 1e-5}
"""Values of one point that differ by more, relatively, are no rounding of sums."""

_INSTALLED = tuple(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib"))


def floats(w: Any) -> Array:
    """Return points as an array of floats."""
    points: Array = np.asarray(w)
    return points if points.dtype in (np.float32, np.float64) else points.astype(np.float64)


def values_at(function: Callable[[Array], float], w: Array) -> Array:
    """Return the values of a function of one point: `(..., d)` to `(...)`."""
    w = floats(w)
    values = np.empty(w.shape[:-1], w.dtype)
    for index in np.ndindex(values.shape):
        values[index] = function(w[index].copy())
    return values[()]


def gradients_at(function: Callable[[Array], tuple[float, Array]], w: Array) -> tuple[Array, Array]:
    """Return the values and gradients of a function of one point that gives both."""
    w = floats(w)
    points = w.reshape(-1, w.shape[-1])
    values, gradients = np.empty(len(points), w.dtype), np.empty_like(points)
    for i, point in enumerate(points):
        values[i], gradients[i] = function(point.copy())
    return values.reshape(w.shape[:-1])[()], gradients.reshape(w.shape)


def products_at(function: Callable[[Array, Array], Array], w: Array, v: Array) -> Array:
    """Return the Hessians times vectors of a function of one point and one vector."""
    w, v = np.broadcast_arrays(floats(w), floats(v))
    products = np.empty_like(w)
    for index in np.ndindex(w.shape[:-1]):
        products[index] = function(w[index].copy(), v[index].copy())
    return products


def number(value: Any, function: Callable[..., Any]) -> float:
    """Return what a function returned, as a float.

    Raises
    ------
    ValueError
        If it is anything but one real number; an array of one counts as that.
    """
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


def slopes(found: Any, w: Array, function: Callable[..., Any]) -> Array:
    """Return a gradient as a function's author gave it, as an array shaped like the point.

    Raises
    ------
    ValueError
        If it is anything but one real number a coordinate.
    """
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
    """Warn if the first of the values, of the point where it was `first`, is quite another."""
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


def untraceable(who: str, function: Callable[..., Any], error: Exception) -> ValueError:
    """Return the error that says which operation of a function could not be followed.

    Parameters
    ----------
    who
        The library that could not.
    function
        What it tried to follow.
    error
        What came of it.
    """
    operation, line = _operation(error, function)
    place = f" (line {line})" if line else ""
    first = (str(error).splitlines() or ["no message"])[0]
    told = f"{operation} in {name_of(function)}" if operation else name_of(function)
    return ValueError(
        f"{who} cannot follow {told}{place}: {type(error).__name__}: {first}; "
        f"{_hint(operation, first, error)}{WAYS_OUT[who]}"
    )


def _operation(error: Exception, function: Callable[..., Any]) -> tuple[str, int | None]:
    """Return the expression in the user's own code that an error came from, and its line."""
    frames = traceback.extract_tb(error.__traceback__)
    code = function.__code__ if isinstance(function, FunctionType) else None
    inside = [
        i
        for i, frame in enumerate(frames)
        if code is not None and (frame.filename, frame.name) == (code.co_filename, code.co_name)
    ]
    if not inside:
        return "", None
    # what the function calls of its author's own counts as the function
    own = [i for i in range(inside[0], len(frames)) if not _is_installed(frames[i].filename)]
    frame = frames[max([*inside, *own])]
    text = linecache.getline(frame.filename, frame.lineno or 0)
    end = frame.end_colno if frame.end_lineno == frame.lineno else None
    # columns count bytes
    segment = text.encode()[frame.colno : end].decode(errors="replace").strip()
    return segment, frame.lineno


def _is_installed(file: str) -> bool:
    return file.startswith(("<", *_INSTALLED))


def _hint(operation: str, message: str, error: Exception) -> str:
    """Return what to write instead of an operation, if it is a usual one."""
    files = {Path(frame.filename).as_posix() for frame in traceback.extract_tb(error.__traceback__)}
    for library, advice in THROUGH.items():
        if any(f"/{library}/" in file for file in files):
            return advice
    called = operation.partition("(")[0]
    if "item assignment" in message or ("sequence" in message and operation.endswith("]")):
        return "elements cannot be assigned to: build the array at once, np.array([...]); "
    special = re.search(r"ufunc '(\w+)'", message)
    if special and special[1] in SPECIAL.split():
        return f"autograd.scipy.special.{special[1]} can be followed; "
    if called.startswith("math.") and called[5:] in dir(np):
        return f"math knows plain numbers only: np.{called[5:]} does it; "
    if called in ("float", "int", "complex", "round"):
        return f"{called}() takes the plain number out: leave it out; "
    return ""


def _kind(value: Any) -> str:
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray) and value.shape != ():
        return f"an array of {value.dtype}"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' or name == 'ndarray' else 'a'} {name}"
