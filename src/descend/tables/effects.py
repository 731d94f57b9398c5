"""What each feature of a fitted table does to the prediction, all others being equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from descend.losses import REGRESSION
from descend.protocols import Linked
from descend.views.models.effects import Effect

if TYPE_CHECKING:
    from descend.data.features import Feature
    from descend.tables.outcome import Outcome

MOST_FEATURES = 9
"""So many features are shown, those that move predictions most."""

GRID = 41
"""Numbers at which the effect of a number is drawn: its band is curved."""

MOST_POINTS = 500
"""So many rows are drawn, at even distances."""


def effects_of(outcome: Outcome) -> list[Effect]:
    """Return the effects of the features that move predictions most, the strongest first."""
    problem = outcome.training.problem
    X = problem.X[problem.split.train]
    weights = outcome.training.model.coefficients
    places = _places(problem.columns.features)
    # how far a feature moves the scores of the rows that were trained on
    moved = [float((X[:, at] @ weights[:, at].T).std(axis=0).max()) for _, at in places]
    strongest = np.argsort(-np.array(moved), kind="stable")[:MOST_FEATURES]
    return [_effect(outcome, *places[place]) for place in strongest]


def effect_title(outcome: Outcome) -> str:
    """Return what the effects change."""
    model = outcome.training.model
    if model.task == "classification":
        if not model.has_probabilities:
            return "change of the margin"
        if len(model.classes) == 2:
            return f"change of the log-odds of {model.classes[1]}"
        return "change of the score"
    name = f"predicted {model.target}"
    linked = isinstance(REGRESSION[model.loss], Linked)
    return f"change of the logarithm of {name}" if linked else f"change of {name}"


def _places(features: tuple[Feature, ...]) -> list[tuple[str, slice]]:
    """Return the panels: the columns of a category together, each other column alone."""
    places = []
    start = 0
    for feature in features:
        names = feature.encoded_names
        shown = [_panel(feature, name) for name in names]
        for name in dict.fromkeys(shown):
            first = start + shown.index(name)
            places.append((name, slice(first, first + shown.count(name))))
        start += len(names)
    return places


def _panel(feature: Feature, name: str) -> str:
    """Return which panel a column is in: those of categories, or of a part of dates, in one."""
    if feature.encoding == "category":
        return feature.name
    return name.rpartition("=")[0] or name if feature.encoding == "date" else name


def _effect(outcome: Outcome, name: str, columns: slice) -> Effect:
    """Return the effect of one number, or of the categories whose columns these are."""
    problem, model = outcome.training.problem, outcome.training.model
    X = problem.X[problem.split.train][:, columns]
    mean = X.mean(axis=0)
    points = None
    at: npt.NDArray[np.float64] | list[str]
    if X.shape[1] > 1:
        at = [encoded.removeprefix(f"{name}=") for encoded in model.columns.encoded_names[columns]]
        changes = np.eye(len(at)) - mean
    else:
        at = np.linspace(X.min(), X.max(), GRID if len(np.unique(X)) > 2 else 2)
        changes = (at - mean)[:, None]
        points = _points(outcome, X[:, 0], columns.start)
    weights = model.coefficients[:, columns]
    errors = None
    covariance = outcome.uncertainty.covariance
    if covariance is not None:
        own = covariance[:, columns, columns]
        variances = np.einsum("mi,kij,mj->mk", changes, own, changes)
        errors = np.sqrt(np.maximum(variances, 0.0))
    return Effect(name, at, changes @ weights.T, errors, points)


def _points(
    outcome: Outcome, values: npt.NDArray[np.float64], column: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]] | None:
    """Return a number's values and the partial residuals of rows; None behind a link."""
    problem, model = outcome.training.problem, outcome.training.model
    if model.task == "classification" or isinstance(REGRESSION[model.loss], Linked):
        return None
    shown = np.linspace(0, len(values) - 1, min(len(values), MOST_POINTS)).astype(np.intp)
    rows = problem.split.train[shown]
    left = problem.target.y[rows] - model.numbers(problem.X[rows])
    effect = model.coefficients[0, column] * (values[shown] - values.mean())
    return values[shown], effect + left
