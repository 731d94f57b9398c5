"""Epochs of SVRG and SAGA: what is known of each row, and the rate that is safe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descend.curvature.safe_rate import safe_rate
from descend.data.rows import Rows
from descend.kernels import variance_reduction as kernels
from descend.kernels import variance_reduction_sparse as variance_rows
from descend.kernels.cache import is_ours
from descend.kernels.dispatch import in_precision
from descend.kernels.rows import compressed
from descend.objectives.composite import PROBES, is_smooth
from descend.optimizers import SAGA, SGD, SVRG
from descend.protocols import verbs
from descend.solvers.stochastic.lazy_updates import LARGEST_SHRINKAGE, smooth_curvature

if TYPE_CHECKING:
    from descend.objectives.risks.empirical_risk import EmpiricalRisk
    from descend.protocols import Array, Penalty
    from descend.solvers.stochastic.state import StochasticState


def reduced_safe_rate(
    risk: EmpiricalRisk, start: Array, optimizer: SAGA | SVRG, batch_size: int
) -> float:
    """Return a rate at which the optimizer converges: its share of one over the curvature.

    For batches, the curvature is the expected smoothness: see
    `descend.curvature.safe_rate`.
    """
    return 2 * optimizer.reach * safe_rate(risk, start, SGD(), batch_size)


class Known:
    """The slopes known of all rows, and the compiled steps that use them.

    They need not be the slopes at any point that is walked: a descent may be taken back, or go on
    elsewhere, and they stay as good as they are.

    Parameters
    ----------
    risk, data
        The objective and its rows, as `walk_epochs` takes them.
    optimizer
        When the slopes are renewed.
    batch_size
        Rows a step.
    """

    def __init__(
        self,
        risk: EmpiricalRisk,
        data: tuple[Any, Array, Array | None],
        optimizer: SAGA | SVRG,
        batch_size: int,
    ) -> None:
        X, y, weight = data
        dense = isinstance(X, np.ndarray)
        self._risk, self._block, self._batch_size = risk, Rows(X, y, weight), batch_size
        self._rows = X if dense else compressed(X)
        self._loss = in_precision(risk.loss, X.dtype)
        self._penalty = in_precision(risk.penalty, X.dtype)
        self._renewing = isinstance(optimizer, SAGA)
        self._visits = optimizer.every * len(y) if isinstance(optimizer, SVRG) else 0
        self._left = 0
        self._alpha = quadratic_strength(risk.penalty)
        self._at_once = (
            not dense and batch_size == 1 and self._alpha >= 0 and is_smooth(risk.penalty)
        )
        self._slopes = np.zeros((len(y), risk.model.n_outputs), dtype=X.dtype)
        self._mean = np.zeros((risk.model.n_outputs, risk.model.width), dtype=X.dtype)

    def __call__(self, state: StochasticState, rows: npt.NDArray[Any], rates: Any) -> float:
        """Walk along some rows and return the sum of the losses met.

        Raises
        ------
        ValueError
            If the rate changes on the way.
        """
        if np.ndim(rates):
            raise ValueError(
                "SVRG and SAGA walk at one rate, since their noise dies away by itself: give "
                "learning_rate a number, or 'auto'"
            )
        if not self._renewing and self._left <= 0:
            self._renew(state)
        elif not np.isfinite(self._mean).all():
            self._slopes[:], self._mean[:] = 0, 0
        self._left -= len(rows)
        rate = float(rates)
        if self._at_once and rate * self._alpha <= LARGEST_SHRINKAGE:
            return self._walk_at_once(state, rows, rate)
        return self._walk(state, rows, rate)

    def _walk_at_once(self, state: StochasticState, rows: npt.NDArray[Any], rate: float) -> float:
        """Walk along sparse rows, each of which moves its own coordinates only."""
        block, ours = self._block, is_ours(self._loss)
        walk = (
            variance_rows.cached_walk_known_sparse_rows
            if ours
            else variance_rows.fresh_walk_known_sparse_rows
        )
        return float(
            walk(
                self._rows, block.y, block.weight, rows, state.w, self._slopes, self._mean,
                self._renewing, self._loss, rate, self._alpha, self._loss.normalised,
                self._risk.model.n_features,
            )
        )  # fmt: skip

    def _walk(self, state: StochasticState, rows: npt.NDArray[Any], rate: float) -> float:
        """Walk along any rows."""
        block, ours = self._block, is_ours(self._loss) and is_ours(self._penalty)
        walk = kernels.cached_walk_known if ours else kernels.fresh_walk_known
        number, model = state.w.dtype.type, self._risk.model
        return float(
            walk(
                self._rows, block.y, block.weight, rows, state.w, self._slopes, self._mean,
                self._renewing, self._loss, self._penalty, number(rate), self._batch_size,
                self._loss.normalised, model.n_features, number(self._alpha),
            )
        )  # fmt: skip

    def _renew(self, state: StochasticState) -> None:
        """Know the slopes of all rows where the descent is."""
        w, model = state.w.ravel(), self._risk.model
        self._slopes[:] = self._risk.slopes(w, self._block)
        mean = model.pullback(w, self._block.X, self._slopes) / len(self._slopes)
        self._mean[:] = model.by_output(mean)
        self._left = self._visits


def quadratic_strength(penalty: Penalty) -> float:
    """Return `alpha` of a penalty that is `alpha * w**2 / 2 + kink * |w|`; -1 of others."""
    alpha = smooth_curvature(penalty)
    kink = verbs.kink(penalty)
    shrunk = np.sign(PROBES) * np.maximum(np.abs(PROBES) - kink, 0)
    simple = np.allclose(penalty.prox(PROBES, 1.0), shrunk, rtol=1e-12, atol=0) and np.allclose(
        penalty.gradient(PROBES), alpha * PROBES, rtol=1e-12, atol=0
    )
    return alpha if simple else -1.0
