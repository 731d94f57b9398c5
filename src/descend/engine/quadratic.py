"""Quadratic models of a risk, and where they are smallest under its penalty."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from descend.kernels import coordinates as kernels
from descend.kernels.cache import is_ours
from descend.objectives.risk import EmpiricalRisk
from descend.typing import Array, Block, Penalty

LARGEST_MATRIX = 2_048
"""Parameters up to which the curvature is a matrix; beyond, columns of the data stand for it."""

SWEEPS = 2_000
"""The most sweeps over the coordinates in one step."""

FLOOR = 1e-12
"""The least curvature of a coordinate, as a share of the largest."""


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

    def smallest(self, w: Array, g: Array, damping: float, tolerance: float) -> tuple[Array, float]:
        """Return where the damped model is smallest, and the loss's `d @ H @ d` to there."""
        sweep = kernels.cached_sweep_matrix if is_ours(self.penalty) else kernels.fresh_sweep_matrix
        groups, size = self.H.shape[:2]
        ends = w.reshape(groups, size).astype(np.float64)
        bend = 0.0
        slopes = g.reshape(groups, size).astype(np.float64)
        for loss_H, ridge, slope, end, on in zip(
            self.H, self.ridge, slopes, ends, self.penalised, strict=True
        ):
            H = loss_H + np.diag(ridge)
            start = end.copy()
            free = ~on
            # the intercepts' answer to a move of the others: d[free] = -shift - follow @ d[on]
            inverse = np.linalg.pinv(H[np.ix_(free, free)], hermitian=True)
            follow, shift = inverse @ H[np.ix_(free, on)], inverse @ slope[free] / damping
            centred = H[np.ix_(on, on)] - H[np.ix_(on, free)] @ follow
            diagonal = np.einsum("ii->i", centred)
            np.maximum(diagonal, FLOOR * max(diagonal.max(initial=0), FLOOR), out=diagonal)
            rest = slope[on] - follow.T @ slope[free]
            inner = end[on]
            sweep(centred, rest, inner, damping, self.penalty, tolerance, SWEEPS)
            end[on] = inner
            end[free] -= shift + follow @ (inner - start[on])
            bend += float((end - start) @ loss_H @ (end - start))
        return ends.reshape(w.shape).astype(w.dtype), bend


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

    def smallest(self, w: Array, g: Array, damping: float, tolerance: float) -> tuple[Array, float]:
        """Return where the damped model is smallest, and the loss's `d @ H @ d` to there."""
        sweep = (
            kernels.cached_sweep_columns if is_ours(self.penalty) else kernels.fresh_sweep_columns
        )
        X = self.features
        outputs, size = self.ridge.shape
        ends = w.reshape(outputs, -1).astype(np.float64)
        bend = 0.0
        for c, ridge, slope, end in zip(
            self.curvatures.T, self.ridge, g.reshape(outputs, -1).astype(float), ends, strict=True
        ):
            root = np.sqrt(np.maximum(c, 0)).astype(np.float64)
            data = X.data * root[X.indices]
            h = np.add.reduceat(np.append(data * data, 0.0), X.indptr[:-1])
            h = np.where(np.diff(X.indptr) > 0, h, 0) + ridge
            h = np.maximum(h, FLOOR * max(h.max(initial=0), FLOOR))
            free = root if self.intercept else np.zeros_like(root)
            z = np.zeros(len(root))
            moved = sweep(
                data, X.indices, X.indptr, h, ridge, slope[:size], end[:size], z, free,
                slope[-1] if self.intercept else 0.0, damping, self.penalty, tolerance, SWEEPS,
            )  # fmt: skip
            if self.intercept:
                end[-1] += moved
            bend += float(z @ z)
        return ends.reshape(w.shape).astype(w.dtype), bend


def matrix_fits(risk: EmpiricalRisk) -> bool:
    """Say whether a matrix of the parameters that bend together is small enough."""
    groups = 1 if risk.loss.normalised else risk.model.n_outputs
    return risk.model.n_parameters // groups <= LARGEST_MATRIX


def columns_of(risk: EmpiricalRisk, w: Array, everything: Block, features: Any) -> Columns:
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
