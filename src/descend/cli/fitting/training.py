"""From a problem to a fitted model."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.cli.fitting.model import TableModel
from descend.cli.fitting.problem import TableProblem
from descend.cli.fitting.progress import progress_bar
from descend.cli.fitting.scores import NAMES, Score
from descend.cli.interruption import Interruption

if TYPE_CHECKING:
    from descend.estimators import DescentClassifier, DescentRegressor


@dataclass(frozen=True, eq=False)
class Training:
    """A trained model, its seconds of training alone, and its scores on each part of the data.

    The estimator learned on standardised columns; `interrupted` says whether Ctrl-C ended it.
    """

    problem: TableProblem
    model: TableModel
    estimator: DescentRegressor | DescentClassifier
    seconds: float
    scores: tuple[Score, Score, Score]
    interrupted: bool

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know about the training, a sentence each."""
        notes = []
        options = self.problem.options
        if self.model.trained["status"] == "stopped":
            notes.append(
                f"The {options.epochs} epochs were used up before it converged: --epochs allows"
                " more."
            )
        if options.penalty_or_none in ("l1", "elasticnet"):
            weights = self.model.coefficients
            notes.append(f"{np.sum(weights == 0)} of {weights.size} weights are exactly zero.")
        return tuple(notes)


def train(problem: TableProblem) -> Training:
    """Fit a problem by gradient descent; Ctrl-C ends it after an epoch."""
    from sklearn.exceptions import ConvergenceWarning

    options, split = problem.options, problem.split
    names = NAMES[problem.target.task]
    with (
        warnings.catch_warnings(),
        Interruption("epoch") as interruption,
        progress_bar(options.epochs, names.score_title, not options.as_json) as callbacks,
    ):
        # The command line says so in its own words.
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimator = _estimator(problem, [*callbacks, interruption])
        seconds = _fit(estimator, problem)
    model = problem.model(estimator.coef_, estimator.intercept_)
    scores = problem.scores(model)
    interrupted = interruption.requested
    trained = {
        "rows": {part: len(rows) for part, rows in split._asdict().items()},
        "scores": {
            part: {names.score: score.score, names.error: score.error}
            for part, score in zip(split._fields, scores, strict=True)
            if score != Score(None, None)
        },
        "optimizer": options.optimizer,
        "penalty": options.penalty_or_none,
        "alpha": options.alpha,
        "epochs": int(estimator.n_iter_),
        "seed": options.seed,
        "status": "interrupted" if interrupted else str(estimator.descent_.status),
    }
    return Training(
        problem, replace(model, trained=trained), estimator, seconds, scores, interrupted
    )


def _fit(estimator: DescentRegressor | DescentClassifier, problem: TableProblem) -> float:
    """Fit an estimator to the training rows, and return how many seconds it took."""
    from descend import DivergenceError

    X, y = problem.examples(problem.split.train)
    X_val, y_val = None, None
    if len(problem.split.validation):
        X_val, y_val = problem.examples(problem.split.validation)
    started = perf_counter()
    try:
        estimator.fit(X, y, X_val=X_val, y_val=y_val)
    except DivergenceError as error:
        if problem.options.rate == "auto":
            raise
        # What auto begins with on these rows is safe: one epoch shows it.
        options = replace(problem.options, learning_rate="auto", epochs=1)
        safe = _estimator(problem._replace(options=options), []).fit(X, y).learning_rate_
        raise ValueError(
            f"the training diverged: --learning-rate {problem.options.rate_text} is too large for"
            f" these rows; --learning-rate {safe:.2g} is safe, and auto, the default, finds such a"
            " rate by itself"
        ) from error
    return perf_counter() - started


def _estimator(
    problem: TableProblem, callbacks: Sequence[Callable[[Any], None]]
) -> DescentRegressor | DescentClassifier:
    """Return the estimator that the options describe."""
    # scikit-learn takes a second to import, and many an error is found without it.
    from descend.estimators import DescentClassifier, DescentRegressor

    options = problem.options
    kind = DescentRegressor if problem.target.task == "regression" else DescentClassifier
    return kind(
        loss=problem.loss,
        penalty=options.penalty_or_none,
        alpha=options.alpha,
        optimizer=options.optimizer,
        learning_rate=options.rate,
        batch_size=options.rows_per_step,
        max_iter=options.epochs,
        callbacks=list(callbacks),
        random_state=options.seed,
    )
