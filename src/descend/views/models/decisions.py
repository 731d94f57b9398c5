"""The regions in which a classifier decides for each class, with the rows on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from descend.records.descent import Descent
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import note_lines, styled
from descend.views.models.classifiers import Classifier, Labels, classifier_of, places_of
from descend.views.models.feature_planes import Feature, FeaturePlane, Held, feature_plane
from descend.views.models.probability_curves import draw_probabilities
from descend.views.models.recorded_classifiers import recorded_classifier, recorded_on_plane
from descend.views.models.region_marks import MOST_NAMED, draw_regions, draw_rows, name_regions
from descend.views.models.regions import decided, window_in
from descend.views.records.paths import draw_key
from descend.views.records.window import checked


@styled()
def decision_regions(
    model: Any,
    X: Any = None,
    y: npt.ArrayLike | None = None,
    *,
    features: Sequence[Feature] | Feature | None = None,
    others: Held = "mean",
    step: int | None = None,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw where a classifier decides for each class, its boundary, and the rows on them.

    A region has the colour of its class, the deeper the more probable the class is (or, without
    probabilities, the farther it leads). Rows have the shape and the colour of their true class;
    those misclassified have a ring. Of one feature the probability is drawn as a curve.

    Parameters
    ----------
    model
        A fitted classifier of scikit-learn's kind, or a pipeline of one, with `predict_proba`,
        `decision_function` or `predict` alone; or a record of this library's.
    X, y
        Rows, and their classes of any kind; by default those that a record was fitted to. Without
        `y` rows are marked with the class that is predicted.
    features
        One or two features, by name or place; needed of more than two.
    others
        Where the others are held: at their "mean" or "median" over `X`, or at given values, by name
        or place. The rows are told right or wrong by all of their features.
    step
        The recorded step of a descent that is shown, by default the last.
    ax
        Axes to draw into; by default those of a new figure.
    window
        What part to show, `((lower, upper), (lower, upper))`; by default all rows.
    title
        By default none.

    Raises
    ------
    ValueError
        If it predicts no classes, there are more than two features of which none are chosen, or
        there are no rows.

    Examples
    --------
    >>> from descend import DescentClassifier
    >>> from sklearn.datasets import make_moons
    >>> X, y = make_moons(200, noise=0.2, random_state=0)
    >>> ax = decision_regions(DescentClassifier().fit(X, y), X, y)
    >>> ax.get_legend_handles_labels()[1]
    ['boundary', '0', '1', 'misclassified: 31 of 200']
    """
    classifier, X, y, names = posed(model, X, y, step, "decision_regions")
    plane = feature_plane(X, "decision_regions", features, others, names)
    true = None if y is None else checked_labels(y, len(plane.places))
    own = panel(ax, 6.4, 4.9 if len(plane.names) == 2 else 4.2, grid=len(plane.names) == 1)
    draw_decisions(own, classifier, plane, true, window)
    draw_key(own, inside=ax is not None)
    return titled(own, ax, title, None)


def draw_decisions(
    ax: Axes,
    classifier: Classifier,
    plane: FeaturePlane,
    true: Labels | None,
    window: Sequence[object] | None = None,
) -> None:
    """Draw what a classifier decides over one or two features, and the rows, into axes."""
    said = classifier.say(plane.rows)
    d = len(plane.names)
    seen = window_in(plane) if window is None else checked(window, d)
    regions = decided(classifier, plane, seen, said.labels, *([] if true is None else [true]))
    chosen = places_of(said.labels, regions.classes)
    marked = chosen if true is None else places_of(true, regions.classes)
    missed = None if true is None else chosen
    if d == 1:
        draw_probabilities(ax, regions, plane.places, marked, missed, plane.names[0])
    else:
        draw_regions(ax, regions, plane.names)
        draw_rows(ax, plane.places, marked, missed, regions.classes)
        if len(regions.classes) > MOST_NAMED:
            name_regions(ax, regions)
    note_lines(ax, [plane.held, None if true is not None else "marks: the class predicted"])


def plane_classifier(descent: Descent) -> tuple[Classifier, FeaturePlane, Labels] | None:
    """Return the classifier of two features at a record's end, and its rows; None of others."""
    recorded = recorded_on_plane(descent)
    if recorded is None or recorded.rows is None:
        return None
    X, labels = recorded.rows
    plane = feature_plane(X, "plot", names=recorded.risk.names)
    return recorded.at(-1), plane, labels


def posed(
    model: Any, X: Any, y: npt.ArrayLike | None, step: int | None, view: str
) -> tuple[Classifier, Any, npt.ArrayLike | None, Sequence[str] | None]:
    """Return the classifier at a step, the rows with their classes, and the features' names."""
    recorded = recorded_classifier(model, view)
    if recorded is None and step is not None:
        raise ValueError(
            f"step={step} needs a record of each step, and {type(model).__name__} has none: leave "
            "it out, or fit one of descend's models"
        )
    names = feature_names(model)
    if X is None and recorded is not None and recorded.rows is not None:
        if getattr(model, "steps", None) is not None:
            raise ValueError("give X and y: a pipeline's record holds the rows as it changed them")
        X, y = recorded.rows
    elif X is None:
        raise ValueError(f"give X and y: {type(model).__name__} does not hold the rows of its fit")
    if recorded is not None and (step is not None or isinstance(model, Descent)):
        row = -1 if step is None else recorded.row_of(step)
        return recorded.at(row), X, y, names or recorded.risk.names
    return classifier_of(model, view), X, y, names


def checked_labels(y: npt.ArrayLike, n: int) -> npt.NDArray[Any]:
    """Return classes as `(n,)`, or raise a ValueError."""
    labels = np.asarray(y)
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.shape != (n,):
        raise ValueError(
            f"views.decision_regions needs a class for each of the {n:,} rows, got y of shape "
            f"{np.shape(y)}"
        )
    return labels


def feature_names(model: Any) -> Sequence[str] | None:
    """Return the names that a model has for its features, None if it has none."""
    names = getattr(model, "feature_names_in_", None)
    return None if names is None else [str(name) for name in names]
