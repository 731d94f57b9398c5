"""Sums, products, means and spreads along axes, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.recording import expressed, plain, primitive
from descend.objectives.functions.tracing.traced import Traced


def spread(g: Any, shape: tuple[int, ...], axis: Any, keepdims: bool) -> Any:
    """Return the slope by what was reduced along axes, for each element before."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    if type(g) is Traced:
        return np.broadcast_to(g, shape)
    array = np.empty(shape, g.dtype)
    array[...] = g
    return array


def _count(shape: tuple[int, ...], axis: Any) -> int:
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis)
    return int(np.prod([shape[j] for j in axes]))


def _sum_slope(g: Any, y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return spread(g, a.shape, axis, keepdims)


def _mean_slope(g: Any, y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return spread(g / _count(a.shape, axis), a.shape, axis, keepdims)


def _centered(a: Any, axis: Any) -> Any:
    return a - np.mean(a, axis=axis, keepdims=True)


def _var_slope(
    g: Any, y: Any, a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    n = _count(a.shape, axis) - ddof
    return spread(g * (2 / n), a.shape, axis, keepdims) * _centered(a, axis)


def _std_slope(
    g: Any, y: Any, a: Any, axis: Any = None, ddof: Any = 0, keepdims: bool = False
) -> Any:
    n = _count(a.shape, axis) - ddof
    # where all are equal, the smallest subgradient
    share = g / (n * np.where(y == 0, 1.0, y))
    return spread(share, a.shape, axis, keepdims) * _centered(a, axis)


def _others(a: Any) -> Any:
    """Return the product of all other elements along the last axis."""
    one = np.ones((*a.shape[:-1], 1))
    before = np.concatenate([one, np.cumprod(a[..., :-1], axis=-1)], axis=-1)
    after = np.concatenate([one, np.cumprod(a[..., :0:-1], axis=-1)], axis=-1)
    return before * after[..., ::-1]


def _prod_slope(g: Any, y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    if axis is None:
        return g * np.reshape(_others(np.ravel(a)), a.shape)
    axes = tuple(j % a.ndim for j in np.atleast_1d(axis).tolist())
    last = tuple(range(a.ndim - len(axes), a.ndim))
    moved = np.moveaxis(a, axes, last)
    flat = np.reshape(moved, (*moved.shape[: a.ndim - len(axes)], -1))
    others = np.moveaxis(np.reshape(_others(flat), moved.shape), last, axes)
    return spread(g, a.shape, axis, keepdims) * others


def reduction(function: Callable[..., Any], slope: Callable[..., Any], neutral: Any) -> Any:
    """Return a reduction, recorded; the elements that `where=` leaves out count as `neutral`."""
    recorded_alone = primitive(function, slope)

    def recorded(
        a: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        keepdims: Any = False,
        *,
        initial: Any = None,
        where: Any = True,
        **options: Any,
    ) -> Any:
        options = {k: v for k, v in options.items() if v is not np._NoValue}
        if out is not None:
            raise NotFollowedError("out= cannot be followed: leave it out")
        if isinstance(a, list | tuple):
            a = np.stack(a)
        if where is not True and where is not np._NoValue:
            if neutral is None:
                raise NotFollowedError(
                    "where= cannot be followed here: pick the elements, a[where]"
                )
            a = np.where(where, a, neutral)
        if axis is not None:
            options["axis"] = axis
        if keepdims is not False and keepdims is not np._NoValue:
            options["keepdims"] = keepdims
        found = recorded_alone(a, **options)
        if dtype is not None:
            found = found.astype(dtype)
        if initial is None or initial is np._NoValue:
            return found
        return found * initial if neutral == 1.0 else found + initial

    return recorded


def _cumsum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    if out is not None:
        raise NotFollowedError("out= cannot be followed: leave it out")
    if axis is None:
        a, axis = np.ravel(a), 0

    def slope(g: Any, y: Any, a: Any) -> Any:
        return np.flip(np.cumsum(np.flip(g, axis), axis=axis), axis)

    return primitive(lambda a: np.cumsum(a, axis=axis), slope)(a)


def _cumprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
    if out is not None:
        raise NotFollowedError("out= cannot be followed: leave it out")
    if axis is None:
        a, axis = np.ravel(a), 0

    def slope(g: Any, y: Any, a: Any) -> Any:
        if np.all(plain(a) != 0):
            return np.flip(np.cumsum(np.flip(g * y, axis), axis=axis), axis) / a
        # Horner's scheme from the end: g[j] + a[j+1] * (g[j+1] + a[j+2] * (...))
        a, g = np.moveaxis(a, axis, 0), np.moveaxis(g, axis, 0)
        before = np.concatenate([np.ones((1, *a.shape[1:])), np.cumprod(a[:-1], axis=0)])
        sums = [g[-1]]
        for j in range(a.shape[0] - 2, -1, -1):
            sums.append(g[j] + a[j + 1] * sums[-1])
        return np.moveaxis(before * np.stack(sums[::-1]), 0, axis)

    return primitive(lambda a: np.cumprod(a, axis=axis), slope)(a)


def _cumulative(function: Callable[..., Any], first: float) -> Callable[..., Any]:
    def recorded(
        x: Any,
        /,
        *,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        include_initial: bool = False,
    ) -> Any:
        axis = 0 if axis is None else axis
        found = function(x, axis=axis)
        if not include_initial:
            return found
        shape = [1 if j == axis % x.ndim else n for j, n in enumerate(x.shape)]
        return np.concatenate([np.full(shape, first), found], axis=axis)

    return recorded


def _average(
    a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False
) -> Any:
    keepdims = keepdims is not np._NoValue and keepdims
    if returned:
        raise NotFollowedError("np.average with returned=True has no derivative here")
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    if np.shape(weights) != np.shape(a):
        shape = [n if j == axis % np.ndim(a) else 1 for j, n in enumerate(np.shape(a))]
        weights = np.reshape(weights, shape)
    total = np.sum(weights * np.ones(np.shape(a)), axis=axis, keepdims=keepdims)
    return np.sum(a * weights, axis=axis, keepdims=keepdims) / total


def _without_nan(function: Callable[..., Any], neutral: float) -> Callable[..., Any]:
    """Return `function` of an array whose missing numbers are `neutral`."""

    def expression(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, **options: Any
    ) -> Any:
        return function(np.where(np.isnan(a), neutral, a), axis=axis, **options)

    return expression


def _nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False
) -> Any:
    known = ~np.isnan(a)
    options = {"axis": axis, "keepdims": keepdims is not np._NoValue and keepdims}
    return np.sum(np.where(known, a, 0.0), **options) / np.sum(known, **options)


def _nanvar(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: Any = 0,
    keepdims: Any = False,
) -> Any:
    known = ~np.isnan(a)
    options = {"axis": axis, "keepdims": keepdims is not np._NoValue and keepdims}
    gaps = np.where(known, a - _nanmean(a, axis, keepdims=True), 0.0)
    return np.sum(gaps**2, **options) / (np.sum(known, **options) - ddof)


def reduction_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's sums, products, means and spreads, recorded."""
    expressions: dict[Any, Callable[..., Any]] = {
        np.average: _average,
        np.nansum: _without_nan(np.sum, 0.0),
        np.nanprod: _without_nan(np.prod, 1.0),
        np.nancumsum: _without_nan(np.cumsum, 0.0),
        np.nancumprod: _without_nan(np.cumprod, 1.0),
        np.nanmean: _nanmean,
        np.nanvar: _nanvar,
        np.nanstd: lambda *args, **options: np.sqrt(_nanvar(*args, **options)),
        np.ptp: lambda a, axis=None, out=None, keepdims=False: (
            np.max(a, axis=axis, keepdims=keepdims is not np._NoValue and keepdims)
            - np.min(a, axis=axis, keepdims=keepdims is not np._NoValue and keepdims)
        ),
    }
    return {
        np.sum: reduction(np.sum, _sum_slope, 0.0),
        np.mean: reduction(np.mean, _mean_slope, None),
        np.prod: reduction(np.prod, _prod_slope, 1.0),
        np.var: reduction(np.var, _var_slope, None),
        np.std: reduction(np.std, _std_slope, None),
        np.cumsum: _cumsum,
        np.cumprod: _cumprod,
        np.cumulative_sum: _cumulative(np.cumsum, 0.0),
        np.cumulative_prod: _cumulative(np.cumprod, 1.0),
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
