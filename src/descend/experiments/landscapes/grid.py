"""Values on many points: in blocks that bound the memory, with progress."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np

from descend.experiments.landscapes.plane import Plane
from descend.protocols import Array, Objective

NUMBERS = 8_000_000
"""The most numbers of a block of points: 64 MB."""

PARTS = 20
"""In at least so many blocks, so that progress is seen."""


def values_on_grid(
    objective: Objective, plane: Plane, x: Array, y: Array, told: Callable[[float], None] | None
) -> Array:
    """Return the values at the points of a grid, `(len(y), len(x))`, NaN where there are none.

    `told` is called with the share that is done.
    """
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    size = max(1, min(NUMBERS // len(plane.centre), -(-len(grid) // PARTS)))
    values = np.empty(len(grid))
    for first in range(0, len(grid), size):
        block = slice(first, first + size)
        values[block] = finite_values(objective, plane.points(grid[block]))
        if told is not None:
            told(min(1.0, (first + size) / len(grid)))
    return values.reshape(len(y), len(x))


def finite_values(objective: Objective, w: Array) -> Array:
    """Return the objective's values at points `(n, d)`, NaN where it has none."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            values = np.asarray(objective.value(w), dtype=float)
        except (ArithmeticError, ValueError):
            # a function that raises outside its domain is evaluated point by point
            values = np.array([_value_at(objective, point) for point in w], dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


def _value_at(objective: Objective, point: Array) -> float:
    try:
        return float(objective.value(point))
    except (ArithmeticError, ValueError):
        return np.nan
