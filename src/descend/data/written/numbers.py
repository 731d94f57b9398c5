"""A column of texts as numbers."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.table import enumerated
from descend.data.written.cells import Cells
from descend.data.written.locale import Locale
from descend.data.written.missing import PLACEHOLDERS
from descend.data.written.notation import Notation
from descend.data.written.numerals import CURRENCIES, CURRENCY, PADDED, UNITS

MAGNITUDES = {
    "k": 1e3,
    "K": 1e3,
    "M": 1e6,
    "Mio": 1e6,
    "Mio.": 1e6,
    "B": 1e9,
    "bn": 1e9,
    "Mrd": 1e9,
    "Mrd.": 1e9,
}
"""What a letter behind a number multiplies it by, where a column has several of them."""

BOUND = r"^[<>≤≥~≈±]+=?\s*[-+]?[\d.,]+\s*\S{0,8}$"
"""What is no number, but says that one lies above or below it."""

SCALED = "k, M or B"
"""How a column is written whose letters multiply its numbers."""


class Written(NamedTuple):
    """A column's texts as numbers, `(k,)` each.

    `values` are NaN where there is no number, `contrary` says which texts are numbers in the other
    notation alone, `absent` which stand for a missing number, and `words` which hold no digit.
    """

    cells: Cells
    values: npt.NDArray[np.float64]
    unit: npt.NDArray[np.object_]
    glued: npt.NDArray[np.bool_]
    padded: npt.NDArray[np.bool_]
    contrary: npt.NDArray[np.bool_]
    absent: npt.NDArray[np.bool_]
    words: npt.NDArray[np.bool_]
    notation: Notation
    guessed: bool

    @classmethod
    def of(cls, cells: Cells, locale: Locale) -> Written:
        """Read the texts in a file's locale."""
        numerals = cells.numerals
        notation, guessed = locale.notation_for(numerals)
        values = numerals.values(notation)
        none = np.isnan(values)
        contrary = none & np.isfinite(numerals.values(notation.other))
        absent = none & cells.among(PLACEHOLDERS, ignore_case=True)
        words = none & ~absent & ~cells.matching(r"\d")
        padded = cells.matching(PADDED)
        return cls(
            cells, values, numerals.unit, numerals.glued, padded, contrary, absent, words,
            notation, guessed,
        )  # fmt: skip

    def within(self, span: tuple[float, ...]) -> Written:
        """Return what is a guess in the notation whose numbers are like those of training."""
        if not self.guessed or not span:
            return self
        numerals = self.cells.numerals
        least, largest = span
        margin = largest - least
        like = {}
        for notation in (self.notation, self.notation.other):
            values = numerals.values(notation)[self.good]
            like[notation] = bool(((values >= least - margin) & (values <= largest + margin)).all())
        if like[self.notation] or not like[self.notation.other]:
            return self
        return Written.of(self.cells, Locale(self.notation.other, forced=True))

    @property
    def good(self) -> npt.NDArray[np.bool_]:
        """Which texts are numbers."""
        return ~np.isnan(self.values) & (self.cells.counts > 0)

    @property
    def odd(self) -> npt.NDArray[np.bool_]:
        """Which texts are neither numbers nor marks of missing ones."""
        return ~self.good & ~self.absent & (self.cells.counts > 0)

    @property
    def units(self) -> dict[str, int]:
        """How many cells carry each unit; cells without any are not counted."""
        found: dict[str, int] = {}
        for place in np.flatnonzero(self.good):
            unit = self.unit[place]
            if unit:
                found[unit] = found.get(unit, 0) + int(self.cells.counts[place])
        return found

    def scaled(self) -> npt.NDArray[np.float64]:
        """Return the values times what the letters behind them mean."""
        scales = [MAGNITUDES.get(_letters(unit), 1.0) if unit else 1.0 for unit in self.unit]
        return np.asarray(self.values * np.array(scales))

    def has_magnitudes(self) -> bool:
        """Say whether all units differ only in letters such as k and M."""
        bases = {unit.removesuffix(_letters(unit)) for unit in self.units}
        letters = {_letters(unit) for unit in self.units}
        return len(bases) == 1 and letters <= {*MAGNITUDES, ""} and letters != {""}

    def spelled_as_unit(self, unit: str) -> bool:
        """Say whether a unit is known, or set apart from the numbers by a blank."""
        known = unit in UNITS or unit in CURRENCIES or any(sign in unit for sign in CURRENCY[1:-1])
        return known or not self.glued[self.unit == unit].any()


def _letters(unit: str) -> str:
    """Return what a unit holds behind a currency's sign: `M` of `$M`."""
    return unit.lstrip(CURRENCY[1:-1])


def where(cells: Cells, chosen: npt.NDArray[np.bool_]) -> str:
    """Return the first cell that holds one of the chosen texts, and its row."""
    row = int(np.flatnonzero(cells.rows(chosen))[0])
    text = cells.texts[int(cells.code[row])].as_py()
    return f"{text!r} in row {row + 1} (the header not counted)"


def note_ignored(
    name: str, cells: Cells, ignored: npt.NDArray[np.bool_], what: str, notes: list[str]
) -> None:
    """Note which cells are taken as missing since they hold nothing of the column's kind."""
    count = cells.total(ignored)
    if count:
        texts = enumerated(cells.examples(ignored), at_most=3)
        hold = "cell that holds" if count == 1 else "cells that hold"
        is_missing = "is" if count == 1 else "are"
        notes.append(f"Column {name!r}: {count} {hold} no {what} ({texts}) {is_missing} missing.")


def note_numbers(name: str, written: Written, notes: list[str]) -> None:
    """Note what was ignored, and what was guessed."""
    note_ignored(
        name,
        written.cells,
        written.odd | (written.absent & (written.cells.counts > 0)),
        "number",
        notes,
    )
    if written.guessed:
        marked = written.good & written.cells.matching("[.,]")
        text = written.cells.examples(marked)[0]
        sign = "decimals" if (written.notation.decimal in text) else "thousands"
        notes.append(
            f"Column {name!r}: the sign in {text!r} is read as one of {sign}, which nothing in the"
            " file proves; --decimal decides."
        )
