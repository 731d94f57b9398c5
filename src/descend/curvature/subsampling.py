"""Hessian subsampling: the curvature of a sample of the rows, for that of all."""

from dataclasses import dataclass

import numpy as np

from descend.curvature.factors import CholeskyFactor, cholesky_factor, positive_root
from descend.curvature.hessian import (
    group_size,
    groups_of,
    hessians,
    matrix_fits,
    penalty_curvature,
)
from descend.curvature.preconditioning import PreconditionedObjective
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array

SAMPLE_ROWS, ROWS_A_PARAMETER = 5_000, 10
"""The least rows that are sampled, and the least for each parameter, if that is more."""

SAMPLE_SHARE, SAMPLE_PRODUCTS = 1 / 25, 2**26
"""Of many rows this share saves passes, as long as their Hessian takes no more products."""

LARGEST_DENSE = 2**23
"""Elements of the largest sample of sparse rows that is made dense for its Hessian."""

LEAST_ALONG = 512
"""The least rows that tell the curvature along one direction."""

NEWTON_INTERVALS, LBFGS_INTERVALS = (2, 16), (32, 64)
"""Steps to a preconditioner's first rebuild, doubling up to the most: L-BFGS then starts anew."""

FREQUENT_INTERVALS, FEW_PRODUCTS = (2, 4), 2**22
"""The same for a Hessian of so few products that it takes about as long as the calls of a step."""


@dataclass(frozen=True)
class SubsampledHessian:
    """Preconditions by the Hessian of rows that `random` draws, anew for each point."""

    risk: EmpiricalRisk
    random: np.random.Generator

    newton_like = True

    @property
    def intervals(self) -> tuple[int, int]:
        n, groups, size = self.risk.blocks.n_rows, groups_of(self.risk), group_size(self.risk)
        products = groups * min(n, rows_for(n, size)) * size**2
        return NEWTON_INTERVALS if products > FEW_PRODUCTS else FREQUENT_INTERVALS

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        risk, groups, size = self.risk, groups_of(self.risk), group_size(self.risk)
        block = risk.blocks.sample(rows_for(risk.blocks.n_rows, size), self.random)
        H = hessians(risk, w, block.densified())
        H[:, np.arange(size), np.arange(size)] += penalty_curvature(risk, w).reshape(groups, size)
        return PreconditionedObjective(risk, *scaled_factors(H))


def is_wide(risk: EmpiricalRisk) -> bool:
    """Say whether there are too many parameters for a Hessian as a matrix."""
    rows = min(risk.blocks.n_rows, rows_for(risk.blocks.n_rows, group_size(risk)))
    filled = rows * risk.model.n_features
    return not matrix_fits(risk) or (risk.blocks.sparse and filled > LARGEST_DENSE)


def least_rows(size: int) -> int:
    """Return the least rows whose Hessian may stand for that of all, in so many parameters."""
    return max(SAMPLE_ROWS, ROWS_A_PARAMETER * size)


def rows_for(n: int, size: int) -> int:
    """Return how many of `n` rows to sample for the curvature of so many parameters.

    Each step leaves about `sqrt(size / rows)` of the gradient: one pass less is worth a Hessian
    that takes a fraction of its time.
    """
    worth = min(int(SAMPLE_SHARE * n), SAMPLE_PRODUCTS // size**2)
    return max(least_rows(size), worth)


def curvature_along(risk: EmpiricalRisk, w: Array, v: Array, random: np.random.Generator) -> float:
    """Return `v @ H @ v` for the Hessian `H` of sampled rows at `w`."""
    dense = LARGEST_DENSE // max(1, risk.model.n_features)
    rows = SAMPLE_ROWS if risk.blocks.sparse else min(SAMPLE_ROWS, max(LEAST_ALONG, dense))
    block = risk.blocks.sample(rows, random)
    dz = risk.model.predict(v, block.X)
    of_loss = np.sum(risk.curvatures(w, block) * dz * dz, dtype=np.float64) / block.X.shape[0]
    return float(of_loss + np.sum(penalty_curvature(risk, w) * v * v))


def row_curvatures(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return each row's curvature by each output, `(n, outputs)`.

    The outputs of a normalised loss, which are coupled, all have their mean curvature.
    """
    curvatures = risk.curvatures(w, block)
    if risk.loss.normalised:
        curvatures = np.repeat(curvatures.mean(axis=1, keepdims=True), curvatures.shape[1], axis=1)
    return curvatures


def scaled_factors(H: Array) -> tuple[Array, tuple[CholeskyFactor, ...]]:
    """Return the roots of the diagonals, and the factors of the matrices scaled by them."""
    scale = positive_root(np.einsum("gii->gi", H))
    H /= scale[:, :, None]
    H /= scale[:, None, :]
    return scale, tuple(CholeskyFactor(cholesky_factor(each)) for each in H)
