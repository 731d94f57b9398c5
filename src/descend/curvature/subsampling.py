"""Curvature from a sample of the rows, and the coordinates that it gives."""

from typing import Any

import numpy as np
from scipy.linalg import LinAlgError, cholesky

from descend.curvature.hessian import hessians
from descend.curvature.preconditioning import PreconditionedObjective
from descend.curvature.safe_rate import squared
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.objectives.risks.sums import compilable, compiled_squares
from descend.protocols import Array

SAMPLE_ROWS = 5_000
"""Rows whose curvature stands for all; ten times the parameters, if that is more."""

SAMPLE_SHARE, SAMPLE_PRODUCTS = 1 / 25, 2**26
"""Of many rows this share saves passes, as long as their Hessian takes no more products."""

LARGEST_FACTOR = 2_048
"""Parameters up to which the curvature is a matrix; beyond, its diagonal must do."""

LARGEST_HEAD, COMMON = 512, 0.01
"""The most columns of wide sparse rows that share a matrix; each is in this share of the rows."""

MOST_ROWS = 20_000
"""The most sampled rows for that matrix, if ten times its columns are no more."""

LARGEST_DENSE = 2**23
"""Elements up to which sampled sparse rows are filled in, for their curvature as a matrix."""


def is_wide(risk: EmpiricalRisk) -> bool:
    """Say whether there are too many parameters for a matrix of how they bend together."""
    size = risk.model.n_parameters // groups_of(risk)
    rows = min(risk.blocks.n_rows, rows_for(risk.blocks.n_rows, size))
    filled = rows * risk.model.n_features
    return size > LARGEST_FACTOR or (is_sparse(risk) and filled > LARGEST_DENSE)


def is_sparse(risk: EmpiricalRisk) -> bool:
    """Say whether the rows are sparse."""
    return risk.blocks.sparse


def matrix_size(risk: EmpiricalRisk) -> int:
    """Return how many parameters at most meet in a product of matrices."""
    if is_wide(risk) and is_sparse(risk):
        return LARGEST_HEAD
    return risk.model.n_parameters // groups_of(risk)


def sketch(risk: EmpiricalRisk, w: Array, random: np.random.Generator) -> PreconditionedObjective:
    """Return coordinates from the curvature of sampled rows at `w`.

    An element-wise loss bends each output on its own: a matrix an output. A normalised loss
    couples the outputs: one matrix for all. Where a matrix would have more than 2,048 rows, and
    for sparse rows of many columns, it is as `sketch_roughly` says.
    """
    if is_wide(risk):
        return sketch_roughly(risk, w, random)
    groups = groups_of(risk)
    size = risk.model.n_parameters // groups
    block = risk.blocks.sample(rows_for(risk.blocks.n_rows, size), random)
    H = hessians(risk, w, block.densified())
    H[:, np.arange(size), np.arange(size)] += ridge_of(risk, w).reshape(groups, size)
    scale, root = _factors(H)
    return PreconditionedObjective(risk, scale, root)


