"""The curvature's diagonal, and a matrix of the most common columns: for many parameters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descend.curvature.factors import positive_root
from descend.curvature.hessian import gram_matrices, group_size, penalty_curvature
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.safe_rate import squared
from descend.curvature.subsampling import (
    LARGEST_DENSE,
    LBFGS_INTERVALS,
    SAMPLE_SHARE,
    least_rows,
    row_curvatures,
    scaled_factors,
)
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.objectives.risks.sums import compilable, compiled_squares
from descend.protocols import Array

LARGEST_HEAD, COMMON = 512, 0.01
"""The most columns of sparse rows that share a matrix; each has this share of the rows or more."""

MOST_ROWS = 20_000
"""The most rows sampled for that matrix, unless its columns need more."""


@dataclass(frozen=True)
class DiagonalWithHead:
    """Preconditions by the diagonal of the curvature, and a matrix of the most common columns.

    In sparse rows a few columns are in many rows, as words are: sampled rows tell how they are
    coupled. Most are in few rows, of which a sample may have none: so the diagonal is that of all
    rows, and the matrix is of the columns in at least one row of a hundred and of the intercept.
    Dense rows have the diagonal alone. Outputs of a normalised loss are taken one by one, all by
    their mean curvature: scaled alike, their steps keep the sum of the scores at zero, along which
    only the penalty has curvature. `random` draws the rows anew for each point.
    """

    risk: EmpiricalRisk
    random: np.random.Generator
    intervals: tuple[int, int] = LBFGS_INTERVALS
    largest_head: int = LARGEST_HEAD

    newton_like = False

    @property
    def matrix_size(self) -> int:
        return self.largest_head if self.risk.blocks.sparse else group_size(self.risk)

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        risk, model, n = self.risk, self.risk.model, self.risk.blocks.n_rows
        shape = model.n_outputs, model.width
        most = min(self.largest_head, int(np.sqrt(LARGEST_DENSE / model.n_outputs)))
        share = min(int(SAMPLE_SHARE * n), MOST_ROWS)
        block = risk.blocks.sample(max(least_rows(most), share), self.random)
        ridge = penalty_curvature(risk, w).reshape(shape)
        if not block.sparse:
            diagonal = model.pullback(w, squared(block.X), row_curvatures(risk, w, block))
            return PreconditionedObjective(
                risk, positive_root(diagonal.reshape(shape) / block.n_rows + ridge)
            )
        scale = positive_root(_squares(risk, w).reshape(shape) / n + ridge)
        head = _common_columns(block, most)
        if not len(head):
            return PreconditionedObjective(risk, scale)
        H = gram_matrices(
            block.X[:, head], row_curvatures(risk, w, block), model.intercept, np.float64
        )
        factored = np.append(head, model.n_features) if model.intercept else head
        places = np.arange(len(factored))
        H[:, places, places] += ridge[:, factored]
        scale[:, factored], factors = scaled_factors(H)
        return PreconditionedObjective(risk, scale, factors, factored)


def _common_columns(block: Rows, most: int) -> npt.NDArray[np.intp]:
    """Return the columns of sparse rows that have the most elements, in their order."""
    share = np.bincount(block.X.indices, minlength=block.n_features) / block.n_rows
    common = np.flatnonzero(share >= COMMON)
    return np.sort(common[np.argsort(-share[common], kind="stable")[:most]])


def _squares(risk: EmpiricalRisk, w: Array) -> Array:
    """Return the sum over all rows of their curvatures times their squares, `(d,)`."""
    rows = compilable(risk.model, risk.loss, risk.blocks, w)
    if rows is not None:
        return compiled_squares(risk.model, rows, row_curvatures(risk, w, rows))
    total = np.zeros_like(w)
    for block in risk.blocks:
        total += risk.model.pullback(w, squared(block.X), row_curvatures(risk, w, block))
    return total
