"""Low-rank curvature: of few dense rows in many columns, products of the rows do for a matrix."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from descend.curvature.factors import WoodburyFactor, cholesky_factor, positive_root
from descend.curvature.hessian import LARGEST_MATRIX, penalty_curvature
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import LBFGS_INTERVALS, is_wide, row_curvatures
from descend.data.rows import Rows
from descend.losses import is_quadratic
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array
from descend.support.products import column_products

LARGEST_COPY = 2**26
"""Elements of the largest `X` that is copied in double precision."""

FAST_ROWS = 256
"""Rows up to which a factor takes no longer than a few steps do."""

LEAST_COLUMNS, LEAST_RATIO = 512, 4
"""Columns, and columns a row, from which on a factor of the rows beats a matrix of the columns."""

LEAST_PENALTY = 1e-12
"""The share of all curvature that a penalty counts for at least: beyond, digits would cancel."""


class _Rows(NamedTuple):
    """All rows, and what the curvatures at different points share.

    `X` `(n, features)` is in double precision, `feature_scale` one over the root of the penalty's
    curvature, and `products` `(n, n)` of the rows in this scale, centred if there is an intercept.
    """

    block: Rows
    X: Array
    feature_scale: Array
    products: Array


@dataclass
class LowRankRows:
    """Preconditions by the Hessian of the penalty and, along each of few rows, of the loss.

    The products of the rows are made once, at the first point, and refused if they overflow.
    Outputs of equal curvature share a factor; those of a normalised loss are taken one by one, all
    by their mean curvature, which is not the whole Hessian.
    """

    risk: EmpiricalRisk
    _rows: _Rows | None = field(default=None, init=False)

    @property
    def newton_like(self) -> bool:
        return not self.risk.loss.normalised

    @property
    def intervals(self) -> tuple[int, int]:
        # with the products at hand, rebuilding takes little longer than a step
        return (2, 4) if self.newton_like else LBFGS_INTERVALS

    def preconditioned(self, w: Array) -> PreconditionedObjective:
        rows = self._rows = self._rows or _products(self.risk, w)
        model = self.risk.model
        curvatures = np.maximum(row_curvatures(self.risk, w, rows.block), 0).astype(np.float64)
        equal = bool((curvatures == curvatures[:, :1]).all())
        found = [_factor(rows, c, model.intercept) for c in curvatures.T[: 1 if equal else None]]
        factors, intercept_scales = zip(*(found * (model.n_outputs if equal else 1)), strict=True)
        scale = np.empty((model.n_outputs, model.width))
        scale[:, : model.n_features] = 1 / rows.feature_scale
        scale[:, model.n_features :] = np.array(intercept_scales)[:, None]
        return PreconditionedObjective(self.risk, scale, factors)


def is_low_rank(risk: EmpiricalRisk) -> bool:
    """Say whether rows are so few, and dense, that a factor of their products is worth its time.

    Without a penalty a loss may fall towards zero far away, where no row has curvature: only
    squared error does not.
    """
    n, features = risk.blocks.n_rows, risk.model.n_features
    if n > LARGEST_MATRIX or n * features > LARGEST_COPY or risk.blocks.sparse:
        return False
    if not (is_quadratic(risk.loss) or risk.penalty.curvature(np.ones(1))[0] > 0):
        return False
    many_columns = features >= max(LEAST_COLUMNS, LEAST_RATIO * n)
    return is_wide(risk) or (many_columns and not is_costly(risk))


def is_costly(risk: EmpiricalRisk) -> bool:
    """Say whether factors take so long, or so many are needed, that other steps may end before."""
    many = risk.blocks.n_rows > FAST_ROWS and not is_quadratic(risk.loss)
    return many or risk.loss.normalised


def _products(risk: EmpiricalRisk, w: Array) -> _Rows:
    """Return the rows of a risk and their products, in units of the penalty's curvature at `w`."""
    model = risk.model
    block = risk.blocks.sample(risk.blocks.n_rows, np.random.default_rng(0))
    X = np.asarray(block.X, dtype=np.float64)
    with np.errstate(all="ignore"):
        centred = X - X.mean(axis=0) if model.intercept else X
        curvatures = np.maximum(row_curvatures(risk, w, block), 0).sum(axis=1) / len(X)
        least = LEAST_PENALTY * float(curvatures @ np.einsum("ij,ij->i", centred, centred))
        ridge = model.by_output(penalty_curvature(risk, w))[0, : model.n_features]
        feature_scale = 1 / positive_root(np.maximum(ridge, least))
        scaled = centred * feature_scale
        products = column_products(scaled.T, scaled.T, symmetric=True)
    _refuse_overflow(X, products)
    _refuse_overflow(X, least)
    return _Rows(block, X, feature_scale, products)


def _factor(rows: _Rows, c: Array, intercept: bool) -> tuple[WoodburyFactor, float]:
    """Return the factor for the rows' curvatures `c`, and the root of the intercept's own."""
    n = len(c)
    row_scale = np.sqrt(c / n)
    intercept_scale = float(positive_root(c.mean()))
    mean_weights, coupling = np.zeros(n), None
    products = rows.products
    if intercept:
        mean_weights = c / c.sum() if c.any() else np.full(n, 1 / n)
        coupling = intercept_scale * (mean_weights @ rows.X) * rows.feature_scale
        along = products @ mean_weights
        # the products without the mean by these curvatures
        products = products - along - along[:, None] + along @ mean_weights
    correlation = np.eye(n) + row_scale * products * row_scale[:, None]
    _refuse_overflow(rows.X, correlation)
    C = cholesky_factor(correlation)
    factor = WoodburyFactor(
        rows.X, rows.feature_scale, row_scale, mean_weights, C, np.eye(n) + C, coupling
    )
    return factor, intercept_scale


def _refuse_overflow(X: Array, products: Array | float) -> None:
    if not np.isfinite(products).all():
        raise ValueError(
            f"the squares of the rows of X overflow in {X.dtype}: X reaches "
            f"{np.abs(X).max():.3g}; give its columns in larger units"
        )
