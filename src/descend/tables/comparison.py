"""The closed form and scikit-learn's solvers, trained on the same rows."""

from __future__ import annotations

import warnings
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.experiments.text_table import text_table
from descend.support.numbers import written
from descend.tables.scores import NAMES, Score, figure

if TYPE_CHECKING:
    from descend.tables.problem import TableProblem
    from descend.tables.training import Training

MOST_FEATURES = 5000
"""Columns up to which the closed form is tried: its matrix then has 200 MB."""

COMPARABLE_LOSSES = ("squared_error", "log_loss")
"""The losses that all methods can minimise."""


class Method(NamedTuple):
    """What a method reached: scores, and seconds of training alone."""

    name: str
    train: Score
    test: Score
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Return its name, scores and seconds."""
        return {
            "method": self.name,
            "train_score": self.train.score,
            "test_score": self.test.score,
            "seconds": self.seconds,
        }


class Comparison(NamedTuple):
    """Gradient descent and other methods, the score shown, and what could not be compared."""

    methods: tuple[Method, ...] = ()
    score_title: str = ""
    notes: tuple[str, ...] = ()
    interrupted: bool = False

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return the header and the rows of the table that compares the methods."""
        rows = [
            [
                row.name,
                figure(row.train.score),
                figure(row.test.score),
                written(row.seconds, digits=3),
            ]
            for row in self.methods
        ]
        title = self.score_title
        return ["method", f"train {title}", f"test {title}", "seconds"], rows

    def __str__(self) -> str:
        """Return the table and what could not be compared, as text."""
        header, rows = self.table()
        lines = text_table([header, *rows], n_words=1) if rows else []
        return "\n".join([*lines, *self.notes])


NOT_COMPARED = Comparison()


def compare(training: Training) -> Comparison:
    """Train the closed form or the optimum, and scikit-learn's SGD, on the same rows."""
    problem = training.problem
    if problem.loss not in COMPARABLE_LOSSES or problem.settings.penalty not in (None, "l2"):
        note = (
            f"Nothing was compared: others are known for {' and '.join(COMPARABLE_LOSSES)}, with an"
            " l2 penalty or none."
        )
        return Comparison(notes=(note,))
    notes = []
    estimators = [("scikit-learn's SGD", _sgd(problem))]
    if problem.target.task == "classification":
        estimators.insert(0, ("optimum, by scikit-learn's L-BFGS", _logistic(problem)))
    elif problem.X.shape[1] > MOST_FEATURES:
        notes.append(f"The closed form was left out: over {MOST_FEATURES} columns.")
    else:
        closed_form = LeastSquares(_alpha(problem))
        estimators.insert(0, (f"closed form, {closed_form}", closed_form))
    train, _, test = training.scores
    own = Method("descend", train, test, training.seconds)
    others = (_trained(name, estimator, problem) for name, estimator in estimators)
    title = NAMES[problem.target.task].score_title
    return Comparison((own, *others), title, tuple(notes))


class LeastSquares:
    r"""Least squares with an L2 penalty, by its normal equations.

    The weights minimise :math:`\frac{1}{2n} \|X w + b - y\|^2 + \frac{\alpha}{2} \|w\|^2`.

    >>> import numpy as np
    >>> model = LeastSquares(0.0)
    >>> model.fit(np.array([[0.0], [1.0]]), np.array([1.0, 3.0]))
    >>> round(float(model.coef_[0]), 9), round(model.intercept_, 9)
    (2.0, 1.0)
    """

    coef_: npt.NDArray[np.float64]
    intercept_: float

    def __init__(self, alpha: float) -> None:
        self.alpha = alpha

    def __str__(self) -> str:
        return "ridge" if self.alpha else "least squares"

    def fit(self, X: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> None:
        """Compute the weights and the intercept."""
        mean, centre = X.mean(axis=0), float(y.mean())
        centred = X - mean
        if self.alpha == 0:
            self.coef_ = np.linalg.lstsq(centred, y - centre, rcond=None)[0]
        else:
            gram = centred.T @ centred / len(X)
            gram[np.diag_indices_from(gram)] += self.alpha
            self.coef_ = np.linalg.solve(gram, centred.T @ (y - centre) / len(X))
        self.intercept_ = centre - float(mean @ self.coef_)


def _alpha(problem: TableProblem) -> float:
    """Return the strength of the L2 penalty."""
    return problem.settings.alpha if problem.settings.penalty else 0.0


def _logistic(problem: TableProblem) -> Any:
    """Return scikit-learn's logistic regression of the same objective, run to its optimum."""
    from sklearn.linear_model import LogisticRegression

    strength = _alpha(problem) * len(problem.split.train)
    return LogisticRegression(C=1.0 / strength if strength else np.inf, tol=1e-8, max_iter=10_000)


def _sgd(problem: TableProblem) -> Any:
    """Return scikit-learn's stochastic gradient descent of the same objective."""
    from sklearn.linear_model import SGDClassifier, SGDRegressor

    settings = problem.settings
    kind = SGDRegressor if problem.target.task == "regression" else SGDClassifier
    return kind(
        loss=problem.loss,
        penalty=settings.penalty,
        alpha=settings.alpha,
        random_state=settings.random_state,
    )


def _trained(name: str, estimator: Any, problem: TableProblem) -> Method:
    """Train an estimator on the standardised training rows, and score it."""
    X, y = problem.examples(problem.split.train)
    started = perf_counter()
    with warnings.catch_warnings():
        # its scores are shown, whether or not it asks for more epochs
        warnings.simplefilter("ignore")
        estimator.fit(X, y)
    seconds = perf_counter() - started
    train, _, test = problem.scores(problem.model(estimator.coef_, estimator.intercept_))
    return Method(name, train, test, seconds)
