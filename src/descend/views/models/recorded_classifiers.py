"""The classifier that a record was at any of its recorded steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.losses import CLASSIFICATION, CrossEntropy
from descend.losses.classes import class_probabilities
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Probabilistic
from descend.records.descent import Descent
from descend.views.models.classifiers import Classifier, Labels, Said, known_classes
from descend.views.records.fitted_records import before_last, record_in, recorded_points, row_of


class RecordedClassifier(NamedTuple):
    """A linear classifier at each point `(m, d)` that a record holds, and the rows of its fit.

    `prepared` is what a pipeline does to rows before, `labels` are the rows' classes.
    """

    risk: EmpiricalRisk
    points: Array
    point_steps: npt.NDArray[np.int64]
    classes: tuple[object, ...]
    prepared: Callable[[Any], Any]

    def at(self, row: int) -> Classifier:
        """Return the classifier at a recorded point."""
        return Classifier(self.classes, lambda rows: self._said(self.points[row], rows))

    def row_of(self, step: int) -> int:
        """Return the row of a recorded step; a ValueError names the nearest if it is none."""
        return row_of(self.point_steps, step)

    @property
    def rows(self) -> tuple[Any, Labels] | None:
        """The rows that were fitted, as the risk has them, and their classes; None if not held."""
        blocks = self.risk.blocks
        if not isinstance(blocks, Rows):
            return None
        y = blocks.y
        places = y[:, 0].astype(int) if y.shape[1] == 1 else y.argmax(axis=1)
        return blocks.X, np.array(self.classes, dtype=object)[places]

    def _said(self, w: Array, rows: Any) -> Said:
        X = self.prepared(rows)
        X = X if hasattr(X, "tocsr") else np.asarray(X, dtype=float)
        z = self.risk.model.predict(w.astype(float), X)
        binary = z.shape[1] == 1
        scores = np.column_stack([-z[:, 0], z[:, 0]]) if binary else z
        loss = self.risk.loss
        shares = None
        if loss.normalised or isinstance(loss, Probabilistic):
            with np.errstate(all="ignore"):
                shares = class_probabilities(loss, z[:, 0] if binary else z)
        names = np.array(self.classes, dtype=object)
        return Said(names[scores.argmax(axis=1)], scores, shares)


def recorded_classifier(what: Any, view: str) -> RecordedClassifier | None:
    """Return the classifiers of a record, or of a fitted model's or pipeline's; None of others.

    Raises
    ------
    ValueError
        If it is a record that is none of a linear classifier.
    """
    descent = record_in(what)
    if descent is None:
        return None
    risk = descent.objective
    known = known_classes(what)
    count = 0 if not isinstance(risk, EmpiricalRisk) else max(risk.model.n_outputs, 2)
    if not isinstance(risk, EmpiricalRisk) or not (known is not None or _classifies(risk)):
        if not isinstance(what, Descent):
            return None
        raise ValueError(
            f"views.{view} draws classifiers, and this record is of no classifier that it knows: "
            "give the fitted model, or see plot()"
        )
    classes = tuple(range(count)) if known is None else known
    prepared = before_last(what) or (lambda rows: rows)
    return RecordedClassifier(risk, *recorded_points(descent), classes, prepared)


def recorded_on_plane(descent: Descent) -> RecordedClassifier | None:
    """Return the classifiers of a single run's record, if they are of two features."""
    if descent.n_runs is not None:
        return None
    try:
        recorded = recorded_classifier(descent, "plot")
    except ValueError:
        return None
    return recorded if recorded is not None and recorded.risk.model.n_features == 2 else None


def _classifies(risk: EmpiricalRisk) -> bool:
    kinds: tuple[type, ...] = (CrossEntropy, *(type(loss) for loss in CLASSIFICATION.values()))
    return isinstance(risk.loss, kinds)
