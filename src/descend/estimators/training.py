"""From rows, targets and settings to parameters: the way that both estimators share."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from descend.data.arrays import ArrayBlocks
from descend.descent import Descent
from descend.engine.curvature import safe_rate
from descend.engine.history import Epoch
from descend.engine.loop import Callback, walk
from descend.engine.preconditioner import descend_preconditioned
from descend.engine.stopping import GradientShrunk
from descend.errors import DivergenceError
from descend.estimators.checking import refuse_not_finite
from descend.estimators.settings import Settings
from descend.models import Linear
from descend.objectives.risk import EmpiricalRisk
from descend.optimizers import is_rate_free, recommended_rate
from descend.rates import Constant, Text
from descend.rates.composed import length_of
from descend.typing import Adaptive, Array, Loss, Progress, Schedule, Search

Score = Callable[[Array], float]
"""The score of parameters `(outputs, width)` on the validation part."""


class Examples(NamedTuple):
    """What to learn from: `X`, `y` `(n, outputs)`, and weights of mean 1 or None."""

    X: Any
    y: Array
    weight: Array | None


class Trained(NamedTuple):
    """What was learnt: parameters `(outputs, width)`, the record, and the validation scores."""

    w: Array
    descent: Descent
    scores: list[float]


def train(
    settings: Settings,
    examples: Examples,
    loss: Loss,
    start: Array | None,
    names: tuple[str, ...] | None,
    score: Score | None,
    random: np.random.Generator,
) -> Trained:
    """Descend the empirical risk as the settings say.

    Parameters
    ----------
    settings, examples, loss
        What to do, with what, and what is descended.
    start
        `(outputs, width)`, or None for zeros.
    names
        The features' names, if they have some.
    score
        How good parameters are on rows held out, or None.
    random
        Draws orders and samples.

    Raises
    ------
    ValueError
        If the rows hold what is not finite.
    DivergenceError
        If the learning rate that was given is too large.
    """
    model = Linear(examples.X.shape[1], examples.y.shape[1], settings.fit_intercept)
    risk = EmpiricalRisk(model, loss, settings.penalty, ArrayBlocks(*examples))
    w = np.zeros(model.n_parameters, dtype=examples.X.dtype) if start is None else start.ravel()
    watch = Watch(settings, model, score)
    descent = _descend(
        risk,
        settings,
        examples,
        w,
        watch,
        random,
        lambda: refuse_not_finite(examples.X, "X", names),
    )
    if descent.status == "diverged":
        raise DivergenceError(_advice(risk, settings, descent, w))
    # a schedule with an end says itself how long to descend
    planned = length_of(descent.learning_rate) < np.inf
    if descent.status == "stopped" and settings.tol > 0 and not (watch.ended or planned):
        warnings.warn(
            f"{descent.message}, and the fit had not converged: raise max_iter, "
            "or see descent_.explain()",
            ConvergenceWarning,
            stacklevel=3,
        )
    best = model.by_output(descent.x if watch.best_w is None else watch.best_w)
    if loss.normalised:
        # log-probabilities stay when all outputs shift: of all such parameters, the smallest
        best = best - best.mean(axis=0)
    features = names or tuple(f"x{j}" for j in range(model.n_features))
    named = replace(descent, names=_coordinate_names(model, features))
    return Trained(best, named, watch.scores)


class Watch:
    """What is done after each epoch: scores, early stopping, the user's callbacks."""

    def __init__(self, settings: Settings, model: Linear, score: Score | None) -> None:
        self._settings = settings
        self._model = model
        self._score = score
        self._callbacks = settings.callbacks + ((_print_progress,) if settings.verbose else ())
        self._best_score = -np.inf
        self._failures = 0
        self.scores: list[float] = []
        self.best_w: Array | None = None
        self.ended = False

    @property
    def idle(self) -> bool:
        """Whether there is nothing to do."""
        return self._score is None and not self._callbacks

    def __call__(self, epoch: Epoch) -> None:
        """Look at an epoch; `StopIteration` ends the descent."""
        stop = False
        if self._score is not None:
            self.scores.append(self._score(self._model.by_output(epoch.w)))
            stop = self._settings.early_stopping and self._has_stopped_improving(epoch.w)
        progress = Progress(
            epoch.number, epoch.loss, self.scores[-1] if self.scores else None, epoch.rate
        )
        try:
            for callback in self._callbacks:
                callback(progress)
        except StopIteration:
            stop = True
        if stop:
            self.ended = True
            raise StopIteration

    def _has_stopped_improving(self, w: Array) -> bool:
        if self.scores[-1] > self._best_score + self._settings.tol:
            self._best_score, self._failures = self.scores[-1], 0
            self.best_w = w.copy()
        else:
            self._failures += 1
        return self._failures >= self._settings.n_iter_no_change


