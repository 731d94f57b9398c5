"""The Hessian of the mean loss on dense rows."""

import numpy as np

from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array


def hessians(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return the Hessian of the mean loss on dense rows, `(groups, m, m)`.

    An element-wise loss has a group an output, a normalised one a single group.

    Raises
    ------
    ValueError
        If its numbers overflow.
    """
    with np.errstate(all="ignore"):
        H = (_coupled if risk.loss.normalised else _uncoupled)(risk, w, block)
    if not np.isfinite(H).all():
        raise ValueError(
            f"the squares of the columns of X overflow in {H.dtype}: X reaches "
            f"{np.abs(block.X).max():.3g}; give its columns in larger units"
        )
    return H


def with_ones(X: Array, intercept: bool) -> Array:
    """Return the rows with a one for the intercept."""
    return np.column_stack([X, np.ones(len(X), dtype=X.dtype)]) if intercept else X


def _uncoupled(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return each output's Hessian on the block, `(outputs, width, width)`."""
    X, width = block.X, risk.model.width
    curvatures = risk.curvatures(w, block)
    H = np.empty((curvatures.shape[1], width, width), dtype=np.result_type(X, curvatures))
    for own, c in zip(H, curvatures.T, strict=True):
        own[: X.shape[1], : X.shape[1]] = _gram(X, c)
        if risk.model.intercept:
            own[-1, :-1] = own[:-1, -1] = c @ X
            own[-1, -1] = c.sum()
    H /= len(X)
    return H


def _gram(X: Array, c: Array) -> Array:
    """Return `X.T @ diag(c) @ X`; of a matrix with itself BLAS makes only half."""
    if c.min(initial=0) < 0:
        product: Array = (X.T * c) @ X
        return product
    alike = len(c) > 0 and c.min() == c.max()
    scaled = X if alike else X * np.sqrt(c)[:, None]
    half: Array = scaled.T @ scaled
    return half * c[0] if alike else half


def _coupled(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return the Hessian of a normalised loss on the block, `(1, parameters, parameters)`.

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
            H[k, :, other] = H[other, :, k] = (rows.T * curvature) @ rows / len(rows)
    return H.reshape(1, model.n_parameters, model.n_parameters)
