"""How the function bends where a run went."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from descend.curvature.lanczos import Spectrum, spectrum

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

CLEAR = 1e-6
"""A curvature below this share of the largest is not told from zero."""

FLAT_GRADIENT = 1e-4
"""The norm of a gradient that is called tiny."""

FAR = 0.1
"""A Newton step longer than this does not end at a minimum nearby, where the function is flat."""


def bending(descent: Descent, w: Array | None) -> Spectrum | None:
    """Return the smallest and the largest curvature at a point, or None if they cannot be had."""
    if descent.objective is None or w is None:
        return None
    with np.errstate(all="ignore"):
        found = spectrum(partial(descent.objective.hessian_product, w), w.size)
    return found if np.isfinite([found.lowest, found.highest]).all() else None


def bends_downwards(found: Spectrum) -> bool:
    """Say whether the smallest curvature is clearly negative."""
    return found.lowest < -CLEAR * max(abs(found.highest), abs(found.lowest))


def condition(found: Spectrum) -> float | None:
    """Return the ratio of the largest to the smallest curvature, if both are positive."""
    return found.highest / found.lowest if found.lowest > 1e-14 * found.highest > 0 else None


def steps_for(condition: float, share: float) -> int:
    """Return how many steps plain descent needs to leave a share of the distance, at its best rate.

    At the rate `2 / (L + mu)` the distance shrinks by `(condition - 1) / (condition + 1)` a step,
    which takes about `condition / 2 * log(1 / share)` steps.
    """
    return int(np.ceil(np.log(share) / np.log((condition - 1) / (condition + 1))))


def is_flat(descent: Descent, bent: Spectrum) -> bool:
    """Say whether it ended on a plateau: next to no gradient, no curvature, and no minimum near.

    A minimum would be at the end of Newton's step, `norm / curvature` along the gradient.
    """
    if descent.jac is None or descent.objective is None:
        return False
    norm = float(np.linalg.norm(descent.jac))
    steepest = max(abs(bent.highest), abs(bent.lowest))
    if norm >= FLAT_GRADIENT or steepest >= FLAT_GRADIENT:
        return False
    if norm == 0:
        return steepest == 0 and descent.nit == 0
    way = descent.jac / norm
    along = float(way @ descent.objective.hessian_product(descent.x, way))
    return along <= 0 or norm > FAR * along
