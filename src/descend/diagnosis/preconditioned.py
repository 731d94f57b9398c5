"""The curvature in an adaptive optimizer's own scale, and the rate that is stable there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend.curvature.lanczos import spectrum
from descend.diagnosis import replay
from descend.diagnosis.movement import LAST
from descend.optimizers.traits import FixedScale, linearised_step

if TYPE_CHECKING:
    from descend.protocols import Array, Objective
    from descend.records.descent import Descent

SAME = 0.25
"""By how much of its length the last step may differ from the one with its scales held."""

EQUAL = 1.05
"""By which factor stable rates may differ between coordinates that bend equally in their scales."""


class Preconditioned(NamedTuple):
    """What an adaptive optimizer's scales make of the curvature at the end.

    Attributes
    ----------
    curvature
        The largest eigenvalue of `P**-1 H`, where a gradient `g` moves the point by
        `rate * P**-1 g` in all. `P` is diagonal: Adam's root of the mean square plus eps.
    stable_rate
        The rate up to which steps with these scales are stable at that curvature.
    way
        The direction `(d,)` in which it bends so much.
    held
        The optimizer with its scales held.
    """

    curvature: float
    stable_rate: float
    way: Array
    held: FixedScale


def preconditioned(descent: Descent) -> Preconditioned | None:
    """Return the curvature at the end in the optimizer's own scale, and the rate stable there.

    The scales are held as they were in the last step, found by walking along the recorded points
    again. None where these are not all recorded, or where the optimizer's steps do not shrink with
    the gradient though its scales are held, as steps by signs.
    """
    last = replay.last_step(descent)
    if last is None or descent.objective is None:
        return None
    rate = last.rate
    found = []
    for t in (last.t, last.t + 1):  # one of them is no meeting of a Lookahead
        held = linearised_step(last.optimizer, last.memory, len(last.w), rate, t)
        if held is None or (t == last.t and not _steps_alike(held, last)):
            return None
        found.append(_at_the_end(descent, held, rate))
    told = [each for each in found if each is not None]
    return min(told, key=lambda each: each.stable_rate) if len(told) == len(found) else None


def _steps_alike(held: FixedScale, last: replay.LastStep) -> bool:
    """Say whether the last step was the one that is taken with its scales held."""
    turning = [m for m, odd in zip(last.before, held.odd, strict=True) if odd]
    (matrix,) = held.matrices(np.array([last.rate]))
    moved = np.einsum("gd,gd->d", matrix[0], np.stack([last.g, last.w, *turning])) - last.w
    walked = last.arrived - last.w
    off = np.where(walked == 0, 0.0, moved - walked)  # what a bound holds back does not count
    return bool(np.linalg.norm(off) <= SAME * np.linalg.norm(walked))


def _at_the_end(descent: Descent, held: FixedScale, rate: float) -> Preconditioned | None:
    assert descent.points is not None
    points = descent.points[-LAST - 1 :]
    moved = (np.diff(points, axis=0) != 0).any(axis=0)
    (matrix,) = held.matrices(np.array([rate]))
    gain = np.where(moved, -matrix[0, 0], 0.0)
    if not np.isfinite(gain).all() or not (gain[moved] > 0).all() or not moved.any():
        return None
    steepest = _steepest(descent, np.sqrt(gain))
    if steepest is None:
        return None
    curvature, way = steepest
    walking = np.flatnonzero(moved)
    places = {
        int(np.argmax(np.abs(way))),
        int(walking[np.argmin(gain[walking])]),
        int(walking[np.argmax(gain[walking])]),
    }
    rates = [held.stable_rate(curvature / gain[j], j, rate) for j in places]
    stable = [each for each in rates if each is not None]
    if len(stable) < len(rates) or max(stable) > EQUAL * min(stable):
        return None
    j = int(np.argmax(np.abs(way)))
    share = held.gain(j, rate) / gain[j]
    return Preconditioned(curvature * share / rate, min(stable), way, held)


def _steepest(descent: Descent, root: Array) -> tuple[float, Array] | None:
    """Return the largest eigenvalue of `root H root`, and `root` times its eigenvector.

    It is the largest of those at the last two points and between them: where a run goes to and fro,
    it is thrown by the curvature of the valley that it crosses.
    """
    assert descent.objective is not None
    assert descent.points is not None
    here, there = descent.points[-2:]
    met = []
    for w in (here, (here + there) / 2, there):
        bend = partial(_bent, descent.objective, w, root)
        with np.errstate(all="ignore"):
            met.append(spectrum(bend, len(root)))
    best = max(met, key=lambda found: found.highest)
    if not np.isfinite([found.highest for found in met]).all() or best.highest <= 0:
        return None
    return best.highest, root * best.upward


def _bent(objective: Objective, w: Array, root: Array, v: Array) -> Array:
    return root * objective.hessian_product(w, root * v)
