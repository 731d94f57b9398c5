"""What the terminal shows: figures by name, tables, sentences; plain text if it is no terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich import box
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

# Wide enough for any table, so that a file or another program gets each row on one line.
PIPED_WIDTH = 10_000


class Terminal:
    """Stdout, written to by parts."""

    def __init__(self) -> None:
        self._piped = not sys.stdout.isatty()
        self.console = Console(width=PIPED_WIDTH if self._piped else None, highlight=False)

    def figures(self, lines: Iterable[tuple[str, str]], width: int) -> None:
        """Print a line a figure, its name in a column of this width."""
        for name, text in lines:
            line = Text(f"{name:<{width}}", style="dim")
            self.console.print(line.append(_shown(text), style="not dim"), soft_wrap=True)

    def table(self, header: Sequence[str], rows: Iterable[Sequence[str]], n_words: int = 1) -> None:
        """Print a table: the first `n_words` columns to the left, numbers to the right."""
        table = Table(box=box.ASCII2 if self._piped else box.ROUNDED)
        for position, name in enumerate(header):
            side: JustifyMethod = "left" if position < n_words else "right"
            table.add_column(Text(_shown(name)), justify=side, overflow="fold")
        for row in rows:
            table.add_row(*(Text(_shown(cell)) for cell in row))
        self.console.print(table)

    def say(self, sentence: str = "") -> None:
        """Print a sentence as it is, without markup."""
        self.console.print(Text(_shown(sentence)))


def _shown(text: str) -> str:
    """Return a text on one line, without what would command the terminal."""
    line = " ".join(text.split())
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


@contextmanager
def terminal() -> Iterator[Terminal]:
    """Yield stdout to write to; all of it appears when the block ends."""
    shown = Terminal()
    # One write at the end: a reader that went away is then the business of whoever called.
    with shown.console.capture() as capture:
        yield shown
    print(capture.get(), end="")
