"""Where a step would lead, as a function of the rate that a search tries."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from descend.optimizers import climbs
from descend.penalties import NoPenalty
from descend.protocols import Array, Directed, Memory, Optimizer, Penalty, verbs
from descend.solvers.run_state import Asked, RunState
from descend.solvers.subgradients import excess

Which = npt.NDArray[np.intp]
"""Which of the walkers, in rising order."""


def refuse_to_climb(optimizer: Optimizer) -> None:
    """Refuse an optimizer whose steps no search can accept."""
    if climbs(optimizer):
        raise ValueError(
            "SAM climbs at every other step, which a line search refuses: give a learning rate, "
            "such as 0.01, or a schedule, such as 'cosine:0.01'"
        )


class Curve:
    """The steps of any optimizer: each rate asks it anew.

    A search needs a way down: where inertia points uphill, it is dropped. What an optimizer
    remembers of others must not move a coordinate that a bound or a kink holds.
    """

    def __init__(self, walkers: RunState, penalty: Penalty, asked: Asked, t: int) -> None:
        self._walkers, self._penalty, self._asked, self._t = walkers, penalty, asked, t
        self.memory = tuple(array.copy() for array in walkers.memory)
        self._remembered: Memory = ()

    def at(self, rate: Array, rows: Which) -> tuple[Array, Array]:
        """Return where these walkers would step, and the decrease that is promised."""
        walkers = self._walkers
        w, g = picked(walkers.w, rows), picked(walkers.g, rows)
        optimizer = self._asked.of(walkers.index[rows], picked(walkers.value, rows))
        memory = tuple(picked(array, rows) for array in walkers.memory)
        held = (picked(walkers.left, rows) == 0) & (g != 0)
        free_g = np.where(held, 0, g)

        def step(memory: Memory) -> tuple[Array, Array, Memory]:
            tried, remembered = verbs.advance(
                optimizer, self._penalty, w, free_g, memory, rate[:, None], self._t
            )
            tried = np.where(held, w, tried)
            promised = np.vecdot(g, w - tried) - excess(self._penalty, w, tried)
            return tried, promised, remembered

        tried, decrease, remembered = step(memory)
        uphill = decrease <= 0
        if memory and uphill.any():
            still = tuple(np.where(uphill[:, None], 0.0, array) for array in memory)
            tried, decrease, remembered = step(still)
        self._remembered = remembered
        return tried, decrease

    def keep(self, rows: Which, accepted: npt.NDArray[np.bool_]) -> None:
        """Keep what the optimizer remembers of the accepted of the steps just tried."""
        for array, new in zip(self.memory, self._remembered, strict=True):
            array[rows[accepted]] = new[accepted]


class Line:
    """The steps of an optimizer that has a direction: it is asked only once."""

    def __init__(self, walkers: RunState, optimizer: Directed, t: int) -> None:
        self._w = walkers.w
        direction, memory = optimizer.direction(walkers.w, walkers.g, walkers.memory, t)
        slope = np.vecdot(walkers.g, direction)
        uphill = ~(slope > 0)
        if uphill.any():
            still = tuple(np.where(uphill[:, None], 0.0, array) for array in walkers.memory)
            direction, memory = optimizer.direction(walkers.w, walkers.g, still, t)
            slope = np.vecdot(walkers.g, direction)
        self._direction, self._slope, self.memory = direction, slope, memory

    def at(self, rate: Array, rows: Which) -> tuple[Array, Array]:
        """Return where these walkers would step, and the decrease that is promised."""
        tried = picked(self._w, rows) - rate[:, None] * picked(self._direction, rows)
        return tried, rate * picked(self._slope, rows)

    def keep(self, rows: Which, accepted: npt.NDArray[np.bool_]) -> None:
        """Keep nothing: what is remembered is the same at every rate."""


class Paths:
    """Where steps may lead, for each step of the walk anew."""

    def __init__(self, optimizer: Optimizer, penalty: Penalty) -> None:
        self._asked, self._penalty = Asked(optimizer), penalty
        # isinstance with a protocol takes as long as a step
        self._is_line = isinstance(optimizer, Directed) and isinstance(penalty, NoPenalty)

    def of(self, walkers: RunState, t: int) -> Curve | Line:
        """Return the steps that a search may try from here."""
        if self._is_line:
            own: Any = self._asked.of(walkers.index, walkers.value)
            return Line(walkers, own, t)
        return Curve(walkers, self._penalty, self._asked, t)


def picked(array: Array, rows: Which) -> Array:
    """Return these rows, without a copy if they are all."""
    return array if len(rows) == len(array) else array[rows]
