"""Gradient descent in the right coordinates: curvature from a sample of the rows."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy.linalg import LinAlgError, LinAlgWarning, cholesky, solve_triangular

from descend.descent import Descent
from descend.engine.conditioning import lost_features
from descend.engine.curvature import squared
from descend.engine.hessian import hessians
from descend.engine.history import Record, joined
from descend.engine.loop import Callback, walk
from descend.engine.stopping import DecrementSmall, GradientShrunk
from descend.engine.threads import one_thread
from descend.objectives.composite import is_smooth
from descend.objectives.risk import EmpiricalRisk
from descend.optimizers.classical import SGD
from descend.rates.schedules import Constant
from descend.rates.searches import Monotone
from descend.typing import Adaptive, Array, Optimizer, Schedule, Search

SAMPLE_ROWS = 5_000
"""Rows whose curvature stands for all; ten times the parameters, if that is more."""

SAMPLE_SHARE, SAMPLE_PRODUCTS = 1 / 25, 2**26
"""Of many rows this share saves passes, as long as their Hessian takes no more products."""

LARGEST_FACTOR = 2_048
"""Parameters up to which the curvature is a matrix; beyond, its diagonal must do."""

LARGEST_DENSE = 2**23
"""Elements up to which sampled sparse rows are filled in, for their curvature as a matrix."""

REFINEMENTS, ROUNDINGS = 10, 4_096
"""The most unit steps at the end, and by how many roundings the value may rise in one.

Residuals that are small beside the targets have lost digits, and the value with them."""


@dataclass(frozen=True)
class Coordinates:
    """A risk in coordinates `u` in which it bends about equally in all directions.

    For each group of parameters that bend together the curvature is `diag(scale) @ root @ root.T @
    diag(scale)`, and `u = root.T @ (scale * (w - origin))`. There it is near the identity, and
    descent takes the same few steps whatever the features' units and correlations.

    Parameters
    ----------
    risk
        The objective in the coordinates `w`.
    scale
        `(groups, m)`: the root of the curvature's diagonal.
    root
        `(groups, m, m)`: lower triangles; None where only the diagonal is known.
    origin
        `(d,)`: the `w` of zeros. Near it `u` keeps the digits that `w` itself would round off.
    known
        The risk and its gradient by `w` at the origin, if somebody knows them: saves a pass.
    """

    risk: EmpiricalRisk
    scale: Array
    root: Array | None
    origin: Array | float = 0.0
    known: tuple[float, Array] | None = None

    def from_w(self, w: Array) -> Array:
        """Return the `u` of `w`, `(..., d)` both."""
        away = w - self.origin
        return self._each_group(away, self.scale, lambda root, v: v @ root, after=True)

    def to_w(self, u: Array) -> Array:
        """Return the `w` of `u`, `(..., d)` both."""
        return self.origin + self.way_to_w(u)

    def way_to_w(self, v: Array) -> Array:
        """Return the way in `w` that is the way `v` in `u`, `(..., d)` both."""
        return self._each_group(
            v, 1 / self.scale, lambda root, v: solve_triangular(root, v.T, lower=True, trans=1).T
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
        if self.known is not None and not u.any():
            value, g = np.full(u.shape[:-1], self.known[0]), np.broadcast_to(self.known[1], u.shape)
        else:
            value, g = self.risk.value_and_gradient(self.to_w(u))
        return value, self.gradient_from_w(g)

    def hessian_product(self, u: Array, v: Array) -> Array:
        """Return the Hessian by `u` times `v`."""
        return self.gradient_from_w(self.risk.hessian_product(self.to_w(u), self.way_to_w(v)))

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

    Warns
    -----
    scipy.linalg.LinAlgWarning
        Where features are so nearly dependent that what tells them apart is lost in rounding.

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
    with one_thread(risk.model.n_parameters // groups_of(risk)):
        return _descend_smooth(risk, start, max_iter, tol, random, record, callback)


def _descend_smooth(
    risk: EmpiricalRisk,
    start: Array,
    max_iter: int,
    tol: float,
    random: np.random.Generator,
    record: Record,
    callback: Callback | None,
) -> Descent:
    """Walk in coordinates that are sketched anew, and refine the end."""
    w = start
    known: tuple[float, Array] | None = None
    parts: list[Descent] = []
    left, steps = max_iter, 2
    while True:
        coordinates = replace(sketch(risk, w, random), known=known)
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
        if known is not None:
            part = replace(part, nfev=part.nfev - 1)
        parts.append(part)
        w, known = part.x, _known(part)
        left -= part.nit
        if part.status != "stopped" or part.nit < min(steps, left + part.nit) or left <= 0:
            break
        steps = min(2 * steps, 16)
    if part.status in ("converged", "stalled"):
        parts += _refined(coordinates, part, min(left, REFINEMENTS), tol, record, callback)
    whole = replace(joined(parts), objective=risk)
    lost = coordinates.root is not None and lost_features(
        risk, whole.x, coordinates.scale, coordinates.root
    )
    if lost:
        warnings.warn(lost, LinAlgWarning, stacklevel=4)
        return replace(whole, status="stalled", message=lost)
    used_up = part.status == "stopped" and left <= 0
    return replace(whole, message=f"all {max_iter} steps were taken") if used_up else whole


def _refined(
    coordinates: Coordinates,
    part: Descent,
    steps: int,
    tol: float,
    record: Record,
    callback: Callback | None,
) -> list[Descent]:
    """Take unit steps from where the value changes no more, while the gradient at least halves.

    The value holds half the digits that the point can have. Where `tol` was reached, none is taken.
    """
    parts: list[Descent] = []
    ends = part.status, part.message
    size = _norm(coordinates, part)
    for _ in range(steps):
        if size <= 0.1 * tol * np.sqrt(2 * abs(part.fun)):
            break
        further = walk_in(
            replace(coordinates, known=_known(part)),
            part.x,
            SGD(),
            Constant(1.0),
            steps=1,
            stopping=DecrementSmall(0.0),
            record=record,
        )
        level = part.fun + ROUNDINGS * float(np.finfo(part.x.dtype).eps) * abs(part.fun)
        before, size = size, _norm(coordinates, further)
        if not (size <= 0.5 * before and further.fun <= level):
            break
        part = replace(further, status=ends[0], message=ends[1], nfev=1)
        parts.append(part)
        if callback is not None:
            try:
                callback(part.x[None], np.array([part.fun]))
            except StopIteration:
                parts[-1] = replace(part, status="stopped", message="the callback ended it")
                break
    return parts


def _norm(coordinates: Coordinates, part: Descent) -> float:
    """Return the length of the gradient by `u` at the end of a walk."""
    return float(np.linalg.norm(coordinates.gradient_from_w(_known(part)[1])))


def _known(part: Descent) -> tuple[float, Array]:
    """Return the risk and its gradient at the end of a walk."""
    assert part.jac is not None  # only a record that was read from a file has none
    return float(part.fun), part.jac


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
    coordinates = replace(coordinates, origin=start)
    with one_thread(coordinates.scale.shape[1]):
        part = walk(
            coordinates,
            np.zeros_like(start),
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
