"""The subproblem of proximal Newton's method under a penalty on groups of parameters.

Sweeps of block coordinate descent, which find the groups that are not zero, alternate with Newton
steps on these.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from descend.curvature.quadratic_models import ROUNDS, SWEEPS, DenseModel, Precision
from descend.kernels.block_descent import cached_sweep_blocks
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties.groups import GroupPenalty, Labels
from descend.protocols import Array

MOST_PARAMETERS = 4_096
"""Parameters of the largest matrix that is made: 128 MiB."""

FLOOR = 1e-15
"""The least curvature of a block along any direction, as a share of its largest."""


def refuse_too_many(risk: EmpiricalRisk) -> None:
    """Refuse more parameters than a matrix of them all is made for."""
    if risk.model.n_parameters > MOST_PARAMETERS:
        raise ValueError(
            f"GroupL1 with optimizer='auto' makes a matrix of all {risk.model.n_parameters:,} "
            f"parameters, and takes up to {MOST_PARAMETERS:,}: give optimizer='sgd', "
            "batch_size='full', learning_rate='monotone', or choose among the features first"
        )


class GroupModel(DenseModel):
    """A model whose curvature is a matrix of all parameters, under a penalty on groups of them."""

    def _solve(self, H: Array, g: Array, w: Array, damping: float, precision: Precision) -> None:
        """Move `w` to the minimum, all of its coordinates penalised."""
        assert isinstance(self.penalty, GroupPenalty)
        labels = self.penalty.labels[self.penalty.labels >= 0]
        order = np.argsort(labels, kind="stable")
        blocks = np.searchsorted(labels[order], np.arange(len(self.penalty.strengths) + 1))
        own_H = np.ascontiguousarray(H[np.ix_(order, order)])
        own_g, own_w = g[order], w[order]
        parts = [np.linalg.eigh(own_H[begin:end, begin:end]) for begin, end in pairwise(blocks)]
        values = np.concatenate([np.maximum(e, FLOOR * e[-1]) for e, _ in parts])
        vectors = np.concatenate([V.ravel() for _, V in parts])
        strengths = self.penalty.strengths.astype(np.float64)
        share, enough = precision
        for _ in range(ROUNDS):
            if cached_sweep_blocks(
                own_H, own_g, own_w, blocks, strengths, values, vectors,
                damping, share, enough, SWEEPS,
            ):  # fmt: skip
                break
            step = _newton_step(own_H, own_g, own_w, labels[order], strengths, damping)
            own_w += step
            own_g += damping * (own_H @ step)
        w[order], g[order] = own_w, own_g


def _newton_step(
    H: Array, g: Array, w: Array, labels: Labels, strengths: Array, damping: float
) -> Array:
    """Return Newton's step on the groups that are not zero; zeros if the model would not fall."""
    sizes = np.sqrt(np.bincount(labels, w * w, len(strengths)))
    on = np.flatnonzero(sizes[labels] > 0)
    step = np.zeros_like(w)
    own, unit = labels[on], w[on] / sizes[labels[on]]
    pull = strengths[own] / sizes[own]
    A = damping * H[np.ix_(on, on)]
    total = A + np.diag(pull)
    total -= np.where(own[:, None] == own, pull * np.multiply.outer(unit, unit), 0.0)
    slope = g[on] + strengths[own] * unit
    try:
        step[on] = -np.linalg.solve(total, slope)
    except np.linalg.LinAlgError:
        return 0.0 * step
    after = np.sqrt(np.bincount(labels, (w + step) ** 2, len(strengths)))
    change = g @ step + 0.5 * step[on] @ A @ step[on] + strengths @ (after - sizes)
    return step if change < 0 else 0.0 * step
