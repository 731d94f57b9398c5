"""How a file writes its numbers: which sign goes before decimals, and which between thousands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import as_mask

BLANKS = "\N{NO-BREAK SPACE}\N{THIN SPACE}\N{NARROW NO-BREAK SPACE} "
"""Blanks that may stand between thousands."""

EXPONENT = r"(?:[eE][-+]?\d+)?"


class Notation(NamedTuple):
    """The sign before decimals; the other of comma and point may stand between thousands."""

    decimal: str = "."

    @property
    def thousands(self) -> str:
        """The comma or point that stands between thousands."""
        return "," if self.decimal == "." else "."

    @property
    def pattern(self) -> str:
        """A regular expression of the digits of a number."""
        groups = "|".join(rf"(?:[{sign}]\d{{3}})+" for sign in (self.thousands, "'’", BLANKS))
        # zero is never written before a mark of thousands
        whole = rf"(?:[1-9]\d{{0,2}}(?:{groups})|\d+)"
        return rf"^(?:{whole}(?:[{self.decimal}]\d*)?|[{self.decimal}]\d+){EXPONENT}$"

    @property
    def grouping(self) -> str:
        """A regular expression of what stands between thousands."""
        return rf"[{self.thousands}'’{BLANKS}]"

    @property
    def other(self) -> Notation:
        """The other notation."""
        return Notation(self.thousands)


POINT, COMMA = Notation("."), Notation(",")


class Evidence(NamedTuple):
    """Which texts of a column can be read with one notation alone, `(k,)`, and which with both.

    `1.5` and `1,234.5` have a decimal point for certain; `1.234` may be a thousand.
    """

    point: npt.NDArray[np.bool_]
    comma: npt.NDArray[np.bool_]
    either: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, body: pa.Array, found: npt.NDArray[np.bool_]) -> Evidence:
        """Weigh the digits of numbers."""
        marked = found & as_mask(pc.match_substring_regex(body, "[.,]"))
        point, comma = (
            marked & as_mask(pc.match_substring_regex(body, notation.pattern))
            for notation in (POINT, COMMA)
        )
        return cls(point & ~comma, comma & ~point, point & comma)

    @property
    def decided(self) -> Notation | None:
        """The notation that the column alone shows, None if it shows none, or both."""
        if self.point.any() == self.comma.any():
            return None
        return POINT if self.point.any() else COMMA


def file_notation(columns: Iterable[Evidence], plain: Notation | None) -> Notation | None:
    """Return the notation of a file from its columns' evidence, None if there is none, or both.

    `plain` is the notation of columns that leave no doubt.
    """
    decided = {column.decided for column in columns} - {None}
    if plain is not None:
        decided.add(plain)
    return decided.pop() if len(decided) == 1 else None


def unproven_notation(body: pa.Array, delimiter: str) -> Notation:
    """Return the likely notation of a column that may be read with both, in a file without proof.

    Semicolons separate cells where the comma is taken, for decimals.
    """
    has_comma = bool(pc.any(pc.match_substring(body, ",")).as_py())
    return COMMA if delimiter == ";" and has_comma else POINT
