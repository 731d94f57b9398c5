"""What follows the order of numbers: largest, sorted, in the middle, recorded.

Numbers that are equal share the slope: that is the smallest subgradient.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.dispatch import NotFollowedError
from descend.objectives.functions.tracing.recording import expressed, plain, primitive
from descend.objectives.functions.tracing.reductions import spread


def _extreme_slope(g: Any, y: Any, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    values, found = plain(a), plain(y)
    if axis is not None and not keepdims:
        found = np.expand_dims(found, axis)
    reached = values == found
    shares = reached / np.maximum(np.sum(reached, axis=axis, keepdims=True), 1)
    return spread(g, a.shape, axis, keepdims) * shares


def _extreme(function: Callable[..., Any], merge: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    recorded_alone = primitive(function, _extreme_slope)

    def recorded(
        a: Any,
        axis: Any = None,
        out: Any = None,
        keepdims: Any = False,
        initial: Any = None,
        where: Any = True,
    ) -> Any:
        if out is not None:
            raise NotFollowedError("out= cannot be followed: leave it out")
        if where is not True and where is not np._NoValue:
            a = np.where(where, a, -np.inf if merge is np.maximum else np.inf)
        options: dict[str, Any] = {} if axis is None else {"axis": axis}
        if keepdims is not False and keepdims is not np._NoValue:
            options["keepdims"] = keepdims
        if isinstance(a, list | tuple):
            a = np.stack(a)
        found = recorded_alone(a, **options)
        return found if initial is None or initial is np._NoValue else merge(found, initial)

    return recorded


def _shared(g: Any, values: Any, order: Any, axis: int) -> Any:
    """Return slopes by sorted numbers as slopes by the numbers, equal ones sharing alike."""
    ordered = np.take_along_axis(values, order, axis)
    same = np.moveaxis(np.diff(ordered, axis=axis) == 0, axis, -1)
    if np.any(same):
        n = values.shape[axis]
        first = np.zeros((*same.shape[:-1], n), int)
        first[..., 1:] = np.cumsum(~same, axis=-1)
        groups = first[..., :, None] == first[..., None, :]
        means = groups / np.sum(groups, axis=-1, keepdims=True)
        g = np.moveaxis(np.matmul(means, np.moveaxis(g, axis, -1)[..., None])[..., 0], -1, axis)
    return np.take_along_axis(g, np.argsort(order, axis=axis), axis)


def _sort(
    a: Any, axis: Any = -1, kind: Any = None, order: Any = None, *, stable: Any = None
) -> Any:
    if axis is None:
        a, axis = np.ravel(a), -1
    places = np.argsort(plain(a), axis=axis, kind="stable")

    def slope(g: Any, y: Any, a: Any) -> Any:
        return _shared(g, plain(a), places, axis)

    return primitive(lambda a: np.sort(a, axis=axis), slope)(a)


def _partition(
    a: Any, kth: Any, axis: Any = -1, kind: Any = "introselect", order: Any = None
) -> Any:
    if axis is None:
        a, axis = np.ravel(a), -1
    return np.take_along_axis(a, np.argpartition(plain(a), kth, axis=axis), axis)


def _quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: Any = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Any:
    if weights is not None:
        raise NotFollowedError("np.quantile with weights= has no derivative here")
    axes = tuple(range(a.ndim)) if axis is None else tuple(j % a.ndim for j in np.atleast_1d(axis))
    kept = [1 if j in axes else n for j, n in enumerate(a.shape)]
    moved = np.moveaxis(a, axes, tuple(range(len(axes))))
    rows = np.sort(np.reshape(moved, (-1, *moved.shape[len(axes) :])), axis=0)
    # a quantile is linear in the sorted numbers: that of 0, 1, 2, ... says where it lies
    place = np.quantile(np.arange(rows.shape[0], dtype=float), q, method=method)
    low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
    part = np.reshape(place - low, np.shape(q) + (1,) * (rows.ndim - 1))
    found = rows[low] * (1 - part) + rows[high] * part
    return np.reshape(found, (*np.shape(q), *kept)) if keepdims else found


def _median(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Any:
    return _quantile(a, 0.5, axis, keepdims=keepdims)


def _percentile(a: Any, q: Any, axis: Any = None, *args: Any, **options: Any) -> Any:
    return _quantile(a, np.divide(q, 100), axis, *args, **options)


def _of_known(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of an array without its missing numbers, along one axis or of all."""

    def expression(a: Any, *args: Any, axis: Any = None, **options: Any) -> Any:
        if not np.any(np.isnan(a)):
            return function(a, *args, axis=axis, **options)
        if axis is None:
            flat = np.ravel(a)
            return function(flat[~np.isnan(flat)], *args, **options)
        if np.ndim(axis) > 0 or np.ndim(args[0] if args else 0) > 0 or options.get("keepdims"):
            raise NotFollowedError(
                "missing numbers are followed along one axis alone, without keepdims"
            )
        moved = np.moveaxis(a, axis, -1)
        rows = np.reshape(moved, (-1, moved.shape[-1]))
        found = [function(row[~np.isnan(row)], *args, **options) for row in rows]
        return np.reshape(np.stack(found), moved.shape[:-1])

    return expression


