"""Texts that are no categories, since hardly any occurs twice, but may be numbers."""

from __future__ import annotations

import numpy as np

from descend.data.table import Column
from descend.data.written.cells import Cells
from descend.data.written.kinds import WORD_SHARE, absent_words
from descend.data.written.locale import Locale
from descend.data.written.numbers import BOUND, Written, note_ignored, where
from descend.data.written.numerals import looks_numeric

STRANGE = rf"{BOUND}|^[-+]?\d+(?:_\d+)+(?:\.\d+)?$"
"""Numbers that nothing here reads: bounds, and numbers with marks as programs write them."""


def numbers_in_text(name: str, column: Column, notes: list[str]) -> Column | None:
    """Return the numbers that nearly all texts of a column are, None if they are no numbers.

    A ValueError names the first of them that looks like a number and cannot be read.
    """
    cells = Cells.of_texts(column.values.tolist())
    written = Written.of(cells, Locale())
    good = written.good & (written.unit == "")
    occurring = cells.counts > 0
    looking = np.array([looks_numeric(text) for text in cells.texts.to_pylist()], dtype=np.bool_)
    looking = (looking | cells.matching(STRANGE)) & occurring
    total = cells.total(occurring)
    if cells.total(looking | good) < (1 - WORD_SHARE) * total:
        return None
    unread = looking & ~good
    if unread.any():
        raise ValueError(
            f"column {name!r} holds {where(cells, unread)}, which looks like a number, and cannot"
            " be read as the others are: correct it, or leave the column out"
        )
    notes.append(f"Column {name!r} holds text that is nearly all numbers: read as numbers.")
    note_ignored(name, cells, ~good & occurring, "number", notes)
    values = cells.spread(np.where(good, written.values, np.nan), np.nan)
    return Column("number", values, absent=absent_words(cells, ~good))
