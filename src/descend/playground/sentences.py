"""One sentence a run: how it went, for a label beside it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.diagnosis.stability import OSCILLATING
from descend.playground import texts
from descend.protocols import Array, Status
from descend.support.numbers import counted, written

STILL_FALLING = 1e-3
"""A run still falls if its last tenth of steps gained this share of all that it gained."""

CRAWLING = 0.1
"""A run at less than this share of the stable rate is slow because of its rate."""


LAST_STEPS = 8
"""Steps at the end by which it is told whether a run turns back on itself."""


class Runs(NamedTuple):
    """What is known of k runs.

    How each ended, the steps it has taken `(k,)`, values `(steps + 1, k)`, points `(steps + 1, k,
    d)`, and its last rate `(k,)`, NaN if it took no step. `bounds` are the largest stable rates at
    its points, NaN where there is none, and `curvatures` the largest there, `(steps + 1, k)`.
    """

    status: npt.NDArray[Any]
    message: npt.NDArray[Any]
    taken: npt.NDArray[np.int64]
    values: Array
    points: Array
    rates: Array
    bounds: Array
    curvatures: Array


def sentences_of(runs: Runs) -> list[str]:
    """Say in a sentence how each run went."""
    turning = _turning(runs)
    return [_sentence(runs, i, bool(turning[i])) for i in range(len(runs.taken))]


def _sentence(runs: Runs, i: int, turns: bool) -> str:
    steps, message = counted(int(runs.taken[i]), "step"), str(runs.message[i])
    status = runs.status[i]
    if status == Status.CONVERGED:
        return texts.CONVERGED.format(steps=steps, message=message)
    if status == Status.DIVERGED:
        return _diverged(runs, i, steps)
    if status == Status.STOPPED:
        return _stopped(runs, i, steps, turns)
    verb = texts.STALLED if status == Status.STALLED else texts.UNBOUNDED
    return texts.ENDED.format(status=verb, steps=steps, message=message)


def _diverged(runs: Runs, i: int, steps: str) -> str:
    """Say by which bound a rate was too large, if it was."""
    values = runs.values[: runs.taken[i] + 1, i]
    best = int(np.argmin(np.where(np.isfinite(values), values, np.inf)))
    met, rate = runs.bounds[: best + 1, i], float(runs.rates[i])
    if np.isfinite(met).any():
        place = int(np.nanargmin(met))
        if rate > met[place]:
            return texts.DIVERGED_ABOVE.format(
                step=int(runs.taken[i]),
                rate=written(rate),
                bound=written(float(met[place])),
                curvature=written(float(runs.curvatures[place, i])),
            )
    return texts.DIVERGED.format(steps=steps, message=runs.message[i])


def _stopped(runs: Runs, i: int, steps: str, turns: bool) -> str:
    """Say whether a run that has not arrived goes to and fro, crawls, or was on its way."""
    taken = int(runs.taken[i])
    bound, rate = float(runs.bounds[taken, i]), float(runs.rates[i])
    if turns:
        if rate > bound:
            return texts.OSCILLATES_ABOVE.format(
                rate=written(rate), ratio=written(rate / bound), bound=written(bound)
            )
        return texts.OSCILLATES.format(steps=steps)
    values = runs.values[: taken + 1, i]
    gained = values[taken - max(taken // 10, 1)] - values[taken] if taken else 0.0
    if not gained > STILL_FALLING * abs(values[0] - values[taken]):
        return texts.ENDED.format(status=texts.STOPPED, steps=steps, message=runs.message[i])
    if rate < CRAWLING * bound:
        return texts.CRAWLS.format(steps=steps, bound=written(bound))
    return texts.STILL_FALLING.format(steps=steps)


def _turning(runs: Runs) -> npt.NDArray[np.bool_]:
    """Say of which runs the last steps turn back on one another."""
    everyone = np.arange(len(runs.taken))
    rows = runs.taken + np.arange(-LAST_STEPS, 1)[:, None]
    with np.errstate(all="ignore"):
        steps = np.diff(runs.points[np.maximum(rows, 0), everyone], axis=0)
        unit = steps / np.linalg.norm(steps, axis=-1, keepdims=True)
        cosines = (unit[1:] * unit[:-1]).sum(axis=-1).mean(axis=0)
    # of runs that have taken fewer steps, or rest, the cosine is not a number
    return np.asarray(cosines <= OSCILLATING)
