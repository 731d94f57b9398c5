"""The learning rate that an estimator's settings come to on its rows."""

from descend.curvature.feature_scaling import safe_rate_scaled
from descend.curvature.safe_rate import safe_rate
from descend.estimators.settings import Settings, of_any_length
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import LBFGS, SAGA, SVRG, is_rate_free, recommended_rate
from descend.protocols import Adaptive, Array, Patient, Schedule, Search
from descend.rates import Constant, Text, WholeStep

ATTEMPTS = 20
"""Rates, each a quarter of the one before, that are tried until one does not diverge."""


def rate_for(
    risk: EmpiricalRisk, settings: Settings, start: Array, scale: Array | None
) -> Schedule | Adaptive | Search:
    """Return the learning rate that the settings ask for, at `start` `(d,)`.

    `scale` `(d,)` holds the units of the coordinates that it is for; None for the parameters' own.
    """
    rate = settings.learning_rate
    n = risk.blocks.n_rows
    batch_size = settings.rows_a_step(n)
    if rate is None and isinstance(settings.optimizer, LBFGS):
        return WholeStep()  # its directions have a length of their own
    if rate is None:
        return Constant(safe_rate_for(risk, settings, start, scale))
    return rate.over(settings.max_iter * -(-n // batch_size)) if isinstance(rate, Text) else rate


def rule_of(settings: Settings) -> Patient | None:
    """Return the rate that is asked for if it follows from the losses of the epochs."""
    rate = of_any_length(settings.learning_rate)
    return rate if isinstance(rate, Patient) else None


def safe_rate_for(
    risk: EmpiricalRisk, settings: Settings, start: Array, scale: Array | None
) -> float:
    """Return a rate at which the optimizer does not diverge; the parameters are `rate_for`'s."""
    optimizer = settings.named  # the others choose their own steps
    if is_rate_free(optimizer):
        return recommended_rate(optimizer)
    batch_size = settings.rows_a_step(risk.blocks.n_rows)
    if isinstance(optimizer, SAGA | SVRG):
        from descend.solvers.stochastic.variance_reduction import reduced_safe_rate  # loads Numba

        return reduced_safe_rate(risk, start, optimizer, batch_size)
    if scale is None:
        return safe_rate(risk, start, optimizer, batch_size)
    return safe_rate_scaled(risk, start, optimizer, batch_size, scale)
