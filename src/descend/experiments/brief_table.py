"""A table cut to what is read at a glance, as text and as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from descend.experiments.text_table import text_table

ROWS = 12
"""The most rows."""

LETTERS = 60
"""The most letters of a cell."""

STYLE = "text-align: left; padding: 0.2em 1em 0.2em 0.3em"


class BriefTable(NamedTuple):
    """The header and the first rows of a table, and a line that says what was left out."""

    rows: tuple[tuple[str, ...], ...]
    left_out: str

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], whole: str = "") -> BriefTable:
        """Cut rows, of which the first is the header; `whole` says where all of them are.

        >>> BriefTable.of([("rate",), *[("1",)] * 14], "to_frame() has them all").left_out
        '... and 2 more: to_frame() has them all'
        """
        more = len(rows) - 1 - ROWS
        shown = tuple(
            tuple(cell if len(cell) <= LETTERS else cell[: LETTERS - 1] + "…" for cell in row)
            for row in rows[: 1 + ROWS]
        )
        return cls(shown, f"... and {more:,} more: {whole}" if more > 0 else "")

    def text(self) -> str:
        """Return the table as text."""
        return "\n".join([*text_table(self.rows), *filter(None, [self.left_out])])

    def html(self, *sentences: str) -> str:
        """Return the table as HTML, with sentences below it."""
        header, *body = self.rows
        lines = "".join(_line("td", row) for row in body)
        told = "".join(f"<p>{escape(said)}</p>" for said in (self.left_out, *sentences) if said)
        head = _line("th", header)
        return f"<table><thead>{head}</thead><tbody>{lines}</tbody></table>{told}"


def _line(tag: str, row: Sequence[str]) -> str:
    cells = "".join(f'<{tag} style="{STYLE}">{escape(cell)}</{tag}>' for cell in row)
    return f"<tr>{cells}</tr>"
