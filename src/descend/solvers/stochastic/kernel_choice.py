"""Which loop steps through the rows, interpreted or compiled, and how far before it returns."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.kernels import epochs, lazy_rows
from descend.kernels.dispatch import in_precision
from descend.kernels.rows import compressed
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.optimizers.traits import is_elementwise
from descend.penalties import is_smooth
from descend.protocols import Optimizer, Penalty
from descend.solvers.run_state import has_arrays
from descend.solvers.stochastic.interpreted import InterpretedBatches, interpreted_steps
from descend.solvers.stochastic.lazy_updates import (
    LARGEST_SHRINKAGE,
    can_defer,
    smooth_curvature,
)
from descend.solvers.stochastic.state import StochasticState
from descend.solvers.stochastic.variance_reduction import VarianceReduced

SEGMENT_STEPS = 131_072
"""Steps between two returns from compiled code, at most: their rates take 1 MB."""

SEGMENT_NUMBERS = 2**26
"""Numbers read and updated between two returns: a fraction of a second, so that Ctrl-C is heard."""

Run = Callable[[StochasticState, npt.NDArray[Any], Any], float]
"""Takes steps from a state through some rows at some rates; returns the sum of the losses met."""


class EpochKernel(NamedTuple):
    """A loop for the rows of a risk; `steps` are those between two returns.

    The first steps of a run may be interpreted, so many that compiling would take longer.
    """

    run: Run
    batch_size: int
    steps: int
    interpreted_steps: int = 0

    def interprets(self, state: StochasticState) -> bool:
        """Say whether the next epoch is too short to compile anything for."""
        return state.steps < self.interpreted_steps

    def segments(
        self, order: npt.NDArray[Any], *, single: bool
    ) -> Iterator[tuple[npt.NDArray[Any], int]]:
        """Iterate over the rows between two returns, and their steps; over `single` steps if so."""
        rows = self.batch_size * (1 if single else self.steps)
        for begin in range(0, len(order), rows):
            part = order[begin : begin + rows]
            yield part, -(-len(part) // self.batch_size)


def choose_kernel(risk: EmpiricalRisk, optimizer: Optimizer, batch_size: int) -> EpochKernel:
    """Return the compiled loop that suits the rows, the optimizer and the penalty, or refuse them.

    Sparse rows cost their non-zeros where `lazy_updates` allows it; otherwise each step moves every
    parameter. Both are exact.
    """
    rows = risk.blocks
    assert isinstance(rows, Rows)
    outputs, width = risk.model.n_outputs, risk.model.width
    first = interpreted_steps(risk, batch_size)
    if isinstance(optimizer, SAGA | SVRG):
        reduced = VarianceReduced(risk, optimizer, batch_size, first)
        return EpochKernel(reduced, batch_size, SEGMENT_STEPS, first)
    _refuse_coupled(optimizer, risk.penalty)
    loops = _Loops(risk, rows, optimizer, batch_size)
    lazy = rows.sparse and can_defer(optimizer, risk.penalty)
    if not rows.sparse and batch_size == outputs == 1:
        run = loops.by_rows
    else:
        run = loops.lazily if lazy else loops.by_batches
    numbers = rows.X.size / max(1, rows.n_rows) * batch_size * outputs
    numbers += 0 if lazy else outputs * width
    steps = int(np.clip(SEGMENT_NUMBERS // max(1.0, numbers), 1, SEGMENT_STEPS))
    if not first:
        return EpochKernel(run, batch_size, steps)
    interpreted = InterpretedBatches(risk, optimizer, batch_size)

    def run_either(state: StochasticState, order: npt.NDArray[Any], rates: Any) -> float:
        return (interpreted if state.steps < first else run)(state, order, rates)

    return EpochKernel(run_either, batch_size, steps, first)


def _refuse_coupled(optimizer: Optimizer, penalty: Penalty) -> None:
    """Refuse what a loop over single coordinates cannot do."""
    if not is_elementwise(optimizer):
        raise ValueError(
            f"{type(optimizer).__name__} looks at the whole gradient at each step, which the loop "
            "over single coordinates does not have: give batch_size='full', or an element-wise "
            "optimizer"
        )
    for part in (optimizer, penalty):
        if has_arrays(part):
            raise ValueError(
                f"{type(part).__name__} holds an array, and the loop over single coordinates takes "
                "numbers: give batch_size='full', or one number for all parameters"
            )


class _Loops:
    """The compiled loops over the rows of a risk, each a `Run`."""

    def __init__(
        self, risk: EmpiricalRisk, rows: Rows, optimizer: Optimizer, batch_size: int
    ) -> None:
        self._X, self._y, self._weight = _stored(rows), rows.y, rows.weight
        # what is compiled into the loops, its numbers in the precision of the rows
        self._parts: Any = tuple(
            in_precision(part, rows.y.dtype) for part in (optimizer, risk.loss, risk.penalty)
        )
        self._batch_size, self._normalised = batch_size, risk.loss.normalised or None
        self._n_features = risk.model.n_features
        self._curvature = smooth_curvature(risk.penalty)
        # an interval so wide that it counts as smooth holds zero, towards which deferred steps go
        self._smooth = is_smooth(risk.penalty)

    def by_rows(self, state: StochasticState, order: npt.NDArray[Any], rates: Any) -> float:
        """Take a step an example: dense rows, one output."""
        run = epochs.descend_rows.compiled_for(*self._parts)
        return float(
            run(
                self._X, self._y[:, 0], self._weight, order, *_of_one_output(state), *self._parts,
                rates, state.steps + 1.0,
            )
        )  # fmt: skip

    def by_batches(self, state: StochasticState, order: npt.NDArray[Any], rates: Any) -> float:
        """Take a step a batch."""
        run = epochs.descend_batches.compiled_for(*self._parts)
        return float(
            run(
                self._X, self._y, self._weight, order, state.w, state.memory, *self._parts,
                rates, state.steps + 1.0, self._batch_size, self._normalised, self._n_features,
                epochs.room_for_batches(state.w, self._batch_size),
            )
        )  # fmt: skip

    def lazily(self, state: StochasticState, order: npt.NDArray[Any], rates: Any) -> float:
        """Take a step a batch of sparse rows, the steps without a gradient deferred."""
        if not np.max(rates) * self._curvature <= LARGEST_SHRINKAGE:
            return self.by_batches(state, order, rates)
        applied = None if self._smooth else np.zeros((len(state.w), self._n_features))
        if self._batch_size > 1 or len(state.w) > 1:
            run = lazy_rows.descend_lazy_batches.compiled_for(*self._parts)
            return float(
                run(
                    self._X, self._y, self._weight, order, state.w, state.memory, applied,
                    *self._parts, rates, state.steps + 1.0, self._batch_size, self._normalised,
                    self._n_features,
                )
            )  # fmt: skip
        run = lazy_rows.descend_lazy_rows.compiled_for(*self._parts)
        return float(
            run(
                self._X, self._y[:, 0], self._weight, order, *_of_one_output(state),
                None if applied is None else applied[0], *self._parts, rates, state.steps + 1.0,
                self._n_features,
            )
        )  # fmt: skip


def _stored(rows: Rows) -> Any:
    """Return `X` as compiled loops take it, no column twice in a sparse row."""
    X = rows.X
    if not rows.sparse:
        return X
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    return compressed(X)


def _of_one_output(state: StochasticState) -> Any:
    """Return the parameters and the memory of the only output."""
    return state.w[0], tuple(array[0] for array in state.memory)
