"""Differences, integrals, interpolation, convolutions, polynomials and statistics, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.products import as_array
from descend.objectives.functions.tracing.recording import expressed, plain, primitive
from descend.objectives.functions.tracing.traced import NotFollowedError


def _along(a: Any, axis: int, pick: Any) -> Any:
    picks: list[Any] = [slice(None)] * a.ndim
    picks[axis] = pick
    return a[tuple(picks)]


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    a = as_array(a)
    parts = [a]
    for end, place in ((prepend, 0), (append, len(parts))):
        if end is None or end is np._NoValue:
            continue
        if np.ndim(end) == 0:
            shape = [1 if j == axis % a.ndim else k for j, k in enumerate(a.shape)]
            end = np.broadcast_to(end, shape)
        parts.insert(place if place == 0 else len(parts), end)
    a = np.concatenate(parts, axis=axis) if len(parts) > 1 else a
    for _ in range(n):
        a = _along(a, axis, slice(1, None)) - _along(a, axis, slice(None, -1))
    return a


def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    flat = np.ravel(ary)
    parts = [np.ravel(to_begin)] if to_begin is not None else []
    parts.append(flat[1:] - flat[:-1])
    if to_end is not None:
        parts.append(np.ravel(to_end))
    return np.concatenate(parts)


def _slopes_along(f: Any, spacing: Any, axis: int, edge_order: int) -> Any:
    """Return second-order differences along an axis, as `np.gradient` takes them."""
    f = np.moveaxis(f, axis, -1)
    n = f.shape[-1]
    steps = spacing * np.ones(n - 1) if np.ndim(spacing) == 0 else np.diff(spacing)
    before, after = steps[:-1], steps[1:]
    middle = (
        -after / (before * (before + after)) * f[..., :-2]
        + (after - before) / (before * after) * f[..., 1:-1]
        + before / (after * (before + after)) * f[..., 2:]
    )
    if edge_order == 1:
        first = (f[..., 1] - f[..., 0]) / steps[0]
        last = (f[..., -1] - f[..., -2]) / steps[-1]
    else:
        a, b = steps[0], steps[1]
        first = (
            -(2 * a + b) / (a * (a + b)) * f[..., 0]
            + (a + b) / (a * b) * f[..., 1]
            - a / (b * (a + b)) * f[..., 2]
        )
        a, b = steps[-2], steps[-1]
        last = (
            b / (a * (a + b)) * f[..., -3]
            - (a + b) / (a * b) * f[..., -2]
            + (2 * b + a) / (b * (a + b)) * f[..., -1]
        )
    return np.moveaxis(np.concatenate([first[..., None], middle, last[..., None]], -1), -1, axis)


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = as_array(f)
    axes = range(f.ndim) if axis is None else [j % f.ndim for j in np.atleast_1d(axis).tolist()]
    spacings = varargs or (1.0,)
    spacings = spacings * len(axes) if len(spacings) == 1 else spacings
    found = tuple(
        expressed(
            lambda f, h, j=j: np.gradient(f, h, axis=j, edge_order=edge_order),
            lambda f, h, j=j: _slopes_along(f, h, j, edge_order),
        )(f, as_array(h))
        for j, h in zip(axes, spacings, strict=True)
    )
    return found[0] if len(found) == 1 else found


def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(as_array(y), axis, -1)
    if x is not None:
        x = as_array(x)
        dx = np.diff(x) if np.ndim(x) == 1 else np.diff(np.moveaxis(x, axis, -1))
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2, axis=-1)


def _interp_by_place(
    g: Any,
    y: Any,
    x: Any,
    xp: Any,
    fp: Any,
    left: Any = None,
    right: Any = None,
    period: Any = None,
) -> Any:
    """Return the slope by where is interpolated; at a knot the smallest subgradient."""
    slopes = np.concatenate([[0.0], np.diff(fp) / np.diff(xp), [0.0]])
    before = slopes[np.searchsorted(plain(xp), plain(x), side="left")]
    after = slopes[np.searchsorted(plain(xp), plain(x), side="right")]
    nearer = np.where(np.abs(before) < np.abs(after), before, after)
    return g * np.where(before * after <= 0, np.where(before == after, before, 0.0), nearer)


def _weights(x: Any, xp: Any) -> tuple[Any, Any]:
    """Return the interval that each place lies in, and how far on in it."""
    j = np.clip(np.searchsorted(plain(xp), plain(x), side="right") - 1, 0, len(xp) - 2)
    return j, np.clip((x - xp[j]) / (xp[j + 1] - xp[j]), 0.0, 1.0)


def _interp_by_values(
    g: Any,
    y: Any,
    x: Any,
    xp: Any,
    fp: Any,
    left: Any = None,
    right: Any = None,
    period: Any = None,
) -> Any:
    j, part = _weights(x, xp)
    given = np.zeros(np.shape(x), bool)
    if left is not None:
        given = given | (plain(x) < plain(xp)[0])
    if right is not None:
        given = given | (plain(x) > plain(xp)[-1])
    g = np.where(given, 0.0, g)
    rows = np.eye(len(fp))
    return np.tensordot(g * (1 - part), rows[j], np.ndim(x)) + np.tensordot(
        g * part, rows[j + 1], np.ndim(x)
    )


def _interp_by_knots(g: Any, y: Any, x: Any, xp: Any, fp: Any, **options: Any) -> Any:
    j, part = _weights(x, xp)
    slope = (fp[j + 1] - fp[j]) / (xp[j + 1] - xp[j])
    inside = (plain(x) >= plain(xp)[0]) & (plain(x) <= plain(xp)[-1])
    g = np.where(inside, -g * slope, 0.0)
    rows = np.eye(len(xp))
    return np.tensordot(g * (1 - part), rows[j], np.ndim(x)) + np.tensordot(
        g * part, rows[j + 1], np.ndim(x)
    )


_interp_alone = primitive(np.interp, _interp_by_place, _interp_by_knots, _interp_by_values)


def _interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    x, xp, fp = as_array(x), as_array(xp), as_array(fp)
    if period is not None:
        x, xp = x % period, xp % period
        order = np.argsort(plain(xp))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[:1]])
        left = right = None
    return _interp_alone(x, xp, fp, left=plain(left), right=plain(right))


def _full_slopes() -> tuple[Callable[..., Any], Callable[..., Any]]:
    def by_first(g: Any, y: Any, a: Any, v: Any) -> Any:
        return np.correlate(g, v, "valid")

    def by_second(g: Any, y: Any, a: Any, v: Any) -> Any:
        return np.correlate(g, a, "valid")

    return by_first, by_second


_full = primitive(lambda a, v: np.convolve(a, v, "full"), *_full_slopes())


def _cut(full: Any, m: int, n: int, mode: str, is_correlation: bool) -> Any:
    """Return the part of a full convolution that a mode asks for."""
    if mode == "full":
        return full
    low, high = min(m, n), max(m, n)
    if mode == "valid":
        return full[low - 1 : high]
    first = (low - 1) // 2
    if is_correlation and m < n:  # the shorter is moved, from the other side
        first = low - 1 - first
    elif is_correlation:
        first = (low - 1) // 2 if low % 2 else low // 2 - (0 if m < n else 1) + 0
    return full[first : first + high]


def _convolve(a: Any, v: Any, mode: str = "full") -> Any:
    a, v = np.atleast_1d(as_array(a)), np.atleast_1d(as_array(v))
    return _cut(_full(a, v), len(a), len(v), mode, False)


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = np.atleast_1d(as_array(a)), np.atleast_1d(as_array(v))
    v = np.conj(v) if np.iscomplexobj(v) else v
    return _cut(_full(a, v[::-1]), len(a), len(v), mode, True)


# --- polynomials, highest power first


def _padded(*polynomials: Any) -> list[Any]:
    n = max(len(p) for p in polynomials)
    return [np.concatenate([np.zeros(n - len(p)), p]) for p in polynomials]


def _poly_of(combine: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    def expression(a1: Any, a2: Any) -> Any:
        first, second = _padded(np.atleast_1d(as_array(a1)), np.atleast_1d(as_array(a2)))
        return combine(first, second)

    return expression


def _polyval(p: Any, x: Any) -> Any:
    x = as_array(x)
    found = 0.0 * x
    for coefficient in as_array(p):
        found = found * x + coefficient
    return found


def _polyder(p: Any, m: int = 1) -> Any:
    p = as_array(p)
    for _ in range(m):
        p = p[:-1] * np.arange(len(p) - 1, 0, -1)
    return p


def _polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    p = as_array(p)
    constants = np.zeros(m) if k is None else np.broadcast_to(k, (m,))
    for j in range(m):
        p = np.concatenate([p / np.arange(len(p), 0, -1), constants[j : j + 1]])
    return p


def _poly(seq_of_zeros: Any) -> Any:
    zeros = as_array(seq_of_zeros)
    if zeros.ndim == 2:
        zeros = np.linalg.eigvals(zeros)
    found = np.ones(1)
    for j in range(len(zeros)):
        found = np.convolve(found, np.concatenate([np.ones(1), -zeros[j : j + 1]]))
    return np.real(found) if not np.iscomplexobj(seq_of_zeros) else found


def _roots(p: Any) -> Any:
    p = as_array(p)
    kept = np.flatnonzero(plain(p))
    if not kept.size:
        return np.array([])
    p, zeros = p[int(kept[0]) : int(kept[-1]) + 1], len(p) - 1 - int(kept[-1])
    n = len(p) - 1
    if n < 1:
        return np.zeros(zeros)
    companion = np.concatenate([(-p[1:] / p[0])[None, :], np.eye(n - 1, n)])
    return np.concatenate([np.linalg.eigvals(companion), np.zeros(zeros)])


def _polyfit(
    x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    if full or cov or np.ndim(deg) > 0:
        raise NotFollowedError("np.polyfit with full= or cov= has no derivative here")
    x, y = as_array(x), as_array(y)
    rows = np.vander(x, deg + 1)
    if w is not None:
        w = as_array(w)
        rows, y = rows * w[:, None], (y * w if y.ndim == 1 else y * w[:, None])
    return np.linalg.pinv(rows) @ y


def _vander(x: Any, N: Any = None, increasing: bool = False) -> Any:
    x = as_array(x)
    powers = np.arange(len(x) if N is None else N)
    return x[:, None] ** (powers if increasing else powers[::-1])


# --- statistics, ranges and single numbers


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


def _unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    return p + (np.unwrap(plain(p), discont, axis, period=period) - plain(p))


def _nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    values = plain(x)
    return np.where(np.isfinite(values), x, np.nan_to_num(values, True, nan, posinf, neginf))


def _piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Any:
    conditions = (
        [np.asarray(c) for c in condlist]
        if np.ndim(condlist) > 1
        or isinstance(condlist, list)
        and np.ndim(condlist[0]) == np.ndim(x)
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


def calculus_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's differences, integrals, polynomials and statistics, recorded."""
    expressions: dict[Any, Callable[..., Any]] = {
        np.diff: _diff,
        np.ediff1d: _ediff1d,
        np.trapezoid: _trapezoid,
        np.convolve: _convolve,
        np.correlate: _correlate,
        np.polyadd: _poly_of(lambda a, b: a + b),
        np.polysub: _poly_of(lambda a, b: a - b),
        np.polymul: lambda a1, a2: _convolve(a1, a2),
        np.polyval: _polyval,
        np.polyder: _polyder,
        np.polyint: _polyint,
        np.poly: _poly,
        np.roots: _roots,
        np.polyfit: _polyfit,
        np.vander: _vander,
        np.cov: _cov,
        np.corrcoef: _corrcoef,
        np.linspace: _linspace,
        np.logspace: _logspace,
        np.geomspace: _geomspace,
        np.full_like: _full_like,
        np.clip: _clip,
        np.unwrap: _unwrap,
        np.nan_to_num: _nan_to_num,
    }
    return {
        np.gradient: _gradient,
        np.interp: _interp,
        np.piecewise: _piecewise,
        np.apply_along_axis: _apply_along_axis,
        np.apply_over_axes: _apply_over_axes,
        np.bincount: _bincount,
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
