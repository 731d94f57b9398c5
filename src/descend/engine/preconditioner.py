"""Gradient descent in the right coordinates: curvature from a sample of the rows."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import LinAlgError, cholesky, solve_triangular

from descend.descent import Descent
from descend.engine.curvature import squared
from descend.engine.history import Record, joined
from descend.engine.loop import Callback, walk
from descend.engine.stopping import DecrementSmall, GradientShrunk
from descend.objectives.composite import is_smooth
from descend.objectives.risk import EmpiricalRisk
from descend.optimizers.classical import SGD
from descend.rates.searches import Monotone
from descend.typing import Adaptive, Array, Block, Optimizer, Schedule, Search

SAMPLE_ROWS = 5_000
"""Rows whose curvature stands for all; ten times the parameters, if that is more."""

LARGEST_FACTOR = 2_048
"""Parameters up to which the curvature is a matrix; beyond, its diagonal must do."""

LARGEST_DENSE = 2**23
"""Elements up to which sampled sparse rows are filled in, for their curvature as a matrix."""


@dataclass(frozen=True)
class Coordinates:
    """A risk in coordinates `u` in which it bends about equally in all directions.

    For each group of parameters that bend together the curvature is `diag(scale) @ root @ root.T @
    diag(scale)`, and `u = root.T @ (scale * w)`. There it is near the identity, and descent takes
    the same few steps whatever the features' units and correlations.

    Parameters
    ----------
    risk
        The objective in the coordinates `w`.
    scale
        `(groups, m)`: the root of the curvature's diagonal.
    root
        `(groups, m, m)`: lower triangles; None where only the diagonal is known.
    """

    risk: EmpiricalRisk
    scale: Array
    root: Array | None

    def from_w(self, w: Array) -> Array:
        """Return the `u` of `w`, `(..., d)` both."""
        return self._each_group(w, self.scale, lambda root, v: v @ root, after=True)

    def to_w(self, u: Array) -> Array:
        """Return the `w` of `u`, `(..., d)` both."""
        return self._each_group(
            u, 1 / self.scale, lambda root, v: solve_triangular(root, v.T, lower=True, trans=1).T
        )

    def gradient_from_w(self, g: Array) -> Array:
        """Return the gradient by `u` for the gradient by `w`, `(..., d)` both."""
        return self._each_group(
            g, 1 / self.scale, lambda root, v: solve_triangular(root, v.T, lower=True).T, after=True
        )

    def gradient_to_w(self, g: Array) -> Array:
        """Return the gradient by `w` for the gradient by `u`, `(..., d)` both."""
        return self._each_group(g, self.scale, lambda root, v: v @ root.T)

    def value(self, u: Array) -> Array:
        """Return the risk."""
        return self.risk.value(self.to_w(u))

    def value_and_gradient(self, u: Array) -> tuple[Array, Array]:
        """Return the risk and its gradient by `u`."""
        value, g = self.risk.value_and_gradient(self.to_w(u))
        return value, self.gradient_from_w(g)

    def hessian_product(self, u: Array, v: Array) -> Array:
        """Return the Hessian by `u` times `v`."""
        return self.gradient_from_w(self.risk.hessian_product(self.to_w(u), self.to_w(v)))

    def _each_group(
        self,
        v: Array,
        scale: Array,
        turn: Callable[[Array, Array], Array],
        *,
        after: bool = False,
    ) -> Array:
        """Return `v` with each group scaled, and turned by its root before or `after` that."""
        groups, size = self.scale.shape
        rows = v.reshape(-1, groups, size)
        if after:
            rows = rows * scale
        if self.root is not None and np.isfinite(rows).all():
            rows = np.stack([turn(root, rows[:, i]) for i, root in enumerate(self.root)], axis=1)
        if not after:
            rows = rows * scale
        # the factor has more digits than float32 rows can use
        return rows.reshape(v.shape).astype(v.dtype, copy=False)


def descend_preconditioned(
    risk: EmpiricalRisk,
    start: Array,
    *,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None = None,
) -> Descent:
    """Walk a risk downhill in coordinates from sampled curvature, sketched anew on the way.

    Every step is a full gradient and a monotone line search, so the risk never rises. The walk
    ends when half the squared gradient in these coordinates, which estimates how far the risk is
    above its minimum, is below `(tol / 10)**2` times the risk. With a penalty that is not smooth it
    goes the way of `descend.engine.newton` instead.

    Parameters
    ----------
    risk, start
        The objective, and `(d,)`.
    max_iter
        The most steps.
    tol
        The precision.
    random
        Draws the sampled rows.
    record, callback
        See `descend.minimize`.

    References
    ----------
    Z. Frangella et al., SketchySGD: reliable stochastic optimization via randomized curvature
    estimates (2022).
    """
    if not is_smooth(risk.penalty):
        from descend.engine.newton import descend_composite  # loads Numba, which others do not need

        return descend_composite(
            risk, start, max_iter=max_iter, tol=tol, random=random, record=record, callback=callback
        )
    w = start
    parts: list[Descent] = []
    left = max_iter
    steps = 2
    while True:
        coordinates = sketch(risk, w, random)
        part = walk_in(
            coordinates,
            w,
            SGD(),
            Monotone(initial=1.0),
            steps=min(steps, left),
            stopping=DecrementSmall(tol),
            record=record,
            callback=callback,
        )
        parts.append(part)
        w = part.x
        left -= part.nit
        if part.status != "stopped" or part.nit < min(steps, left + part.nit) or left <= 0:
            whole = replace(joined(parts), objective=risk)
            used_up = whole.status == "stopped" and left <= 0
            return replace(whole, message=f"all {max_iter} steps were taken") if used_up else whole
        steps = min(2 * steps, 16)


def walk_in(
    coordinates: Coordinates,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule | Adaptive | Search,
    *,
    steps: int,
    stopping: GradientShrunk | DecrementSmall,
    record: Record,
    callback: Callback | None = None,
) -> Descent:
    """Walk in other coordinates, and return the record in the user's own.

    The rates and the gradient norms are those of the coordinates `u`; all points, `start` and those
    that `callback` is told, are in `w`. See `descend.engine.loop.walk`.
    """
    part = walk(
        coordinates,
        coordinates.from_w(start),
        optimizer,
        learning_rate,
        steps=steps,
        stopping=stopping,
        record=record,
        callback=callback and _in_w(callback, coordinates),
    )
    return _in_w_record(part, coordinates)


def sketch(risk: EmpiricalRisk, w: Array, random: np.random.Generator) -> Coordinates:
    """Return coordinates from the curvature of sampled rows at `w`.

    An element-wise loss bends each output on its own: a matrix an output. A normalised loss
    couples the outputs: one matrix for all. Where a matrix would have more than 2,048 rows, and
    for sparse rows of many columns, the diagonal is taken.
    """
    model = risk.model
    groups = 1 if risk.loss.normalised else model.n_outputs
    size = model.n_parameters // groups
    block = risk.blocks.sample(max(SAMPLE_ROWS, 10 * size), random)
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


def hessians(risk: EmpiricalRisk, w: Array, block: Block) -> Array:
    """Return the Hessian of the mean loss on dense rows, `(groups, m, m)`.

    An element-wise loss has a group an output, a normalised one a single group.
    """
    return (_coupled if risk.loss.normalised else _uncoupled)(risk, w, block)


def _with_ones(X: Array, intercept: bool) -> Array:
    """Return the rows with a one for the intercept."""
    return np.column_stack([X, np.ones(len(X), dtype=X.dtype)]) if intercept else X


def _uncoupled(risk: EmpiricalRisk, w: Array, block: Block) -> Array:
    """Return each output's Hessian on the block, `(outputs, width, width)`."""
    rows = _with_ones(block.X, risk.model.intercept)
    curvatures = risk.curvatures(w, block)
    return np.stack([_gram(rows, c) for c in curvatures.T]) / len(rows)


