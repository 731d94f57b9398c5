"""Where a descent by batches stands, so that another can go on from there."""

from typing import NamedTuple

import numpy as np

from descend.curvature.feature_scaling import feature_scale
from descend.estimators.rate import rate_for, rule_of, safe_rate_for
from descend.estimators.settings import Settings
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers.traits import is_scale_free
from descend.optimizers.wrappers.scaled import Scaled
from descend.protocols import Adaptive, Array, Optimizer, Schedule
from descend.rates import Constant
from descend.rates.composed import length_of
from descend.solvers.stochastic.state import StochasticState


class ResumeState(NamedTuple):
    """Where a descent by batches ended, and all that it needs to go on from there.

    It goes on only with the same optimizer and learning rate in `settings`. `state` holds the
    point, the optimizer's memory and the step count, `random` draws the orders of the epochs to
    come, and `answer` `(outputs, width)` is what the estimator shows for it.
    """

    settings: Settings
    optimizer: Optimizer
    schedule: Schedule
    state: StochasticState
    random: np.random.Generator
    answer: Array

    def fits(self, settings: Settings, answer: Array) -> bool:
        """Say whether a descent by these settings from these parameters goes on from here."""
        mine = self.settings
        return (
            # by their texts: all tuples without entries are equal
            repr(mine.optimizer) == repr(settings.optimizer)
            and mine.learning_rate == settings.learning_rate
            and mine.precondition == settings.precondition
            and self.answer.dtype == answer.dtype
            and np.array_equal(self.answer, answer)
            and not self.state.steps >= length_of(self.schedule)
        )


def beginning(
    risk: EmpiricalRisk, settings: Settings, start: Array, random: np.random.Generator
) -> ResumeState:
    """Return where a descent by batches begins."""
    scale = feature_scale(risk) if settings.precondition == "diagonal" else None
    optimizer = settings.named if scale is None else Scaled(settings.named)
    state = StochasticState(risk.model, start, optimizer)
    if scale is not None:
        state.memory[0][:] = risk.model.by_output(scale)
    rate = rate_for(risk, settings, start, scale)
    rule = rule_of(settings)
    schedule = rate if rule is None else Constant(rule.initial)
    assert not isinstance(schedule, Adaptive)  # the settings refuse others by batches
    return ResumeState(settings, optimizer, schedule, state, random, risk.model.by_output(start))


def slow_down(pause: ResumeState, risk: EmpiricalRisk, settings: Settings, start: Array) -> None:
    """Let the rate be safe for these rows, too; a scale-free optimizer's is in units of `w`."""
    if is_scale_free(pause.optimizer):
        return
    scale = pause.state.memory[0].ravel() if settings.precondition == "diagonal" else None
    rate = safe_rate_for(risk, settings, start, scale)
    now = float(pause.schedule(np.asarray(1.0)))
    pause.state.factor = min(pause.state.factor, rate / now)
