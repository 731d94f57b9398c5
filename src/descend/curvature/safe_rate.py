"""The largest curvature of a risk, of all rows and of single ones, and the rate that it allows."""

from dataclasses import replace
from typing import Any

import numpy as np

from descend.curvature.hessian import penalty_curvature
from descend.curvature.lanczos import spectrum
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers.traits import effective_step_gain, is_scale_free, stable_rate
from descend.protocols import Array, Curved, Optimizer, Smoothable

SAMPLE_ROWS = 10_000
"""Rows that stand for all where the mean curvature is estimated."""

MARGIN = 2.0
"""How many times its curvature at the start a loss may reach whose curvature has no bound."""

FULL_SHARE = 0.01
"""The share of the mean loss over which kinks are smoothed for steps with all rows."""

_TINY = float(np.finfo(float).tiny)


def safe_rate(risk: EmpiricalRisk, start: Array, optimizer: Optimizer, batch_size: int) -> float:
    """Return a learning rate at which the optimizer does not diverge on this risk.

    For all rows at once it is half of what is stable at the largest curvature `L` of the mean loss.
    For batches of `b` of `n` rows it is `1 / (2 * gain * L_b)`, with the expected smoothness::

        L_b = (n * (b - 1) * L + (n - b) * L_max) / (b * (n - 1))

    where `L_max` is the largest curvature of a single row's loss, over all rows; `L` is estimated
    from a sample. A scale-free optimizer, which divides the gradient by its scale, is judged in
    coordinates in which that is one at the start; there the mean of the rows' curvatures stands
    for the largest, since no single row makes a step longer than the rate.

    For losses whose curvature has no bound, and by batches for robust ones, this is an estimate
    (see `smoothed` and `row_bounds`): a descent with it must be able to retreat.

    R. Gower et al., SGD: general analysis and improved rates (2019).
    """
    scale_free = is_scale_free(optimizer)
    n = risk.blocks.n_rows
    risk = smoothed(risk, start, share=FULL_SHARE if batch_size >= n else 1.0)
    block = risk.blocks.sample(SAMPLE_ROWS, np.random.default_rng(0))
    scale = gradient_scale(risk, start, block, batch_size) if scale_free else None
    root = np.ones_like(start) if scale is None else np.sqrt(scale)
    bounds = row_bounds(risk, start, block, at_start=batch_size < n)

    def product(v: Array) -> Array:
        return bound_product(risk, v / root, block, bounds) / root

    mean = spectrum(product, start.size).highest
    if batch_size >= n:
        return (stable_rate(optimizer, max(mean, _TINY)) or 2 / max(mean, _TINY)) / 2
    single = (
        mean_row_curvature(risk, root, block, bounds)
        if scale_free
        else largest_row_curvature(risk, start, at_start=batch_size < n)
    )
    single = max(mean, single)
    smoothness = (n * (batch_size - 1) * mean + (n - batch_size) * single) / (batch_size * (n - 1))
    return 1 / (2 * effective_step_gain(optimizer) * max(smoothness, _TINY))


def smoothed(risk: EmpiricalRisk, w: Array, *, share: float) -> EmpiricalRisk:
    """Return the risk with the kinks of its loss smoothed over a share of the mean loss at `w`.

    Steps that suit this width are about that share of the distance from `w` to the minimum, and end
    about as far from it: by batches the rate shrinks later, with all rows at once it does not.
    """
    if not isinstance(risk.loss, Smoothable):
        return risk
    mean_loss = float(risk.value(w) - risk.penalty_value(w))
    return replace(risk, loss=risk.loss.smoothed(share * mean_loss if mean_loss > 0 else 1.0))


def row_bounds(risk: EmpiricalRisk, w: Array, block: Rows, *, at_start: bool) -> Array:
    """Return bounds of the weighted curvature of each row and output, `(n, outputs)`.

    Where a loss has none, it is twice the curvature at `w`; where that is zero, too, the one of a
    parabola with the slopes at `w` whose minimum is zero, `slope**2 / (2 * value)`. With `at_start`
    it is twice the typical curvature at `w` where that is smaller than the bound: far from the data
    a robust loss has hardly any curvature, and steps by the bound would be far too short.
    """
    loss = risk.loss
    weight = np.ones(block.n_rows) if block.weight is None else block.weight
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
    product: Array = model.pullback(v, block.X, dz) / block.n_rows
    return product + penalty_curvature(risk, v) * v


def mean_row_curvature(risk: EmpiricalRisk, root: Array, block: Rows, bounds: Array) -> float:
    """Return the mean curvature of a single row's loss and the penalty, `root` dividing `w`."""
    squares = risk.model.pullback(root, squared(block.X), bounds) / block.n_rows
    return float(np.sum((squares + risk.penalty.curvature(root)) / root**2))


def largest_row_curvature(risk: EmpiricalRisk, w: Array, *, at_start: bool) -> float:
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

    It is infinite where the gradient is almost zero: such a coordinate does not limit the rate.
    """
    r = risk.slopes(w, block)
    mean = risk.model.pullback(w, block.X, r) / block.n_rows
    mean_square = risk.model.pullback(w, squared(block.X), r * r) / block.n_rows
    # the gradient of all rows at once does not vary
    share = 0.0 if batch_size >= risk.blocks.n_rows else 1 / batch_size
    variance = share * np.maximum(mean_square - mean * mean, 0)
    mean += risk.penalty.gradient(risk.model.penalised(w))
    scale = np.sqrt(mean * mean + variance)
    return np.where(scale > 1e-8 * scale.max(), scale, np.inf)


def squared(X: Any) -> Any:
    """Return the squares of the elements of a dense or sparse `X`."""
    if isinstance(X, np.ndarray):
        return X * X
    if not X.has_canonical_format:  # elements that stand for a sum
        return X.multiply(X).tocsr()
    return type(X)((X.data * X.data, X.indices, X.indptr), shape=X.shape)
