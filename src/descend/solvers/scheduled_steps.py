"""Steps at a rate that is known beforehand, or follows the steps taken."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from descend.protocols import (
    Adaptive,
    Array,
    Ending,
    Memory,
    Objective,
    Optimizer,
    Penalty,
    Schedule,
    Stride,
)
from descend.rates import Constant
from descend.records.recorder import Recorder, Runs
from descend.solvers.end_check import Findings
from descend.solvers.run_state import Mask, RunOptimizer, RunState
from descend.solvers.updates import LONG, rates_at, update_for
from descend.support.numerics import largest_squarable, some


class Advance(Protocol):
    """How the running runs get to their next points."""

    def __call__(self, state: RunState, rate: Array, t: int) -> tuple[Array, Memory]:
        """Return the next `w` `(n, d)` and memory of the runs, at rates `(n,)`."""


class OneOptimizer:
    """All runs advance by one optimizer; `steps` is the most to come from points like `w`."""

    def __init__(self, optimizer: Optimizer, penalty: Penalty, w: Array, steps: int) -> None:
        self._optimizer = RunOptimizer(optimizer)
        self._update = update_for(optimizer, penalty, w, steps)

    def __call__(self, state: RunState, rate: Array, t: int) -> tuple[Array, Memory]:
        optimizer = self._optimizer.of(state.index, state.value)
        return self._update(optimizer, state.w, state.g, state.memory, rate[:, None], t)


class ScheduledSteps:
    """Steps at the rate that a schedule or an adaptive rate says."""

    def __init__(
        self,
        objective: Objective,
        penalty: Penalty,
        advance: Advance,
        rate: Schedule | Adaptive,
        recorder: Recorder,
    ) -> None:
        self._objective, self._penalty, self._recorder = objective, penalty, recorder
        self._advance = advance
        # isinstance with a protocol takes as long as a step
        self._adaptive = rate if isinstance(rate, Adaptive) else None
        self._schedule = None if isinstance(rate, Adaptive) else rate
        # asking a constant at every step takes as long as the step
        self._constant = self._scheduled(rate, 1) if isinstance(rate, Constant) else None

    def begin(self, state: RunState) -> None:
        """Set the first rates."""
        if self._adaptive is not None:
            first = self._adaptive.first(state.w, state.value, state.subgradient)
            state.rate, state.rate_memory = first

    def take(self, state: RunState, t: int) -> None:
        """Let each run step; those that overflow stay where they were."""
        recorder = self._recorder
        rate = self._rates(state, t)
        recorder.note_rates(state.index, rate)
        state.before = state.w  # lets go of the point before it, over which the next is written
        w, memory = self._advance(state, rate, t)
        value, g = self._objective.value_and_gradient(w)
        recorder.evaluations[state.index] += 1
        finite = _is_squarable(w, value, g)
        if some(~finite):
            lost = state.index[~finite]
            recorder.end(lost, Ending.OVERFLOW, step=t)
            recorder.steps_taken[lost] = t
            state.keep(finite)
            w, value, g, rate = w[finite], value[finite], g[finite], rate[finite]
            memory = tuple(array[finite] for array in memory)
        if self._adaptive is not None:
            stride = Stride(rate, value, g, w - state.w, g - state.g)
            state.rate, state.rate_memory = self._adaptive.propose(stride, state.rate_memory)
        state.w, state.value, state.g, state.memory = w, value, g, memory
        state.slope_under(self._penalty)
        recorder.add(state.index, w, value, state.subgradient, state.norm)

    def go_on(self, state: RunState, rows: Runs, findings: Findings) -> None:
        """Do nothing: a rate that is given leads on as it is."""

    def _rates(self, state: RunState, t: int) -> Array:
        """Return the rates of the step `t`, one a running run."""
        if self._schedule is None:
            rate = state.rate
        else:
            constant = self._constant
            everyones = self._scheduled(self._schedule, t) if constant is None else constant
            rate = everyones[state.index]
        return rate.astype(state.w.dtype, copy=False)

    def _scheduled(self, schedule: Schedule, t: int) -> Array:
        """Return the rates of the step `t`, one a run."""
        n_runs = self._recorder.n_runs
        return np.broadcast_to(rates_at(schedule, t, n_runs), (n_runs,))


def _is_squarable(w: Array, value: Array, g: Array) -> Mask:
    """Say which runs are where numbers can still be squared, as norms need."""
    limit = largest_squarable(w.dtype)
    if w.shape[1] >= LONG:
        largest = np.maximum(_largest(w), _largest(g))
        return (largest < limit) & (np.abs(value) < limit)
    small = (np.abs(w) < limit) & (np.abs(g) < limit)
    # `small.all`, which does the same, takes twice as long with short vectors
    inside: Mask = np.logical_and.reduce(small, axis=-1) & (np.abs(value) < limit)
    return inside


def _largest(v: Array) -> Array:
    """Return the size of each row's largest number, NaN if one is, without an array of sizes."""
    largest: Array = np.maximum(v.max(axis=-1), -v.min(axis=-1))
    return largest
