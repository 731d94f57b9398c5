"""What to say of a fit whose loss does not suit the units of its targets."""

from dataclasses import replace

import numpy as np

from descend.curvature.factors import positive_root
from descend.curvature.hessian import penalty_curvature
from descend.curvature.safe_rate import squared
from descend.data.rows import Rows
from descend.losses import (
    AbsoluteError,
    Cauchy,
    EpsilonInsensitive,
    Huber,
    LogCosh,
    Quantile,
    SquaredEpsilonInsensitive,
)
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import NoPenalty
from descend.protocols import Array, Redescending

LENGTHS = 2.0 ** np.arange(-4, 12, 0.5)
"""How far the loss is followed, in units in which a squared loss of these slopes ends at one."""

LARGEST_SHARE = 0.25
"""The share of the loss that a penalty may cost before it is mentioned."""

LEVEL = 0.3
"""The share of the loss's gradient that may be left beside the penalty's, at a minimum."""

NORMAL = 1.4826
"""The standard deviation of normal numbers, in units of their median size."""

STRAIGHT = (AbsoluteError, Quantile, EpsilonInsensitive, Huber, LogCosh, Cauchy)
"""Losses that grow no faster than the residuals, at least where these are large."""


def complaint_about_units(risk: EmpiricalRisk, w: Array) -> str | None:
    """Return what is wrong with the units of the loss at the end `w` `(d,)` of a fit, or None.

    A tolerance that holds all targets leaves nothing to learn. And a loss that is straight beyond
    its threshold grows with the targets' units, an L2 penalty with their square: where residuals
    are far beyond it, a usual `alpha` can hold all coefficients near zero. That is the minimum of
    the objective; but of which units are meant only who gave them can say.
    """
    loss, block = risk.loss, risk.few_rows()
    if isinstance(loss, EpsilonInsensitive | SquaredEpsilonInsensitive):
        nothing = not risk.model.penalised(w).any() and not risk.losses(w, block).any()
        if nothing and np.ptp(block.y) > 0:
            return (
                f"all targets lie within epsilon={loss.epsilon:g} of one number, so that nothing "
                "was learned: epsilon is in the units of y, whose standard deviation is "
                f"{np.std(block.y):.2g}; give loss=descend.losses.{type(loss).__name__}("
                f"epsilon={0.1 * np.std(block.y):.1g}), for example"
            )
    if not isinstance(loss, STRAIGHT) or not penalty_curvature(risk, w).any():
        return None
    residuals = np.abs(risk.model.predict(w, block.X) - block.y)
    size = float(np.median(residuals))
    if not _is_straight_at(risk, w, block):
        return None
    mean, variance = _moments(risk, w, block)
    if not (_is_level(risk, w, block, variance) and _held_back(risk, w, block, mean, variance)):
        return None
    name, suited = type(loss).__name__, NORMAL * size
    why = (
        f"the penalty outweighs the loss in these units of y: half of the residuals are above "
        f"{size:.2g}, where {name} grows only in proportion to them, and the penalty with the "
        "square of the coefficients"
    )
    if isinstance(loss, Huber | LogCosh):
        remedy = f"descend.losses.Huber(delta={suited:.1g})"
    elif isinstance(loss, Cauchy):
        remedy = f"descend.losses.Cauchy(scale={suited:.1g})"
    else:
        return f"{why}; lower alpha, or give y in larger units, so that residuals are about 1"
    return f"{why}; give a threshold in the units of y, such as loss={remedy}, or lower alpha"


def _is_straight_at(risk: EmpiricalRisk, w: Array, block: Rows) -> bool:
    """Say whether most slopes would hardly be steeper if the residuals were twice as large."""
    z = risk.model.predict(w, block.X)
    now, twice = (np.abs(risk.loss.slope(block.y, block.y + k * (z - block.y))) for k in (1, 2))
    return bool(np.mean(twice <= 1.05 * now) > 0.5)


def _moments(risk: EmpiricalRisk, w: Array, block: Rows) -> tuple[Array, Array]:
    """Return the mean of each coefficient's column and its variance, `(outputs, width)` both."""
    model = risk.model
    weight = np.ones(block.n_rows) if block.weight is None else block.weight
    each = np.broadcast_to(weight[:, None] / weight.sum(), (block.n_rows, model.n_outputs))
    mean = model.by_output(model.pullback(w, block.X, each))
    square = model.by_output(model.pullback(w, squared(block.X), each))
    variance = square - mean**2 if model.intercept else square
    # of a column that lies far from zero, what is lost in rounding is no spread
    return mean, np.where(variance > 1e-12 * square, variance, 0.0)


def _is_level(risk: EmpiricalRisk, w: Array, block: Rows, variance: Array) -> bool:
    """Say whether the penalty's gradient is that of the loss, turned round: as at a minimum."""
    model = risk.model
    of_loss = model.penalised(model.pullback(w, block.X, risk.slopes(w, block)) / block.n_rows)
    left = of_loss + risk.penalty.gradient(model.penalised(w))
    scale = positive_root(variance).ravel()
    return bool(np.linalg.norm(left / scale) <= LEVEL * np.linalg.norm(of_loss / scale))


def _held_back(risk: EmpiricalRisk, w: Array, block: Rows, mean: Array, variance: Array) -> bool:
    """Say whether the loss alone would fall by much along its own gradient by the coefficients.

    Of a loss that is nearly flat far from the targets, the convex one that it resembles is asked.
    """
    if isinstance(risk.loss, Redescending):
        risk = replace(risk, loss=risk.loss.convex())
    model, slopes = risk.model, risk.slopes(w, block)
    g = model.by_output(model.pullback(w, block.X, slopes) / block.n_rows)
    step: Array = np.where(variance > 0, -g / positive_root(variance) ** 2, 0.0)
    if model.intercept:
        step[:, -1] = -np.sum(step[:, :-1] * mean[:, :-1], axis=1)
    size = float(np.median(np.abs(model.predict(w, block.X) - block.y)))
    steepest = float(np.mean(np.abs(slopes)))
    unit = size / steepest if steepest > 0 else 0.0
    loss_alone = replace(risk, blocks=block, penalty=NoPenalty())
    along = w + unit * LENGTHS[:, None] * step.ravel()
    least = float(np.min(loss_alone.value(along)))
    return least < (1 - LARGEST_SHARE) * float(loss_alone.value(w))
