"""Where a descent by batches is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.protocols import Averaging

if TYPE_CHECKING:
    from descend.models import Linear
    from descend.protocols import Array, Memory, Optimizer


class StochasticState:
    """Where a descent by batches is, and all that it needs to go on from there.

    `w` is `(outputs, width)`, `steps` the schedule's count, `factor` what was made of its rates.
    """

    def __init__(self, model: Linear, start: Array, optimizer: Optimizer) -> None:
        self.w = model.by_output(start).copy()
        self.memory: Memory = tuple(np.zeros_like(self.w) for _ in optimizer.memory)
        self.steps = 0
        self.factor = 1.0

    def copy_from(self, other: StochasticState) -> None:
        """Go to where another state is, but keep one's own factor."""
        self.w[:] = other.w
        for array, kept in zip(self.memory, other.memory, strict=True):
            array[:] = kept
        self.steps = other.steps

    def answer(self, optimizer: Optimizer) -> Array:
        """Return the answer so far `(d,)`: the parameters, or what an optimizer averages."""
        if isinstance(optimizer, Averaging):
            return optimizer.answer(self.w, self.memory, self.steps).ravel()
        return self.w.ravel()
