"""The last steps of a run, as its record has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

LAST_STEPS = 20
"""How many steps at the end count."""


class Growth(NamedTuple):
    """How a gradient grew: the factor a step, and whether it was about the same at each."""

    factor: float
    steady: bool


def growth(descent: Descent) -> Growth | None:
    """Return how the gradient grew in the last steps, if it did."""
    norms = descent.gradient_norms[np.isfinite(descent.gradient_norms)]
    # a run that left the finite numbers repeats its last row
    changed = np.flatnonzero(np.diff(norms)) + 2
    norms = norms[: changed[-1]][-LAST_STEPS // 2 :] if len(changed) else norms[:0]
    if len(norms) < 3 or not (norms > 0).all():
        return None
    factors = norms[1:] / norms[:-1]
    mean = float(np.exp(np.mean(np.log(factors))))
    steady = bool(np.allclose(factors, mean, rtol=0.1))
    factor = mean if steady else float(factors[-1])
    return Growth(factor, steady) if factor > 1 else None


def last_steps(descent: Descent) -> Array | None:
    """Return the last steps `(m, d)` that follow one another in the record, or None."""
    if descent.points is None or len(descent.points) < 4:
        return None
    points = descent.points[-LAST_STEPS - 1 :]
    together = np.diff(descent.point_steps[-LAST_STEPS - 1 :]) == 1
    steps = np.diff(points, axis=0)[together]
    moving = (steps != 0).any(axis=1)
    return steps[moving] if moving.sum() >= 3 else None


def mean_cosine(steps: Array) -> float:
    """Return the mean cosine of the angle between one step and the next."""
    sized = steps / np.abs(steps).max(axis=1, keepdims=True)
    unit = sized / np.linalg.norm(sized, axis=1, keepdims=True)
    return float(np.mean(np.vecdot(unit[1:], unit[:-1])))
