"""From rows, targets and settings to parameters."""

import warnings
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from descend.data.rows import Rows
from descend.estimators.advice import on_divergence, told_of_end
from descend.estimators.checking import refuse_not_finite
from descend.estimators.monitoring import Monitor, Validation
from descend.estimators.rate import ATTEMPTS
from descend.estimators.resume import ResumeState, beginning, slow_down
from descend.estimators.settings import Settings
from descend.estimators.solver_choice import solver_for, stochastic_solver
from descend.estimators.units import complaint_about_units
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2, GroupL1, NoPenalty
from descend.protocols import Array, Ending, Loss, Status, Step
from descend.records.descent import Descent
from descend.records.joining import ended
from descend.records.on_demand import losses_met
from descend.records.watched import Watched
from descend.solvers.contract import Observer, Options
from descend.solvers.progress import epochs_shown
from descend.support.blas import one_thread
from descend.support.errors import DivergenceError


class Trained(NamedTuple):
    """What was learned: `w` `(outputs, width)`, the record, losses and scores after each epoch.

    The first loss is that at the start; `resume` is what a descent by batches can go on from.
    """

    w: Array
    descent: Descent
    losses: Array
    scores: list[float]
    resume: ResumeState | None


def train(
    settings: Settings,
    examples: Rows,
    loss: Loss,
    start: Array | None,
    names: tuple[str, ...] | None,
    validation: Validation | None,
    random: np.random.Generator,
    resume: ResumeState | None,
    watched: Watched | None = None,
) -> Trained:
    """Descend the empirical risk as the settings say, and tell whoever has it `watched`.

    It begins at `start` `(outputs, width)`, None for the risk's own beginning, or goes on from
    `resume`, which stays as it is. Rows that are not finite are a ValueError, a learning rate that
    is too large a `DivergenceError`.
    """
    risk = _risk(settings, examples, loss, names)
    model, n = risk.model, examples.n_rows
    w = risk.initial_parameters(examples.X.dtype) if start is None else start.ravel()

    def check_rows() -> None:
        refuse_not_finite(examples.X, "X", names)

    stochastic = settings.by_batches and settings.rows_a_step(n) < n
    if not stochastic or settings.learning_rate is None:
        check_rows()
    going: ResumeState | None = None
    options = replace(_options(settings, random), names=_names(model, names))
    printed = settings.verbose and settings.live is None
    shown = epochs_shown(settings.max_iter) if printed else nullcontext()
    if watched is not None and settings.live is not None:
        watched.begin(w, _names(model, settings.live.names or names))
    # an overflow becomes an error that names the units of the data; a rate that is chosen for the
    # rows must not depend on how many threads add them up
    with shown as show, one_thread(), np.errstate(over="ignore", invalid="ignore"):
        monitor = Monitor(settings, model, validation, show, watched)
        if stochastic:
            going = deepcopy(resume) or beginning(risk, settings, w, random)
            options = replace(options, random=going.random)
            solver = stochastic_solver(risk, settings, going, check_rows)
        else:
            solver = solver_for(risk, settings, w)
        descent = solver.solve(risk, w, options, monitor)
    losses = _losses(descent, settings, monitor.losses)
    _refuse_overflow(examples, losses[0])
    descent = _named(descent, model, names)
    if descent.status == Status.DIVERGED or not np.isfinite(descent.x).all():
        raise DivergenceError(on_divergence(risk, settings, descent.message, w), descent)
    if monitor.ending is not None:
        descent = ended(descent, monitor.ending, **monitor.numbers)
    elif descent.ending != Ending.CALLBACK:
        descent = told_of_end(risk, settings, descent, w, losses)
    with np.errstate(all="ignore"):
        complaint = complaint_about_units(risk, descent.x)
    if complaint is not None:
        warnings.warn(complaint, UserWarning, stacklevel=4)
        note = f"{complaint[0].upper()}{complaint[1:]}."
        descent = descent.changed(notes=(*descent.notes, note))
    end = model.by_output(descent.x) if monitor.best.w is None else monitor.best.w
    best = _smallest(end, risk)
    after = None
    if going is not None and monitor.best.w is None:
        after = going._replace(settings=settings, answer=best)
    return Trained(best, descent, losses, monitor.scores, after)


