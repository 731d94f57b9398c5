"""Eigenvalues, singular values and factors of matrices, and norms made of them, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.products import transposed
from descend.objectives.functions.tracing.recording import expressed, plain, primitive


def _diagonal(v: Any) -> Any:
    """Return vectors as the diagonals of matrices."""
    return v[..., None] * np.eye(v.shape[-1])


def _reciprocal_gaps(values: Any) -> Any:
    """Return `1 / (values[j] - values[i])`, and zero on the diagonal."""
    n = values.shape[-1]
    return (1 - np.eye(n)) / (values[..., None, :] - values[..., :, None] + np.eye(n))


def _triangle(slope: Any, lower: bool) -> Any:
    """Return the slope by the half of a symmetric matrix that NumPy reads."""
    both = slope + transposed(slope)
    half = np.tril(both, -1) if lower else np.triu(both, 1)
    return half + _diagonal(np.real(np.diagonal(slope, axis1=-2, axis2=-1)))


def _eigh(a: Any, UPLO: Any = "L") -> Any:
    lower = UPLO.upper() == "L"
    found = np.linalg.eigh(plain(a), UPLO)

    def by_values(g: Any, y: Any, a: Any) -> Any:
        vectors = np.linalg.eigh(a, UPLO)[1]
        return _triangle((vectors * g[..., None, :]) @ transposed(vectors), lower)

    def by_vectors(g: Any, y: Any, a: Any) -> Any:
        values, vectors = np.linalg.eigh(a, UPLO)
        turned = _reciprocal_gaps(values) * (transposed(vectors) @ g)
        return _triangle(vectors @ turned @ transposed(vectors), lower)

    return type(found)(
        primitive(lambda a: np.linalg.eigh(a, UPLO)[0], by_values)(a),
        primitive(lambda a: np.linalg.eigh(a, UPLO)[1], by_vectors)(a),
    )


def _eig_by_values(g: Any, y: Any, a: Any) -> Any:
    vectors = np.linalg.eig(a)[1]
    inverse = np.linalg.inv(vectors)
    return transposed(inverse) @ (g[..., :, None] * transposed(vectors))


def _eig_by_vectors(g: Any, y: Any, a: Any) -> Any:
    values, vectors = np.linalg.eig(a)
    adjoint = transposed(vectors)
    overlaps = np.real(np.diagonal(adjoint @ g, axis1=-2, axis2=-1))
    turned = adjoint @ g - (adjoint @ vectors) * overlaps[..., None, :]
    gaps = _reciprocal_gaps(values)
    return np.linalg.inv(adjoint) @ (np.conj(gaps) * turned) @ adjoint


def _eig(a: Any) -> Any:
    found = np.linalg.eig(plain(a))
    return type(found)(
        primitive(lambda a: np.linalg.eig(a)[0], _eig_by_values)(a),
        primitive(lambda a: np.linalg.eig(a)[1], _eig_by_vectors)(a),
    )


def _svd_by_values(g: Any, y: Any, a: Any) -> Any:
    u, _, vt = np.linalg.svd(a, full_matrices=False)
    return (u * g[..., None, :]) @ vt


def _by_vectors(g: Any, u: Any, s: Any, v: Any) -> Any:
    """Return the slope by a matrix `u s v'` from that by its left vectors."""
    turned = transposed(u) @ g
    inner = _reciprocal_gaps(s**2) * (turned - transposed(turned))
    outside = g - u @ turned
    return (u @ (inner * s[..., None, :]) + outside / s[..., None, :]) @ transposed(v)


def _svd_by_left(g: Any, y: Any, a: Any) -> Any:
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return _by_vectors(g, u, s, transposed(vt))


def _svd_by_right(g: Any, y: Any, a: Any) -> Any:
    u, s, vt = np.linalg.svd(a, full_matrices=False)
    return transposed(_by_vectors(transposed(g), transposed(vt), s, u))


_singular_values = primitive(lambda a: np.linalg.svd(a, compute_uv=False), _svd_by_values)


def _svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False
) -> Any:
    if not compute_uv:
        return _singular_values(a)
    m, n = a.shape[-2:]
    if (full_matrices and m != n) or np.iscomplexobj(a):
        raise NotFollowedError(
            "np.linalg.svd has no derivative of the vectors beyond the rank: give "
            "full_matrices=False"
        )
    found = np.linalg.svd(plain(a), full_matrices)
    return type(found)(
        primitive(lambda a: np.linalg.svd(a, full_matrices)[0], _svd_by_left)(a),
        _singular_values(a),
        primitive(lambda a: np.linalg.svd(a, full_matrices)[2], _svd_by_right)(a),
    )


def _cholesky_slope(g: Any, y: Any, a: Any, upper: bool = False) -> Any:
    factor, g = (transposed(y), transposed(g)) if upper else (y, g)
    inner = np.tril(transposed(factor) @ g)
    inner = inner - _diagonal(np.diagonal(inner, axis1=-2, axis2=-1)) / 2
    inverse = np.linalg.inv(factor)
    slope = transposed(inverse) @ inner @ inverse
    slope = (slope + transposed(slope)) / 2
    return _triangle(slope, not upper)


_cholesky = primitive(np.linalg.cholesky, _cholesky_slope)


def _qr(a: Any, mode: str = "reduced") -> Any:
    m, n = a.shape[-2:]
    if mode not in ("reduced", "r") or m < n or np.iscomplexobj(a):
        raise NotFollowedError(
            "np.linalg.qr has a derivative here for mode='reduced' or 'r' of real matrices with no "
            "more columns than rows"
        )

    def through(q: Any, r: Any, g: Any, inner: Any) -> Any:
        lower = np.tril(inner)
        both = lower + transposed(np.tril(inner, -1))
        return (g + q @ both) @ transposed(np.linalg.inv(r))

    def by_q(g: Any, y: Any, a: Any) -> Any:
        q, r = np.linalg.qr(a)
        return through(q, r, g, -transposed(g) @ q)

    def by_r(g: Any, y: Any, a: Any) -> Any:
        q, r = np.linalg.qr(a)
        return through(q, r, 0.0 * q, r @ transposed(np.triu(g)))

    upper = primitive(lambda a: np.linalg.qr(a)[1], by_r)(a)
    if mode == "r":
        return upper
    found = np.linalg.qr(plain(a))
    return type(found)(primitive(lambda a: np.linalg.qr(a)[0], by_q)(a), upper)


def _length_slope(g: Any, y: Any, x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is not None and not keepdims:
        g, y = np.expand_dims(g, axis), np.expand_dims(y, axis)
    # at 0 the smallest subgradient
    return g * x / np.where(y == 0, 1.0, y)


def _length(x: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return primitive(lambda x, **options: np.linalg.norm(x, None, **options), _length_slope)(
        x, axis=axis, keepdims=keepdims
    )


def _vector_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    sizes = np.abs(x)
    if ord == np.inf:
        return np.max(sizes, axis=axis, keepdims=keepdims)
    if ord == -np.inf:
        return np.min(sizes, axis=axis, keepdims=keepdims)
    if ord == 1:
        return np.sum(sizes, axis=axis, keepdims=keepdims)
    return np.sum(sizes**ord, axis=axis, keepdims=keepdims) ** (1.0 / ord)


def _matrix_norm(x: Any, ord: Any, axis: Any, keepdims: bool) -> Any:
    rows, columns = (j % x.ndim for j in axis)
    if ord in (1, -1, np.inf, -np.inf):
        inner, other = (rows, columns) if abs(ord) == 1 else (columns, rows)
        sums = np.sum(np.abs(x), axis=inner, keepdims=True)
        found = (np.max if ord > 0 else np.min)(sums, axis=other, keepdims=True)
    else:
        values = np.linalg.svdvals(np.moveaxis(x, (rows, columns), (-2, -1)))
        reduce: Any = {2: np.max, -2: np.min, "nuc": np.sum}[ord]
        reduced = reduce(values, axis=-1)
        found = np.expand_dims(reduced, (rows, columns))
    return found if keepdims else np.squeeze(found, (rows, columns))


def _norm_expression(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None and ord is not None and x.ndim == 2:
        axis = (0, 1)
    if isinstance(axis, tuple) and len(axis) == 2 and ord is not None:
        if ord in ("fro", "f"):
            return _length(x, axis, keepdims)
        return _matrix_norm(x, ord, axis, keepdims)
    return _vector_norm(x, ord, axis, keepdims)


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    is_vector = np.ndim(axis) == 0 and not (axis is None and x.ndim != 1)
    if ord is None or (ord == 2 and is_vector):
        return _length(x, axis, keepdims)
    if ord == 0:
        return np.linalg.norm(plain(x), 0, axis, keepdims)
    return expressed(np.linalg.norm, _norm_expression)(x, ord=ord, axis=axis, keepdims=keepdims)


def _vector_norm_rule(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    flat = np.ravel(x) if axis is None else x
    if isinstance(axis, tuple):
        if ord == 2:
            return np.sqrt(np.sum(np.abs(x) ** 2, axis=axis, keepdims=keepdims))
        return _vector_norm(x, ord, axis, keepdims)
    found = _norm(flat, ord, axis, keepdims and axis is not None)
    return np.reshape(found, (1,) * x.ndim) if keepdims and axis is None else found


def _cond(x: Any, p: Any = None) -> Any:
    if p is None or p in (2, -2):
        values = np.linalg.svdvals(x)
        ratio = values[..., 0] / values[..., -1]
        return ratio if p != -2 else 1 / ratio
    norm = {"ord": p, "axis": (-2, -1)}
    return np.linalg.norm(x, **norm) * np.linalg.norm(np.linalg.inv(x), **norm)


def decomposition_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's decompositions of matrices and norms, recorded."""
    linalg = np.linalg
    return {
        linalg.eigh: _eigh,
        linalg.eigvalsh: lambda a, UPLO="L": _eigh(a, UPLO)[0],
        linalg.eig: _eig,
        linalg.eigvals: primitive(linalg.eigvals, _eig_by_values),
        linalg.svd: _svd,
        linalg.svdvals: _singular_values,
        linalg.cholesky: lambda a, /, *, upper=False: _cholesky(a, upper=upper),
        linalg.qr: _qr,
        linalg.norm: _norm,
        linalg.vector_norm: _vector_norm_rule,
        linalg.matrix_norm: lambda x, *, keepdims=False, ord="fro": _norm(
            x, ord, (-2, -1), keepdims
        ),
        linalg.cond: expressed(linalg.cond, _cond),
    }
