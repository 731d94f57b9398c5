"""From rows, targets and settings to parameters: the way that both estimators share."""

import warnings
from collections.abc import Callable
from contextlib import nullcontext
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from descend.data.arrays import ArrayBlocks
from descend.descent import Descent
from descend.engine.curvature import safe_rate
from descend.engine.history import Epoch
from descend.engine.loop import walk
from descend.engine.preconditioner import descend_preconditioned, walk_in
from descend.engine.progress import epochs_shown
from descend.engine.rounding import descend_rounded
from descend.engine.state import State
from descend.engine.stopping import GradientShrunk
from descend.errors import DivergenceError
from descend.estimators.checking import refuse_not_finite
from descend.estimators.coordinates import coordinates_of, feature_scale, safe_rate_scaled
from descend.estimators.settings import Settings
from descend.estimators.watching import Validation, Watch
from descend.models import Linear
from descend.objectives.risk import EmpiricalRisk
from descend.optimizers import SAGA, SVRG, AdaGrad, is_rate_free, recommended_rate
from descend.optimizers.scaled import Scaled
from descend.optimizers.traits import is_elementwise, is_scale_free
from descend.rates import Constant, Text
from descend.rates.composed import length_of
from descend.rates.searches import Monotone
from descend.typing import Adaptive, Array, Loss, Optimizer, Patient, Roundable, Schedule, Search

ATTEMPTS = 20
"""Rates, each a quarter of the one before, that a part of the data is tried at."""


class Examples(NamedTuple):
    """What to learn from: `X`, `y` `(n, outputs)`, and weights of mean 1 or None."""

    X: Any
    y: Array
    weight: Array | None


class Pause(NamedTuple):
    """Where a descent by batches ended, and all that it needs to go on from there.

    Attributes
    ----------
    settings
        Those of that descent: only with the same optimizer and learning rate it goes on.
    optimizer, schedule
        What walks, and the rates of the steps.
    state
        The point walked, the optimizer's memory and the step count.
    random
        Draws the orders of the epochs to come.
    answer
        The parameters `(outputs, width)` that the estimator shows for it.
    """

    settings: Settings
    optimizer: Optimizer
    schedule: Schedule
    state: State
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


class Trained(NamedTuple):
    """What was learnt.

    Attributes
    ----------
    w
        `(outputs, width)`.
    descent
        The record.
    losses, scores
        At the start and after each epoch; on the validation rows after each epoch.
    pause
        What to go on from, after a descent by batches.
    """

    w: Array
    descent: Descent
    losses: Array
    scores: list[float]
    pause: Pause | None


def train(
    settings: Settings,
    examples: Examples,
    loss: Loss,
    start: Array | None,
    names: tuple[str, ...] | None,
    validation: Validation | None,
    random: np.random.Generator,
    pause: Pause | None,
) -> Trained:
    """Descend the empirical risk as the settings say.

    Parameters
    ----------
    settings, examples, loss
        What to do, with what, and what is descended.
    start
        `(outputs, width)`, or None for the risk's own beginning.
    names
        The features' names, if they have some.
    validation
        How good parameters are on rows held out, or None.
    random
        Draws orders and samples.
    pause
        What to go on from, with `start` the parameters there; it stays as it is.

    Raises
    ------
    ValueError
        If the rows hold what is not finite.
    DivergenceError
        If the learning rate that was given is too large.
    """
    risk = _risk(settings, examples, loss)
    model = risk.model
    w = risk.beginning(examples.X.dtype) if start is None else start.ravel()
    with epochs_shown(settings.max_iter) if settings.verbose else nullcontext() as show:
        watch = Watch(settings, model, validation, show)
        descent, state = _descend(
            risk,
            settings,
            examples,
            w,
            watch,
            random,
            pause and deepcopy(pause),
            lambda: refuse_not_finite(examples.X, "X", names),
        )
    if descent.status == "diverged" or not np.isfinite(descent.x).all():
        raise DivergenceError(_advice(risk, settings, descent.message, w))
    # a schedule with an end says itself how long to descend
    planned = length_of(descent.learning_rate) < np.inf
    if watch.ending:
        descent = replace(descent, message=watch.ending)
    elif descent.status == "stopped" and settings.tol > 0 and not planned:
        warnings.warn(
            f"{descent.message}, and the fit had not converged: raise max_iter, "
            "or see descent_.explain()",
            ConvergenceWarning,
            stacklevel=3,
        )
    end = model.by_output(descent.x) if watch.best.w is None else watch.best.w
    best = _smallest(end, loss)
    losses = descent.values
    if settings.record == "steps" and watch.losses:
        losses = np.array([descent.values[0], *watch.losses])
    after = None
    if state is not None and watch.best.w is None:
        after = Pause(settings, *state, best)
    return Trained(best, _named(descent, model, names), losses, watch.scores, after)


