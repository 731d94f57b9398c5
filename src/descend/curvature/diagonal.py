"""The curvature's diagonal, and a matrix of the most common columns: for many parameters."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descend.curvature.factors import positive_root
from descend.curvature.hessian import gram_matrices, penalty_curvature
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
    Outputs of a normalised loss are taken one by one, all by their mean curvature: scaled alike,
    their steps keep the sum of the scores at zero, along which only the penalty has curvature.
    `random` draws the rows anew for each point.
    """

    risk: EmpiricalRisk
    random: np.random.Generator
    intervals: tuple[int, int] = LBFGS_INTERVALS
    largest_head: int = LARGEST_HEAD

    newton_like = False

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        risk, model, n = self.risk, self.risk.model, self.risk.blocks.n_rows
        shape = model.n_outputs, model.width
        most = min(self.largest_head, int(np.sqrt(LARGEST_DENSE / model.n_outputs)))
        share = min(int(SAMPLE_SHARE * n), MOST_ROWS)
        block = risk.blocks.sample(max(least_rows(most), share), self.random)
        ridge = penalty_curvature(risk, w).reshape(shape)
        scale = positive_root(hessian_diagonal(risk, w))
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


def hessian_diagonal(risk: EmpiricalRisk, w: Array) -> Array:
    """Return the diagonal of the Hessian of the risk, by each output alone, `(outputs, width)`."""
    model, rows = risk.model, compilable(risk.model, risk.loss, risk.blocks, w)
    if rows is not None:
        total = compiled_squares(model, rows, row_curvatures(risk, w, rows))
    else:
        total = np.zeros_like(w)
        with np.errstate(all="ignore"):
            for block in risk.blocks:
                total += model.pullback(w, squared(block.X), row_curvatures(risk, w, block))
    diagonal = total / risk.blocks.n_rows + penalty_curvature(risk, w)
    return diagonal.reshape(model.n_outputs, model.width)


def _common_columns(block: Rows, most: int) -> npt.NDArray[np.intp]:
    """Return the columns of sparse rows that have the most elements, in their order."""
    share = np.bincount(block.X.indices, minlength=block.n_features) / block.n_rows
    common = np.flatnonzero(share >= COMMON)
    return np.sort(common[np.argsort(-share[common], kind="stable")[:most]])
