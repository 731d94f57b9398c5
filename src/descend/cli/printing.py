"""The result of `descend fit` on the terminal."""

from __future__ import annotations

from descend.cli.outcome import MOST_WEIGHTS, Outcome, weights_note
from descend.cli.terminal import terminal

NAME_WIDTH = 18


def print_outcome(outcome: Outcome) -> None:
    """Print the figures, the comparison, the weights, and what there is to say."""
    header, rows, left_out = outcome.weights(MOST_WEIGHTS)
    with terminal() as shown:
        shown.figures(outcome.summary(), NAME_WIDTH)
        if outcome.compared:
            shown.say()
            shown.table(*outcome.comparison())
        shown.say()
        shown.table(header, rows)
        if left_out:
            shown.say(f"... and {left_out} more: --json or --report has all.")
        if outcome.trained.model.classes:
            model = outcome.trained.model
            shown.say(weights_note(model.classes, model.has_probabilities))
        shown.say()
        shown.say(outcome.explanation)
        for note in outcome.notes:
            shown.say(f"Note: {note}")
