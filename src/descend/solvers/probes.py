"""Looking around a point by values alone, where derivatives do not tell whether it is a minimum."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Objective, Penalty, verbs
from descend.solvers.optimality import Optimality
from descend.solvers.run_state import Mask

LENGTHS = np.logspace(-6, 0, 4)
"""How far to look where the value does not bend upwards, in sizes of the point."""

VISIBLE = 10
"""A rise is looked for so far away that it should be this many times what counts."""

OUTWARD = np.logspace(0, 6, 7)
"""How far to look along the way that a run came, in lengths of it."""

HALVINGS = 24
"""How often the distance to a pole is halved."""

STEADY = 0.9
"""Towards a pole the value falls a halving by this share of the last fall."""


class Surroundings(NamedTuple):
    """What was found around m points.

    Attributes
    ----------
    lower
        Where a lower point was found with nothing higher between, `(m,)`.
    w
        The lowest of these, `(m, d)`.
    rises
        Along which directions the value bends upwards, or rises visibly both ways, `(m, d)`.
    directions
        Vectors in the last axis but one, each as long as the point's size, `(m, d, d)`.
    """

    lower: Mask
    w: Array
    rises: Mask
    directions: Array


def look_around(
    objective: Objective, penalty: Penalty, w: Array, value: Array, found: Optimality
) -> Surroundings:
    """Look both ways along the directions of the spectra at `w` `(m, d)`.

    Where the value bends upwards, as far as the parabola must rise visibly; else ever further, up
    to the size of the point.
    """
    m, d = w.shape
    if m == 0:
        return Surroundings(np.zeros(0, bool), w, np.zeros((0, d), bool), np.zeros((0, d, d)))
    spectrum, least = found.spectrum, found.least[:, None]
    with np.errstate(all="ignore"):
        directions = spectrum.scale[..., None] * spectrum.directions
        longest = np.abs(directions / found.size[..., None]).max(axis=-2)
        longest = np.where(longest > 0, longest, 1.0)
        directions = directions / longest[:, None, :]
        visible = np.sqrt(2 * VISIBLE * least / np.abs(spectrum.curvatures)) * longest
        bends = ~(spectrum.flat | spectrum.negative) & spectrum.known[:, None]
        lengths = np.where(bends[None], np.minimum(visible, 1.0), LENGTHS[:, None, None])
        if bends.all():
            lengths = lengths[:1]
        both = np.stack([lengths, -lengths])
        steps = both[..., None] * np.swapaxes(directions, -1, -2)
        points = verbs.prox(penalty, (w[:, None, :] + steps).astype(w.dtype), 0.0)
        values = objective.value(points)
        higher = ~(values <= (value + found.rounding)[:, None])
        below = values < value[:, None] - least
    behind = np.logical_or.accumulate(higher, axis=1)
    heights = np.where(below & ~behind, values, np.inf)
    flat_heights = heights.transpose(2, 0, 1, 3).reshape(m, -1)
    lowest = flat_heights.argmin(axis=1)
    lower = np.isfinite(flat_heights[np.arange(m), lowest])
    candidates = points.transpose(2, 0, 1, 3, 4).reshape(m, -1, d)
    rises = bends | higher.any(axis=1).all(axis=0)
    return Surroundings(lower, candidates[np.arange(m), lowest], rises, directions)


def falls_outward(
    objective: Objective, penalty: Penalty, w: Array, value: float, way: Array
) -> bool:
    """Say whether the value never rises along a way `(d,)`, as far as it was followed."""
    points = (w + OUTWARD[:, None] * way).astype(w.dtype)
    if not np.any(way) or (verbs.prox(penalty, points, 0.0) != points).any():
        return False
    with np.errstate(all="ignore"):
        values = np.array([value, *objective.value(points)])
        falls: bool = bool((np.diff(values) <= 0).all())
    return falls


def nears_pole(objective: Objective, w: Array, value: float, g: Array, size: Array) -> bool:
    """Say whether the value falls without end towards a point right beside `w` `(d,)`.

    With each halving of the distance it then falls by as much as before, or by more, as the
    logarithm does towards zero; a root falls by less.
    """
    uphill = g * size * size
    length = np.abs(uphill / size).max()
    if not (np.isfinite(length) and length > 0):
        return False
    eps = float(np.finfo(w.dtype).eps)
    distances = 4 * eps * 2.0 ** np.arange(HALVINGS)
    points = (w + distances[:, None] * (uphill / length)).astype(w.dtype)
    with np.errstate(all="ignore"):
        falls = np.diff(objective.value(points))
        steady = (falls[:-1] >= STEADY * falls[1:]) & (falls[:-1] > 0)
    return bool(steady[2:].all())
