"""Curvature of few dense rows in many columns: products of the rows do in place of a matrix."""

from typing import NamedTuple

import numpy as np

from descend.curvature.factors import Span
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.subsampling import (
    each_output,
    factor_of,
    is_sparse,
    is_wide,
    positive_root,
    ridge_of,
)
from descend.data.rows import Rows
from descend.losses import SquaredError
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array

MOST_ROWS, LARGEST_COPY = 2_048, 2**26
"""Rows up to which a factor of all is worth its time, and elements of a copy of them."""

CHEAP_ROWS = 256
"""Rows up to which a factor takes no longer than a few steps do."""

LEAST_COLUMNS, LEAST_RATIO = 512, 4
"""Columns, and columns a row, from which on a factor of the rows beats a matrix of the columns."""

FLOOR = 1e-12
"""The share of all curvature that a penalty counts for at least: beyond, digits would cancel."""


class FewRows(NamedTuple):
    """What curvatures of the same rows at different points share.

    Parameters
    ----------
    block
        All rows.
    X
        `(n, features)`, in double precision.
    units
        `(features,)`: one over the root of the penalty's curvature.
    products
        `(n, n)`: of the rows in these units, centred if there is an intercept.
    """

    block: Rows
    X: Array
    units: Array
    products: Array


def is_spanned(risk: EmpiricalRisk) -> bool:
    """Say whether so few dense rows bend so many parameters that a factor of the rows does.

    Without a penalty a loss may fall towards zero far away, where no row bends: for squared error
    alone that is no matter.
    """
    n, features = risk.blocks.n_rows, risk.model.n_features
    if n > MOST_ROWS or n * features > LARGEST_COPY or is_sparse(risk):
        return False
    if not (isinstance(risk.loss, SquaredError) or risk.penalty.curvature(np.ones(1))[0] > 0):
        return False
    return is_wide(risk) or (not is_dear(risk) and features >= max(LEAST_COLUMNS, LEAST_RATIO * n))


def is_dear(risk: EmpiricalRisk) -> bool:
    """Say whether factors take so long, or so many are needed, that other ways may end before."""
    many = risk.blocks.n_rows > CHEAP_ROWS and not isinstance(risk.loss, SquaredError)
    return many or risk.loss.normalised


def few_rows(risk: EmpiricalRisk, w: Array) -> FewRows:
    """Return the rows of a risk and their products, in units of the penalty's curvature at `w`.

    Raises
    ------
    ValueError
        If the products overflow.
    """
    model = risk.model
    block = risk.blocks.sample(risk.blocks.n_rows, np.random.default_rng(0))
    X = np.asarray(block.X, dtype=np.float64)
    with np.errstate(all="ignore"):
        centred = X - X.mean(axis=0) if model.intercept else X
        bends = np.maximum(each_output(risk, w, block), 0).sum(axis=1) / len(X)
        least = FLOOR * float(bends @ np.einsum("ij,ij->i", centred, centred))
        ridge = model.by_output(ridge_of(risk, w))[0, : model.n_features]
        units = 1 / positive_root(np.maximum(ridge, least))
        scaled = centred * units
        products = scaled @ scaled.T
    _refuse_overflow(X, products)
    _refuse_overflow(X, least)
    return FewRows(block, X, units, products)


def _refuse_overflow(X: Array, products: Array | float) -> None:
    """Raise what says so where products of rows are not finite."""
    if not np.isfinite(products).all():
        raise ValueError(
            f"the squares of the rows of X overflow in {X.dtype}: X reaches "
            f"{np.abs(X).max():.3g}; give its columns in larger units"
        )


def sketch_spanned(risk: EmpiricalRisk, w: Array, rows: FewRows) -> PreconditionedObjective:
    """Return coordinates from the curvature of all rows, where they are few, at `w`.

    The Hessian is that of the penalty and, along each row, that of the loss. Outputs that bend
    alike share a root. Those of a normalised loss bend together, which is more than the rows tell:
    they are taken one by one, all by their mean curvature.

    Raises
    ------
    ValueError
        If the products of the rows overflow.
    """
    curvatures = np.maximum(each_output(risk, w, rows.block), 0).astype(np.float64)
    alike = bool((curvatures == curvatures[:, :1]).all())
    roots = [_root_of(rows, c, risk.model.intercept) for c in curvatures.T[: 1 if alike else None]]
    spans, bends = zip(*(roots * (risk.model.n_outputs if alike else 1)), strict=True)
    scale = np.empty((len(spans), risk.model.width))
    scale[:, : risk.model.n_features] = 1 / rows.units
    scale[:, risk.model.n_features :] = np.array(bends)[:, None]
    return PreconditionedObjective(risk, scale, None, spans=spans)


def _root_of(rows: FewRows, c: Array, intercept: bool) -> tuple[Span, float]:
    """Return the root for the rows' curvatures `c`, and that of the intercept's own curvature."""
    n = len(c)
    sizes = np.sqrt(c / n)
    bend = float(positive_root(c.mean()))
    mass, shares = np.zeros(n), None
    products = rows.products
    if intercept:
        mass = c / c.sum() if c.any() else np.full(n, 1 / n)
        shares = bend * (mass @ rows.X) * rows.units
        along = products @ mass
        # the products without the mean by these curvatures
        products = products - along - along[:, None] + along @ mass
    bent = np.eye(n) + sizes * products * sizes[:, None]
    _refuse_overflow(rows.X, bent)
    factor = factor_of(bent)
    span = Span(rows.X, rows.units, sizes, mass, factor, np.eye(n) + factor, shares)
    return span, bend
