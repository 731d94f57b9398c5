"""Curvatures at many points of a function of one or two variables, and what rates they allow."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from descend.optimizers.traits import stable_rate
from descend.protocols import Array, Objective, Optimizer


def hessians(objective: Objective, w: Array) -> Array:
    """Return the Hessians at points `(..., d)`: `(..., d, d)`, NaN where there is none."""
    units = np.eye(w.shape[-1])
    with np.errstate(all="ignore"):
        columns = [objective.hessian_product(w, unit) for unit in units]
    stacked: Array = np.stack(columns, axis=-1)
    return stacked


def extreme_curvatures(objective: Objective, w: Array) -> tuple[Array, Array]:
    """Return the lowest and the highest curvature at points `(..., d)` of one or two coordinates.

    Examples
    --------
    >>> from descend.objectives import as_problem
    >>> low, high = extreme_curvatures(as_problem("saddle").objective, np.zeros((1, 2)))
    >>> low.tolist(), high.tolist()
    ([-2.0], [2.0])
    """
    H = hessians(objective, w)
    if w.shape[-1] == 1:
        return H[..., 0, 0], H[..., 0, 0]
    with np.errstate(all="ignore"):
        a, b, c = H[..., 0, 0], (H[..., 0, 1] + H[..., 1, 0]) / 2, H[..., 1, 1]
        middle, radius = a / 2 + c / 2, np.hypot(a / 2 - c / 2, b)
        return middle - radius, middle + radius


def stable_rates(optimizer: Optimizer, highest: Array) -> Array:
    """Return the largest stable rates of an optimizer at these curvatures, NaN where there is none.

    There is none where nothing curves upwards, and for an optimizer that is not linear in its
    gradients.
    """
    hashable: Any = optimizer
    unit = _unit_rate(hashable)
    if unit is None:
        return np.full(highest.shape, np.nan)
    with np.errstate(all="ignore"):
        return np.where(highest > 0, unit / highest, np.nan)


@lru_cache(256)
def _unit_rate(optimizer: Any) -> float | None:
    """Return the largest stable rate at the curvature one."""
    return stable_rate(optimizer, 1.0)
