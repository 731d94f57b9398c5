"""One sentence a run: how it went, for a label beside it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.diagnosis.stability import OSCILLATING
from descend.playground import texts
from descend.protocols import Array, Status
from descend.support.numbers import counted, written

STILL_FALLING = 1e-3
"""A run still falls if its last tenth of steps gained this share of all that it gained."""

CRAWLING = 0.1
"""A run at less than this share of the stable rate is slow because of its rate."""


class Run(NamedTuple):
    """What is known of a run: how it ended, values `(steps + 1,)`, points `(steps + 1, d)`.

    `rate` is its last one, None if there is none; `bounds` `(steps + 1,)` are the largest stable
    rates at its points, NaN where there is none, and `curvatures` `(steps + 1,)` the largest.
    """

    status: str
    message: str
    taken: int
    values: Array
    points: Array
    rate: float | None
    bounds: Array
    curvatures: Array


def sentence_of(run: Run) -> str:
    """Say in a sentence how a run went."""
    steps = counted(run.taken, "step")
    if run.status == Status.CONVERGED:
        return texts.CONVERGED.format(steps=steps, message=run.message)
    if run.status == Status.DIVERGED:
        return _diverged(run, steps)
    if run.status == Status.STOPPED:
        return _stopped(run, steps)
    return texts.ENDED.format(
        status={"stalled": "stalled", "unbounded": "found no minimum"}[run.status],
        steps=steps,
        message=run.message,
    )


def _diverged(run: Run, steps: str) -> str:
    """Say by which bound a rate was too large, if it was."""
    best = int(np.argmin(np.where(np.isfinite(run.values), run.values, np.inf)))
    met = run.bounds[: best + 1]
    if run.rate is not None and np.isfinite(met).any():
        place = int(np.nanargmin(met))
        bound = float(met[place])
        if run.rate > bound:
            return texts.DIVERGED_ABOVE.format(
                step=run.taken,
                rate=written(run.rate),
                bound=written(bound),
                curvature=written(float(run.curvatures[place])),
            )
    return texts.DIVERGED.format(steps=steps, message=run.message)


def _stopped(run: Run, steps: str) -> str:
    """Say whether a run that has not arrived goes to and fro, crawls, or was on its way."""
    bound = float(run.bounds[run.taken])
    known = run.rate is not None and np.isfinite(bound)
    if _oscillates(run):
        if known and run.rate is not None and run.rate > bound:
            return texts.OSCILLATES_ABOVE.format(
                rate=written(run.rate), ratio=written(run.rate / bound), bound=written(bound)
            )
        return texts.OSCILLATES.format(steps=steps)
    before = run.values[run.taken - max(run.taken // 10, 1)] if run.taken else run.values[0]
    gained, whole = before - run.values[run.taken], run.values[0] - run.values[run.taken]
    if not gained > STILL_FALLING * abs(whole):
        return texts.ENDED.format(status="stopped", steps=steps, message=run.message)
    if known and run.rate is not None and run.rate < CRAWLING * bound:
        return texts.CRAWLS.format(steps=steps, bound=written(bound))
    return texts.STILL_FALLING.format(steps=steps)


def _oscillates(run: Run) -> bool:
    """Say whether the last steps turn back on one another."""
    last = np.diff(run.points[max(run.taken - 8, 0) : run.taken + 1], axis=0)
    if len(last) < 3:
        return False
    length = np.linalg.norm(last, axis=1)
    if not (length > 0).all() or not np.isfinite(length).all():
        return False
    unit = last / length[:, None]
    return bool(np.mean((unit[1:] * unit[:-1]).sum(axis=1)) <= OSCILLATING)
