"""Several optimizers on one objective, step by step side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from descend.protocols import Array, Averaging, Memory, Objective, Penalty, verbs
from descend.rates import Constant
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.array_loop import BLOW_UP, ArrayLoop, ArrayRuns
from descend.solvers.contract import SILENT, Options
from descend.solvers.end_check import EndCheck
from descend.solvers.loop import iterate
from descend.solvers.run_state import RunOptimizer, RunState
from descend.solvers.scheduled_steps import ScheduledSteps
from descend.solvers.stopping import GradientShrunk
from descend.solvers.subgradients import nonsmooth_part
from descend.solvers.updates import rates_at, update_for


def can_go_side_by_side(loop: ArrayLoop) -> bool:
    """Say whether a loop is one of those that `descend_side_by_side` takes."""
    plain = loop.stopping is None and isinstance(loop.rate, Constant)
    return plain and not isinstance(loop.optimizer, Averaging)


def descend_side_by_side(
    loops: Sequence[ArrayLoop], objective: Objective, start: Array, options: Options
) -> list[Descent]:
    """Return what each loop's `solve` returns, from the same start `(d,)` or starts `(k, d)`.

    All take a step before any takes the next, so that the objective is evaluated once a step, at
    the points of all: of a quick one, a call takes ten times as long as a point. The loops have
    constant rates, the usual stopping rule, and optimizers whose answer is the point itself.

    The seconds of a record are those of its own optimizer's steps, and a share of what was done
    for all at once. A limit of seconds is one for all.
    """
    points = np.tile(np.atleast_2d(start), (len(loops), 1))
    penalty = nonsmooth_part(objective, points)
    state = RunState(verbs.prox(penalty, points, 0.0).copy(), loops[0].optimizer)
    state.memory = ()  # each lane has its own
    state.value, state.g = objective.value_and_gradient(state.w)
    state.slope_under(penalty)
    recorder = Recorder(state.w, state.value, state.subgradient, options.record)
    check = EndCheck(objective, penalty, recorder, options.tol, renewable=False)
    lanes = [
        Lane(loop, penalty, runs, state.w[runs], options.steps)
        for loop, runs in zip(loops, np.split(state.index, len(loops)), strict=True)
    ]
    rate = Constant(np.concatenate([lane.rates for lane in lanes]))
    steps = ScheduledSteps(objective, penalty, Lanes(lanes, len(points)), rate, recorder)
    stopping = GradientShrunk(options.tol)
    runs = ArrayRuns(state, recorder, steps, stopping, check, loops[0].optimizer, penalty)
    runs.judge()
    iterate(runs, recorder, options, SILENT)
    recorder.end_grown(BLOW_UP)
    together = loops[0].recorded(recorder, objective, points, options)
    seconds = (
        _seconds_of(lanes, together) if options.record is not None else [np.zeros(0)] * len(lanes)
    )
    return [
        replace(
            together.run(lane.runs[0]) if np.ndim(start) == 1 else together.runs(lane.runs),
            optimizer=lane.loop.optimizer,
            learning_rate=lane.loop.rate,
            seconds=own,
        )
        for lane, own in zip(lanes, seconds, strict=True)
    ]


class Lane:
    """The `runs` of one loop among all, from points `(k, d)`: what they remember, how they step.

    `rates` are theirs, `seconds` what each of their steps has taken, and `part` where they are
    among the runs that have not ended.
    """

    def __init__(self, loop: ArrayLoop, penalty: Penalty, runs: Runs, w: Array, steps: int) -> None:
        self.loop, self.runs = loop, runs
        schedule: Any = loop.rate
        self.rates = np.broadcast_to(rates_at(schedule, 1, len(runs)), runs.shape)
        self.seconds: list[float] = []
        self.part = slice(int(runs[0]), int(runs[-1]) + 1)
        self._rate = self.rates.astype(w.dtype)[:, None]
        self._optimizer = RunOptimizer(loop.optimizer)
        self._update = update_for(loop.optimizer, penalty, w, steps)
        self._memory: Memory = tuple(np.zeros_like(w) for _ in loop.optimizer.memory)
        self._own = np.arange(len(runs))

    def keep(self, running: Runs) -> None:
        """Keep the runs that are among those that have not ended."""
        kept = np.isin(self.runs[self._own], running)
        begin = int(np.searchsorted(running, self.runs[0]))
        self._own, self._rate = self._own[kept], self._rate[kept]
        self._memory = tuple(array[kept] for array in self._memory)
        self.part = slice(begin, begin + len(self._own))

    def step(self, state: RunState, t: int) -> Array:
        """Return the next points of the runs that have not ended."""
        part, optimizer = self.part, self.loop.optimizer
        if self._optimizer.varies:
            optimizer = self._optimizer.of(self._own, state.value[part])
        w, self._memory = self._update(
            optimizer, state.w[part], state.g[part], self._memory, self._rate, t
        )
        return w


class Lanes:
    """All runs advance, each lane's by its own optimizer."""

    def __init__(self, lanes: Sequence[Lane], n_runs: int) -> None:
        self._lanes, self._running = lanes, n_runs

    def __call__(self, state: RunState, rate: Array, t: int) -> tuple[Array, Memory]:
        if len(state.index) < self._running:
            self._running = len(state.index)
            for lane in self._lanes:
                lane.keep(state.index)
            self._lanes = [lane for lane in self._lanes if lane.part.start < lane.part.stop]
        w = np.empty_like(state.w)
        began = perf_counter()
        for lane in self._lanes:
            w[lane.part] = lane.step(state, t)
            ended = perf_counter()
            lane.seconds.append(ended - began)
            began = ended
        return w, ()


def _seconds_of(lanes: Sequence[Lane], together: Descent) -> list[Array]:
    """Return the times since the start of each lane's rows: its own, and its share of the rest."""
    own = np.zeros((len(lanes), len(together.seconds) - 1))
    stepped = np.zeros_like(own, dtype=bool)
    for row, lane in enumerate(lanes):
        own[row, : len(lane.seconds)] = lane.seconds
        stepped[row, : len(lane.seconds)] = True
    shared = (np.diff(together.seconds) - own.sum(axis=0)) / np.maximum(stepped.sum(axis=0), 1)
    spent = np.cumsum(np.where(stepped, own + shared, 0.0), axis=1)
    return [
        np.concatenate([[0.0], spent[row, : len(lane.seconds)]]) for row, lane in enumerate(lanes)
    ]
