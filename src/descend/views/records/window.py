"""The window through which a landscape is seen."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from descend.protocols import Array
from descend.views.records.trajectories import LARGEST_DRAWN, Trajectories

Window: TypeAlias = tuple[tuple[float, float], ...]
"""The lower and the upper edge in each coordinate."""

PADDING = {1: 0.4, 2: 0.14}
"""The room on each side, as a share of the extent, by the number of variables."""

PROPORTION = 1.3
"""The width of a picture of two variables over its height. Where the extents are alike, so are the
scales: circles look round, and a gradient is perpendicular to its level line."""

DOT = 1e4
"""A minimum is left out that is so many times as far away as the paths reach: beside it, they
would not be seen at all."""

ESCAPED = 20
"""A run has escaped that went so many times as far as most did, and as the starts are apart."""


def window_of(
    trajectories: Trajectories, known: Window | None = None, targets: Array | None = None
) -> Window:
    """Choose a window with every start, every end but those far outside, and the minima ahead.

    Ends of runs that diverged or rose, went much farther than most, or far from the `known` window
    are left out; the known one is inside. A path may reach beyond the box of these by the box's own
    size; of runs that left only the first few steps count. Of `targets` `(n, d)` those are inside
    that are not so far away that the paths would be a dot.
    """
    assert trajectories.points is not None
    low, high = _reach(trajectories, trajectories.points, known)
    if known is not None:
        edges = np.array(known).T
        low, high = np.minimum(low, edges[0]), np.maximum(high, edges[1])
    for target in () if targets is None else targets:
        far = np.maximum(low - target, target - high).max()
        if far <= DOT * (high - low).max():
            low, high = np.minimum(low, target), np.maximum(high, target)
    return with_room(low, high)


def with_room(low: Array, high: Array) -> Window:
    """Return a box `(d,)`, `(d,)` as a window with room around it, in a pleasant proportion."""
    extent = high - low
    largest = float(extent.max())
    if largest == 0:
        largest = 2 * max(1.0, 0.1 * float(np.abs(low).max()))
    # A coordinate that hardly changes still gets some room, or its axis would be a line.
    room = np.where(extent < 0.05 * largest, 0.4 * largest, extent)
    middle = low / 2 + high / 2
    half = room * (0.5 + PADDING[len(room)])
    if len(room) == 2 and 0.3 < half[0] / (PROPORTION * half[1]) < 3:
        half = np.array([PROPORTION, 1.0]) * max(half[0] / PROPORTION, half[1])
    return tuple((float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True))


def _reach(trajectories: Trajectories, points: Array, known: Window | None) -> tuple[Array, Array]:
    """Return the corners of the box that the trajectories fill, `(d,)` each."""
    starts = points[0]
    settled = points[:, ~(trajectories.left | _escaped(points) | _outside(points, known))]
    settled = settled[:, np.isfinite(settled).all(axis=(0, 2))]
    corners = np.concatenate([starts, settled[-1]])
    corners = np.clip(corners[np.isfinite(corners).all(axis=1)], -LARGEST_DRAWN, LARGEST_DRAWN)
    low, high = corners.min(axis=0), corners.max(axis=0)
    if settled.shape[1]:
        places = np.clip(settled.reshape(-1, points.shape[2]), -LARGEST_DRAWN, LARGEST_DRAWN)
        usual = np.quantile(places, 0.95, axis=0) - np.quantile(places, 0.05, axis=0)
        reach = np.maximum(high - low, usual)
        return (
            np.minimum(low, np.maximum(places.min(axis=0), low - reach)),
            np.maximum(high, np.minimum(places.max(axis=0), high + reach)),
        )
    for run in range(points.shape[1]):
        near = _beside(_first_steps(points[:, run]), known)
        low, high = np.minimum(low, near.min(axis=0)), np.maximum(high, near.max(axis=0))
    return low, high


def _escaped(points: Array) -> npt.NDArray[np.bool_]:
    """Say which runs ended so far away that the others would be a dot in the same picture."""
    starts, ends = np.clip(points[[0, -1]], -LARGEST_DRAWN, LARGEST_DRAWN)
    moved = np.abs(ends / 2 - starts / 2).max(axis=1)
    # Of two or three runs none goes much farther than most.
    usual = np.quantile(moved, 0.5 if len(moved) > 3 else 1.0, method="lower")
    apart = (starts.max(axis=0) / 2 - starts.min(axis=0) / 2).max()
    escaped: npt.NDArray[np.bool_] = moved / ESCAPED > max(usual, apart)
    return escaped


def _outside(points: Array, known: Window | None) -> npt.NDArray[np.bool_]:
    """Say which runs ended so far from the known window that it would be a dot in the picture."""
    if known is None:
        return np.zeros(points.shape[1], dtype=bool)
    low, high = np.array(known).T
    away = np.maximum(low - points[-1], points[-1] - high)
    outside: npt.NDArray[np.bool_] = (away > ESCAPED * (high - low)).any(axis=1)
    return outside


def _beside(places: Array, known: Window | None) -> Array:
    """Return places moved to within the known window and as much again on each side."""
    if known is None:
        return places
    low, high = np.array(known).T
    return np.clip(places, 2 * low - high, 2 * high - low)


def _first_steps(path: Array) -> Array:
    """Return the points of a diverged path that are within two first steps of its start."""
    finite = path[np.isfinite(path).all(axis=1) & (np.abs(path) < LARGEST_DRAWN).all(axis=1)]
    if len(finite) < 2:
        return finite
    away = np.abs(finite - finite[0]).max(axis=1)
    near: Array = finite[away <= 2 * away[1]]
    return near


def checked(window: Sequence[object], d: int) -> Window:
    """Return a user's window as d pairs of floats (lower, upper), or raise a ValueError."""
    edges = np.asarray(window, dtype=float)
    if d == 1 and edges.shape == (2,):
        edges = edges[np.newaxis]
    if edges.shape != (d, 2) or not np.isfinite(edges).all() or (edges[:, 0] >= edges[:, 1]).any():
        wanted = "(lower, upper)" if d == 1 else "((lower, upper), (lower, upper))"
        raise ValueError(f"window must be {wanted} with lower < upper, got {window!r}")
    return tuple((float(low), float(high)) for low, high in edges)
