"""Quadratic models of a risk, and where they are smallest under its penalty."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, solve
from scipy.sparse import csc_array

from descend.data.rows import Rows
from descend.kernels import coordinate_descent as kernels
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Kinked, Penalty, verbs

LARGEST_MATRIX = 2_048
"""Parameters up to which the curvature is a matrix; beyond, columns of the data stand for it."""

SWEEPS, ROUNDS = 30, 100
"""Sweeps over the coordinates between two Newton steps on the support, and how often both."""

LARGEST_SUPPORT = 2_048
"""Coordinates up to which a Newton step on the support is taken."""

FLOOR = 1e-12
"""The least curvature of a coordinate, as a share of the largest."""


class Precision(NamedTuple):
    """How well a model is solved: until no coordinate makes it smaller by more than this.

    Attributes
    ----------
    share
        A share of the most that one coordinate could at first.
    enough
        Or a number, if that is more.
    """

    share: float
    enough: float

    def least(self, penalty: Penalty, w: Array, g: Array, h: Array) -> float:
        """Return twice the decrease that ends it, from the gradient and the curvatures at `w`."""
        moved = verbs.prox(penalty, w - g / h, 1 / h) - w
        return max(self.share * float(np.max(h * moved * moved, initial=0.0)), self.enough)


class Matrix(NamedTuple):
    """A model whose curvature is a matrix for each group of parameters that bend together.

    The coordinates that are not penalised, the intercepts, follow the others: they are taken out of
    the curvature first, which centres the features, and then set to the best for the others.

    Attributes
    ----------
    H
        `(groups, m, m)`: the curvature of the loss.
    ridge
        `(groups, m)`: the penalty's own curvature.
    penalised
        `(groups, m)`: whether the penalty acts on a coordinate.
    penalty
        Element by element.
    """

    H: Array
    ridge: Array
    penalised: Any
    penalty: Penalty

    def smallest(
        self, w: Array, g: Array, damping: float, precision: Precision
    ) -> tuple[Array, float]:
        """Return where the damped model is smallest, and the loss's `d @ H @ d` to there."""
        groups, size = self.H.shape[:2]
        ends = w.reshape(groups, size).astype(np.float64)
        slopes = g.reshape(groups, size).astype(np.float64)
        bend = 0.0
        for loss_H, ridge, slope, end, on in zip(
            self.H, self.ridge, slopes, ends, self.penalised, strict=True
        ):
            H = loss_H + np.diag(ridge)
            start, free = end.copy(), ~on
            # the intercepts' answer to a move of the others: d[free] = -shift - follow @ d[on]
            inverse = np.linalg.pinv(H[np.ix_(free, free)], hermitian=True)
            follow, shift = inverse @ H[np.ix_(free, on)], inverse @ slope[free] / damping
            centred = H[np.ix_(on, on)] - H[np.ix_(on, free)] @ follow
            diagonal = np.einsum("ii->i", centred)
            np.maximum(diagonal, FLOOR * max(diagonal.max(initial=0), FLOOR), out=diagonal)
            inner = end[on]
            self._solve(centred, slope[on] - follow.T @ slope[free], inner, damping, precision)
            end[on] = inner
            end[free] -= shift + follow @ (inner - start[on])
            bend += float((end - start) @ loss_H @ (end - start))
        return ends.reshape(w.shape).astype(w.dtype), bend

    def _solve(self, H: Array, g: Array, w: Array, damping: float, precision: Precision) -> None:
        """Move `w` to where the model is smallest, all of its coordinates penalised."""
        sweep = kernels.sweep_matrix.compiled_for(self.penalty)
        least = precision.least(self.penalty, w, g, damping * np.einsum("ii->i", H))
        for _ in range(ROUNDS):
            if sweep(H, g, w, damping, self.penalty, least, SWEEPS):
                return
            support = support_of(self.penalty, w)
            if support is not None:
                own = damping * H[np.ix_(support, support)]
                moved = newton_step(self.penalty, w[support], g[support], own)
                w[support] += moved
                g += damping * H[:, support] @ moved


