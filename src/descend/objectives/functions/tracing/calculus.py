"""Differences, integrals, interpolation and convolutions, recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.objectives.functions.tracing.products import as_array
from descend.objectives.functions.tracing.recording import expressed, plain, primitive


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


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
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


def convolve(a: Any, v: Any, mode: str = "full") -> Any:
    """Return the convolution of two rows of numbers, recorded."""
    a, v = np.atleast_1d(as_array(a)), np.atleast_1d(as_array(v))
    return _cut(_full(a, v), len(a), len(v), mode, False)


def _correlate(a: Any, v: Any, mode: str = "valid") -> Any:
    a, v = np.atleast_1d(as_array(a)), np.atleast_1d(as_array(v))
    v = np.conj(v) if np.iscomplexobj(v) else v
    return _cut(_full(a, v[::-1]), len(a), len(v), mode, True)


def _unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    return p + (np.unwrap(plain(p), discont, axis, period=period) - plain(p))


def calculus_rules() -> dict[Any, Callable[..., Any]]:
    """Return NumPy's differences, integrals, interpolation and convolutions, recorded."""
    expressions: dict[Any, Callable[..., Any]] = {
        np.diff: _diff,
        np.ediff1d: _ediff1d,
        np.trapezoid: _trapezoid,
        np.convolve: convolve,
        np.correlate: _correlate,
        np.unwrap: _unwrap,
    }
    return {
        np.gradient: _gradient,
        np.interp: _interp,
        **{name: expressed(name, how) for name, how in expressions.items()},
    }
