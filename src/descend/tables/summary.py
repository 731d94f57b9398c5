"""A fitted table as text, for `print`."""

from __future__ import annotations

import numpy as np

from descend.experiments.text_table import text_table
from descend.support.numbers import counted
from descend.tables.linear_model import LinearModel
from descend.tables.outcome import Outcome
from descend.tables.scores import NAMES, figure

MOST_WEIGHTS = 20
"""So many weights are shown."""


def summary_of_fit(outcome: Outcome) -> str:
    """Return the figures of a fit, its weights, and what there is to say."""
    header, rows = outcome.weights_table(MOST_WEIGHTS)
    left_out = len(outcome.training.model.columns.encoded_names) - MOST_WEIGHTS
    sentences = [outcome.weights_note, outcome.uncertainty.assumption, outcome.explanation]
    return "\n".join(
        [
            *text_table(outcome.summary()),
            "",
            *text_table([header, *rows], n_words=1),
            *([f"... and {left_out} more: coef_ has all."] if left_out > 0 else []),
            "",
            *filter(None, sentences),
            *(f"Note: {note}" for note in outcome.notes),
        ]
    )


def summary_of_file(model: LinearModel) -> str:
    """Return what a file says of a model."""
    names, trained = NAMES[model.task], model.trained
    figures = [("task", f"{model.task} of {model.target!r}")]
    for part, scores in trained.get("scores", {}).items():
        score, error = scores.get(names.score), scores.get(names.error)
        shown = f"{names.score_title} {figure(score)}, {names.error_title} {figure(error)}"
        figures.append((f"{part} score", shown))
    features = counted(len(model.columns.features), "column")
    header = ["column", *(model.classes if len(model.intercept) > 1 else ["weight"])]
    weights = np.column_stack([model.coefficients, model.intercept]).T
    chosen = np.argsort(-np.abs(weights[:-1]).max(axis=1), kind="stable")
    named = (*model.columns.encoded_names, "(intercept)")
    order = [*sorted(chosen[:MOST_WEIGHTS]), len(named) - 1]
    rows = [[named[j], *map(figure, weights[j])] for j in order]
    return "\n".join(
        [
            *text_table([*figures, ("features", features)]),
            "",
            *text_table([header, *rows], n_words=1),
        ]
    )
