"""The result of a fit as one self-contained page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from descend.losses import CLASSIFICATION, REGRESSION, is_quadratic
from descend.support.numbers import written
from descend.tables.effects import effect_title, effects_of
from descend.tables.learning import learning_curve as learned
from descend.tables.outcome import Outcome
from descend.tables.scores import NAMES
from descend.views import (
    Section,
    Table,
    calibration,
    confusion_matrix,
    learning_curve,
    loss_curves,
    partial_effects,
    predicted_against_true,
    residuals,
    weights,
    write_report,
)
from descend.views.figures.panels import figure_of
from descend.views.report.report import checked_report

PARTS = {"test": "rows held out", "validation": "validation rows", "training": "training rows"}
"""What the rows of a split are called in headings."""


def write_outcome(
    outcome: Outcome, file: str | os.PathLike[str], *, learning_curve: bool = False
) -> Path:
    """Write the page, whole or not at all, with a learning curve if that is asked for."""
    checked_report(file)  # before minutes of work
    target = outcome.training.problem.target
    sections = [*_sections(outcome), *(_learning(outcome) if learning_curve else ())]
    if outcome.notes:
        sections.append(Section("Notes", text="\n\n".join(outcome.notes)))
    return write_report(file, f"{target.task.capitalize()} of {target.name}", sections)


def _sections(outcome: Outcome) -> Iterator[Section]:
    """Yield the parts of the page that there always are."""
    yield Section("Result", table=Table(["", ""], [list(row) for row in outcome.summary()]))
    yield Section("How the descent went", text=outcome.explanation)
    if outcome.comparison.methods:
        yield Section("Compared", table=Table(*outcome.comparison.table()))
    yield from _curves(outcome)
    yield from _predictions(outcome)
    yield from _weights(outcome)


def _curves(outcome: Outcome) -> Iterator[Section]:
    """Yield the loss from the start on, and the validation score after each epoch."""
    estimator = outcome.training.estimator
    losses = np.asarray(estimator.loss_curve_)
    fall = f"From {written(losses[0], 5)} at the start to {written(losses[-1], 5)} at the end."
    if len(losses) <= 2:
        yield Section("Loss", text=f"{fall} {_one_step(outcome)}")
        return
    yield Section(
        "Loss",
        text=" ".join([fall, *outcome.loss_units]),
        figure=lambda: loss_curves({"training": losses}, first=0),
    )
    scores = estimator.validation_curve_
    if scores is not None and len(scores) > 1:
        title = NAMES[outcome.training.problem.target.task].score_title
        yield Section(
            f"Validation {title}",
            figure=lambda: loss_curves({"validation": np.asarray(scores)}, ylabel=title, log=False),
        )


def _one_step(outcome: Outcome) -> str:
    """Say why there is no curve of the loss to see."""
    problem = outcome.training.problem
    losses = REGRESSION if problem.target.task == "regression" else CLASSIFICATION
    unit = outcome.training.estimator.descent_.unit
    if problem.settings.optimizer == "auto" and is_quadratic(losses[problem.loss]):
        return (
            "The descent ended after one step, so there is no curve to see: this loss is a bowl of"
            " one curvature everywhere, and in the coordinates of that curvature the first step"
            " leads to its bottom. What the model makes of the rows is shown below."
        )
    return (
        f"There was one {unit}, so there is no curve to see; what the model makes of the rows is"
        " shown below."
    )


def _predictions(outcome: Outcome) -> Iterator[Section]:
    """Yield predictions beside the truth, on rows that were held out if there are any."""
    problem, model = outcome.training.problem, outcome.training.model
    part, rows = problem.split.held_out
    X, y, name = problem.X[rows], problem.target.y[rows], problem.target.name
    if problem.target.task == "regression":
        predicted = model.numbers(X)
        yield Section(
            f"Predicted against true, {PARTS[part]}",
            figure=lambda: predicted_against_true(y, predicted, target=name),
        )
        yield Section(
            f"Residuals, {PARTS[part]}",
            text="What the model explains leaves no pattern: dots lie about zero, as far from it on"
            " the left as on the right.",
            figure=lambda: residuals(y, predicted, target=name),
        )
        return
    names, chosen = np.array(model.classes, dtype=object), model.predicted_classes(X)
    yield Section(
        f"Confusion matrix, {PARTS[part]}",
        figure=lambda: figure_of(confusion_matrix(names[y], names[chosen], classes=model.classes)),
    )
    if model.has_probabilities:
        probability = np.exp(model.log_probabilities(X).max(axis=1))
        yield Section(
            f"Probabilities, {PARTS[part]}",
            text="Where the dots lie on the line, a class that is said to be 80 % probable is"
            " right in 80 of 100 rows.",
            figure=lambda: calibration(chosen == y, probability),
        )


def _weights(outcome: Outcome) -> Iterator[Section]:
    """Yield the weights with their uncertainty, and what each feature does."""
    model, uncertainty = outcome.training.model, outcome.uncertainty
    classes = model.classes if len(model.intercept) > 1 else None
    certain = [uncertainty.assumption, uncertainty.basis]
    yield Section(
        "Weights per standard deviation",
        text=" ".join(filter(None, certain)),
        figure=lambda: weights(
            model.columns.encoded_names,
            outcome.standardised_weights(),
            classes=classes,
            errors=outcome.standardised_errors(),
        ),
    )
    effects = effects_of(outcome)
    left_out = len(model.columns.features) - len(effects)
    shown = f" The {len(effects)} strongest are shown." if left_out > 0 else ""
    yield Section(
        "Partial effects",
        text="How the prediction changes with a feature, from its mean on, if all others stay as"
        f" they are.{shown}",
        figure=lambda: partial_effects(effects, effect_title(outcome), classes),
    )
    yield Section(
        "Weights in the columns' own units",
        table=Table(*outcome.weights_table()),
        text=outcome.weights_note,
    )


def _learning(outcome: Outcome) -> Iterator[Section]:
    """Yield the learning curve, or what it lacks."""
    problem = outcome.training.problem
    try:
        curve = learned(problem)
    except ValueError as error:
        yield Section("Learning curve", text=f"There is none: {error}.")
        return
    title = NAMES[problem.target.task].score_title
    yield Section(
        "Learning curve",
        text="If the lines have met, more rows would bring little; if the upper one still lies far"
        " above, they would help. Bands reach over"
        f" {curve.training.shape[1]} draws of the rows.",
        figure=lambda: learning_curve(
            curve.rows, curve.training, curve.held_out, title, curve.held_out_name
        ),
    )
