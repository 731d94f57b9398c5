"""Steps through few rows in NumPy: to compile their loop would take longer than all of them.

They are those of the compiled loops, to rounding. Which steps these are follows from the rows and
the count of steps alone, never from what happens to be compiled already: so a run repeats, and goes
on from where another ended, exactly.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.kernels.dispatch import in_precision
from descend.protocols import verbs

if TYPE_CHECKING:
    from descend.objectives.risks.empirical_risk import EmpiricalRisk
    from descend.protocols import Array, Optimizer
    from descend.solvers.stochastic.state import StochasticState

EPOCH_STEPS = 256
"""Epochs of more steps than these are compiled."""

STEPS = 1_500
"""Short steps of a run that are interpreted: they take a tenth of a second, compiled or not."""

NUMBERS = 10_000
"""Numbers read and updated in the time that the calls of a step take."""

LARGEST = 2**22
"""Numbers of the rows, the zeros of sparse ones included, up to which steps are interpreted."""


def interpreted_steps(risk: EmpiricalRisk, batch_size: int) -> int:
    """Return how many steps of a run are interpreted."""
    rows, model = risk.blocks, risk.model
    steps = -(-rows.n_rows // batch_size)
    if steps > EPOCH_STEPS or rows.n_rows * rows.n_features > LARGEST:
        return 0
    numbers = model.n_outputs * (batch_size * rows.n_features + model.width)
    return int(STEPS / (1 + numbers / NUMBERS))


class InterpretedBatches:
    """Steps along the mean gradients of batches of any rows, by an element-wise optimizer."""

    def __init__(self, risk: EmpiricalRisk, optimizer: Optimizer, batch_size: int) -> None:
        self._risk, self._rows, self._batch_size = risk, _dense(risk), batch_size
        self._optimizer = in_precision(optimizer, self._rows.y.dtype)

    def __call__(self, state: StochasticState, order: npt.NDArray[Any], rates: Any) -> float:
        """Step through some rows and return the sum of the losses met."""
        risk, total = self._risk, 0.0
        w = state.w.ravel()
        memory = tuple(array.ravel() for array in state.memory)
        penalty = risk.penalty_of_weights(w)
        advance = verbs.advancing(penalty)
        with np.errstate(all="ignore"):
            for step, (_, block) in enumerate(_batches(self._rows, order, self._batch_size)):
                met, g = risk.sums_over([block], w)
                g = g / g.dtype.type(block.n_rows) + verbs.gradient(penalty, w)
                rate = rates[step] if np.ndim(rates) else rates
                t = state.steps + 1.0 + step
                w, memory = advance(self._optimizer, penalty, w, g, memory, rate, t)
                total += float(met)
        state.w[:] = w.reshape(state.w.shape)
        for array, remembered in zip(state.memory, memory, strict=True):
            array[:] = remembered.reshape(array.shape)
        return total


class InterpretedReduction:
    """Steps of SVRG and SAGA: of a batch's slopes, those that a table holds are taken.

    `table`, `mean` and `updating` are those of `descend.kernels.variance_reduction`.
    """

    def __init__(
        self, risk: EmpiricalRisk, batch_size: int, table: Array, mean: Array, updating: bool
    ) -> None:
        self._risk, self._rows, self._batch_size = risk, _dense(risk), batch_size
        self._table, self._mean, self._updating = table, mean, updating

    def __call__(self, state: StochasticState, order: npt.NDArray[Any], rate: Any) -> float:
        """Step through some rows and return the sum of the losses met."""
        risk, total = self._risk, 0.0
        w, mean = state.w.ravel(), self._mean.ravel()
        penalty = risk.penalty_of_weights(w)
        with np.errstate(all="ignore"):
            for which, block in _batches(self._rows, order, self._batch_size):
                total += float(risk.sum_of_losses(w, block))
                r = risk.slopes(w, block)
                g = risk.model.pullback(w, block.X, r - self._table[which])
                ahead = g / g.dtype.type(block.n_rows) + mean + verbs.gradient(penalty, w)
                w = verbs.prox(penalty, w - rate * ahead, rate)
                if self._updating:
                    self._table[which] = r
                    mean = mean + g / g.dtype.type(len(self._table))
        state.w[:], self._mean[:] = w.reshape(state.w.shape), mean.reshape(state.w.shape)
        return total


def _batches(
    rows: Rows, order: npt.NDArray[Any], size: int
) -> Iterator[tuple[npt.NDArray[Any], Rows]]:
    """Iterate over some rows in this order, by batches: their numbers, and the rows."""
    for begin in range(0, len(order), size):
        which = order[begin : begin + size]
        yield which, rows.at(which)


def _dense(risk: EmpiricalRisk) -> Rows:
    """Return the rows of a risk as an array: slices of a few sparse rows take longer."""
    rows = risk.blocks
    assert isinstance(rows, Rows)
    return rows.densified()
