"""The result of `descend fit` on the terminal."""

from __future__ import annotations

from descend.cli.fitting.outcome import MOST_WEIGHTS, Outcome
from descend.cli.terminal import terminal

NAME_WIDTH = 18
"""Characters of the column that names the figures."""


def print_outcome(outcome: Outcome) -> None:
    """Print the figures, the comparison, the weights, and what there is to say."""
    left_out = len(outcome.training.model.columns.encoded_names) - MOST_WEIGHTS
    with terminal() as screen:
        screen.figures(outcome.summary(), NAME_WIDTH)
        if outcome.comparison.methods:
            screen.say()
            screen.table(*outcome.comparison_table())
        screen.say()
        screen.table(*outcome.weights_table(MOST_WEIGHTS))
        if left_out > 0:
            screen.say(f"... and {left_out} more: --json or --report has all.")
        if outcome.weights_note:
            screen.say(outcome.weights_note)
        screen.say()
        screen.say(outcome.explanation)
        for note in outcome.notes:
            screen.say(f"Note: {note}")