def _descend(
    risk: EmpiricalRisk,
    settings: Settings,
    examples: Examples,
    start: Array,
    watch: Watch,
    random: np.random.Generator,
    check_rows: Callable[[], None],
) -> Descent:
    """Choose the way down: preconditioned, all rows at once, or by batches."""
    n = risk.blocks.n_rows
    batch_size = settings.rows_a_step(n)
    by_batches = batch_size < n
    if settings.optimizer is None or settings.learning_rate is None or not by_batches:
        check_rows()
    if settings.optimizer is None:
        return descend_preconditioned(
            risk,
            start,
            max_iter=settings.max_iter,
            tol=settings.tol,
            random=random,
            record=settings.record,
            callback=None if watch.idle else _after_step(watch, None),
        )
    rate = settings.learning_rate
    if rate is None and is_rate_free(settings.optimizer):
        rate = Constant(recommended_rate(settings.optimizer))
    elif rate is None:
        rate = Constant(safe_rate(risk, start, settings.optimizer, batch_size))
    elif isinstance(rate, Text):
        rate = rate.over(settings.max_iter * -(-n // batch_size))
    if not by_batches:
        return walk(
            risk,
            start,
            settings.optimizer,
            rate,
            steps=settings.max_iter,
            stopping=GradientShrunk(settings.tol),
            record=settings.record,
            callback=None if watch.idle else _after_step(watch, rate),
        )
    from descend.engine.epochs import Pace, walk_epochs  # loads Numba, which other ways do not need

    assert not isinstance(rate, Adaptive)  # the settings refuse those by batches
    pace = Pace(
        rate,
        adaptive=settings.learning_rate is None,
        max_iter=settings.max_iter,
        tol=settings.tol,
        patience=settings.n_iter_no_change,
    )
    return walk_epochs(
        risk,
        examples,
        start,
        settings.optimizer,
        pace,
        batch_size=batch_size,
        shuffle=settings.shuffle,
        random=random,
        record=settings.record,
        callback=None if watch.idle else watch,
        on_blow_up=check_rows,
    )


def _after_step(watch: Watch, rate: Schedule | Adaptive | Search | None) -> Callback:
    """Return a callback of the array loop that tells the watch; a rate that is found is NaN."""
    number = 0

    def call(w: Array, value: Array) -> None:
        nonlocal number
        number += 1
        told = float("nan")
        if rate is not None and not isinstance(rate, Adaptive | Search):
            told = float(rate(np.asarray(float(number))))
        watch(Epoch(number, w[0], float(value[0]), told))

    return call


def _advice(risk: EmpiricalRisk, settings: Settings, descent: Descent, start: Array) -> str:
    """Return what to say about a descent that diverged."""
    assert settings.optimizer is not None  # the fast path searches: it cannot diverge
    batch_size = settings.rows_a_step(risk.blocks.n_rows)
    rate = safe_rate(risk, start, settings.optimizer, batch_size)
    return (
        f"{descent.message}: the learning rate is too large for this data; "
        f"learning_rate={rate:.2g} is safe, learning_rate='auto' finds such a rate by itself, "
        "and scaled features allow a larger one"
    )


def _coordinate_names(model: Linear, features: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name for each parameter: the feature's, with the output's number if several."""
    own = features + ("intercept",) * model.intercept
    if model.n_outputs == 1:
        return own
    return tuple(f"{name}[{k}]" for k in range(model.n_outputs) for name in own)


def _print_progress(progress: Progress) -> None:
    """Print a line an epoch."""
    score = progress.validation_score
    told = "" if score is None else f", validation score {score:.4f}"
    print(f"epoch {progress.epoch}: loss {progress.loss:.6g}{told}")
