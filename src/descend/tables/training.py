"""From a problem to a fitted model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.protocols import Ending
from descend.solvers.watching import Live
from descend.support.compile_time import compile_seconds
from descend.support.numbers import counted
from descend.tables.linear_model import LinearModel
from descend.tables.problem import TableProblem
from descend.tables.scores import NAMES, Score

if TYPE_CHECKING:
    from descend.estimators import DescentClassifier, DescentRegressor


BROKEN_OFF = (Ending.CALLBACK, Ending.INTERRUPTED, Ending.USER)
"""Why a training ends early that somebody ends."""


@dataclass(frozen=True, eq=False)
class Training:
    """A trained model, its seconds of training without compiling, and its scores on each part.

    The estimator learned on standardised columns; `interrupted` says whether somebody ended it.
    """

    problem: TableProblem
    model: LinearModel
    estimator: DescentRegressor | DescentClassifier
    seconds: float
    scores: tuple[Score, Score, Score]
    interrupted: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the training, a sentence each."""
        notes = []
        settings = self.problem.settings
        if self.model.trained["status"] == "stopped":
            used = "was" if settings.max_iter == 1 else "were"
            notes.append(
                f"The {counted(settings.max_iter, 'epoch')} {used} used up before it converged:"
                " max_iter= allows more."
            )
        if settings.penalty in ("l1", "elasticnet"):
            weights = self.model.coefficients
            zero = int(np.sum(weights == 0))
            notes.append(
                f"{zero} of {counted(weights.size, 'weight')} {'is' if zero == 1 else 'are'}"
                " exactly zero."
            )
        return tuple(notes)


def train(
    problem: TableProblem, callbacks: Iterable[Callable[[Any], None]] = (), *, watch: bool = False
) -> Training:
    """Fit a problem by gradient descent.

    Each callback is called after each epoch; `watch` shows the training on a page as it goes on.
    """
    from sklearn.exceptions import ConvergenceWarning

    settings, split = problem.settings, problem.split
    names = NAMES[problem.target.task]
    with warnings.catch_warnings():
        # the notes say so in words of their own
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator = _estimator(problem, list(callbacks))
        if watch:
            estimator.verbose = Live(problem.target.name, tuple(problem.columns.encoded_names))
        seconds = _fit(estimator, problem)
    model = problem.model(estimator.coef_, estimator.intercept_)
    scores = problem.scores(model)
    interrupted = estimator.descent_.ending in BROKEN_OFF
    trained = {
        "rows": {part: len(rows) for part, rows in split._asdict().items()},
        "scores": {
            part: {names.score: score.score, names.error: score.error}
            for part, score in zip(split._fields, scores, strict=True)
            if score != Score(None, None)
        },
        "optimizer": str(settings.optimizer),
        "penalty": settings.penalty,
        "alpha": settings.alpha,
        "epochs": int(estimator.n_iter_),
        "seed": settings.random_state,
        "status": "interrupted" if interrupted else str(estimator.descent_.status),
    }
    return Training(
        problem, replace(model, trained=trained), estimator, seconds, scores, interrupted
    )


def _fit(estimator: DescentRegressor | DescentClassifier, problem: TableProblem) -> float:
    """Fit an estimator to the training rows, and return how many seconds of descent it took."""
    from descend.support.errors import DivergenceError

    X, y = problem.examples(problem.split.train)
    X_val, y_val = None, None
    if len(problem.split.validation):
        X_val, y_val = problem.examples(problem.split.validation)
    compiled, started = compile_seconds(), perf_counter()
    try:
        estimator.fit(X, y, X_val=X_val, y_val=y_val)
    except DivergenceError as error:
        if problem.settings.rate_text == "auto":
            raise
        # What auto begins with on these rows is safe: one epoch shows it.
        settings = replace(problem.settings, learning_rate="auto", max_iter=1)
        safe = _estimator(problem._replace(settings=settings), []).fit(X, y).learning_rate_
        raise DivergenceError(
            f"the training diverged: learning_rate={problem.settings.rate_text} is too large for"
            f" these rows; learning_rate={safe:.2g} is safe, and auto, the default, finds such a"
            " rate by itself",
            error.descent,
        ) from error
    return perf_counter() - started - (compile_seconds() - compiled)


def _estimator(
    problem: TableProblem, callbacks: Sequence[Callable[[Any], None]]
) -> DescentRegressor | DescentClassifier:
    """Return the estimator that the settings describe."""
    # scikit-learn takes a second to import, and many an error is found without it.
    from descend.estimators import DescentClassifier, DescentRegressor

    settings = problem.settings
    kind = DescentRegressor if problem.target.task == "regression" else DescentClassifier
    return kind(
        loss=problem.loss,
        penalty=settings.penalty,
        alpha=settings.alpha,
        optimizer=settings.optimizer,
        learning_rate=settings.learning_rate,
        batch_size=settings.batch_size,
        max_iter=settings.max_iter,
        callbacks=list(callbacks),
        random_state=settings.random_state,
    )