def sketch_roughly(
    risk: EmpiricalRisk, w: Array, random: np.random.Generator
) -> PreconditionedObjective:
    """Return coordinates from the curvature's diagonal, and a matrix of the most common columns.

    In sparse rows a few columns are in many rows, as words are: they bend together, and the rows
    sampled tell how. Most are in few rows, of which a sample may have none: so the diagonal is that
    of all rows. The matrix is of the columns in at least one row of a hundred, at most 512, and
    the intercept. Outputs of a normalised loss are taken one by one, all by their mean curvature:
    scaled alike, they step to a sum of zero, along which nothing bends but the penalty.
    """
    model = risk.model
    shape = model.n_outputs, model.width
    n = risk.blocks.n_rows
    most = min(LARGEST_HEAD, int(np.sqrt(LARGEST_DENSE / model.n_outputs)))
    block = risk.blocks.sample(max(SAMPLE_ROWS, 10 * most, min(n // 25, MOST_ROWS)), random)
    ridge = ridge_of(risk, w).reshape(shape)
    if isinstance(block.X, np.ndarray):
        squares = model.pullback(w, squared(block.X), each_output(risk, w, block))
        diagonal = squares.reshape(shape) / block.X.shape[0] + ridge
        return PreconditionedObjective(risk, positive_root(diagonal), None)
    scale = positive_root(_squares(risk, w).reshape(shape) / n + ridge)
    share = np.bincount(block.X.indices, minlength=model.n_features) / block.X.shape[0]
    common = np.flatnonzero(share >= COMMON)
    common = np.sort(common[np.argsort(-share[common], kind="stable")[:most]])
    if not len(common):
        return PreconditionedObjective(risk, scale, None)
    H = _grams(block.X[:, common], each_output(risk, w, block), model.intercept)
    turned = np.append(common, model.n_features) if model.intercept else common
    places = np.arange(len(turned))
    H[:, places, places] += ridge[:, turned]
    scale[:, turned], root = _factors(H)
    return PreconditionedObjective(risk, scale, root, turned)


def bend_along(risk: EmpiricalRisk, w: Array, v: Array, random: np.random.Generator) -> float:
    """Return by how much sampled rows say that the risk bends along `v`: `v @ H @ v`, roughly."""
    block = risk.blocks.sample(SAMPLE_ROWS, random)
    dz = risk.model.predict(v, block.X)
    bends = np.sum(risk.curvatures(w, block) * dz * dz, dtype=np.float64) / block.X.shape[0]
    return float(bends + np.sum(ridge_of(risk, w) * v * v))


def ridge_of(risk: EmpiricalRisk, w: Array) -> Array:
    """Return the penalty's own curvature, `(d,)`."""
    ridge: Array = risk.penalty.curvature(w) * risk.model.penalised(np.ones_like(w))
    return ridge


def each_output(risk: EmpiricalRisk, w: Array, block: Rows) -> Array:
    """Return each row's curvature by each output, `(n, outputs)`; of a normalised loss the mean."""
    curvatures = risk.curvatures(w, block)
    if risk.loss.normalised:
        curvatures = np.repeat(curvatures.mean(axis=1, keepdims=True), curvatures.shape[1], axis=1)
    return curvatures


def _squares(risk: EmpiricalRisk, w: Array) -> Array:
    """Return the sum over all rows of their curvatures times their squares, `(d,)`."""
    rows = compilable(risk.model, risk.loss, risk.blocks, w)
    if rows is not None:
        return compiled_squares(risk.model, rows, each_output(risk, w, rows))
    total = np.zeros_like(w)
    for block in risk.blocks:
        total += risk.model.pullback(w, squared(block.X), each_output(risk, w, block))
    return total


def _grams(X: Any, curvatures: Array, intercept: bool) -> Array:
    """Return `X.T @ diag(c) @ X / n` of sparse rows for each output's curvatures `c`."""
    n, size = X.shape
    H = np.empty((curvatures.shape[1], size + intercept, size + intercept))
    for own, c in zip(H, curvatures.T, strict=True):
        scaled = X.multiply(c[:, None]).tocsr()
        own[:size, :size] = (X.T @ scaled).toarray()
        if intercept:
            own[-1, :-1] = own[:-1, -1] = scaled.sum(axis=0)
            own[-1, -1] = c.sum()
    H /= n
    return H


def _factors(H: Array) -> tuple[Array, Array]:
    """Return the roots of the diagonals, and the factors of what is left, scaled by them."""
    scale = positive_root(np.einsum("gii->gi", H))
    H /= scale[:, :, None]
    H /= scale[:, None, :]
    return scale, np.stack([factor_of(correlation) for correlation in H])


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


def positive_root(diagonal: Array) -> Array:
    """Return the root of a diagonal, with one in place of what is not positive."""
    return np.sqrt(np.where(diagonal > 0, diagonal, 1.0))


def factor_of(correlation: Array) -> Array:
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
