"""Quotes gone astray: one that is never closed, and two that swallow the rows between them."""

from __future__ import annotations

import csv
import io

import numpy as np

from descend.data.containers import Content
from descend.data.written.cells import Cells


def find_open_quote(content: Content, offset: int, delimiter: str) -> str:
    """Return a sentence on the quote that is not closed before the text ends, "" if all are."""
    text = content.read()[offset:].decode(errors="replace")
    if '"' not in text:
        return ""
    limit = csv.field_size_limit(len(text) + 1)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        row = 0
        try:
            for cells in reader:
                row += bool(cells)
        except csv.Error as error:
            if "end of data" in str(error):
                return (
                    f"row {row + 1} (the header not counted) opens a quote that is never closed:"
                    " close or remove it"
                )
    finally:
        csv.field_size_limit(limit)
    return ""


def refuse_swallowed_rows(name: str, cells: Cells, delimiter: str, width: int) -> None:
    """Refuse a column in which a cell in quotes holds what would be rows of the table.

    Such a cell has line ends, and between each two of them as many delimiters as a row.
    """
    if width < 2:
        return
    suspects = cells.matching(r"[\r\n]") & (cells.counts > 0)
    for place in np.flatnonzero(suspects):
        text = cells.texts[int(place)].as_py()
        ends = len(text.splitlines()) - 1
        between = text.splitlines()[1:-1]
        if (
            text.count(delimiter) == ends * (width - 1)
            and ends > 0
            and all(line.count(delimiter) == width - 1 for line in between)
        ):
            row = int(np.flatnonzero(cells.code == place)[0]) + 1
            raise ValueError(
                f"a quote that opens in row {row} (the header not counted), column {name!r},"
                f" closes {ends} line{'s' * (ends > 1)} later and swallows the rows between:"
                " remove it, or double it inside a cell"
            )