class Columns(NamedTuple):
    """A model whose curvature is that of rows times their weights, kept as the data's columns.

    Attributes
    ----------
    features
        The columns of `X`, compressed (SciPy's CSC).
    curvatures
        `(n, outputs)`: the loss's curvature at each row over the number of rows.
    ridge
        `(outputs, features)`: the penalty's own curvature.
    intercept
        Whether each output has one, its parameters' last.
    penalty
        Element by element.
    """

    features: Any
    curvatures: Array
    ridge: Array
    intercept: bool
    penalty: Penalty

    def smallest(
        self, w: Array, g: Array, damping: float, precision: Precision
    ) -> tuple[Array, float]:
        """Return where the damped model is smallest, and the loss's `d @ H @ d` to there."""
        outputs = len(self.ridge)
        ends = w.reshape(outputs, -1).astype(np.float64)
        slopes = g.reshape(outputs, -1).astype(np.float64)
        bend = 0.0
        for c, ridge, slope, end in zip(self.curvatures.T, self.ridge, slopes, ends, strict=True):
            root = np.sqrt(np.maximum(c, 0)).astype(np.float64)
            z = self._solve(root, ridge, slope, end, damping, precision)
            bend += float(z @ z)
        return ends.reshape(w.shape).astype(w.dtype), bend

    def _solve(
        self, root: Array, ridge: Array, g: Array, w: Array, damping: float, precision: Precision
    ) -> Array:
        """Move `w` of one output to where its model is smallest; return `A @ d`, the way there."""
        sweep = kernels.sweep_columns.compiled_for(self.penalty)
        X, size = self.features, len(ridge)
        data = X.data * root[X.indices]
        # the sums of squares of the columns; reduceat gives an element for an empty one
        h = np.add.reduceat(np.append(data * data, 0.0), X.indptr[:-1])
        h = np.where(np.diff(X.indptr) > 0, h, 0.0) + ridge
        h = np.maximum(h, FLOOR * max(h.max(initial=0), FLOOR))
        free = root if self.intercept else root[:0]
        free_column = root if self.intercept else np.zeros_like(root)
        start, z = w.copy(), np.zeros(len(root))
        least = precision.least(self.penalty, w[:size], g[:size], damping * h)
        for _ in range(ROUNDS):
            if sweep(
                data, X.indices, X.indptr, h, ridge, g, w, start, z, free,
                damping, self.penalty, least, SWEEPS,
            ):  # fmt: skip
                break
            support = support_of(self.penalty, w[:size])
            if support is not None:
                A = csc_array((data, X.indices, X.indptr), shape=X.shape)[:, support]
                along, own_ridge = A.T @ free_column, ridge[support]
                # the intercept answers to each move: that takes its column out of the others
                scale = max(float(free_column @ free_column), FLOOR)
                beside = float(free_column @ z) + float(np.sum(g[size:])) / damping
                H = (A.T @ A).toarray() + np.diag(own_ridge) - np.outer(along, along) / scale
                slope = A.T @ z + own_ridge * (w - start)[support] - along * beside / scale
                slope = g[support] + damping * slope
                moved = newton_step(self.penalty, w[support], slope, damping * H)
                w[support] += moved
                z += A @ moved
        return z


def matrix_fits(risk: EmpiricalRisk) -> bool:
    """Say whether a matrix of the parameters that bend together is small enough."""
    groups = 1 if risk.loss.normalised else risk.model.n_outputs
    return risk.model.n_parameters // groups <= LARGEST_MATRIX


def columns_of(risk: EmpiricalRisk, w: Array, everything: Rows, features: Any) -> Columns:
    """Return the model of the risk at `w` from all rows.

    The curvature between the outputs of a normalised loss, `diag(p) - p @ p.T`, is replaced by
    the larger `diag(p)`.
    """
    model = risk.model
    if risk.loss.normalised:
        curvatures = risk.probabilities(w, everything)
        if everything.weight is not None:
            curvatures = curvatures * everything.weight[:, None]
    else:
        curvatures = risk.curvatures(w, everything)
    ridge = model.by_output(risk.penalty.curvature(w))[:, : model.n_features]
    n = everything.X.shape[0]
    return Columns(
        features, curvatures / n, ridge.astype(np.float64), model.intercept, risk.penalty
    )


def support_of(penalty: Penalty, w: Array) -> Any:
    """Return the coordinates that rest neither at the kink nor at a bound; None where unknown."""
    if not isinstance(penalty, Kinked):
        return None
    inside = (verbs.prox(penalty, np.nextafter(w, np.inf), 0.0) != w) & (
        verbs.prox(penalty, np.nextafter(w, -np.inf), 0.0) != w
    )
    support = np.flatnonzero(inside & ((w != 0) | (verbs.kink(penalty) == 0)))
    return support if 0 < len(support) <= LARGEST_SUPPORT else None


def newton_step(penalty: Penalty, w: Array, g: Array, H: Array) -> Array:
    """Return the move to the model's minimum on a support, no further than the first to leave it.

    On its side of the kink and between its bounds the penalty is a straight line, so the minimum
    there is the solution of linear equations.
    """
    kink = verbs.kink(penalty)
    damped = H + FLOOR * np.diag(np.diag(H))
    try:
        whole = -solve(damped, g + kink * np.sign(w), assume_a="pos", check_finite=False)
    except LinAlgError:
        return np.zeros_like(w)
    reached = verbs.prox(penalty, w + whole, 0.0)
    if np.any(kink):
        reached = np.where(np.sign(reached) == np.sign(w), reached, 0.0)
    with np.errstate(all="ignore"):
        shares = np.where(reached == w + whole, 1.0, (reached - w) / whole)
    share = float(np.min(shares, initial=1.0))
    return np.where(shares <= share, reached - w, share * whole)
