"""Which compiled loop walks the rows, and how far before it returns."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.kernels import epochs as walk
from descend.kernels import lazy_rows as sparse
from descend.kernels.cache import is_ours
from descend.kernels.dispatch import in_precision
from descend.kernels.rows import compressed
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG
from descend.optimizers.traits import is_elementwise
from descend.protocols import Array, Optimizer
from descend.solvers.run_state import has_arrays
from descend.solvers.stochastic.lazy_updates import (
    LARGEST_SHRINKAGE,
    has_rough_part,
    may_wait,
    smooth_curvature,
)
from descend.solvers.stochastic.state import State
from descend.solvers.stochastic.variance_reduction import Known

SEGMENT_STEPS = 131_072
"""Steps between two returns from compiled code, at most: room for their rates."""

SEGMENT_NUMBERS = 2**26
"""Numbers read and moved between two returns: a fraction of a second, so that Ctrl-C is heard."""

Run = Callable[[State, npt.NDArray[Any], Any], float]
"""Takes steps from a state through some rows at some rates; returns the sum of the losses met."""


class Runner(NamedTuple):
    """A compiled loop for some data.

    Parameters
    ----------
    run
        Takes the steps.
    batch_size
        Rows a step.
    steps
        Steps between two returns.
    """

    run: Run
    batch_size: int
    steps: int

    def segments(
        self, order: npt.NDArray[Any], *, single: bool
    ) -> Iterator[tuple[npt.NDArray[Any], int]]:
        """Iterate over the rows between two returns, and their steps; `single` steps if asked."""
        rows = self.batch_size * (1 if single else self.steps)
        for begin in range(0, len(order), rows):
            part = order[begin : begin + rows]
            yield part, -(-len(part) // self.batch_size)


def runner(
    risk: EmpiricalRisk,
    data: tuple[Any, Array, Array | None],
    optimizer: Optimizer,
    batch_size: int,
) -> Runner:
    """Return the compiled loop that suits the rows, the optimizer and the penalty.

    Sparse rows cost their non-zeros where `engine.laziness` allows it; otherwise each step moves
    every parameter. Both are exact.

    Raises
    ------
    ValueError
        If the optimizer is not element-wise, or a part differs from parameter to parameter.
    """
    if isinstance(optimizer, SAGA | SVRG):
        return Runner(Known(risk, data, optimizer, batch_size), batch_size, SEGMENT_STEPS)
    if not is_elementwise(optimizer):
        raise ValueError(
            f"{type(optimizer).__name__} looks at the whole gradient at each step, which the loop "
            "over single coordinates does not have: give batch_size='full', or an element-wise "
            "optimizer"
        )
    for part in (optimizer, risk.penalty):
        if has_arrays(part):
            raise ValueError(
                f"{type(part).__name__} holds an array, and the loop over single coordinates takes "
                "numbers: give batch_size='full', or one number for all parameters"
            )
    X = data[0]
    outputs, width = risk.model.n_outputs, risk.model.width
    dense = isinstance(X, np.ndarray)
    waits = not dense and may_wait(optimizer, risk.penalty)
    if dense:
        run = (_dense_rows if batch_size == 1 and outputs == 1 else _batches)(
            risk, data, optimizer, batch_size
        )
    else:
        if not X.has_canonical_format:
            X = X.copy()
            X.sum_duplicates()
        data = (compressed(X), *data[1:])
        run = _batches(risk, data, optimizer, batch_size)
        if waits:
            run = _waiting(risk, data, optimizer, batch_size, run)
    numbers = X.size / max(1, X.shape[0]) * batch_size * outputs + (not waits) * outputs * width
    steps = int(np.clip(SEGMENT_NUMBERS // max(1.0, numbers), 1, SEGMENT_STEPS))
    return Runner(run, batch_size, steps)


def _parts(risk: EmpiricalRisk, optimizer: Optimizer, dtype: Any) -> tuple[Any, Any, Any]:
    """Return what is compiled into the loop, with its numbers in the precision of the rows."""
    optimizer, loss, penalty = (
        in_precision(part, dtype) for part in (optimizer, risk.loss, risk.penalty)
    )
    return optimizer, loss, penalty


def _loop_of(parts: tuple[Any, ...], kept: Any, fresh: Any) -> Any:
    """Return the loop kept on disk, or for parts from outside the library the one that is not."""
    return kept if all(map(is_ours, parts)) else fresh


def _dense_rows(
    risk: EmpiricalRisk, data: tuple[Any, Array, Array | None], optimizer: Optimizer, _: int
) -> Run:
    X, y, weight = data
    parts = _parts(risk, optimizer, data[1].dtype)
    walk_rows = _loop_of(parts, walk.cached_walk_rows, walk.fresh_walk_rows)

    def run(state: State, rows: npt.NDArray[Any], rates: Any) -> float:
        memory = tuple(array[0] for array in state.memory)
        t = state.steps + 1.0
        return float(walk_rows(X, y[:, 0], weight, rows, state.w[0], memory, *parts, rates, t))

    return run


def _batches(
    risk: EmpiricalRisk,
    data: tuple[Any, Array, Array | None],
    optimizer: Optimizer,
    batch_size: int,
) -> Run:
    parts = _parts(risk, optimizer, data[1].dtype)
    walk_batches = _loop_of(parts, walk.cached_walk_batches, walk.fresh_walk_batches)
    shape = (batch_size, risk.loss.normalised, risk.model.n_features)

    def run(state: State, rows: npt.NDArray[Any], rates: Any) -> float:
        t = state.steps + 1.0
        return float(walk_batches(*data, rows, state.w, state.memory, *parts, rates, t, *shape))

    return run


def _waiting(
    risk: EmpiricalRisk,
    data: tuple[Any, Array, Array | None],
    optimizer: Optimizer,
    batch_size: int,
    at_once: Run,
) -> Run:
    """Return the loop in which steps without a gradient wait, where the rates allow it."""
    X, y, weight = data
    parts = _parts(risk, optimizer, data[1].dtype)
    walk_rows = _loop_of(parts, sparse.cached_walk_sparse_rows, sparse.fresh_walk_sparse_rows)
    walk_batches = _loop_of(
        parts, sparse.cached_walk_sparse_batches, sparse.fresh_walk_sparse_batches
    )
    normalised, n_features = risk.loss.normalised, risk.model.n_features
    curvature, rough = smooth_curvature(risk.penalty), has_rough_part(risk.penalty)

    def run(state: State, rows: npt.NDArray[Any], rates: Any) -> float:
        if not np.max(rates) * curvature <= LARGEST_SHRINKAGE:
            return at_once(state, rows, rates)
        t = state.steps + 1.0
        met = np.zeros((len(state.w), n_features)) if rough else None
        if batch_size > 1 or len(state.w) > 1:
            shape = (batch_size, normalised, n_features)
            return float(
                walk_batches(
                    X, y, weight, rows, state.w, state.memory, met, *parts, rates, t, *shape
                )
            )
        memory = tuple(array[0] for array in state.memory)
        met = None if met is None else met[0]
        return float(
            walk_rows(
                X, y[:, 0], weight, rows, state.w[0], memory, met, *parts, rates, t, n_features
            )
        )

    return run
