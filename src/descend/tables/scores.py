"""Scores of predictions: R² and RMSE, accuracy and log loss."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.target import Task
from descend.support.numbers import written
from descend.tables.linear_model import LinearModel


class Names(NamedTuple):
    """What the two figures of a score are called, in JSON and for people."""

    score: str
    error: str
    score_title: str
    error_title: str


NAMES: dict[Task, Names] = {
    "regression": Names("r2", "rmse", "R²", "RMSE"),
    "classification": Names("accuracy", "log_loss", "accuracy", "log loss"),
}


class Score(NamedTuple):
    """R² and RMSE of numbers, accuracy and log loss of classes; None where undefined."""

    score: float | None
    error: float | None


def regression_score(y: npt.NDArray[np.float64], predicted: npt.NDArray[np.float64]) -> Score:
    """Score predicted numbers.

    >>> import numpy as np
    >>> regression_score(np.array([1.0, 3.0, 5.0, 7.0]), np.array([1.0, 3.0, 5.0, 5.0]))
    Score(score=0.8, error=1.0)
    """
    if len(y) == 0:
        return Score(None, None)
    with np.errstate(over="ignore", invalid="ignore"):
        squared = float(np.square(y - predicted).sum())
        spread = float(np.square(y - y.mean()).sum())
        explained = 1.0 - squared / spread if spread > 0 else np.nan
    return Score(_defined(explained), _defined(np.sqrt(squared / len(y))))


def classification_score(
    y: npt.NDArray[np.int64], log_probabilities: npt.NDArray[np.float64]
) -> Score:
    """Score predicted probabilities.

    >>> import numpy as np
    >>> score = classification_score(np.array([0, 1]), np.log([[0.5, 0.5], [0.75, 0.25]]))
    >>> score.score, round(score.error, 3)
    (0.5, 1.04)
    """
    if len(y) == 0:
        return Score(None, None)
    right = log_probabilities.argmax(axis=1) == y
    return Score(float(right.mean()), _defined(-log_probabilities[np.arange(len(y)), y].mean()))


def score_of(model: LinearModel, X: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> Score:
    """Score a model on rows whose truth is known."""
    if model.task == "regression":
        return regression_score(y, model.numbers(X))
    if model.has_probabilities:
        return classification_score(y.astype(np.int64), model.log_probabilities(X))
    right = model.predicted_classes(X) == y
    return Score(float(right.mean()) if len(y) else None, None)


def figure(number: float | None) -> str:
    """Return a score, a weight or its like as tables show it; a dash where it is undefined."""
    return "-" if number is None else written(number, digits=4)


def _defined(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
