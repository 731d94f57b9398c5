"""Where a step would lead, as a function of the rate that a search tries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from descend.optimizers import climbs
from descend.penalties import NoPenalty
from descend.protocols import Array, Directed, Memory, Optimizer, Penalty, verbs
from descend.records.recorder import Runs
from descend.solvers.run_state import Mask, RunOptimizer, RunState
from descend.solvers.subgradients import excess
from descend.support.numerics import some

FromMemory = Callable[[Memory], tuple[Array, Array, Memory]]
"""Where a step leads from what is remembered: its end, the predicted decrease, the next memory."""


def refuse_to_climb(optimizer: Optimizer) -> None:
    """Refuse an optimizer whose steps no search can accept."""
    if climbs(optimizer):
        raise ValueError(
            "SAM climbs at every other step, which a line search refuses: give a learning rate, "
            "such as 0.01, or a schedule, such as 'cosine:0.01'"
        )


class StepCurve:
    """The steps of any optimizer: each rate asks it anew.

    A search needs a descent direction: where momentum points uphill, it is dropped. What an
    optimizer remembers of others must not move a coordinate that a bound or a kink holds.
    """

    def __init__(self, state: RunState, penalty: Penalty, optimizer: RunOptimizer, t: int) -> None:
        self._state, self._penalty, self._optimizer, self._t = state, penalty, optimizer, t
        self.memory = tuple(array.copy() for array in state.memory)
        self._remembered: Memory = ()

    def at(self, rate: Array, rows: Runs) -> tuple[Array, Array]:
        """Return where the runs in these rows would step, and the predicted decrease."""
        state = self._state
        w, g = rows_of(state.w, rows), rows_of(state.g, rows)
        optimizer = self._optimizer.of(state.index[rows], rows_of(state.value, rows))
        memory = tuple(rows_of(array, rows) for array in state.memory)
        if isinstance(self._penalty, NoPenalty):
            step = self._free_step(optimizer, w, g, rate)
        else:
            step = self._held_step(optimizer, w, g, rate, rows)
        tried, decrease, remembered = step(memory)
        uphill = decrease <= 0
        if memory and uphill.any():
            tried, decrease, remembered = step(_forgotten(memory, uphill))
        self._remembered = remembered
        return tried, decrease

    def _free_step(self, optimizer: Optimizer, w: Array, g: Array, rate: Array) -> FromMemory:
        """Return where the optimizer leads without a penalty, as a function of its memory."""

        def step(memory: Memory) -> tuple[Array, Array, Memory]:
            tried, remembered = verbs.step(optimizer, w, g, memory, rate[:, None], self._t)
            return tried, np.vecdot(g, w - tried), remembered

        return step

    def _held_step(
        self, optimizer: Optimizer, w: Array, g: Array, rate: Array, rows: Runs
    ) -> FromMemory:
        """Do the same under a penalty, which may hold coordinates where they are."""
        penalty = self._penalty
        held = (rows_of(self._state.subgradient, rows) == 0) & (g != 0)
        free_g = np.where(held, 0, g)

        def step(memory: Memory) -> tuple[Array, Array, Memory]:
            tried, remembered = verbs.advance(
                optimizer, penalty, w, free_g, memory, rate[:, None], self._t
            )
            tried = np.where(held, w, tried)
            decrease = np.vecdot(g, w - tried) - excess(penalty, w, tried)
            return tried, decrease, remembered

        return step

    def accept(self, rows: Runs, accepted: Mask) -> None:
        """Remember the accepted of the steps just tried."""
        for array, new in zip(self.memory, self._remembered, strict=True):
            array[rows[accepted]] = new[accepted]


class StepLine:
    """The steps of an optimizer that has a direction: it is asked only once."""

    def __init__(self, state: RunState, optimizer: Directed, t: int) -> None:
        self._w = state.w
        direction, memory = optimizer.direction(state.w, state.g, state.memory, t)
        slope = np.vecdot(state.g, direction)
        uphill = ~(slope > 0)
        if some(uphill):
            forgotten = _forgotten(state.memory, uphill)
            direction, memory = optimizer.direction(state.w, state.g, forgotten, t)
            slope = np.vecdot(state.g, direction)
        self._direction, self._slope, self.memory = direction, slope, memory

    def at(self, rate: Array, rows: Runs) -> tuple[Array, Array]:
        """Return where the runs in these rows would step, and the predicted decrease."""
        tried = rows_of(self._w, rows) - rate[:, None] * rows_of(self._direction, rows)
        return tried, rate * rows_of(self._slope, rows)

    def accept(self, rows: Runs, accepted: Mask) -> None:
        """Do nothing: what is remembered is the same at every rate."""


class TrialSteps:
    """Makes the curve or line of the steps that a search may try, for each step anew."""

    def __init__(self, optimizer: Optimizer, penalty: Penalty) -> None:
        self._optimizer, self._penalty = RunOptimizer(optimizer), penalty
        # isinstance with a protocol takes as long as a step
        self._is_line = isinstance(optimizer, Directed) and isinstance(penalty, NoPenalty)

    def of(self, state: RunState, t: int) -> StepCurve | StepLine:
        """Return the steps that a search may try from here."""
        if self._is_line:
            optimizer: Any = self._optimizer.of(state.index, state.value)
            return StepLine(state, optimizer, t)
        return StepCurve(state, self._penalty, self._optimizer, t)


def rows_of(array: Array, rows: Runs) -> Array:
    """Return these rows, without a copy if they are all."""
    return array if len(rows) == len(array) else array[rows]


def _forgotten(memory: Memory, runs: Mask) -> Memory:
    """Return a memory that is zero for some runs."""
    return tuple(np.where(runs[:, None], 0.0, array) for array in memory)
