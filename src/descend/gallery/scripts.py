"""A script as a lesson: its cells, each a text and code."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

MARK = re.compile(r"#\s*%%|#{20,}\s*$")
"""What a line begins with that begins a cell."""


class Cell(NamedTuple):
    """A part of a lesson: text in reStructuredText, and code with the statements parsed of it."""

    text: str
    code: str
    statements: tuple[ast.stmt, ...]


def cells_of(source: str, file: str) -> list[Cell]:
    r"""Return the cells of a script; the first has the docstring as its text.

    Examples
    --------
    >>> cells = cells_of('''"A title."
    ... # %%
    ... # Two
    ... # lines.
    ... x = 1
    ... ''', "lesson.py")
    >>> [(cell.text, cell.code) for cell in cells]
    [('A title.', ''), ('Two\nlines.', 'x = 1')]
    """
    tree = ast.parse(source, file)
    lines = source.splitlines()
    docstring = ast.get_docstring(tree)
    body = tree.body[1:] if docstring is not None else tree.body
    begins = (tree.body[0].end_lineno or 0) if docstring is not None else 0
    within = {i for each in body for i in range(each.lineno, each.end_lineno or each.lineno)}
    marks = [
        i for i, line in enumerate(lines) if i >= begins and i not in within and MARK.match(line)
    ]
    ends = [*marks, len(lines)]
    cells = [_cell(lines, begins, ends[0], body, docstring or "")]
    for mark, end in zip(marks, ends[1:], strict=True):
        begin = mark + 1
        while begin < end and lines[begin].startswith("#"):
            begin += 1
        text = "\n".join(line[1:].removeprefix(" ") for line in lines[mark + 1 : begin])
        cells.append(_cell(lines, begin, end, body, text))
    return [cell for cell in cells if cell.text or cell.code]


def _cell(lines: list[str], begin: int, end: int, body: list[ast.stmt], text: str) -> Cell:
    """Return the cell of lines from one on, and before another, counted from 0."""
    statements = tuple(each for each in body if begin < each.lineno <= end)
    return Cell(text.strip(), "\n".join(lines[begin:end]).strip("\n"), statements)