def _gram(rows: Array, c: Array) -> Array:
    """Return `rows.T @ diag(c) @ rows`; of a matrix with itself BLAS makes only half."""
    if c.min(initial=0) < 0:
        product: Array = (rows.T * c) @ rows
        return product
    scaled = rows * np.sqrt(c)[:, None]
    half: Array = scaled.T @ scaled
    return half


def _coupled(risk: EmpiricalRisk, w: Array, block: Block) -> Array:
    """Return the Hessian of a normalised loss on the block, `(1, parameters, parameters)`.

    Between the outputs `k` and `l` it is `mean(p_k * ((k == l) - p_l) * x x^T)`.
    """
    model = risk.model
    rows = _with_ones(block.X, model.intercept)
    p = risk.probabilities(w, block)
    weight = np.ones(len(rows)) if block.weight is None else block.weight
    H = np.empty((model.n_outputs, model.width, model.n_outputs, model.width))
    for k in range(model.n_outputs):
        for other in range(k + 1):
            curvature = weight * p[:, k] * (float(k == other) - p[:, other])
            H[k, :, other] = H[other, :, k] = (rows.T * curvature) @ rows / len(rows)
    return H.reshape(1, model.n_parameters, model.n_parameters)


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


def _in_w(callback: Callback, coordinates: Coordinates) -> Callback:
    """Return a callback that is told the points in the user's coordinates."""
    return lambda u, value: callback(coordinates.to_w(u), value)


def _in_w_record(part: Descent, coordinates: Coordinates) -> Descent:
    """Return the record in the user's coordinates; the gradient norms stay those of `u`."""
    return replace(
        part,
        x=coordinates.to_w(part.x),
        best_x=coordinates.to_w(part.best_x),
        jac=None if part.jac is None else coordinates.gradient_to_w(part.jac),
        points=None if part.points is None else coordinates.to_w(part.points),
    )
