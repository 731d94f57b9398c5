"""The result of `descend fit` as one self-contained page."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from descend.tables.outcome import Outcome
from descend.tables.scores import NAMES
from descend.views import (
    Section,
    Table,
    confusion_matrix,
    loss_curves,
    predicted_against_true,
    weights,
    write_report,
)


def write_outcome(outcome: Outcome, file: str, *, learning_curve: bool = False) -> None:
    """Write the page, whole or not at all."""
    target = outcome.training.problem.target
    write_report(file, f"{target.task.capitalize()} of {target.name}", list(_sections(outcome)))


def _sections(outcome: Outcome) -> Iterator[Section]:
    """Yield the parts of the page."""
    model = outcome.training.model
    yield Section("Result", table=Table(["", ""], [list(row) for row in outcome.summary()]))
    yield Section("How the descent went", text=outcome.explanation)
    if outcome.comparison.methods:
        yield Section("Compared", table=Table(*outcome.comparison.table()))
    yield from _curves(outcome)
    yield _predictions(outcome)
    yield Section(
        "Weights per standard deviation",
        figure=weights(
            model.columns.encoded_names,
            outcome.standardised_weights(),
            classes=model.classes if len(model.intercept) > 1 else None,
        ),
    )
    yield Section(
        "Weights in the columns' own units",
        table=Table(*outcome.weights_table()),
        text=outcome.weights_note,
    )
    if outcome.notes:
        yield Section("Notes", text="\n\n".join(outcome.notes))


def _curves(outcome: Outcome) -> Iterator[Section]:
    """Yield the loss from the start on, and the validation score after each epoch."""
    estimator = outcome.training.estimator
    losses = np.asarray(estimator.loss_curve_)
    fall = f"From {losses[0]:.5g} at the start to {losses[-1]:.5g} at the end."
    yield Section(
        "Loss",
        text=" ".join([fall, *outcome.loss_units]),
        figure=loss_curves({"training": losses}, first=0),
    )
    scores = estimator.validation_curve_
    if scores is not None and len(scores) > 1:
        title = NAMES[outcome.training.problem.target.task].score_title
        figure = loss_curves({"validation": np.asarray(scores)}, ylabel=title, log=False)
        yield Section(f"Validation {title}", figure=figure)


def _predictions(outcome: Outcome) -> Section:
    """Return predictions against the truth, on rows that were held out if there are any."""
    problem, model = outcome.training.problem, outcome.training.model
    part, rows = "test", problem.split.test
    if not len(rows):
        part, rows = "training", problem.split.train
    X, y = problem.X[rows], problem.target.y[rows]
    if problem.target.task == "regression":
        return Section(
            f"Predicted against true, {part} rows",
            figure=predicted_against_true(y, model.numbers(X), target=problem.target.name),
        )
    names = np.array(model.classes)
    return Section(
        f"Confusion matrix, {part} rows",
        figure=confusion_matrix(names[y], names[model.predicted_classes(X)], model.classes),
    )
