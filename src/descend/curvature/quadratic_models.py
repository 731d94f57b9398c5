"""The subproblems of proximal Newton's method: a quadratic model of the loss, plus the penalty.

Sweeps of coordinate descent, which find the support, alternate with Newton steps on it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, solve
from scipy.sparse import csc_array

from descend.curvature.factors import positive_root
from descend.curvature.hessian import LARGEST_MATRIX, penalty_curvature
from descend.data.rows import Rows
from descend.kernels import coordinate_descent as kernels
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import tells_kink
from descend.protocols import Array, Penalty, verbs

SWEEPS, ROUNDS = 30, 100
"""Sweeps over the coordinates before each Newton step on the support, and how often both."""

FLOOR = 1e-12
"""The least curvature of a coordinate, as a share of that before its mean is subtracted."""


SQUARED_AT_ONCE = 2**16
"""Stored numbers whose squares are held at a time."""


class Precision(NamedTuple):
    """When a subproblem counts as solved: no coordinate's move decreases it by more than this.

    That is a `share` of the largest such decrease at first, or `enough`, if that is more.
    """

    share: float
    enough: float

    def least(self, penalty: Penalty, w: Array, g: Array, h: Array) -> float:
        """Return twice that decrease, from the gradient and the diagonal of the curvature."""
        moved = verbs.prox(penalty, w - g / h, 1 / h) - w
        return max(self.share * float(np.max(h * moved * moved, initial=0.0)), self.enough)


class DenseModel(NamedTuple):
    """A model whose curvature is a block-diagonal matrix.

    `H` `(groups, m, m)` is the loss's Hessian, `ridge` `(groups, m)` the diagonal of the penalty's,
    and `penalised` `(groups, m)` whether the penalty acts on a coordinate. Those on which it does
    not, the intercepts, are eliminated first, which centres the features, and set to the best for
    the others afterwards.
    """

    H: Array
    ridge: Array
    penalised: Any
    penalty: Penalty

    def minimum(
        self, w: Array, g: Array, damping: float, precision: Precision
    ) -> tuple[Array, float]:
        """Return the subproblem's minimum, and the loss's `d @ H @ d` along the step to it."""
        shape = self.ridge.shape
        ends = w.reshape(shape).astype(np.float64)
        gradients = g.reshape(shape).astype(np.float64)
        curvature = 0.0
        for loss_H, ridge, own_g, end, on in zip(
            self.H, self.ridge, gradients, ends, self.penalised, strict=True
        ):
            H = loss_H + np.diag(ridge)
            start, free = end.copy(), ~on
            # the intercepts' best change for one of the others: d[free] = -shift - follow @ d[on]
            inverse = np.linalg.pinv(H[np.ix_(free, free)], hermitian=True)
            follow, shift = inverse @ H[np.ix_(free, on)], inverse @ own_g[free] / damping
            centred = H[np.ix_(on, on)] - H[np.ix_(on, free)] @ follow
            diagonal = np.einsum("ii->i", centred)
            own = np.diag(H)[on]
            # what centring leaves of a curvature is rounding below a share of its own, whatever
            # the others' units; a column of zeros has none
            np.maximum(diagonal, np.where(own > 0, FLOOR * own, 1.0), out=diagonal)
            inner = end[on]
            self._solve(centred, own_g[on] - follow.T @ own_g[free], inner, damping, precision)
            end[on] = inner
            end[free] -= shift + follow @ (inner - start[on])
            curvature += float((end - start) @ loss_H @ (end - start))
        return ends.reshape(w.shape).astype(w.dtype), curvature

    def _solve(self, H: Array, g: Array, w: Array, damping: float, precision: Precision) -> None:
        """Move `w` to the minimum, all of its coordinates penalised."""
        sweep = kernels.sweep_matrix.compiled_for(self.penalty)
        least = precision.least(self.penalty, w, g, damping * np.einsum("ii->i", H))
        for _ in range(ROUNDS):
            if sweep(H, g, w, damping, self.penalty, least, SWEEPS):
                return
            support = support_of(self.penalty, w)
            if support is not None:
                own = damping * H[np.ix_(support, support)]
                step = newton_step(self.penalty, w[support], g[support], own)
                w[support] += step
                g += damping * H[:, support] @ step


class ColumnModel(NamedTuple):
    """A model of curvature `X.T @ diag(c) @ X` for each output, of which no matrix is made.

    `features` is `X` as CSC array, `curvatures` `(n, outputs)` the loss's at each row over the
    number of rows, and `ridge` `(outputs, features)` the diagonal of the penalty's Hessian.
    """

    features: Any
    curvatures: Array
    ridge: Array
    intercept: bool
    penalty: Penalty

    def minimum(
        self, w: Array, g: Array, damping: float, precision: Precision
    ) -> tuple[Array, float]:
        """Return the subproblem's minimum, and the loss's `d @ H @ d` along the step to it."""
        outputs = len(self.ridge)
        ends = w.reshape(outputs, -1).astype(np.float64)
        gradients = g.reshape(outputs, -1).astype(np.float64)
        curvature = 0.0
        for c, ridge, own_g, end in zip(
            self.curvatures.T, self.ridge, gradients, ends, strict=True
        ):
            root = np.sqrt(np.maximum(c, 0)).astype(np.float64)
            scale = 1.0
            if root[:1].all() and (root == root[:1]).all():
                # one number a row: the columns serve as they are, and the damping has its square
                scale = float(root[0]) ** 2
                root = np.ones_like(root)
            ridge = ridge / scale
            z = self._solve(root, ridge, own_g, end, damping * scale, precision)
            curvature += scale * float(z @ z)
        return ends.reshape(w.shape).astype(w.dtype), curvature

    def _solve(
        self, root: Array, ridge: Array, g: Array, w: Array, damping: float, precision: Precision
    ) -> Array:
        """Move one output's `w` by a step `d` to the minimum; return `diag(root) @ X @ d`."""
        sweep = kernels.sweep_columns.compiled_for(self.penalty)
        X, size = self.features, len(ridge)
        data = _scaled_data(X, root)
        h = _sums_of_squares(data, X.indptr) + ridge
        h = np.where(h > 0, h, 1.0)
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
                # the intercept's best change for one of the others, projected out of their columns
                free_h = max(float(free_column @ free_column), FLOOR)
                free_g = float(free_column @ z) + float(np.sum(g[size:])) / damping
                H = (A.T @ A).toarray() + np.diag(own_ridge) - np.outer(along, along) / free_h
                slope = A.T @ z + own_ridge * (w - start)[support] - along * free_g / free_h
                slope = g[support] + damping * slope
                step = newton_step(self.penalty, w[support], slope, damping * H)
                w[support] += step
                z += A @ step
        return z


