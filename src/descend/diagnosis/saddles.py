"""Saddles of a function of two variables in a window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from descend.protocols import Array, Objective

STARTS = 24
"""Newton's method starts from so many places in each direction."""

STEPS = 40

APART = 1e-3
"""Points closer than this share of the window, in both coordinates, are one."""

CLEAR = 1e-6
"""A curvature of this share of the other is told from zero."""

MOST = 200
"""Saddles beyond this many are left out: nobody could tell them apart in a picture."""


def saddles_in(objective: Objective, window: Sequence[tuple[float, float]]) -> Array:
    """Return the saddles in a window, `(n, 2)`: zeros of the gradient that curve both ways.

    Newton's method looks for zeros of the gradient from a grid of starts, all at once; where two
    lie within a grid's cell, one may be missed. A function of one variable has none.

    Examples
    --------
    >>> from descend.objectives import as_problem
    >>> saddles_in(as_problem("x^2 - (y - 1)^2").objective, [(-2, 2), (-2, 2)]).round(9)
    array([[0., 1.]])
    """
    if len(window) != 2:
        return np.empty((0, len(window)))
    low, high = np.array(window, dtype=float).T
    width = high - low
    middles = [
        lo + w * (np.arange(STARTS) + 0.47) / STARTS for lo, w in zip(low, width, strict=True)
    ]
    w = np.stack(np.meshgrid(*middles), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        first = np.linalg.norm(objective.value_and_gradient(w)[1], axis=1)
        steepest = np.max(first, where=np.isfinite(first), initial=0.0)
        for _ in range(STEPS):
            step = _newton_step(objective, w)
            # no further than the window is wide, or what is found lies elsewhere
            long = np.abs(step / width).max(axis=1)
            w = w - step / np.maximum(long, 1.0)[:, None]
            w = w[np.isfinite(w).all(axis=1)]
        _, g = objective.value_and_gradient(w)
        a, b, c = _hessian(objective, w)
        at_rest = np.linalg.norm(g, axis=1) <= 1e-9 * steepest
        inside = ((w >= low) & (w <= high)).all(axis=1)
        both = a * c - b * b < -CLEAR * (a * a + b * b + c * c)
    return _distinct(w[at_rest & inside & both], width)


def _hessian(objective: Objective, w: Array) -> tuple[Array, Array, Array]:
    """Return the entries of the Hessians, the one by both variables in the middle."""
    first = objective.hessian_product(w, np.array([1.0, 0.0]))
    second = objective.hessian_product(w, np.array([0.0, 1.0]))
    return first[:, 0], (first[:, 1] + second[:, 0]) / 2, second[:, 1]


def _newton_step(objective: Objective, w: Array) -> Array:
    """Return Newton's steps at points `(n, 2)`."""
    _, g = objective.value_and_gradient(w)
    a, b, c = _hessian(objective, w)
    determinant = a * c - b * b
    along = np.stack([c * g[:, 0] - b * g[:, 1], a * g[:, 1] - b * g[:, 0]], axis=1)
    step: Array = np.where(g == 0, 0.0, along / determinant[:, None])
    return step


def _distinct(points: Array, width: Array) -> Array:
    """Return each place once."""
    apart: list[Array] = []
    for point in points:
        if len(apart) == MOST:
            break
        if all((np.abs(point - other) > APART * width).any() for other in apart):
            apart.append(point)
    return np.array(apart).reshape(-1, 2)
