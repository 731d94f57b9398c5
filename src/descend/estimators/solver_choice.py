"""Which solver an estimator's settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from descend.curvature.feature_scaling import preconditioned_objective
from descend.estimators.rate import ATTEMPTS, rate_for, rule_of
from descend.estimators.resume import ResumeState
from descend.estimators.settings import Settings
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Adaptive, Array, Ending, Status
from descend.rates import Constant, Text
from descend.rates.searches import Monotone
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.centred import Centred
from descend.solvers.contract import SILENT, Observer, Options, Solver
from descend.solvers.preconditioned import descend_in
from descend.solvers.untuned import untuned_solver


def solver_for(risk: EmpiricalRisk, settings: Settings, start: Array) -> Solver:
    """Return the solver that the settings ask for where a step takes all rows.

    ======================================  =====================================================
    optimizer "auto"                        `untuned_solver`'s
    a solver                                itself
    a named optimizer, `precondition`       `InCoordinates`: the array loop in other coordinates
    a named optimizer                       `Retried`: the array loop, at a rate that holds
    ======================================  =====================================================

    By batches it is `Stochastic`: see `stochastic_solver`.
    """
    optimizer = settings.optimizer
    if optimizer is None:
        return untuned_solver(risk)
    if isinstance(optimizer, Solver):
        return optimizer
    if settings.precondition != "none":
        rate = settings.learning_rate or Monotone(initial=1.0)
        rate = rate.over(settings.max_iter) if isinstance(rate, Text) else rate
        return Centred(InCoordinates(settings.precondition, ArrayLoop(optimizer, rate)))
    attempts = ATTEMPTS if settings.learning_rate is None else 1
    return Retried(ArrayLoop(optimizer, rate_for(risk, settings, start, None)), attempts)


def stochastic_solver(
    risk: EmpiricalRisk,
    settings: Settings,
    resume: ResumeState,
    check_rows: Callable[[], None] | None,
) -> Solver:
    """Return the solver by batches, which goes on from where a descent stands and moves it on."""
    from descend.solvers.stochastic.epochs import (
        Stochastic,  # loads Numba, which others do not need
    )
    from descend.solvers.stochastic.rate_control import RatePlan

    plan = RatePlan(
        resume.schedule,
        adaptive=settings.learning_rate is None,
        patience=settings.n_iter_no_change,
        rule=rule_of(settings),
    )
    return Stochastic(
        resume.optimizer,
        plan,
        settings.rows_a_step(risk.blocks.n_rows),
        settings.shuffle,
        resume.state,
        check_rows,
    )


@dataclass(frozen=True)
class InCoordinates:
    """The array loop in coordinates that `precondition`, "diagonal" or "hessian", names."""

    precondition: str
    loop: ArrayLoop

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend: see `descend.solvers.contract.Solver`."""
        coordinates = preconditioned_objective(objective, start, self.precondition, options.random)
        descent = descend_in(coordinates, start, self.loop, options, observer)
        return descent.changed(objective=objective)


@dataclass(frozen=True)
class Retried:
    """The array loop at a rate that is quartered until it does not diverge.

    The rate from the curvature is a guess where that has no bound, or the optimizer looks around.
    """

    loop: ArrayLoop
    attempts: int

    def solve(
        self, objective: EmpiricalRisk, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend: see `descend.solvers.contract.Solver`."""
        loop = self.loop
        for _ in range(self.attempts):
            observer.restart()
            descent = loop.solve(objective, start, options, observer)
            fell = descent.status != Status.DIVERGED and descent.fun <= descent.values[0]
            if fell or descent.ending == Ending.CALLBACK or isinstance(loop.rate, Adaptive):
                break
            loop = replace(loop, rate=Constant(float(loop.rate(np.asarray(1.0))) / 4))
        return descent