def _scaled_data(X: Any, root: Array) -> Array:
    """Return the numbers of `diag(root) @ X`, a CSC array: its own, where they are the same."""
    if X.data.dtype == root.dtype and (root == 1).all():
        own: Array = X.data
        return own
    data: Array = root[X.indices]
    data *= X.data
    return data


def _sums_of_squares(data: Array, indptr: Array) -> Array:
    """Return the sum of squares of each column, a few columns at a time."""
    sums = np.zeros(len(indptr) - 1)
    parts = max(1, len(data) // SQUARED_AT_ONCE)
    edges = np.searchsorted(indptr, np.linspace(0, len(data), parts + 1)[1:-1])
    for first, after in pairwise([0, *edges.tolist(), len(sums)]):
        squares = data[indptr[first] : indptr[after]] ** 2
        # reduceat gives an element for an empty column
        filled = first + np.flatnonzero(np.diff(indptr[first : after + 1]))
        if len(filled):
            sums[filled] = np.add.reduceat(squares, indptr[filled] - indptr[first])
    return sums


def column_model(risk: EmpiricalRisk, w: Array, everything: Rows, features: Any) -> ColumnModel:
    """Return the model of the risk at `w` from all rows, `features` being their `X` as CSC array.

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
    curvatures = curvatures / everything.n_rows
    ridge = model.by_output(penalty_curvature(risk, w))[:, : model.n_features].astype(np.float64)
    return ColumnModel(features, curvatures, ridge, model.intercept, risk.penalty)


def support_of(penalty: Penalty, w: Array) -> Any:
    """Return the coordinates neither at the kink nor at a bound; None if unknown or too many."""
    if not tells_kink(penalty):
        return None
    inside = (verbs.prox(penalty, np.nextafter(w, np.inf), 0.0) != w) & (
        verbs.prox(penalty, np.nextafter(w, -np.inf), 0.0) != w
    )
    support = np.flatnonzero(inside & ((w != 0) | (verbs.kink(penalty) == 0)))
    return support if 0 < len(support) <= LARGEST_MATRIX else None


def newton_step(penalty: Penalty, w: Array, g: Array, H: Array) -> Array:
    """Return the Newton step on a support, shortened to where its first coordinate leaves it.

    On its side of the kink and between its bounds the penalty is linear, so the minimum there is
    the solution of linear equations.
    """
    kink = verbs.kink(penalty)
    # by the roots of the curvatures, so that units do not make the matrix look singular
    root = positive_root(np.diag(H))
    damped = H / np.outer(root, root) + FLOOR * np.eye(len(H))
    slope = (g + kink * np.sign(w)) / root
    try:
        full = -solve(damped, slope, assume_a="pos", check_finite=False) / root
    except LinAlgError:
        return np.zeros_like(w)
    reached = verbs.prox(penalty, w + full, 0.0)
    if np.any(kink):
        reached = np.where(np.sign(reached) == np.sign(w), reached, 0.0)
    with np.errstate(all="ignore"):
        shares = np.where(reached == w + full, 1.0, (reached - w) / full)
    share = float(np.min(shares, initial=1.0))
    return np.where(shares <= share, reached - w, share * full)