def for_parts(settings: Settings) -> Settings:
    """Return the settings for walking over the data part by part.

    The optimizer "auto", which would arrive at the minimum of a part alone, gives way to AdaGrad by
    batches of 32 rows: its steps shrink by themselves, in each coordinate by the gradients met.

    Raises
    ------
    ValueError
        If the optimizer or the learning rate needs all rows at once.
    """
    if settings.optimizer is None:
        return settings._replace(optimizer=AdaGrad(), batch_size=32)
    name = type(settings.optimizer).__name__
    if not is_elementwise(settings.optimizer):
        raise ValueError(
            f"partial_fit walks coordinate by coordinate, and {name} looks at the whole gradient "
            "at each step: give an element-wise optimizer, such as 'adam', or call fit with "
            "batch_size='full'"
        )
    if isinstance(settings.learning_rate, Adaptive):
        raise ValueError(
            f"learning_rate={settings.learning_rate!r} looks at the values of all rows, and "
            "partial_fit sees a part of them: give a number, a schedule such as 'cosine:0.1', or "
            "'auto'"
        )
    if settings.precondition == "hessian":
        raise ValueError(
            "precondition='hessian' looks at all rows, and partial_fit sees a part of them: give "
            "precondition='diagonal' or 'none'"
        )
    return settings


def train_on(
    settings: Settings,
    examples: Examples,
    loss: Loss,
    start: Array | None,
    names: tuple[str, ...] | None,
    random: np.random.Generator,
    pause: Pause | None,
) -> Trained:
    """Walk once over a part of the data, by the settings that `for_parts` returned.

    The parameters are those of `train`, and so are the errors.
    """
    risk = _risk(settings, examples, loss)
    model = risk.model
    w = risk.beginning(examples.X.dtype) if start is None else start.ravel()
    going = pause and deepcopy(pause)
    if settings.learning_rate is None:
        refuse_not_finite(examples.X, "X", names)
        if going is not None:
            _slow_down(going, risk, settings, w)

    def after_one(epoch: Epoch) -> None:
        raise StopIteration

    descent, state = _descend_by_batches(
        risk,
        settings._replace(max_iter=ATTEMPTS),
        examples,
        w,
        after_one,
        random,
        going,
        lambda: refuse_not_finite(examples.X, "X", names),
    )
    if descent.status == "diverged" or len(descent.values) == 1:
        raise DivergenceError(_advice(risk, settings, descent.message, w))
    told = replace(descent, message="partial_fit went once over the rows")
    answer = _smallest(model.by_output(descent.x), loss)
    return Trained(
        answer, _named(told, model, names), descent.values, [], Pause(settings, *state, answer)
    )


def _slow_down(pause: Pause, risk: EmpiricalRisk, settings: Settings, start: Array) -> None:
    """Let the rate be safe for these rows, too; a scale-free optimizer's is in units of `w`."""
    if is_scale_free(pause.optimizer):
        return
    scale = pause.state.memory[0].ravel() if settings.precondition == "diagonal" else None
    rate = _safe_rate(risk, settings, start, scale)
    now = float(pause.schedule(np.asarray(1.0)))
    pause.state.factor = min(pause.state.factor, rate / now)


Walked = tuple[Optimizer, Schedule, State, np.random.Generator]
"""The parts of a `Pause` that a descent by batches leaves behind."""


def _risk(settings: Settings, examples: Examples, loss: Loss) -> EmpiricalRisk:
    model = Linear(examples.X.shape[1], examples.y.shape[1], settings.fit_intercept)
    return EmpiricalRisk(model, loss, settings.penalty, ArrayBlocks(*examples))


def _smallest(w: Array, loss: Loss) -> Array:
    """Return, of all parameters that predict the same, the smallest."""
    # log-probabilities stay when all outputs shift
    return w - w.mean(axis=0) if loss.normalised else w


def _descend(
    risk: EmpiricalRisk,
    settings: Settings,
    examples: Examples,
    start: Array,
    watch: Watch,
    random: np.random.Generator,
    pause: Pause | None,
    check_rows: Callable[[], None],
) -> tuple[Descent, Walked | None]:
    """Choose the way down: preconditioned, all rows at once, or by batches."""
    n = risk.blocks.n_rows
    by_batches = settings.rows_a_step(n) < n
    if settings.optimizer is None or settings.learning_rate is None or not by_batches:
        check_rows()
    if settings.optimizer is None:
        kinked = isinstance(risk.loss, Roundable)
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
    if by_batches:
        callback = None if watch.idle else watch
        return _descend_by_batches(
            risk, settings, examples, start, callback, random, pause, check_rows
        )
    if settings.precondition != "none":
        rate = settings.learning_rate or Monotone(initial=1.0)
        rate = rate.over(settings.max_iter) if isinstance(rate, Text) else rate
        descent = walk_in(
            coordinates_of(risk, start, settings.precondition, random),
            start,
            settings.optimizer,
            rate,
            steps=settings.max_iter,
            stopping=GradientShrunk(settings.tol),
            record=settings.record,
            callback=watch.after_step(rate),
        )
        return replace(descent, objective=risk), None
    rate = _rate(risk, settings, start, None)
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
    return descent, None


