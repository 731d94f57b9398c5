"""From a problem to a fitted model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descend.cli.model import Model
from descend.cli.problem import Problem, default_loss
from descend.cli.scores import NAMES, Score

if TYPE_CHECKING:
    from descend.estimators import DescentClassifier, DescentRegressor


@dataclass(frozen=True, eq=False)
class Trained:
    """A model, how it was reached, and how good it is.

    Attributes
    ----------
    problem, model
        What was learned.
    estimator
        What learned it, on standardised columns.
    seconds
        The time of the training alone.
    scores
        On the training, validation and test part.
    interrupted
        Whether Ctrl-C ended it.
    """

    problem: Problem
    model: Model
    estimator: DescentRegressor | DescentClassifier
    seconds: float
    scores: tuple[Score, Score, Score]
    interrupted: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the training, a sentence each."""
        told = []
        if self.model.trained["status"] == "stopped":
            epochs = self.problem.settings.epochs
            told = [f"The {epochs} epochs were used up before it converged: --epochs allows more."]
        if self.problem.settings.penalty in ("l1", "elasticnet"):
            weights = self.model.coefficients
            told.append(f"{np.sum(weights == 0)} of {weights.size} weights are exactly zero.")
        return tuple(told)


def train(
    problem: Problem, watchers: Sequence[Callable[[Any], None]], was_interrupted: Callable[[], bool]
) -> Trained:
    """Fit a problem by gradient descent.

    Parameters
    ----------
    problem
        What is to be learned.
    watchers
        Called after each epoch with a `descend.protocols.Progress`; one that raises StopIteration
        ends the training.
    was_interrupted
        Says afterwards whether it was Ctrl-C that ended it.

    Raises
    ------
    ValueError
        If the learning rate that was asked for is too large; the message names one that works.
    """
    from sklearn.exceptions import ConvergenceWarning

    from descend import DivergenceError

    settings, parts = problem.settings, problem.parts
    estimator = _estimator(problem, list(watchers))
    watched = {}
    if len(parts.validation):
        watched = {
            "X_val": problem.features(parts.validation),
            "y_val": problem.targets(parts.validation),
        }
    X, y = problem.features(parts.train), problem.targets(parts.train)
    started = perf_counter()
    with warnings.catch_warnings():
        # Whoever sees the outcome is told in the command line's own words.
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            estimator.fit(X, y, **watched)
        except DivergenceError as error:
            if settings.learning_rate == "auto":
                raise
            raise ValueError(
                f"the training diverged: --learning-rate {_told(settings.learning_rate)} is too"
                " large for these rows; --learning-rate"
                f" {_safe_rate(problem, X, y):.2g} is safe, and auto, the default, finds such a"
                " rate by itself"
            ) from error
    seconds = perf_counter() - started
    interrupted = was_interrupted()
    model = problem.model(estimator.coef_, estimator.intercept_)
    scores = problem.scores(model)
    names = NAMES[problem.target.task]
    model.trained.update(
        rows={part: len(rows) for part, rows in parts._asdict().items()},
        scores={
            part: {names.score: score.score, names.error: score.error}
            for part, score in zip(parts._fields, scores, strict=True)
            if score.score is not None or score.error is not None
        },
        optimizer=settings.optimizer,
        penalty=settings.penalty,
        alpha=settings.alpha,
        epochs=int(estimator.n_iter_),
        seed=settings.seed,
        status="interrupted" if interrupted else str(estimator.descent_.status),
    )
    return Trained(problem, model, estimator, seconds, scores, interrupted)


def _told(rate: str | float) -> str:
    return rate if isinstance(rate, str) else f"{rate:g}"


def _safe_rate(problem: Problem, X: npt.NDArray[np.float64], y: npt.NDArray[Any]) -> float:
    """Return the rate that `auto` begins with on these rows, tried for an epoch."""
    settings = problem.settings._replace(learning_rate="auto", epochs=1)
    cautious = _estimator(problem._replace(settings=settings), [])
    return float(cautious.fit(X, y).learning_rate_)


def _estimator(
    problem: Problem, watchers: list[Callable[[Any], None]]
) -> DescentRegressor | DescentClassifier:
    """Return the estimator that the settings describe."""
    # scikit-learn takes a second to import, and many an error is found without it.
    from descend.estimators import DescentClassifier, DescentRegressor

    settings, task = problem.settings, problem.target.task
    kind = DescentRegressor if task == "regression" else DescentClassifier
    return kind(
        loss=settings.loss or default_loss(task),
        penalty=settings.penalty,
        alpha=settings.alpha,
        optimizer=settings.optimizer,
        learning_rate=settings.learning_rate,
        batch_size=settings.batch_size,
        max_iter=settings.epochs,
        callbacks=watchers,
        random_state=settings.seed,
    )
