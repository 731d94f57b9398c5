"""Curvature from a sample of the rows, and the coordinates that it gives."""

import numpy as np
from scipy.linalg import LinAlgError, cholesky

from descend.engine.coordinates import Coordinates
from descend.engine.curvature import squared
from descend.engine.hessian import hessians
from descend.objectives.risk import EmpiricalRisk
from descend.typing import Array

SAMPLE_ROWS = 5_000
"""Rows whose curvature stands for all; ten times the parameters, if that is more."""

SAMPLE_SHARE, SAMPLE_PRODUCTS = 1 / 25, 2**26
"""Of many rows this share saves passes, as long as their Hessian takes no more products."""

LARGEST_FACTOR = 2_048
"""Parameters up to which the curvature is a matrix; beyond, its diagonal must do."""

LARGEST_DENSE = 2**23
"""Elements up to which sampled sparse rows are filled in, for their curvature as a matrix."""


def sketch(risk: EmpiricalRisk, w: Array, random: np.random.Generator) -> Coordinates:
    """Return coordinates from the curvature of sampled rows at `w`.

    An element-wise loss bends each output on its own: a matrix an output. A normalised loss
    couples the outputs: one matrix for all. Where a matrix would have more than 2,048 rows, and
    for sparse rows of many columns, the diagonal is taken.
    """
    model = risk.model
    groups = groups_of(risk)
    size = model.n_parameters // groups
    block = risk.blocks.sample(rows_for(risk.blocks.n_rows, size), random)
    penalty = risk.penalty.curvature(w) * model.penalised(np.ones_like(w))
    sparse = not isinstance(block.X, np.ndarray)
    if size > LARGEST_FACTOR or (sparse and np.prod(block.X.shape) > LARGEST_DENSE):
        squares = squared(block.X)
        diagonal = (
            model.pullback(w, squares, risk.curvatures(w, block)) / block.X.shape[0] + penalty
        )
        if risk.loss.normalised:
            # scaled alike, outputs step to a sum of zero: along it nothing bends but the penalty
            diagonal = np.broadcast_to(
                model.by_output(diagonal).mean(axis=0), (model.n_outputs, model.width)
            )
        return Coordinates(risk, _positive_root(diagonal.reshape(groups, size)), None)
    if sparse:
        block = block._replace(X=block.X.toarray())
    H = hessians(risk, w, block)
    H[:, np.arange(size), np.arange(size)] += penalty.reshape(groups, size)
    scale = _positive_root(np.einsum("gii->gi", H))
    H /= scale[:, :, None]
    H /= scale[:, None, :]
    return Coordinates(risk, scale, np.stack([_factor(correlation) for correlation in H]))


def rows_for(n: int, size: int) -> int:
    """Return from how many of `n` rows to sketch the curvature of so many parameters.

    Each step leaves about `sqrt(size / rows)` of the gradient: a pass less is worth a sketch that
    takes a fraction of its time.
    """
    worth = min(int(SAMPLE_SHARE * n), SAMPLE_PRODUCTS // size**2)
    return max(SAMPLE_ROWS, 10 * size, worth)


def groups_of(risk: EmpiricalRisk) -> int:
    """Return how many groups of parameters there are that bend together."""
    return 1 if risk.loss.normalised else risk.model.n_outputs


def _positive_root(diagonal: Array) -> Array:
    """Return the root of a diagonal, with one in place of what is not positive."""
    return np.sqrt(np.where(diagonal > 0, diagonal, 1.0))


def _factor(correlation: Array) -> Array:
    """Return the lower Cholesky factor, with a little curvature added until it exists."""
    damping = 1e-12
    while True:
        try:
            damped = correlation + damping * np.eye(len(correlation))
            factor: Array = cholesky(damped, lower=True, check_finite=False)
        except LinAlgError:
            damping *= 10
        else:
            return factor
