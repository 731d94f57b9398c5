"""What to say about a descent that diverged."""

from descend.estimators.coordinates import feature_scale
from descend.estimators.rate import safe_rate_for
from descend.estimators.settings import Settings
from descend.objectives.risk import EmpiricalRisk
from descend.rates import Constant
from descend.typing import Array


def on_divergence(risk: EmpiricalRisk, settings: Settings, message: str, start: Array) -> str:
    """Return what to say about a descent that ended by this message, and why.

    Parameters
    ----------
    risk, settings, start
        What was descended, how, and from where, `(d,)`.
    message
        Where it blew up.
    """
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
