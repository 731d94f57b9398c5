"""What is decided once for a whole file about how its cells are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from descend.data.written.cells import Cells
from descend.data.written.dates import DAY_FIRST
from descend.data.written.notation import (
    COMMA,
    Evidence,
    Notation,
    file_notation,
    unproven_notation,
)
from descend.data.written.numerals import Numerals


class Locale(NamedTuple):
    """The notation of a file's numbers, None if nothing shows it, and what else its cells follow.

    `forced` says that the notation was asked for; the `delimiter` is a hint where nothing else is;
    `date_format` is one that was asked for, in the signs of `datetime.strptime`.
    """

    notation: Notation | None = None
    forced: bool = False
    delimiter: str = ""
    date_format: str | None = None

    @classmethod
    def of(
        cls,
        columns: Sequence[Cells],
        *,
        plain: Notation | None = None,
        delimiter: str = "",
        decimal: str | None = None,
        date_format: str | None = None,
    ) -> Locale:
        """Decide on the locale of a file from its columns of texts; `decimal` settles it.

        `plain` is the notation of columns that leave no doubt.
        """
        if decimal is not None:
            if decimal not in (".", ","):
                raise ValueError(f"decimal must be a point or a comma, not {decimal!r}")
            return cls(Notation(decimal), True, delimiter, date_format)
        evidence = []
        for cells in columns:
            numerals = cells.numerals
            # what is mostly words or dates says nothing of numbers
            if cells.total(numerals.found) * 2 > cells.total(np.ones(len(cells.texts), np.bool_)):
                evidence.append(Evidence.of(numerals.body, numerals.found))
        return cls(file_notation(evidence, plain), False, delimiter, date_format)

    def notation_for(self, numerals: Numerals) -> tuple[Notation, bool]:
        """Return the notation of a column, and whether it is a guess.

        A column that shows one follows its own: some programs write their numbers as they show
        them, in quotes, beside others' plain ones.
        """
        if self.forced and self.notation is not None:
            return self.notation, False
        evidence = Evidence.of(numerals.body, numerals.found)
        if evidence.decided is not None:
            return evidence.decided, False
        if evidence.point.any():
            # it shows both: the cells of the rarer one will be refused
            more_points = evidence.point.sum() >= evidence.comma.sum()
            return (Notation(".") if more_points else COMMA), False
        if self.notation is not None:
            return self.notation, False
        return unproven_notation(numerals.body, self.delimiter), bool(evidence.either.any())

    @property
    def likely_date_order(self) -> str:
        """The order of day and month that goes with decimal commas."""
        return DAY_FIRST if self.notation == COMMA else ""
