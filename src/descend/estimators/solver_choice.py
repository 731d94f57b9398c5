"""The ways down: in the right coordinates, with all rows a step, or by batches."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from descend.curvature.feature_scaling import preconditioned_objective
from descend.data.rows import Rows
from descend.estimators.monitoring import Watch
from descend.estimators.rate import ATTEMPTS, rate_for, rule_of
from descend.estimators.resume import ResumeState, beginning
from descend.estimators.settings import Settings
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Adaptive, Array, Epoch, Smoothable
from descend.rates import Constant, Text
from descend.rates.searches import Monotone
from descend.records.descent import Descent
from descend.solvers.array_loop import walk
from descend.solvers.preconditioned import descend_preconditioned, walk_in
from descend.solvers.smoothing import descend_rounded
from descend.solvers.stopping import GradientShrunk
from descend.support.blas import one_thread


def descend(
    risk: EmpiricalRisk,
    settings: Settings,
    examples: Rows,
    start: Array,
    watch: Watch,
    random: np.random.Generator,
    pause: ResumeState | None,
    check_rows: Callable[[], None],
) -> tuple[Descent, ResumeState | None]:
    """Go down the way that the settings ask for: preconditioned, all rows at once, or by batches.

    Parameters
    ----------
    risk, settings, examples, start
        What is descended, how, along which rows, and from where, `(d,)`.
    watch
        Looks at each epoch.
    random
        Draws orders and samples.
    pause
        Where a descent by batches goes on from, or None; it moves on.
    check_rows
        Raises what says why where the rows hold what is not finite.

    Returns
    -------
    tuple
        The record; and where a descent by batches stands, None after other ways.
    """
    n = risk.blocks.n_rows
    all_rows = settings.rows_a_step(n) == n
    if settings.optimizer is None or settings.learning_rate is None or all_rows:
        check_rows()
    if settings.optimizer is None:
        kinked = isinstance(risk.loss, Smoothable)
        descent = (descend_rounded if kinked else descend_preconditioned)(
            risk,
            start,
            max_iter=settings.max_iter,
            tol=settings.tol,
            random=random,
            record=settings.record,
            callback=watch.after_step(None),
        )
        return descent, None
    if not all_rows:
        callback = None if watch.idle else watch
        pause = pause or beginning(risk, settings, start, random)
        return by_batches(risk, settings, examples, start, pause, callback, check_rows), pause
    if settings.precondition != "none":
        rate = settings.learning_rate or Monotone(initial=1.0)
        rate = rate.over(settings.max_iter) if isinstance(rate, Text) else rate
        descent = walk_in(
            preconditioned_objective(risk, start, settings.precondition, random),
            start,
            settings.optimizer,
            rate,
            steps=settings.max_iter,
            stopping=GradientShrunk(settings.tol),
            record=settings.record,
            callback=watch.after_step(rate),
        )
        return replace(descent, objective=risk), None
    return _with_all_rows(risk, settings, start, watch), None


def _with_all_rows(risk: EmpiricalRisk, settings: Settings, start: Array, watch: Watch) -> Descent:
    """Walk by steps along the gradient of all rows; a rate from the curvature may have to shrink.

    Where the curvature has no bound, or the optimizer looks around before it steps, it is a guess.
    """
    assert settings.optimizer is not None
    rate = rate_for(risk, settings, start, None)
    attempts = ATTEMPTS if settings.learning_rate is None else 1
    for _ in range(attempts):
        watch.begin()
        with one_thread(risk.model.width):
            descent = walk(
                risk,
                start,
                settings.optimizer,
                rate,
                steps=settings.max_iter,
                stopping=GradientShrunk(settings.tol),
                record=settings.record,
                callback=watch.after_step(rate),
            )
        fell = descent.status != "diverged" and descent.fun <= descent.values[0]
        if fell or watch.ending or isinstance(rate, Adaptive):
            break
        rate = Constant(float(rate(np.asarray(1.0))) / 4)
    return descent


def by_batches(
    risk: EmpiricalRisk,
    settings: Settings,
    examples: Rows,
    start: Array,
    pause: ResumeState,
    callback: Callable[[Epoch], None] | None,
    check_rows: Callable[[], None],
) -> Descent:
    """Walk by batches from where a pause is, which moves on.

    Parameters
    ----------
    risk, settings, examples, start
        What is descended, how, along which rows, and from where, `(d,)`.
    pause
        Where it stands, with `start` its answer.
    callback
        Called after each epoch; it ends the descent by `StopIteration`.
    check_rows
        Raises what says why where the rows hold what is not finite.
    """
    from descend.solvers.stochastic.epochs import (  # loads Numba, which other ways do not need
        Pace,
        walk_epochs,
    )

    pace = Pace(
        pause.schedule,
        adaptive=settings.learning_rate is None,
        max_iter=settings.max_iter,
        tol=settings.tol,
        patience=settings.n_iter_no_change,
        rule=rule_of(settings),
    )
    return walk_epochs(
        risk,
        (examples.X, examples.y, examples.weight),
        start,
        pause.optimizer,
        pace,
        batch_size=settings.rows_a_step(risk.blocks.n_rows),
        shuffle=settings.shuffle,
        random=pause.random,
        record=settings.record,
        callback=callback,
        on_blow_up=check_rows,
        state=pause.state,
    )
