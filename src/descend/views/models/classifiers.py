"""What a classifier says of rows: the class of each, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sklearn.base import is_regressor

from descend.protocols import Array

AGREEING = 0.98
"""The least share of rows at which the largest of some scores is that of the class chosen: pairs of
classes can be as many as classes, and a threshold need not be at one half."""

Labels = npt.NDArray[Any]


class Said(NamedTuple):
    """What is said of n rows: `labels` `(n,)`, and, with the classes' columns, how sure that is.

    `scores` `(n, k)` are the larger the surer, `shares` `(n, k)` are probabilities; None where the
    classifier has none.
    """

    labels: Labels
    scores: Array | None = None
    shares: Array | None = None


class Classifier(NamedTuple):
    """A classifier of rows: its `classes` in the order of its scores, None if it names none."""

    classes: tuple[object, ...] | None
    say: Callable[[Any], Said]


def classifier_of(model: Any, view: str) -> Classifier:
    """Return a fitted scikit-learn classifier or pipeline as a classifier of rows.

    Raises
    ------
    ValueError
        If it predicts no classes.
    """
    if not callable(getattr(model, "predict", None)) or isinstance(model, type):
        raise ValueError(
            f"views.{view} draws fitted classifiers, records of them and pipelines, and "
            f"{_short(model)} has no predict"
        )
    if hasattr(model, "__sklearn_tags__") and is_regressor(model):
        raise ValueError(
            f"views.{view} draws classifiers, and {type(model).__name__} predicts numbers: "
            "views.predicted_against_true and views.residuals draw these"
        )
    return Classifier(known_classes(model), lambda rows: _said(model, rows, view))


def known_classes(model: Any) -> tuple[object, ...] | None:
    """Return the classes that a fitted model names; None of one that names none, or lists."""
    known = getattr(model, "classes_", None)
    return tuple(known.tolist()) if isinstance(known, np.ndarray) and known.ndim == 1 else None


def _short(model: Any) -> str:
    return model.__name__ if isinstance(model, type) else type(model).__name__


def _said(model: Any, rows: Any, view: str) -> Said:
    """Ask a model about rows."""
    labels = np.asarray(model.predict(rows))
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise ValueError(
            f"views.{view} draws one class a row, and {type(model).__name__} predicts "
            f"{labels.shape[1]}: draw the classifier of each output by itself"
        )
    return Said(
        labels, _asked(model, "decision_function", rows), _asked(model, "predict_proba", rows)
    )


def _asked(model: Any, method: str, rows: Any) -> Array | None:
    """Return numbers of each class by a method that a model may have, `(n, k)`."""
    ask = getattr(model, method, None)
    if ask is None:
        return None
    numbers = np.asarray(ask(rows), dtype=float)
    return np.column_stack([-numbers, numbers]) if numbers.ndim == 1 else numbers


def said_of(parts: Sequence[Said]) -> Said:
    """Return what is said of several parts of some rows as what is said of all."""
    labels = np.concatenate([part.labels for part in parts])
    scores, shares = (
        None
        if any(part[column] is None for part in parts)
        else np.concatenate([part[column] for part in parts])
        for column in (1, 2)
    )
    return Said(labels, scores, shares)


def all_classes(known: Sequence[object] | None, *labels: Labels) -> tuple[object, ...]:
    """Return the classes known, and after them, sorted, those that are only among the labels."""
    met = {label for each in labels for label in np.asarray(each).tolist()}
    more = met - set(known or ())
    try:
        return (*(known or ()), *sorted(more))
    except TypeError:
        return (*(known or ()), *sorted(more, key=str))


def places_of(labels: Labels, classes: Sequence[object]) -> npt.NDArray[np.intp]:
    """Return the place of each label among the classes, `(n,)`."""
    place = {name: index for index, name in enumerate(classes)}
    return np.array([place[label] for label in np.asarray(labels).tolist()], dtype=np.intp)


def margins(said: Said, chosen: npt.NDArray[np.intp], k: int) -> Array:
    """Return by how much each class leads all others, `(n, k)`: above 0 for the chosen alone.

    Where a classifier has no scores, or chooses by another rule, it is a tiny number of that sign.
    """
    rows = np.arange(len(chosen))
    lead = np.zeros((len(chosen), k))
    for scores in (said.scores, said.shares):
        if scores is None or scores.shape[1] > k or scores.shape[1] < 2:
            continue
        if (scores.argmax(axis=1) == chosen).mean() < AGREEING:
            continue
        ordered = np.sort(scores, axis=1)
        first, second = ordered[:, -1:], ordered[:, -2:-1]
        led = np.where(scores == first, scores - second, scores - first)
        lead[:, : scores.shape[1]] = led
        lead[:, scores.shape[1] :] = -np.inf
        break
    finite = np.abs(lead[np.isfinite(lead)])
    tiny = 1e-9 * (float(finite.max(initial=0.0)) or 1.0)
    lead = np.nan_to_num(lead, neginf=-tiny)
    is_chosen = np.zeros(lead.shape, dtype=bool)
    is_chosen[rows, chosen] = True
    return np.where(is_chosen, np.maximum(lead, tiny), np.minimum(lead, -tiny))
