"""Epochs of SVRG and SAGA: the table of slopes, and the rate that is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descend.curvature.safe_rate import safe_rate
from descend.data.rows import Rows
from descend.kernels.dispatch import in_precision
from descend.kernels.rows import compressed
from descend.kernels.variance_reduction import descend_variance_reduced, room_for_reduced_batches
from descend.kernels.variance_reduction_sparse import (
    descend_variance_reduced_sparse_rows,
    room_for_sparse_rows,
)
from descend.optimizers import SAGA, SGD, SVRG
from descend.penalties import PROBES, is_smooth
from descend.protocols import verbs
from descend.solvers.stochastic.interpreted import InterpretedReduction
from descend.solvers.stochastic.lazy_updates import LARGEST_SHRINKAGE, smooth_curvature

if TYPE_CHECKING:
    from descend.objectives.risks.empirical_risk import EmpiricalRisk
    from descend.protocols import Array, Penalty
    from descend.solvers.stochastic.state import StochasticState


def reduced_safe_rate(
    risk: EmpiricalRisk, start: Array, optimizer: SAGA | SVRG, batch_size: int
) -> float:
    """Return a rate at which the optimizer converges: its share of one over the curvature.

    For batches, the curvature is the expected smoothness: see `descend.curvature.safe_rate`.
    """
    return 2 * optimizer.reach * safe_rate(risk, start, SGD(), batch_size)


class VarianceReduced:
    """The table of the rows' slopes, and the steps that use it: interpreted at first, if so many.

    The slopes may be those at any points: where a descent is taken back, or goes on elsewhere, the
    table need not change.
    """

    def __init__(
        self,
        risk: EmpiricalRisk,
        optimizer: SAGA | SVRG,
        batch_size: int,
        interpreted_steps: int = 0,
    ) -> None:
        rows = risk.blocks
        assert isinstance(rows, Rows)
        dtype, shape = rows.X.dtype, (risk.model.n_outputs, risk.model.width)
        self._risk, self._rows, self._batch_size = risk, rows, batch_size
        self._X = compressed(rows.X) if rows.sparse else rows.X
        self._loss = in_precision(risk.loss, dtype)
        self._penalty = in_precision(risk.penalty, dtype)
        self._updating = isinstance(optimizer, SAGA)
        self._rows_between = optimizer.every * rows.n_rows if isinstance(optimizer, SVRG) else 0
        self._rows_to_renewal = 0
        self._alpha = quadratic_strength(risk.penalty)
        quadratic = self._alpha >= 0 and is_smooth(risk.penalty)
        self._without_deferral = rows.sparse and batch_size == 1 and quadratic
        self._table = np.zeros((rows.n_rows, risk.model.n_outputs), dtype=dtype)
        self._mean = np.zeros(shape, dtype=dtype)
        parts = (self._table, self._mean, self._updating)
        few = interpreted_steps > 0
        self._interpreted = InterpretedReduction(risk, batch_size, *parts) if few else None
        self._interpreted_steps = interpreted_steps

    def __call__(self, state: StochasticState, order: npt.NDArray[Any], rates: Any) -> float:
        """Step at a single rate through some rows and return the sum of the losses met."""
        if np.ndim(rates):
            raise ValueError(
                "SVRG and SAGA walk at one rate, since their noise dies away by itself: give "
                "learning_rate a number, or 'auto'"
            )
        if not self._updating and self._rows_to_renewal <= 0:
            self._renew(state)
        elif not np.isfinite(self._mean).all():
            self._table[:], self._mean[:] = 0, 0
        self._rows_to_renewal -= len(order)
        rate = float(rates)
        if self._interpreted is not None and state.steps < self._interpreted_steps:
            return self._interpreted(state, order, rates)
        rows, model = self._rows, self._risk.model
        data = (self._X, rows.y, rows.weight, order)
        reduced = (state.w, self._table, self._mean, self._updating)
        kind = (self._loss.normalised or None, model.n_features)
        if self._without_deferral and rate * self._alpha <= LARGEST_SHRINKAGE:
            run = descend_variance_reduced_sparse_rows.compiled_for(self._loss)
            room: Any = room_for_sparse_rows(state.w, model.n_features)
            return float(run(*data, *reduced, self._loss, rate, *kind, self._alpha, room))
        run = descend_variance_reduced.compiled_for(self._loss, self._penalty)
        number = state.w.dtype.type
        parts = (self._loss, self._penalty, number(rate), self._batch_size)
        steps = -(-len(order) // self._batch_size)
        room = room_for_reduced_batches(
            state.w, self._batch_size, model.n_features, steps, self._alpha
        )
        return float(run(*data, *reduced, *parts, *kind, number(self._alpha), room))

    def _renew(self, state: StochasticState) -> None:
        """Fill the table with the slopes of all rows at the current parameters."""
        w, model = state.w.ravel(), self._risk.model
        self._table[:] = self._risk.slopes(w, self._rows)
        mean = model.pullback(w, self._rows.X, self._table) / len(self._table)
        self._mean[:] = model.by_output(mean)
        self._rows_to_renewal = self._rows_between


def quadratic_strength(penalty: Penalty) -> float:
    """Return `alpha` of a penalty that is `alpha * w**2 / 2 + kink * |w|`; -1 of others."""
    alpha, kink = smooth_curvature(penalty), verbs.kink(penalty)
    shrunk = np.sign(PROBES) * np.maximum(np.abs(PROBES) - kink, 0)
    simple = np.allclose(penalty.prox(PROBES, 1.0), shrunk, rtol=1e-12, atol=0) and np.allclose(
        penalty.gradient(PROBES), alpha * PROBES, rtol=1e-12, atol=0
    )
    return alpha if simple else -1.0
