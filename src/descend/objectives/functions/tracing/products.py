"""Products of vectors and matrices, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.recording import (
    contains_traced,
    expressed,
    packed,
    primitive,
)


def transposed(a: Any) -> Any:
    """Return matrices transposed and conjugate."""
    a = a.T if a.ndim == 2 else np.swapaxes(a, -1, -2)
    return np.conj(a) if np.iscomplexobj(a) else a


def conjugate(a: Any) -> Any:
    """Return complex numbers conjugate, others as they are."""
    return np.conj(a) if np.iscomplexobj(a) else a


def _product_by_left(g: Any, y: Any, a: Any, b: Any) -> Any:
    if b.ndim == 1:
        return g * conjugate(b) if a.ndim == 1 else g[..., None] * conjugate(b)
    if a.ndim == 1:
        return (conjugate(b) @ g[..., None])[..., 0]
    return g @ transposed(b)


def _product_by_right(g: Any, y: Any, a: Any, b: Any) -> Any:
    if a.ndim == 1:
        return g * conjugate(a) if b.ndim == 1 else conjugate(a)[:, None] * g[..., None, :]
    if b.ndim == 1:
        return (
            a.T @ g
            if a.ndim == 2 and not np.iscomplexobj(a)
            else (transposed(a) @ g[..., None])[..., 0]
        )
    return transposed(a) @ g


def of_arrays(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of two arrays that takes lists, too."""

    def taking_lists(a: Any, b: Any) -> Any:
        return function(as_array(a), as_array(b))

    return taking_lists


def as_array(a: Any) -> Any:
    """Return a list as an array, traced if its elements are."""
    if isinstance(a, list | tuple):
        a = packed(a) if contains_traced(a) else np.asarray(a)
    elif isinstance(a, np.ndarray) and a.dtype == object:
        a = packed(a)
    return a


matmul = of_arrays(primitive(np.matmul, _product_by_left, _product_by_right))


def vecdot(a: Any, b: Any, axis: int = -1) -> Any:
    """Return the products of vectors, recorded."""
    return np.sum(conjugate(a) * b, axis=axis)


def matvec(a: Any, b: Any) -> Any:
    """Return matrices times vectors, recorded."""
    return (a @ b[..., None])[..., 0]


def vecmat(a: Any, b: Any) -> Any:
    """Return vectors times matrices, recorded."""
    return (conjugate(a)[..., None, :] @ b)[..., 0, :]


_dot_of_matrices = primitive(np.dot, _product_by_left, _product_by_right)


def _dot(a: Any, b: Any, out: Any = None) -> Any:
    a, b = as_array(a), as_array(b)
    if out is not None:
        raise NotFollowedError("out= cannot be followed: leave it out")
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    if a.ndim <= 2 and b.ndim <= 2:
        return _dot_of_matrices(a, b)
    return np.tensordot(a, b, axes=(-1, 0 if b.ndim == 1 else b.ndim - 2))


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    a, b = as_array(a), as_array(b)
    if np.ndim(axes) == 0:
        of_a, of_b = list(range(a.ndim - int(axes), a.ndim)), list(range(int(axes)))
    else:
        of_a, of_b = (
            list(np.atleast_1d(each) % x.ndim) for each, x in zip(axes, (a, b), strict=True)
        )
    free_a = [j for j in range(a.ndim) if j not in of_a]
    free_b = [j for j in range(b.ndim) if j not in of_b]
    left = [a.shape[j] for j in free_a]
    right = [b.shape[j] for j in free_b]
    inner = int(np.prod([a.shape[j] for j in of_a]))
    rows = np.reshape(np.transpose(a, [*free_a, *of_a]), (int(np.prod(left)), inner))
    columns = np.reshape(np.transpose(b, [*of_b, *free_b]), (inner, int(np.prod(right))))
    return np.reshape(rows @ columns, (*left, *right))


def _inner(a: Any, b: Any) -> Any:
    a, b = as_array(a), as_array(b)
    return a * b if np.ndim(a) == 0 or np.ndim(b) == 0 else np.tensordot(a, b, (-1, -1))


def _outer(a: Any, b: Any, out: Any = None) -> Any:
    return np.ravel(as_array(a))[:, None] * np.ravel(as_array(b))


def _vdot(a: Any, b: Any) -> Any:
    return np.ravel(conjugate(as_array(a))) @ np.ravel(as_array(b))


def _kron(a: Any, b: Any) -> Any:
    a, b = as_array(a), as_array(b)
    n = max(np.ndim(a), np.ndim(b))
    a, b = (np.reshape(x, (1,) * (n - np.ndim(x)) + np.shape(x)) for x in (a, b))
    shape = tuple(i * j for i, j in zip(a.shape, b.shape, strict=True))
    pairs = tuple(k for i in a.shape for k in (i, 1)), tuple(k for j in b.shape for k in (1, j))
    return np.reshape(np.reshape(a, pairs[0]) * np.reshape(b, pairs[1]), shape)


def _cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(as_array(a), axisa, -1), np.moveaxis(as_array(b), axisb, -1)
    if a.shape[-1] == b.shape[-1] == 2:
        return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
    (a0, a1, a2), (b0, b1, b2) = (
        [x[..., j] if j < x.shape[-1] else 0.0 * x[..., 0] for j in range(3)] for x in (a, b)
    )
    found = np.stack([a1 * b2 - a2 * b1, a2 * b0 - a0 * b2, a0 * b1 - a1 * b0], axis=-1)
    return np.moveaxis(found, -1, axisc)


def _multi_dot(arrays: Any, out: Any = None) -> Any:
    found = arrays[0]
    for array in arrays[1:]:
        found = found @ array
    return found


def _matrix_power(a: Any, n: int) -> Any:
    if n < 0:
        return _matrix_power(np.linalg.inv(a), -n)
    found = np.broadcast_to(np.eye(a.shape[-1]), a.shape)
    for _ in range(n):
        found = found @ a
    return found


def product_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's products of arrays, recorded."""
    linalg = np.linalg
    expressions: dict[Any, Callable[..., Any]] = {
        np.tensordot: _tensordot,
        linalg.tensordot: lambda a, b, *, axes=2: _tensordot(a, b, axes),
        np.inner: _inner,
        np.outer: _outer,
        linalg.outer: _outer,
        np.vdot: _vdot,
        np.kron: _kron,
        np.cross: _cross,
        linalg.cross: lambda a, b, *, axis=-1: _cross(a, b, axis=axis),
        linalg.multi_dot: _multi_dot,
        linalg.matrix_power: _matrix_power,
    }
    return {
        np.dot: _dot,
        linalg.matmul: matmul,
        linalg.vecdot: lambda a, b, axis=-1: vecdot(a, b, axis),
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
