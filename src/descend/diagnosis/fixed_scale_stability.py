"""The curvature in an adaptive optimizer's own scale, and the rate that is stable there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from descend.curvature.lanczos import spectrum
from descend.diagnosis import replay
from descend.diagnosis.movement import LAST_STEPS
from descend.optimizers.traits import FixedScale, linearised_step

if TYPE_CHECKING:
    from descend.protocols import Array, Objective
    from descend.records.descent import Descent

SAME_STEP = 0.25
"""The share of its length by which the last step may differ from that with fixed scales."""

SAME_RATE = 1.05
"""The ratio by which stable rates may differ between coordinates of equal scaled curvature."""

FixedScaleStability: TypeAlias = tuple[float, float, FixedScale]


def fixed_scale_stability(descent: Descent) -> FixedScaleStability | None:
    """Return the curvature at the end in the optimizer's own scale, and the rate stable there.

    The curvature is `Diagnosis.scaled_curvature`; the third entry is the optimizer with the scales
    of the last step. None where not all points are recorded, or where steps do not shrink with the
    gradient though the scales are fixed, as steps by signs.
    """
    last = replay.last_step(descent)
    if last is None or descent.objective is None:
        return None
    found = []
    for t in (last.t, last.t + 1):  # a Lookahead averages in one of them at most
        held = linearised_step(last.optimizer, last.memory, len(last.w), last.rate, t)
        if held is None or (t == last.t and not _explains(held, last)):
            return None
        at_end = _at_the_end(descent, held, last.rate)
        if at_end is None:
            return None
        found.append(at_end)
    return min(found, key=lambda each: each[1])


def _explains(held: FixedScale, last: replay.LastStep) -> bool:
    """Say whether the last step was the one that fixed scales make."""
    turning = [m for m, turns in zip(last.before, held.odd, strict=True) if turns]
    (matrix,) = held.matrices(np.array([last.rate]))
    step = np.einsum("gd,gd->d", matrix[0], np.stack([last.g, last.w, *turning])) - last.w
    taken = last.arrived - last.w
    difference = np.where(taken == 0, 0.0, step - taken)  # a bound may hold coordinates back
    return bool(np.linalg.norm(difference) <= SAME_STEP * np.linalg.norm(taken))


def _at_the_end(descent: Descent, held: FixedScale, rate: float) -> FixedScaleStability | None:
    assert descent.points is not None
    moved = (np.diff(descent.points[-LAST_STEPS - 1 :], axis=0) != 0).any(axis=0)
    (matrix,) = held.matrices(np.array([rate]))
    gain = np.where(moved, -matrix[0, 0], 0.0)
    if not np.isfinite(gain).all() or not (gain[moved] > 0).all() or not moved.any():
        return None
    steepest = _steepest(descent, np.sqrt(gain))
    if steepest is None:
        return None
    curvature, main = steepest
    moving = np.flatnonzero(moved)
    least, most = moving[np.argmin(gain[moving])], moving[np.argmax(gain[moving])]
    rates = [held.stable_rate(curvature / gain[j], j, rate) for j in {main, int(least), int(most)}]
    stable = [each for each in rates if each is not None]
    if len(stable) < len(rates) or max(stable) > SAME_RATE * min(stable):
        return None
    share = held.gain(main, rate) / gain[main]
    return curvature * share / rate, min(stable), held


def _steepest(descent: Descent, root: Array) -> tuple[float, int] | None:
    """Return the largest eigenvalue of `root H root`, and the main coordinate of its direction.

    It is the largest at the last two points and between them: the valley's, if a run oscillates.
    """
    assert descent.objective is not None
    assert descent.points is not None
    here, there = descent.points[-2:]
    with np.errstate(all="ignore"):
        found = [
            spectrum(partial(_scaled_product, descent.objective, w, root), len(root))
            for w in (here, (here + there) / 2, there)
        ]
    best = max(found, key=lambda each: each.highest)
    if not np.isfinite([each.highest for each in found]).all() or best.highest <= 0:
        return None
    return best.highest, int(np.argmax(np.abs(root * best.upward)))


def _scaled_product(objective: Objective, w: Array, root: Array, v: Array) -> Array:
    return root * objective.hessian_product(w, root * v)