def _picked(values: Any, *pools: Any) -> Any:
    """Return those of some arrays' numbers that have certain values, recorded."""
    pool = np.concatenate([np.ravel(each) for each in pools])
    means = np.ravel(values)[:, None] == plain(pool)
    return (means / np.maximum(np.sum(means, axis=1, keepdims=True), 1)) @ pool


def _set_of(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that picks numbers out of one or two arrays as sets, recorded."""

    def expression(*arrays: Any, **options: Any) -> Any:
        return _picked(function(*plain(arrays), **options), *arrays)

    return expression


def _unique(
    ar: Any,
    return_index: Any = False,
    return_inverse: Any = False,
    return_counts: Any = False,
    axis: Any = None,
    **options: Any,
) -> Any:
    if axis is not None:
        raise NotFollowedError("np.unique along an axis has no derivative here")
    found = np.unique(plain(ar), return_index, return_inverse, return_counts, **options)
    many = isinstance(found, tuple)
    picked = expressed(
        lambda ar: np.unique(ar, **options), lambda ar: _picked(np.unique(plain(ar)), ar)
    )(ar)
    return (picked, *found[1:]) if many else picked


def _unique_tuple(function: Callable[..., Any]) -> Callable[..., Any]:
    def recorded(x: Any) -> Any:
        found = function(plain(x))
        return type(found)(_unique(x), *found[1:])

    return recorded


def order_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's functions of the order of numbers, recorded."""
    expressions: dict[Any, Callable[..., Any]] = {
        np.median: _median,
        np.quantile: _quantile,
        np.percentile: _percentile,
        np.nanmedian: _of_known(np.median),
        np.nanquantile: _of_known(np.quantile),
        np.nanpercentile: _of_known(np.percentile),
        np.nanmax: lambda a, *args, **options: np.max(
            np.where(np.isnan(a), -np.inf, a), *args, **options
        ),
        np.nanmin: lambda a, *args, **options: np.min(
            np.where(np.isnan(a), np.inf, a), *args, **options
        ),
        np.unique_values: _set_of(np.unique_values),
        np.union1d: _set_of(np.union1d),
        np.intersect1d: _set_of(np.intersect1d),
        np.setdiff1d: _set_of(np.setdiff1d),
        np.setxor1d: _set_of(np.setxor1d),
    }
    return {
        np.max: _extreme(np.max, np.maximum),
        np.min: _extreme(np.min, np.minimum),
        np.sort: _sort,
        np.partition: _partition,
        np.unique: _unique,
        np.unique_all: _unique_tuple(np.unique_all),
        np.unique_counts: _unique_tuple(np.unique_counts),
        np.unique_inverse: _unique_tuple(np.unique_inverse),
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
