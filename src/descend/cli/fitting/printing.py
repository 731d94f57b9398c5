"""The result of `descend fit` on the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from descend.cli.terminal import terminal
from descend.cli.wording import as_options

if TYPE_CHECKING:
    from descend.tables.outcome import Outcome

NAME_WIDTH = 18
"""Characters of the column that names the figures."""

MOST_WEIGHTS = 20
"""The terminal shows this many weights; JSON and the report have all."""


def print_outcome(outcome: Outcome, files: Mapping[str, str | None]) -> None:
    """Print the figures, the comparison, the weights, what there is to say, and what was written.

    The files are by what is in them; None is for one that was not asked for.
    """
    left_out = len(outcome.training.model.columns.encoded_names) - MOST_WEIGHTS
    with terminal() as screen:
        screen.figures([(name, as_options(text)) for name, text in outcome.summary()], NAME_WIDTH)
        if outcome.comparison.methods:
            screen.say()
            screen.table(*outcome.comparison.table())
        screen.say()
        screen.table(*outcome.weights_table(MOST_WEIGHTS))
        if left_out > 0:
            screen.say(f"... and {left_out} more: --json or --report has all.")
        for sentence in (outcome.weights_note, outcome.uncertainty.assumption):
            if sentence:
                screen.say(sentence)
        screen.say()
        screen.say(as_options(outcome.explanation))
        for note in outcome.notes:
            screen.say(f"Note: {as_options(note)}")
        for content, file in files.items():
            if file is not None:
                screen.say(f"The {content} is in {file}.")


def json_of(outcome: Outcome) -> dict[str, Any]:
    """Return the result as JSON has it, its sentences in the words of the command line."""
    content = outcome.to_json()
    for name in ("reason", "explanation"):
        content[name] = as_options(content[name])
    return {**content, "notes": [as_options(note) for note in content["notes"]]}
