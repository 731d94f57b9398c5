"""The curvature of the objective where a run went."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from descend.curvature.lanczos import Spectrum, spectrum

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

NEGLIGIBLE = 1e-6
"""A curvature below this share of the largest counts as zero."""

FLAT = 1e-4
"""Gradients' norms and curvatures below this are those of a plateau."""

LONG_STEP = 0.1
"""A Newton step longer than this, on a plateau, ends at no minimum nearby."""


def curvatures_at(descent: Descent, w: Array | None) -> Spectrum | None:
    """Return the smallest and the largest curvature at a point, or None if they cannot be had."""
    if descent.objective is None or w is None:
        return None
    with np.errstate(all="ignore"):
        found = spectrum(partial(descent.objective.hessian_product, w), w.size)
    return found if np.isfinite([found.lowest, found.highest]).all() else None


def largest_curvature(descent: Descent, points: Iterable[Array]) -> float | None:
    """Return the largest curvature at some points, or None if it cannot be had at any."""
    found = (curvatures_at(descent, w) for w in points)
    return max((each.highest for each in found if each is not None), default=None)


def is_nonconvex(found: Spectrum) -> bool:
    """Say whether the smallest curvature is clearly negative."""
    return found.lowest < -NEGLIGIBLE * max(abs(found.highest), abs(found.lowest))


def condition(found: Spectrum) -> float | None:
    """Return the ratio of the largest to the smallest curvature, if both are positive."""
    return found.highest / found.lowest if found.lowest > 1e-14 * found.highest > 0 else None


def steps_for(condition: float, share: float) -> int:
    """Return how many steps plain descent needs to leave a share of the distance, at its best rate.

    At the rate `2 / (L + mu)` it shrinks by `(condition - 1) / (condition + 1)` a step.
    """
    return int(np.ceil(np.log(share) / np.log((condition - 1) / (condition + 1))))


def is_flat(descent: Descent, found: Spectrum) -> bool:
    """Say whether it ended on a plateau: next to no gradient, no curvature, and no minimum near.

    A minimum would lie at the end of Newton's step, `norm / curvature` along the gradient.
    """
    if descent.jac is None or descent.objective is None:
        return False
    norm = float(np.linalg.norm(descent.jac))
    steepest = max(abs(found.highest), abs(found.lowest))
    if norm >= FLAT or steepest >= FLAT:
        return False
    if norm == 0:
        return steepest == 0 and descent.nit == 0
    direction = descent.jac / norm
    along = float(direction @ descent.objective.hessian_product(descent.x, direction))
    return along <= 0 or norm > LONG_STEP * along
