"""How steeply an objective bends, and the learning rates that this allows."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from descend.curvature.lanczos import spectrum
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers.traits import effective_step_gain, is_scale_free, stable_rate
from descend.protocols import Array, Curved, Optimizer, Smoothable

SAMPLE_ROWS = 10_000
"""Rows that stand for all where the mean curvature is estimated."""

MARGIN = 2.0
"""How much more than at the start a loss may bend whose curvature has no bound."""

FULL_SHARE = 0.01
"""The share of the mean loss over which kinks are rounded for steps of one length."""

_TINY = float(np.finfo(float).tiny)


def largest_curvature(
    hessian_product: Callable[[Array], Array], size: int, iterations: int = 30
) -> float:
    """Return the largest eigenvalue of a Hessian, by Lanczos' method.

    The answer is a lower bound that is close after few iterations and exact after `size`. NaN if a
    product is not finite.

    Parameters
    ----------
    hessian_product
        The Hessian times a vector `(size,)`.
    size
        The number of coordinates.
    iterations
        The most products to ask for.

    Examples
    --------
    >>> import numpy as np
    >>> round(largest_curvature(lambda v: np.array([5.0, 1.0]) * v, size=2), 6)
    5.0
    """
    return spectrum(hessian_product, size, iterations).highest


def safe_rate(risk: EmpiricalRisk, start: Array, optimizer: Optimizer, batch_size: int) -> float:
    """Return a learning rate at which the optimizer does not diverge on this risk.

    For all rows at once it is half of what is stable at the largest curvature `L` of the mean
    loss. For batches of `b` of `n` rows it is `1 / (2 * gain * L_b)`, with the expected
    smoothness::

        L_b = (n * (b - 1) * L + (n - b) * L_max) / (b * (n - 1))

    where `L_max` is the largest curvature of a single row's loss. A scale-free optimizer is seen
    in the coordinates in which, at the start, it divides by nothing; there the mean of the rows'
    curvatures stands for the largest, since no single row makes a step longer than the rate.

    For losses whose curvature has no bound, and by batches for robust ones, this is a guess (see
    `smoothed` and `row_bounds`): who descends by it must be ready to take a step back.

    Parameters
    ----------
    risk
        The objective. `L` is estimated from a sample of its rows, `L_max` found from all.
    start
        `(d,)`.
    optimizer
        Any element-wise one.
    batch_size
        Rows a step.

    References
    ----------
    R. Gower et al., SGD: general analysis and improved rates (2019).
    """
    scale_free = is_scale_free(optimizer)
    n = risk.blocks.n_rows
    risk = smoothed(risk, start, share=FULL_SHARE if batch_size >= n else 1.0)
    block = risk.blocks.sample(SAMPLE_ROWS, np.random.default_rng(0))
    scale = gradient_scale(risk, start, block, batch_size) if scale_free else None
    root = np.ones_like(start) if scale is None else np.sqrt(scale)
    by_batches = batch_size < n
    bounds = row_bounds(risk, start, block, at_start=by_batches)

    def product(v: Array) -> Array:
        return bound_product(risk, v / root, block, bounds) / root

    mean = largest_curvature(product, start.size)
    if batch_size >= n:
        return (stable_rate(optimizer, max(mean, _TINY)) or 2 / max(mean, _TINY)) / 2
    single = (
        mean_row(risk, root, block, bounds)
        if scale_free
        else largest_row(risk, start, at_start=by_batches)
    )
    single = max(mean, single)
    smoothness = (n * (batch_size - 1) * mean + (n - batch_size) * single) / (batch_size * (n - 1))
    return 1 / (2 * effective_step_gain(optimizer) * max(smoothness, _TINY))


def smoothed(risk: EmpiricalRisk, w: Array, *, share: float) -> EmpiricalRisk:
    """Return the risk with the kinks of its loss rounded over a share of the mean loss at `w`.

    Steps that fit this width cross about that share of the distance that `w` is off, and end about
    as far from the minimum: by batches the rate shrinks later, all rows at once it does not.
    """
    if not isinstance(risk.loss, Smoothable):
        return risk
    mean_loss = float(risk.value(w) - risk.penalty_value(w))
    return replace(risk, loss=risk.loss.smoothed(share * mean_loss if mean_loss > 0 else 1.0))


def row_bounds(risk: EmpiricalRisk, w: Array, block: Rows, *, at_start: bool) -> Array:
    """Return bounds of the weighted curvature of each row and output, `(n, outputs)`.

    Where a loss has none, twice the curvature at `w` must do; where that is zero, too, the one of a
    parabola with the slopes at `w` whose minimum is zero, `slope**2 / (2 * value)`. With `at_start`
    twice the typical curvature at `w` will do also where it is smaller than the bound: a robust
    loss bends next to nothing far from the data, and by the bound one would never get there.
    """
    loss = risk.loss
    weight = np.ones(block.X.shape[0]) if block.weight is None else block.weight
    if np.isfinite(loss.largest_curvature):
        most = (loss.largest_curvature * weight).astype(w.dtype, copy=False)[:, None]
        if at_start and isinstance(loss, Curved):
            less: Array = np.minimum(most, MARGIN * risk.curvatures(w, block))
            return less
        return np.broadcast_to(most, (len(weight), risk.model.n_outputs))
    bounds = MARGIN * risk.curvatures(w, block)
    if bounds.any():
        return bounds
    slopes = risk.slopes(w, block)
    value = float(risk.value(w) - risk.penalty_value(w))
    return slopes * slopes / (2 * value) if value > 0 else np.abs(slopes)


def bound_product(risk: EmpiricalRisk, v: Array, block: Rows, bounds: Array) -> Array:
    """Return `v` times a matrix that bounds the risk's Hessian on the block."""
    model = risk.model
    dz = bounds * model.predict(v, block.X)
    product = model.pullback(v, block.X, dz) / block.X.shape[0]
    bent: Array = product + risk.penalty.curvature(v) * model.penalised(v)
    return bent


