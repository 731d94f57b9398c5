"""Systems of linear equations, inverses and determinants, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.products import (
    as_array,
    conjugate,
    of_arrays,
    transposed,
)
from descend.objectives.functions.tracing.recording import expressed, plain, primitive


def _solve_by_matrix(g: Any, y: Any, a: Any, b: Any) -> Any:
    back = np.linalg.solve(transposed(a), g)
    if b.ndim == 1:
        return -back[..., :, None] * conjugate(y)[..., None, :]
    return -back @ transposed(y)


_solve = of_arrays(
    primitive(
        np.linalg.solve, _solve_by_matrix, lambda g, y, a, b: np.linalg.solve(transposed(a), g)
    )
)
_inv = primitive(np.linalg.inv, lambda g, y, a: -transposed(y) @ g @ transposed(y))


def _cofactors(a: Any) -> Any:
    """Return the slopes of the determinants of matrices, singular ones, too."""
    n = a.shape[-1]
    if n == 1:
        return np.ones(a.shape)
    rows = []
    for i in range(n):
        without = np.delete(a, i, axis=-2)
        rows.append(
            np.stack(
                [
                    (-1.0) ** (i + j) * np.linalg.det(np.delete(without, j, axis=-1))
                    for j in range(n)
                ],
                axis=-1,
            )
        )
    return np.stack(rows, axis=-2)


def _det_slope(g: Any, y: Any, a: Any) -> Any:
    if np.all(plain(y) != 0):
        return (g * y)[..., None, None] * transposed(np.linalg.inv(a))
    return g[..., None, None] * conjugate(_cofactors(a))


_det = primitive(np.linalg.det, _det_slope)
_logdet = primitive(
    lambda a: np.linalg.slogdet(a)[1],
    lambda g, y, a: g[..., None, None] * transposed(np.linalg.inv(a)),
)


def _slogdet(a: Any) -> Any:
    if np.iscomplexobj(a):
        raise NotFollowedError("np.linalg.slogdet of complex numbers has no derivative here")
    found = np.linalg.slogdet(plain(a))
    return type(found)(found[0], _logdet(a))


def _pinv_slope(g: Any, y: Any, a: Any, **options: Any) -> Any:
    p = transposed(y)
    return (
        -p @ g @ p
        + (np.eye(a.shape[-2]) - a @ y) @ transposed(g) @ y @ p
        + p @ y @ transposed(g) @ (np.eye(a.shape[-1]) - y @ a)
    )


_pinv = primitive(np.linalg.pinv, _pinv_slope)


def _lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    a, b = as_array(a), as_array(b)
    _, residuals, rank, values = np.linalg.lstsq(plain(a), plain(b), rcond)
    x = expressed(lambda a, b: np.linalg.lstsq(a, b, rcond)[0], lambda a, b: np.linalg.pinv(a) @ b)(
        a, b
    )
    if residuals.size:
        residuals = expressed(
            lambda a, b: np.linalg.lstsq(a, b, rcond)[1],
            lambda a, b: (
                np.sum((b - a @ (np.linalg.pinv(a) @ b)) ** 2, axis=0) * np.ones(residuals.shape)
            ),
        )(a, b)
    return x, residuals, rank, values


def _tensorinv(a: Any, ind: int = 2) -> Any:
    shape = a.shape[ind:] + a.shape[:ind]
    n = int(np.prod(a.shape[ind:]))
    return np.reshape(np.linalg.inv(np.reshape(a, (-1, n))), shape)


def _tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    if axes is not None:
        a = np.moveaxis(a, axes, range(a.ndim - len(axes), a.ndim))
    shape = a.shape[-(a.ndim - np.ndim(b)) :]
    n = int(np.prod(shape))
    return np.reshape(np.linalg.solve(np.reshape(a, (-1, n)), np.ravel(b)), shape)


def equation_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's linear equations, recorded."""
    linalg = np.linalg
    return {
        linalg.solve: _solve,
        linalg.inv: _inv,
        linalg.det: _det,
        linalg.slogdet: _slogdet,
        linalg.pinv: _pinv,
        linalg.lstsq: _lstsq,
        linalg.tensorinv: expressed(linalg.tensorinv, _tensorinv),
        linalg.tensorsolve: expressed(linalg.tensorsolve, _tensorsolve),
    }
