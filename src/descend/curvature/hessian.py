"""The Hessian of a risk: of the mean loss on dense rows, and of the penalty."""

from typing import Any

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array
from descend.support.products import column_products

LARGEST_MATRIX = 2_048
"""Rows of the largest matrix that is factored: of more, that takes longer than many passes."""


def groups_of(risk: EmpiricalRisk) -> int:
    """Return the number of blocks of the Hessian: one an output, or one for a normalised loss."""
    return 1 if risk.loss.normalised else risk.model.n_outputs


def group_size(risk: EmpiricalRisk) -> int:
    """Return the number of parameters of each block of the Hessian."""
    return risk.model.n_parameters // groups_of(risk)


def matrix_fits(risk: EmpiricalRisk) -> bool:
    """Say whether each block of the Hessian is small enough to be made and factored."""
    return group_size(risk) <= LARGEST_MATRIX


def penalty_curvature(risk: EmpiricalRisk, w: Array) -> Array:
    """Return the diagonal of the penalty's Hessian at `w`, `(d,)`: zero for intercepts."""
    diagonal: Array = risk.penalty.curvature(w) * risk.model.penalised(np.ones_like(w))
    return diagonal


def hessians(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return the Hessian of the mean loss on dense rows, `(groups, m, m)`; refuse an overflow."""
    with np.errstate(all="ignore"):
        H = (_coupled if risk.loss.normalised else _uncoupled)(risk, w, block)
    refuse_overflow(H, block.X)
    return H


def refuse_overflow(H: Array, X: Any) -> None:
    """Refuse a Hessian that is not finite, of rows `X`."""
    if not np.isfinite(H).all():
        raise ValueError(
            f"the squares of the columns of X overflow in {H.dtype}: X reaches "
            f"{np.abs(X).max():.3g}; give its columns in larger units"
        )


def with_ones(X: Array, intercept: bool) -> Array:
    """Return the rows with a one for the intercept."""
    return np.column_stack([X, np.ones(len(X), dtype=X.dtype)]) if intercept else X


def _uncoupled(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return each output's Hessian, `(outputs, width, width)`."""
    curvatures = risk.curvatures(w, block)
    dtype = np.result_type(block.X, curvatures)
    return gram_matrices(block.X, curvatures, risk.model.intercept, dtype)


def gram_matrices(X: Any, curvatures: Array, intercept: bool, dtype: npt.DTypeLike) -> Array:
    """Return `X.T @ diag(c) @ X / n`, with a one for the intercept, for each column `c`.

    `X` is an `(n, d)` array or CSR matrix, and the curvatures are `(n, outputs)`.
    """
    n, d = X.shape
    H = np.empty((curvatures.shape[1], d + intercept, d + intercept), dtype=dtype)
    for own, c in zip(H, curvatures.T, strict=True):
        own[:d, :d] = _gram(X, c)
        if intercept:
            own[-1, :-1] = own[:-1, -1] = c @ X
            own[-1, -1] = c.sum()
    H /= n
    return H


def _gram(X: Any, c: Array) -> Array:
    """Return `X.T @ diag(c) @ X`; half of it follows from the other."""
    product: Array
    if not isinstance(X, np.ndarray):
        product = (X.T @ X.multiply(c[:, None]).tocsr()).toarray()
        return product
    if c.min(initial=0) < 0:
        return column_products(X * c[:, None], X, symmetric=True)
    constant = len(c) > 0 and c.min() == c.max()
    scaled = X if constant else X * np.sqrt(c)[:, None]
    product = column_products(scaled, scaled, symmetric=True)
    return product * c[0] if constant else product


def _coupled(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return the Hessian of a normalised loss, `(1, parameters, parameters)`.

    Between the outputs `k` and `l` it is `mean(p_k * ((k == l) - p_l) * x x^T)`.
    """
    model = risk.model
    rows = with_ones(block.X, model.intercept)
    p = risk.probabilities(w, block)
    weight = np.ones(len(rows)) if block.weight is None else block.weight
    H = np.empty((model.n_outputs, model.width, model.n_outputs, model.width))
    for k in range(model.n_outputs):
        for other in range(k + 1):
            curvature = weight * p[:, k] * (float(k == other) - p[:, other])
            own = column_products(rows * curvature[:, None], rows, symmetric=True)
            H[k, :, other] = H[other, :, k] = own / len(rows)
    return H.reshape(1, model.n_parameters, model.n_parameters)