def mean_row(risk: EmpiricalRisk, root: Array, block: Rows, bounds: Array) -> float:
    """Return the mean curvature of a single row's loss and the penalty, `root` dividing `w`."""
    squares = risk.model.pullback(root, squared(block.X), bounds) / block.X.shape[0]
    bent = squares + risk.penalty.curvature(root)
    return float(np.sum(bent / root**2))


def largest_row(risk: EmpiricalRisk, w: Array, *, at_start: bool) -> float:
    """Return the largest curvature of a single row's loss and the penalty, over all rows."""
    largest = 0.0
    for block in risk.blocks:
        squares = np.asarray(squared(block.X).sum(axis=1)).ravel() + float(risk.model.intercept)
        bounds = row_bounds(risk, w, block, at_start=at_start).max(axis=1)
        largest = max(largest, float((squares * bounds).max()))
    penalty = float(risk.penalty.curvature(np.ones(1))[0])
    return largest + penalty


def gradient_scale(risk: EmpiricalRisk, w: Array, block: Rows, batch_size: int) -> Array:
    """Return the root mean square of each coordinate's gradient over batches of a sample, at `w`.

    It is infinite where there is next to no gradient: such a coordinate does not move, and limits
    no rate.
    """
    r = risk.slopes(w, block)
    rows = block.X.shape[0]
    mean = risk.model.pullback(w, block.X, r) / rows
    mean_square = risk.model.pullback(w, squared(block.X), r * r) / rows
    # the gradient of all rows at once does not vary
    share = 0.0 if batch_size >= risk.blocks.n_rows else 1 / batch_size
    variance = share * np.maximum(mean_square - mean * mean, 0)
    mean += risk.penalty.gradient(risk.model.penalised(w))
    scale = np.sqrt(mean * mean + variance)
    return np.where(scale > 1e-8 * scale.max(), scale, np.inf)


def squared(X: Any) -> Any:
    """Return the squares of the elements of a dense or sparse `X`."""
    return X * X if isinstance(X, np.ndarray) else X.multiply(X).tocsr()
