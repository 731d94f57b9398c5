"""What to say about a descent that went up instead of down."""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from descend.curvature.feature_scaling import feature_scale
from descend.estimators.rate import safe_rate_for
from descend.estimators.settings import Settings, of_any_length
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Adaptive, Array, Ending
from descend.rates import Constant
from descend.rates.composed import length_of
from descend.records.descent import Descent
from descend.records.joining import ended
from descend.solvers.stochastic.rate_control import FAR
from descend.solvers.stochastic.settling import still_fall
from descend.support.errors import DivergenceError

NOISE = 0.5
"""The share by which the noise of batches may raise the loss where there is nothing to learn."""


def on_divergence(risk: EmpiricalRisk, settings: Settings, message: str, start: Array) -> str:
    """Return what to say about a descent from a start `(d,)` that ended by a message, and why."""
    if settings.optimizer is None or settings.learning_rate is None:
        return (
            f"{message}, though the learning rate was chosen to be safe: the features or the "
            "targets are too large for the loss; scale them, or give a stronger penalty"
        )
    rate = settings.learning_rate
    given = f"learning_rate={rate.rate:g}" if isinstance(rate, Constant) else "the learning rate"
    if settings.precondition != "none" and settings.rows_a_step(risk.blocks.n_rows) == (
        risk.blocks.n_rows
    ):
        return (
            f"{message}: {given} is too large for these coordinates, in which a rate of "
            "about 1 is right; learning_rate='auto' searches for it"
        )
    scale = None if settings.precondition == "none" else feature_scale(risk)
    safe = safe_rate_for(risk, settings, start, scale)
    return (
        f"{message}: {given} is too large for this data; "
        f"learning_rate={safe:.2g} is safe, learning_rate='auto' finds such a rate by itself, "
        "and scaled features allow a larger one"
    )


def told_of_end(
    risk: EmpiricalRisk, settings: Settings, descent: Descent, start: Array, losses: Array
) -> Descent:
    """Warn of an end that is no minimum; one above the start counts as stopped, not as converged.

    `losses` are those at the start and after each epoch. A `DivergenceError` is raised if it ended
    far above its start, at a rate that was given. The descent did not diverge, and no callback
    ended it.
    """
    end = _rise(risk, settings, descent, start, losses)
    if end is not None:
        risen = ended(descent, Ending.ROSE, start=float(losses[0]), end=end)
        told = on_divergence(risk, settings, risen.message, start)
        warnings.warn(told, ConvergenceWarning, stacklevel=4)
        return risen
    # a schedule with an end says itself how long to descend
    planned = length_of(descent.learning_rate) < np.inf
    unfinished = descent.status == "stopped" or descent.ending in (Ending.NOISE, Ending.SLOW)
    if unfinished and settings.tol > 0 and not planned:
        remedy = _remedy(settings, descent, losses[1:])
        warnings.warn(
            f"{descent.message}, and the fit had not converged: {remedy}, "
            "or see descent_.explain()",
            ConvergenceWarning,
            stacklevel=4,
        )
    return descent


def _remedy(settings: Settings, descent: Descent, losses: Array) -> str:
    """Return what would let a fit converge that did not."""
    if descent.ending == Ending.RATE_FELL:
        return "let the rate fall more slowly"
    if descent.ending == Ending.SLOW:
        return "scale the features, or leave optimizer and learning_rate at 'auto'"
    if descent.batch_losses is None or still_fall(losses, settings.n_iter_no_change):
        return "raise max_iter"
    if settings.learning_rate is None:
        return "its loss varies by the noise of the batches; raise batch_size"
    return "its loss varies by the noise of the batches; lower the learning rate, or let it fall"


def _rise(
    risk: EmpiricalRisk, settings: Settings, descent: Descent, start: Array, losses: Array
) -> float | None:
    """Return the risk at the end if it rose at a given rate; None if not; an error if it rose far.

    The end must lie above the risk of predicting zero, too: a warm start at the minimum has no
    choice but to leave it for the noise of the batches.
    """
    rate, begin = of_any_length(settings.learning_rate), float(losses[0])
    own = settings.optimizer is None or rate is None or isinstance(rate, Adaptive)
    # from zero, any growth is without measure
    if own or begin == 0 or losses[-1] <= begin + NOISE * abs(begin):
        return None
    end, zero = float(risk.value(descent.x)), float(risk.value(np.zeros_like(start)))
    top = max(begin, zero)
    scale = max(abs(begin), abs(zero))
    if end <= top + NOISE * scale:
        return None
    if end > top + (FAR - 1) * scale:
        grown = ended(descent, Ending.GREW, start=begin, end=end)
        told = Ending.ROSE.message(start=begin, end=end)
        raise DivergenceError(on_divergence(risk, settings, told, start), grown)
    return end