def train_on(
    settings: Settings,
    examples: Rows,
    loss: Loss,
    start: Array | None,
    names: tuple[str, ...] | None,
    random: np.random.Generator,
    resume: ResumeState | None,
) -> Trained:
    """Do as `train` once over a part of the data, by the settings that `for_parts` returned."""
    risk = _risk(settings, examples, loss, names)
    model = risk.model
    w = risk.initial_parameters(examples.X.dtype) if start is None else start.ravel()
    if settings.learning_rate is None:
        refuse_not_finite(examples.X, "X", names)
    met: list[float] = []

    def after_one(step: Step) -> None:
        met.append(float(step.value[0]))
        raise StopIteration

    with one_thread(), np.errstate(over="ignore", invalid="ignore"):
        going = deepcopy(resume) or beginning(risk, settings, w, random)
        if resume is not None and settings.learning_rate is None:
            slow_down(going, risk, settings, w)
        solver = stochastic_solver(
            risk, settings, going, lambda: refuse_not_finite(examples.X, "X", names)
        )
        # epochs that blow up do not count: the first that holds ends it
        options = replace(_options(settings, going.random), steps=ATTEMPTS)
        descent = solver.solve(risk, w, options, Observer(after_one))
    losses = _losses(descent, settings, met)
    _refuse_overflow(examples, losses[0])
    if descent.status == Status.DIVERGED or descent.nit == 0:
        message = on_divergence(risk, settings, descent.message, w)
        raise DivergenceError(message, _named(descent, model, names))
    descent = ended(descent, Ending.PASS_OVER_ROWS)
    answer = _smallest(model.by_output(descent.x), risk)
    after = going._replace(settings=settings, answer=answer)
    return Trained(answer, _named(descent, model, names), losses, [], after)


def default_start(settings: Settings, examples: Rows, loss: Loss) -> Array:
    """Return where a fit begins that is told nothing, `(outputs, width)`."""
    risk = _risk(settings, examples, loss, None)
    return risk.model.by_output(risk.initial_parameters(examples.X.dtype))


def _options(settings: Settings, random: np.random.Generator) -> Options:
    """Return what the settings say to every solver."""
    return Options(steps=settings.max_iter, tol=settings.tol, record=settings.record, random=random)


def _losses(descent: Descent, settings: Settings, met: list[float]) -> Array:
    """Return the loss at the start and after each epoch; those `met` if the record's are of steps.

    By batches an epoch's is the mean of the losses met in it.
    """
    losses = losses_met(descent)
    return np.array([losses[0], *met]) if settings.record == "steps" and met else losses


def _refuse_overflow(examples: Rows, loss: float) -> None:
    """Raise a ValueError if the loss was not even finite where the descent began."""
    if np.isfinite(loss):
        return
    largest = float(np.abs(examples.y).max())
    raise ValueError(
        f"the loss of these targets is too large for {examples.X.dtype} numbers: y reaches "
        f"{largest:.3g}; give y in larger units"
    )


def _risk(
    settings: Settings, examples: Rows, loss: Loss, names: tuple[str, ...] | None
) -> EmpiricalRisk:
    model = Linear(examples.X.shape[1], examples.y.shape[1], settings.fit_intercept)
    penalty = settings.penalty
    if isinstance(penalty, GroupL1):
        penalty = penalty.over(model.n_features, model.n_outputs, model.intercept)
    return EmpiricalRisk(model, loss, penalty, examples, names=names)


def _smallest(w: Array, risk: EmpiricalRisk) -> Array:
    """Return, of all parameters that predict the same and are penalised no more, the smallest."""
    if not risk.loss.normalised:
        return w
    # log-probabilities stay when all outputs shift; but zeros, bounds and sums of sizes do not
    free = 0 if isinstance(risk.penalty, NoPenalty | L2) else risk.model.n_features
    smallest = w.copy()
    smallest[:, free:] -= w[:, free:].mean(axis=0)
    return smallest


def _named(descent: Descent, model: Linear, features: tuple[str, ...] | None) -> Descent:
    """Return the record with a name for each parameter: the feature's, and the output's number."""
    return descent.changed(names=_names(model, features))


def _names(model: Linear, features: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the parameters' names."""
    names = (features or _numbered(model.n_features)) + ("intercept",) * model.intercept
    if model.n_outputs > 1:
        return tuple(f"{name}[{k}]" for k in range(model.n_outputs) for name in names)
    return names


@lru_cache(maxsize=1)
def _numbered(n_features: int) -> tuple[str, ...]:
    """Return names for features without any; those of wide rows take a tenth of an epoch's time."""
    return tuple(f"x{j}" for j in range(n_features))
