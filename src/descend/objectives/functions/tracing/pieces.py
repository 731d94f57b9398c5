"""Ranges, clipped and piecewise functions, functions along axes, covariances, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.products import as_array
from descend.objectives.functions.tracing.recording import expressed, plain, primitive


def _cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: Any = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Any:
    if fweights is not None or aweights is not None:
        raise NotFollowedError("np.cov with weights has no derivative here")
    rows = []
    for part in (m, y):
        if part is not None:
            part = as_array(part)
            part = part[None, :] if part.ndim == 1 else part
            rows.append(part if rowvar or part.shape[0] == 1 else part.T)
    x = np.concatenate(rows) if len(rows) > 1 else rows[0]
    x = x - np.mean(x, axis=1, keepdims=True)
    n = x.shape[1] - ((0 if bias else 1) if ddof is None else ddof)
    right = np.conj(x).T if np.iscomplexobj(x) else x.T
    return np.squeeze(x @ right / n)


def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Any:
    c = _cov(x, y, rowvar)
    if np.ndim(c) == 0:
        return c / c
    lengths = np.sqrt(np.real(np.diagonal(c)))
    return c / (lengths[:, None] * lengths)


def _linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    if retstep:
        raise NotFollowedError("np.linspace with retstep=True has no derivative here")
    start, stop = as_array(start), as_array(stop)
    part = np.arange(num) / max(num - 1 if endpoint else num, 1)
    part = np.reshape(part, (num,) + (1,) * max(np.ndim(start), np.ndim(stop)))
    return np.moveaxis(start * (1 - part) + stop * part, 0, axis)


def _logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    return base ** _linspace(start, stop, num, endpoint, axis=axis)


def _geomspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0
) -> Any:
    sign = np.sign(plain(start))
    return sign * np.exp(
        _linspace(np.log(start * sign), np.log(stop * sign), num, endpoint, axis=axis)
    )


def _full_like(
    a: Any,
    fill_value: Any,
    dtype: Any = None,
    order: Any = "K",
    subok: bool = True,
    shape: Any = None,
    *,
    device: Any = None,
) -> Any:
    return np.broadcast_to(fill_value, np.shape(a) if shape is None else shape)


def _clip(
    a: Any,
    a_min: Any = None,
    a_max: Any = None,
    out: Any = None,
    *,
    min: Any = None,
    max: Any = None,
    **options: Any,
) -> Any:
    if out is not None:
        raise NotFollowedError("out= cannot be followed: leave it out")
    low = min if a_min is None or a_min is np._NoValue else a_min
    high = max if a_max is None or a_max is np._NoValue else a_max
    a = as_array(a)
    if low is not None and low is not np._NoValue:
        a = np.maximum(a, low)
    return a if high is None or high is np._NoValue else np.minimum(a, high)


def _nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    values = plain(x)
    return np.where(np.isfinite(values), x, np.nan_to_num(values, True, nan, posinf, neginf))


def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    conditions = (
        [np.asarray(c) for c in condlist]
        if np.ndim(condlist) > 1
        or (isinstance(condlist, list) and np.ndim(condlist[0]) == np.ndim(x))
        else [np.asarray(condlist)]
    )
    functions = list(funclist)
    if len(functions) == len(conditions) + 1:
        rest = ~np.any(np.stack(conditions), axis=0)
        conditions = [*conditions, rest]
    found = 0.0 * x
    for condition, function in zip(conditions, functions, strict=True):
        piece = function(x, *args, **kw) if callable(function) else function
        found = np.where(condition, piece, found)
    return found


def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    moved = np.moveaxis(arr, axis, -1)
    rows = np.reshape(moved, (-1, moved.shape[-1]))
    found = np.stack([as_array(func1d(row, *args, **kwargs)) for row in rows])
    inner = found.shape[1:]
    found = np.reshape(found, (*moved.shape[:-1], *inner))
    outer = len(moved.shape) - 1
    axis = axis % arr.ndim
    return np.moveaxis(found, range(outer, outer + len(inner)), range(axis, axis + len(inner)))


def _apply_over_axes(func: Any, a: Any, axes: Any) -> Any:
    for axis in np.atleast_1d(axes).tolist():
        found = func(a, axis)
        a = found if found.ndim == a.ndim else np.expand_dims(found, axis)
    return a


def _bincount(x: Any, weights: Any = None, minlength: int = 0) -> Any:
    if weights is None:
        return np.bincount(plain(x), minlength=minlength)
    places = plain(x)
    return primitive(lambda w: np.bincount(places, w, minlength), lambda g, y, w: g[places])(
        weights
    )


def piece_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's ranges, pieces and covariances, recorded."""
    expressions: dict[Any, Callable[..., Any]] = {
        np.cov: _cov,
        np.corrcoef: _corrcoef,
        np.linspace: _linspace,
        np.logspace: _logspace,
        np.geomspace: _geomspace,
        np.full_like: _full_like,
        np.clip: _clip,
        np.nan_to_num: _nan_to_num,
    }
    return {
        np.piecewise: _piecewise,
        np.apply_along_axis: _apply_along_axis,
        np.apply_over_axes: _apply_over_axes,
        np.bincount: _bincount,
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
