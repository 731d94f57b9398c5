"""Features so nearly dependent that the Hessian loses their difference in rounding."""

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

from descend.curvature.factors import CholeskyFactor
from descend.curvature.hessian import penalty_curvature, with_ones
from descend.curvature.preconditioning import PreconditionedObjective
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array

SMALL_PIVOT = 1e-8
"""The curvature of a scaled feature, given those before it, below which the rows are examined."""

ROUNDING_SHARE = 2e-13
"""The share of the features' curvature along a direction below which it is rounding."""

EXACT = 1e4
"""Multiples of the machine epsilon up to which a sum of columns counts as zero."""

ENOUGH_ROWS = 5_000
"""Rows by which it is judged whether columns cancel."""

MOST_NAMED = 5
"""The most features that are named."""


def unresolved_features(coordinates: PreconditionedObjective, w: Array) -> str | None:
    """Return a message that names features which the Hessian cannot distinguish, if there are any.

    Along the Hessian's flattest direction `v` columns of the data cancel. If they cancel to the
    last digit they are the same information twice: all of the solutions predict alike. If the
    penalty has more curvature along `v` than the loss, it decides. Else the data decides, but by
    digits that a Hessian, which squares them, cannot hold: coefficients along `v` mean nothing.
    Only coordinates with a Cholesky factor of all parameters are examined, at `w`, the end of a
    descent.
    """
    if not coordinates.factors or coordinates.factored is not None:
        return None
    ridge = penalty_curvature(coordinates.risk, w).reshape(coordinates.scale.shape)
    groups = zip(coordinates.factors, coordinates.scale, ridge, strict=True)
    for factor, scale, own_ridge in groups:
        if isinstance(factor, CholeskyFactor) and np.diag(factor.L).min() ** 2 < SMALL_PIVOT:
            v = flattest(factor.L) / scale
            message = _examined(coordinates.risk, w, v, float(own_ridge @ v**2))
            if message is not None:
                return message
    return None


def _examined(risk: EmpiricalRisk, w: Array, v: Array, of_penalty: float) -> str | None:
    """Return the message if rounding decides along the direction `v` of a group's parameters."""
    model = risk.model
    block = risk.blocks.sample(ENOUGH_ROWS, np.random.default_rng(0))
    rows = with_ones(block.densified().X, model.intercept)
    directions = v.reshape(-1, model.width)
    if risk.loss.normalised:  # scores that shift together change nothing
        directions = directions - directions.mean(axis=0)
    sizes = np.sqrt(np.mean(rows**2, axis=0))
    shares = (np.abs(directions) * sizes).max(axis=0)
    largest = float(shares.max())
    z = rows @ directions.T
    change = float(np.sqrt(np.mean(z * z)))
    exact = EXACT * float(np.finfo(rows.dtype).eps) * largest
    if not exact < change < np.sqrt(ROUNDING_SHARE) * largest:
        return None
    of_loss = float(risk.curvatures(w, block).mean() * np.mean(np.sum(z * z, axis=1)))
    if of_penalty >= of_loss:
        return None
    number = condition(rows / np.where(sizes > 0, sizes, 1))
    return _message(shares[: model.n_features], number, risk.names)


def flattest(L: Array) -> Array:
    """Return the direction of the least curvature of `L @ L.T`, by inverse iteration."""
    v: Array = np.random.default_rng(0).standard_normal(len(L))
    for _ in range(4):
        v = solve_triangular(L, v, lower=True)
        v = solve_triangular(L, v, lower=True, trans=1)
        v /= np.linalg.norm(v)
    return v


def condition(rows: Array) -> float:
    """Return the condition number of `rows.T @ rows`, without eigenvalues that are rounding."""
    values = np.linalg.svd(rows, compute_uv=False)
    rounding = float(np.finfo(rows.dtype).eps) * max(rows.shape)
    ratio: float = values[0] / values[values > rounding * values[0]][-1]
    return ratio**2


def _message(
    shares: npt.NDArray[np.floating], number: float, features: tuple[str, ...] | None
) -> str:
    """Name the features, given their shares in the sum of columns that cancels."""
    order = np.argsort(-shares, kind="stable")
    strong = order[shares[order] >= 0.1 * shares[order[0]]]
    named = sorted(strong[:MOST_NAMED])
    names = ", ".join(repr(features[j]) if features else str(j) for j in named)
    counted = "" if features else " (counted from 0)"
    more = " and others" if len(strong) > MOST_NAMED else ""
    return (
        f"features {names}{more}{counted} are nearly linearly dependent: the Hessian's "
        f"condition number is about {number:.0e}, beyond what double precision resolves, so "
        "that their coefficients are not to be trusted; give a penalty, drop features, or "
        "recombine them (centred, or as orthogonal polynomials)"
    )
