"""The curvature's diagonal and leading eigenvectors: for many parameters of dense rows."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from descend.curvature.diagonal import hessian_diagonal
from descend.curvature.factors import (
    CholeskyFactor,
    Factor,
    SpectralFactor,
    cholesky_factor,
    positive_root,
)
from descend.curvature.hessian import LARGEST_MATRIX, penalty_curvature, refuse_overflow
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import LBFGS_INTERVALS, ROWS_A_PARAMETER, row_curvatures
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array
from descend.support.products import column_products

BUDGET = 16
"""Products of sampled rows, in units of those of a pass: BLAS makes them so much faster."""

SHARE_OF_ROWS = 1 / 8
"""The largest share of the rows that is sampled, and copied."""

KEPT = 1 / 4
"""The share of the sampled rows' eigenvectors that is kept: the rest tell of the sample alone."""

LEAST_ROWS_A_COLUMN = 2
"""Sampled rows a column from which on a matrix of all columns is factored."""

FLATTEST = 1e-8
"""The least curvature of the other directions, as a share of the largest."""


@dataclass(frozen=True)
class LeadingCurvature:
    """Preconditions by the curvature's diagonal and, along its leading eigenvectors, by itself.

    The diagonal is that of all dense rows. In coordinates scaled by it, rows that `random` draws
    give the leading eigenvectors and the level of the curvature along all other directions. If a
    matrix of one output's columns takes no longer to make, it is factored whole. Outputs of a
    normalised loss are taken one by one, all by their mean curvature: scaled alike, their steps
    keep the sum of the scores at zero, along which only the penalty has curvature.

    References
    ----------
    Z. Frangella, J. Tropp and M. Udell, Randomized Nystrom preconditioning (2021).
    """

    risk: EmpiricalRisk
    random: np.random.Generator
    budget: int = BUDGET
    intervals: tuple[int, int] = LBFGS_INTERVALS

    newton_like = False

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        risk, model = self.risk, self.risk.model
        ridge = penalty_curvature(risk, w).reshape(model.n_outputs, model.width)
        diagonal = hessian_diagonal(risk, w)
        if not np.isfinite(diagonal).all():
            refuse_overflow(diagonal, np.array([np.abs(block.X).max() for block in risk.blocks]))
        scale = positive_root(diagonal)
        rows, factor = self._sample_size()
        block = risk.blocks.sample(rows, self.random)
        curvatures = np.maximum(row_curvatures(risk, w, block), 0)
        alike = (curvatures == curvatures[:, :1]).all() and (scale == scale[:1]).all()
        factors = tuple(
            factor(_scaled(block.X, c, own_scale), own_ridge / own_scale**2)
            for c, own_scale, own_ridge in zip(
                curvatures.T[: 1 if alike else None], scale, ridge, strict=False
            )
        )
        return PreconditionedObjective(risk, scale, factors * (model.n_outputs if alike else 1))

    def _sample_size(self) -> tuple[int, Callable[[Array, Array], Factor]]:
        """Return how many rows to sample, and what makes the factor of them."""
        n, width = self.risk.blocks.n_rows, self.risk.model.width
        most, products = SHARE_OF_ROWS * n, self.budget * n * self.risk.model.n_outputs
        rows = int(min(most, ROWS_A_PARAMETER * width, products / width))
        if width <= LARGEST_MATRIX and rows >= LEAST_ROWS_A_COLUMN * width:
            return rows, _whole_factor
        return max(1, int(min(most, np.sqrt(products)))), _leading_factor


def _scaled(X: Array, c: Array, scale: Array) -> Array:
    """Return `diag(sqrt(c / n)) @ X @ inv(diag(scale))`, with the intercept's column if there is.

    Its products are the Hessian of rows of curvatures `c`, with a diagonal of about one.
    """
    n, d = X.shape
    root = np.sqrt(c / n)[:, None]
    rows = np.empty((n, len(scale)), dtype=np.result_type(X, root))
    with np.errstate(all="ignore"):
        np.multiply(X, root, out=rows[:, :d])
        rows[:, d:] = root
        rows /= scale
    return rows


def _whole_factor(rows: Array, ridge: Array) -> CholeskyFactor:
    """Return the factor of the Hessian of scaled rows and of the penalty."""
    H = np.asarray(column_products(rows, rows, symmetric=True), dtype=np.float64)
    H[np.diag_indices(len(H))] += ridge
    return CholeskyFactor(cholesky_factor(H))


def _leading_factor(rows: Array, ridge: Array) -> SpectralFactor:
    """Return the same of its leading eigenvectors, in units of the curvature along all others."""
    n, width = rows.shape
    rank = max(1, int(KEPT * n))
    # in double precision, whatever that of the rows: the inverse is exact if U is orthonormal
    products = np.asarray(column_products(rows.T, rows.T, symmetric=True), dtype=np.float64)
    eigenvalues, vectors = np.linalg.eigh(products)
    leading, kept = np.maximum(eigenvalues[-rank:], 0), vectors[:, -rank:]
    along = column_products(rows, kept.astype(rows.dtype))
    U, _ = np.linalg.qr(np.asarray(along, dtype=np.float64))
    # the diagonal of all rows is one: its sum tells what these rows do not
    left = (width - leading.sum()) / max(1, width - rank)
    level = max(eigenvalues[-rank - 1 :][0], left, FLATTEST * leading[-1]) + ridge.mean()
    return SpectralFactor(U, np.sqrt((leading + level) / level))
