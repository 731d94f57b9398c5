"""From a problem, as an estimator states it, to what the estimator shows of its solution."""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split

from descend.data.rows import Rows
from descend.estimators.checking import checked_random_state, of_mean_one
from descend.estimators.initial import Initial
from descend.estimators.monitoring import Best, Validation
from descend.estimators.resume import ResumeState
from descend.estimators.settings import Settings
from descend.estimators.training import Trained, default_start, train, train_on
from descend.protocols import Array, Loss
from descend.records.descent import Descent
from descend.records.watched import Subject
from descend.solvers.watching import Live, last_rate, watching
from descend.support.numbers import counted


class Task(NamedTuple):
    """What is to be learned, whatever the rows.

    `score` takes targets, raw predictions `(n, outputs)` and weights; larger is better. `stratify`:
    rows held out keep the shares of the targets. `flat`: coefficients of a single output are shown
    as `(n_features,)`.
    """

    loss: Loss
    metric: str
    score: Callable[[Any, Array, Any], float]
    stratify: bool
    flat: bool


class ValidationRows(NamedTuple):
    """Rows to score, with targets and weights."""

    X: Any
    targets: Any
    weight: Array | None = None


class Problem(NamedTuple):
    """A task and its rows: `targets` as the score compares them, `examples.y` as the loss does."""

    task: Task
    examples: Rows
    targets: Any
    validation: ValidationRows | None
    names: tuple[str, ...] | None

    @property
    def n_outputs(self) -> int:
        """The number of outputs of the model."""
        return int(self.examples.y.shape[1])

    def scoring(self) -> Validation | None:
        """Return the score of parameters on the validation rows, if there are such rows."""
        if self.validation is None:
            return None
        X, targets, weight = self.validation
        score, n_features = self.task.score, X.shape[1]

        def of(w: Array) -> float:
            z = X @ w[:, :n_features].T
            return score(targets, z + w[:, -1] if w.shape[1] > n_features else z, weight)

        return Validation(self.task.metric, of)

    def holding_out(self, fraction: float, state: np.random.RandomState) -> "Problem":
        """Return the problem with a share of its rows as validation rows."""
        n, stratify = self.examples.n_rows, self.task.stratify
        try:
            kept, out = train_test_split(
                np.arange(n),
                test_size=fraction,
                random_state=state,
                stratify=self.targets if stratify else None,
            )
        except ValueError as error:
            raise ValueError(
                f"early_stopping cannot hold out a share of {fraction:g} of {n} rows: {error}"
            ) from None
        if len(out) < 2 and not stratify:
            raise ValueError(
                f"early_stopping holds out 1 of {n} rows, and R² needs at least 2: raise "
                "validation_fraction, or give X_val and y_val"
            )
        held = self.examples.at(out)
        return self._replace(
            examples=self.examples.at(kept),
            targets=self.targets[kept],
            validation=ValidationRows(held.X, self.targets[out], held.weight),
        )


class Continuation(NamedTuple):
    """What a call leaves for the next: the state after epochs by batches, and of early stopping."""

    resume: ResumeState | None = None
    best: Best = Best()

    def resumed_at(self, settings: Settings, start: Array | None) -> ResumeState | None:
        """Return the optimizer's state if the settings go on with it from `start`."""
        if self.resume is None or start is None or not self.resume.fits(settings, start):
            return None
        return self.resume


class Fitted(NamedTuple):
    """What a call of `fit` or `partial_fit` found: parameters `(outputs, width)`, losses, scores.

    Losses are those at the start and after each epoch, scores those on the validation rows after
    each epoch, None without such rows.
    """

    w: Array
    descent: Descent
    epochs: int
    losses: Array
    scores: Array | None
    continuation: Continuation

    def coefficients(self, n_features: int) -> tuple[Array, Array]:
        """Return the coefficients `(outputs, n_features)` and the intercepts `(outputs,)`."""
        without = self.w.shape[1] == n_features
        intercepts = np.zeros_like(self.w[:, 0]) if without else self.w[:, -1].copy()
        return self.w[:, :n_features].copy(), intercepts


def fit_rows(
    settings: Settings,
    problem: Problem,
    start: Array | None,
    initial: Initial,
    before: Continuation,
    seed: Any,
) -> Fitted:
    """Train a linear model to convergence, from `start` `(outputs, width)` or the loss's own.

    What is given as `initial` goes before either. `before` is what the last call left, `seed` an
    estimator's `random_state`.
    """
    state = checked_random_state(seed)
    random = np.random.default_rng(state.randint(2**31))
    if problem.validation is None and settings.early_stopping:
        problem = problem.holding_out(settings.validation_fraction, state)
    examples = replace(problem.examples, weight=of_mean_one(problem.examples.weight))
    if initial.given:
        own = default_start(settings, examples, problem.task.loss) if start is None else start
        start = initial.in_place_of(own)
    live = settings.live
    page = nullcontext() if live is None else watching(_subject(settings, problem, live))
    with page as watched:
        trained = train(
            settings,
            examples,
            problem.task.loss,
            start,
            problem.names,
            problem.scoring(),
            random,
            before.resumed_at(settings, start),
            watched,
        )
        if watched is not None:
            end, losses = trained.descent, trained.losses
            watched.arrive(
                end.status,
                end.message,
                end.x,
                steps=len(losses) - 1,
                loss=float(losses[-1]),
                rate=last_rate(end),
                start_loss=float(losses[0]),
            )
    scores = None if problem.validation is None else np.array(trained.scores)
    return _fitted(trained, max(1, len(trained.losses) - 1), scores, Best())


def fit_part(
    settings: Settings, problem: Problem, start: Array | None, before: Continuation, seed: Any
) -> Fitted:
    """Train a linear model for an epoch over a part of the data.

    The settings are those that `for_parts` returned, the weights are taken as they are.
    """
    best, resume = before.best, before.resume
    if best.w is not None and resume is not None:
        start = resume.answer  # the best parameters are shown; the last ones go on
    random = np.random.default_rng(checked_random_state(seed).randint(2**31))
    trained = train_on(
        settings,
        problem.examples,
        problem.task.loss,
        start,
        problem.names,
        random,
        before.resumed_at(settings, start),
    )
    scoring = problem.scoring()
    scores = None if scoring is None else np.array([scoring.score(trained.w)])
    after = Best()
    if scores is not None and settings.early_stopping:
        after = best.after(float(scores[0]), trained.w, settings.tol)
    return _fitted(trained, 1, scores, after)


def _subject(settings: Settings, problem: Problem, live: Live) -> Subject:
    """Return what is fitted, in words."""
    rows, features = problem.examples.X.shape
    optimizer = "auto" if settings.optimizer is None else type(settings.optimizer).__name__
    loss = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(problem.task.loss).__name__).capitalize()
    size = f"{counted(rows, 'row')}, {counted(features, 'feature')}"
    metric = None if problem.validation is None else problem.task.metric
    title = live.title or f"{loss}, {size}, {optimizer}"
    return Subject(title, "epoch", settings.max_iter, "loss", metric=metric)


def _fitted(trained: Trained, epochs: int, scores: Array | None, best: Best) -> Fitted:
    w = trained.w if best.w is None else best.w
    after = Continuation(trained.resume, best)
    return Fitted(w, trained.descent, epochs, trained.losses, scores, after)
