"""Other ways to the same model, on the same rows."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.cli.scores import Score

if TYPE_CHECKING:
    from descend.cli.problem import Problem

MOST_FEATURES = 5000
"""Beyond this many columns the closed form's matrix no longer fits."""

USUAL = ("squared_error", "log_loss")
"""The losses that others are compared on."""


class Compared(NamedTuple):
    """What another method reached, in how long; None where it does not apply.

    Attributes
    ----------
    method
        Its name.
    train, test
        Its scores.
    seconds
        The time of its training alone.
    """

    method: str
    train: Score
    test: Score
    seconds: float


def compare(problem: Problem) -> tuple[list[Compared], list[str]]:
    """Train the closed form or the optimum, and scikit-learn's SGD, on the same standardised rows.

    Returns
    -------
    compared, notes
        The rows of a table, and what could not be compared or was cut short.
    """
    X, y = problem.features(problem.parts.train), problem.targets(problem.parts.train)
    compared, notes = [], []
    settings = problem.settings
    if settings.loss not in (None, *USUAL) or settings.penalty not in (None, "l2"):
        return [], [
            f"Nothing was compared: --compare knows {' and '.join(USUAL)}, with --penalty l2 or"
            " none."
        ]
    if problem.target.task == "classification":
        compared.append(
            _trained("optimum, by scikit-learn's L-BFGS", _logistic(problem), problem, X, y)
        )
    elif X.shape[1] > MOST_FEATURES:
        notes.append(f"The closed form was left out: over {MOST_FEATURES} columns.")
    else:
        alpha = problem.settings.alpha if problem.settings.penalty else 0.0
        started = perf_counter()
        coef, intercept = least_squares(X, y, alpha)
        seconds = perf_counter() - started
        name = "closed form, ridge" if alpha else "closed form, least squares"
        compared.append(_scored(name, coef, intercept, problem, seconds))
    compared.append(_trained("scikit-learn's SGD", _sgd(problem), problem, X, y))
    return compared, notes


def least_squares(
    X: npt.NDArray[np.float64], y: npt.NDArray[np.float64], alpha: float
) -> tuple[npt.NDArray[np.float64], float]:
    r"""Return the weights and the intercept of least squares with an L2 penalty.

    They minimise :math:`\frac{1}{2n} \|X w + b - y\|^2 + \frac{\alpha}{2} \|w\|^2`.

    Examples
    --------
    >>> import numpy as np
    >>> coef, intercept = least_squares(np.array([[0.0], [1.0]]), np.array([1.0, 3.0]), 0.0)
    >>> round(float(coef[0]), 9), round(intercept, 9)
    (2.0, 1.0)
    """
    mean, centre = X.mean(axis=0), float(y.mean())
    centred = X - mean
    if alpha == 0:
        coef = np.linalg.lstsq(centred, y - centre, rcond=None)[0]
    else:
        gram = centred.T @ centred / len(X)
        gram[np.diag_indices_from(gram)] += alpha
        coef = np.linalg.solve(gram, centred.T @ (y - centre) / len(X))
    return coef, centre - float(mean @ coef)


def _logistic(problem: Problem) -> Any:
    """Return scikit-learn's logistic regression of the same objective, run to its optimum."""
    from sklearn.linear_model import LogisticRegression

    settings = problem.settings
    alpha = settings.alpha if settings.penalty else 0.0
    strength = alpha * len(problem.parts.train)
    return LogisticRegression(C=1.0 / strength if strength else np.inf, tol=1e-8, max_iter=10_000)


def _sgd(problem: Problem) -> Any:
    """Return scikit-learn's stochastic gradient descent of the same objective."""
    from sklearn.linear_model import SGDClassifier, SGDRegressor

    settings = problem.settings
    if problem.target.task == "regression":
        return SGDRegressor(
            penalty=settings.penalty, alpha=settings.alpha, random_state=settings.seed
        )
    return SGDClassifier(
        loss="log_loss", penalty=settings.penalty, alpha=settings.alpha, random_state=settings.seed
    )


def _trained(
    method: str,
    estimator: Any,
    problem: Problem,
    X: npt.NDArray[np.float64],
    y: npt.NDArray[Any],
) -> Compared:
    """Train an estimator of scikit-learn's, and score it."""
    import warnings

    started = perf_counter()
    with warnings.catch_warnings():
        # Its scores are shown, whether or not it says that it would like more epochs.
        warnings.simplefilter("ignore")
        estimator.fit(X, y)
    seconds = perf_counter() - started
    return _scored(method, estimator.coef_, estimator.intercept_, problem, seconds)


def _scored(
    method: str,
    coef: npt.NDArray[np.float64],
    intercept: npt.ArrayLike,
    problem: Problem,
    seconds: float,
) -> Compared:
    train, _, test = problem.scores(problem.model(coef, intercept))
    return Compared(method, train, test, seconds)
