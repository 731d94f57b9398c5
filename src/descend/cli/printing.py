"""The result of `descend fit` on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from descend.cli.outcome import MOST_WEIGHTS, Outcome, weights_note

# Wide enough for any table, so that a file or another program gets each row on one line.
PIPED_WIDTH = 10_000

NAME_WIDTH = 18


def print_outcome(outcome: Outcome) -> None:
    """Print tables and sentences on stdout; plain text if it is no terminal."""
    piped = not sys.stdout.isatty()
    console = Console(width=PIPED_WIDTH if piped else None, highlight=False)
    # One write at the end: a reader that went away is then the business of whoever called.
    with console.capture() as capture:
        _print_parts(console, piped, outcome)
    print(capture.get(), end="")


def _print_parts(console: Console, piped: bool, outcome: Outcome) -> None:
    """Print the figures, the comparison, the weights, and what there is to say."""
    for name, told in outcome.summary():
        line = Text(f"{name:<{NAME_WIDTH}}", style="dim")
        console.print(line.append(told, style="not dim"), soft_wrap=True)
    if outcome.compared:
        console.print()
        _print_table(console, piped, *outcome.comparison())
    header, rows, left_out = outcome.weights(MOST_WEIGHTS)
    console.print()
    _print_table(console, piped, header, rows)
    if left_out:
        _say(console, f"... and {left_out} more: --json or --report has all.")
    if outcome.trained.model.classes:
        _say(console, weights_note(outcome.trained.model.classes))
    console.print()
    _say(console, outcome.explanation)
    for note in outcome.notes:
        _say(console, f"Note: {note}")


def _print_table(
    console: Console, piped: bool, header: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    """Print a table: names to the left, numbers to the right."""
    table = Table(box=box.ASCII2 if piped else box.ROUNDED)
    for position, name in enumerate(header):
        table.add_column(Text(name), justify="right" if position else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _say(console: Console, sentence: str) -> None:
    """Print a sentence as it is, without markup."""
    console.print(Text(sentence))
