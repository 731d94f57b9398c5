"""Features so nearly dependent that what tells them apart is lost in rounding."""

import numpy as np
import numpy.typing as npt
from scipy.linalg import solve_triangular

from descend.curvature.hessian import with_ones
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array

FLAT = 1e-8
"""The curvature of a scaled feature beside the features before it from which on one looks."""

LOST = 2e-13
"""The share of the features' curvature that is left of it where they cancel, and is rounding."""

DEPENDENT = 1e4
"""Roundings of a number in which a sum of columns that cancel is zero: they depend exactly."""

ENOUGH_ROWS = 5_000
"""Rows in which it is seen whether columns cancel."""

SHOWN = 5
"""The most features that are named."""


def lost_features(risk: EmpiricalRisk, w: Array, scale: Array, root: Array) -> str | None:
    """Say which features the risk tells apart by less than its Hessian's rounding, if any.

    The curvature is `diag(scale) @ root @ root.T @ diag(scale)`, of each group of parameters. Its
    flattest direction `v` is where columns of the data cancel. If they cancel to the last digit
    they are the same information twice: any of the answers predicts alike. If a penalty bends more
    along `v` than the loss, it decides. Else the data decides, but by digits that a Hessian, which
    squares them, cannot hold: coefficients along `v` mean nothing.

    Parameters
    ----------
    risk, w
        The objective, and where it was descended to.
    scale, root
        See `descend.curvature.preconditioning.PreconditionedObjective`.
    """
    model = risk.model
    pivots = np.einsum("gii->gi", root) ** 2
    for group in np.flatnonzero(pivots.min(axis=1) < FLAT):
        block = risk.blocks.sample(ENOUGH_ROWS, np.random.default_rng(0))
        dense = block.X if isinstance(block.X, np.ndarray) else block.X.toarray()
        rows = with_ones(dense, model.intercept)
        way = flattest(root[group]) / scale[group]
        ways = way.reshape(-1, model.width)
        if risk.loss.normalised:  # scores that shift together change nothing
            ways = ways - ways.mean(axis=0)
        sizes = np.sqrt(np.mean(rows**2, axis=0))
        shares = (np.abs(ways) * sizes).max(axis=0)
        largest = float(shares.max())
        z = rows @ ways.T
        left = float(np.sqrt(np.mean(z * z)))
        exact = DEPENDENT * float(np.finfo(rows.dtype).eps) * largest
        if not exact < left < np.sqrt(LOST) * largest:
            continue
        bend = float(risk.curvatures(w, block).mean() * np.mean(np.sum(z * z, axis=1)))
        ridge = (risk.penalty.curvature(w) * model.penalised(np.ones_like(w))).reshape(scale.shape)
        if float(ridge[group] @ way**2) < bend:
            return _told(
                shares[: model.n_features],
                condition(rows / np.where(sizes > 0, sizes, 1)),
                risk.names,
            )
    return None


def flattest(root: Array) -> Array:
    """Return the direction in which `root @ root.T` bends least, by inverse iteration."""
    v: Array = np.random.default_rng(0).standard_normal(len(root))
    for _ in range(4):
        v = solve_triangular(root, v, lower=True)
        v = solve_triangular(root, v, lower=True, trans=1)
        v /= np.linalg.norm(v)
    return v


def condition(rows: Array) -> float:
    """Return the condition number of `rows.T @ rows`, without what is zero but for rounding."""
    values = np.linalg.svd(rows, compute_uv=False)
    rounding = float(np.finfo(rows.dtype).eps) * max(rows.shape)
    ratio: float = values[0] / values[values > rounding * values[0]][-1]
    return ratio**2


def _told(share: npt.NDArray[np.floating], number: float, features: tuple[str, ...] | None) -> str:
    """Say so, given how much each feature has a share in the sum that cancels."""
    order = np.argsort(-share, kind="stable")
    strong = order[share[order] >= 0.1 * share[order[0]]]
    names = ", ".join(repr(features[j]) if features else str(j) for j in sorted(strong[:SHOWN]))
    counted = "" if features else " (counted from 0)"
    more = " and others" if len(strong) > SHOWN else ""
    return (
        f"features {names}{more}{counted} are nearly linearly dependent: the Hessian's "
        f"condition number is about {number:.0e}, beyond what double precision resolves, so "
        "that their coefficients are not to be trusted; give a penalty, drop features, or "
        "recombine them (centred, or as orthogonal polynomials)"
    )