def _descend_by_batches(
    risk: EmpiricalRisk,
    settings: Settings,
    examples: Examples,
    start: Array,
    callback: Callable[[Epoch], None] | None,
    random: np.random.Generator,
    pause: Pause | None,
    check_rows: Callable[[], None],
) -> tuple[Descent, Walked]:
    """Walk by batches, from a pause if there is one, and say what to go on from."""
    from descend.engine.epochs import Pace, walk_epochs  # loads Numba, which other ways do not need

    if pause is None:
        pause = _beginning(risk, settings, start, random)
    pace = Pace(
        pause.schedule,
        adaptive=settings.learning_rate is None,
        max_iter=settings.max_iter,
        tol=settings.tol,
        patience=settings.n_iter_no_change,
        rule=_rule(settings),
    )
    descent = walk_epochs(
        risk,
        examples,
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
    return descent, (pause.optimizer, pause.schedule, pause.state, pause.random)


def _beginning(
    risk: EmpiricalRisk, settings: Settings, start: Array, random: np.random.Generator
) -> Pause:
    """Return where a descent by batches begins."""
    assert settings.optimizer is not None
    scale = feature_scale(risk) if settings.precondition == "diagonal" else None
    optimizer = settings.optimizer if scale is None else Scaled(settings.optimizer)
    state = State(risk.model, start, optimizer)
    if scale is not None:
        state.memory[0][:] = risk.model.by_output(scale)
    rate = _rate(risk, settings, start, scale)
    rule = _rule(settings)
    schedule = rate if rule is None else Constant(rule.initial)
    assert not isinstance(schedule, Adaptive)  # the settings refuse others by batches
    return Pause(settings, optimizer, schedule, state, random, risk.model.by_output(start))


def _rate(
    risk: EmpiricalRisk, settings: Settings, start: Array, scale: Array | None
) -> Schedule | Adaptive | Search:
    """Return the learning rate that the settings ask for."""
    rate = settings.learning_rate
    n = risk.blocks.n_rows
    batch_size = settings.rows_a_step(n)
    if rate is None:
        return Constant(_safe_rate(risk, settings, start, scale))
    return rate.over(settings.max_iter * -(-n // batch_size)) if isinstance(rate, Text) else rate


def _rule(settings: Settings) -> Patient | None:
    """Return the rate that is asked for if it follows from the losses of the epochs."""
    rate = settings.learning_rate
    made = rate.over(int(rate.warmup) + 1) if isinstance(rate, Text) else rate
    return made if isinstance(made, Patient) else None


def _safe_rate(risk: EmpiricalRisk, settings: Settings, start: Array, scale: Array | None) -> float:
    """Return a rate at which the optimizer does not diverge."""
    optimizer = settings.optimizer
    assert optimizer is not None  # the fast path searches: it cannot diverge
    if is_rate_free(optimizer):
        return recommended_rate(optimizer)
    batch_size = settings.rows_a_step(risk.blocks.n_rows)
    if isinstance(optimizer, SAGA | SVRG):
        from descend.engine.variance import reduced_safe_rate  # loads Numba

        return reduced_safe_rate(risk, start, optimizer, batch_size)
    if scale is None:
        return safe_rate(risk, start, optimizer, batch_size)
    return safe_rate_scaled(risk, start, optimizer, batch_size, scale)


def _advice(risk: EmpiricalRisk, settings: Settings, message: str, start: Array) -> str:
    """Return what to say about a descent that diverged."""
    if settings.optimizer is None or settings.learning_rate is None:
        return (
            f"{message}, though the learning rate was chosen to be safe: the features or the "
            "targets are too large for the loss; scale them, or give a stronger penalty"
        )
    if settings.precondition != "none" and settings.rows_a_step(risk.blocks.n_rows) == (
        risk.blocks.n_rows
    ):
        return (
            f"{message}: the learning rate is too large for these coordinates, in which a rate of "
            "about 1 is right; learning_rate='auto' searches for it"
        )
    scale = None if settings.precondition == "none" else feature_scale(risk)
    rate = _safe_rate(risk, settings, start, scale)
    return (
        f"{message}: the learning rate is too large for this data; "
        f"learning_rate={rate:.2g} is safe, learning_rate='auto' finds such a rate by itself, "
        "and scaled features allow a larger one"
    )


def _named(descent: Descent, model: Linear, features: tuple[str, ...] | None) -> Descent:
    """Return the record with a name for each parameter: the feature's, and the output's number."""
    known = features or tuple(f"x{j}" for j in range(model.n_features))
    names = known + ("intercept",) * model.intercept
    if model.n_outputs > 1:
        names = tuple(f"{name}[{k}]" for k in range(model.n_outputs) for name in names)
    return replace(descent, names=names)
