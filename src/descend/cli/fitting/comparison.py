"""The closed form and scikit-learn's solvers, trained on the same rows."""

from __future__ import annotations

import warnings
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.cli.fitting.scores import Score

if TYPE_CHECKING:
    from descend.cli.fitting.problem import TableProblem

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


class Comparison(NamedTuple):
    """The other methods, what could not be compared, and whether Ctrl-C ended it."""

    methods: tuple[Method, ...] = ()
    notes: tuple[str, ...] = ()
    interrupted: bool = False


def compare(problem: TableProblem) -> Comparison:
    """Train the closed form or the optimum, and scikit-learn's SGD, on the same rows."""
    if problem.loss not in COMPARABLE_LOSSES or problem.options.penalty_or_none not in (None, "l2"):
        note = (
            f"Nothing was compared: --compare knows {' and '.join(COMPARABLE_LOSSES)}, with"
            " --penalty l2 or none."
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
    try:
        methods = tuple(_trained(name, estimator, problem) for name, estimator in estimators)
    except KeyboardInterrupt:
        return Comparison(notes=("Ctrl-C ended the comparison.",), interrupted=True)
    return Comparison(methods, tuple(notes))


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
    return problem.options.alpha if problem.options.penalty_or_none else 0.0


def _logistic(problem: TableProblem) -> Any:
    """Return scikit-learn's logistic regression of the same objective, run to its optimum."""
    from sklearn.linear_model import LogisticRegression

    strength = _alpha(problem) * len(problem.split.train)
    return LogisticRegression(C=1.0 / strength if strength else np.inf, tol=1e-8, max_iter=10_000)


def _sgd(problem: TableProblem) -> Any:
    """Return scikit-learn's stochastic gradient descent of the same objective."""
    from sklearn.linear_model import SGDClassifier, SGDRegressor

    options = problem.options
    kind = SGDRegressor if problem.target.task == "regression" else SGDClassifier
    return kind(
        loss=problem.loss,
        penalty=options.penalty_or_none,
        alpha=options.alpha,
        random_state=options.seed,
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
