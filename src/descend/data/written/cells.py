"""The texts of a column: which there are, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from descend.data.arrow_arrays import as_integers, as_mask, texts_of
from descend.data.written.missing import MISSING
from descend.data.written.numerals import Numerals


@dataclass(frozen=True, eq=False)
class Cells:
    """A column's different texts, without blanks around them, and which one each row holds.

    `code` `(n,)` counts in `texts` `(k,)`, -1 where the cell is missing; `counts` `(k,)` says how
    often each occurs, which is never for an empty text or a mark of what is missing. All that is
    read from texts is read from the different ones, at once.
    """

    texts: pa.Array
    code: npt.NDArray[np.intp]
    counts: npt.NDArray[np.intp]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> Cells:
        """Return the cells of a column of strings."""
        if not len(column):
            return cls(texts_of(()), np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp))
        if pa.types.is_string_view(column.type):  # which Arrow cannot take elements of
            column = column.cast(pa.large_string())
        encoded = column.dictionary_encode()  # a dictionary that all chunks share
        written = encoded.chunk(0).dictionary.cast(pa.large_string())
        code = np.concatenate([as_integers(chunk.indices) for chunk in encoded.chunks])
        trimmed = pc.utf8_trim_whitespace(written).dictionary_encode()
        texts = trimmed.dictionary
        if len(texts) < len(written):
            code = np.append(as_integers(trimmed.indices), -1)[code]
        absent = np.append(as_mask(pc.is_in(texts, texts_of(MISSING))), True)
        code[absent[code]] = -1
        return cls(texts, code, np.bincount(code[code >= 0], minlength=len(texts)))

    @classmethod
    def of_texts(cls, texts: Sequence[str | None]) -> Cells:
        """Return the cells of a column of texts, None where there is none."""
        return cls.of(pa.chunked_array([texts_of(texts)]))

    @cached_property
    def numerals(self) -> Numerals:
        """The texts taken apart as numbers."""
        return Numerals.of(self.texts)

    def matching(self, pattern: str) -> npt.NDArray[np.bool_]:
        """Return which of the texts match a regular expression, `(k,)`."""
        return as_mask(pc.match_substring_regex(self.texts, pattern))

    def among(self, words: Any, ignore_case: bool = False) -> npt.NDArray[np.bool_]:
        """Return which of the texts are among some words, `(k,)`."""
        texts = pc.utf8_lower(self.texts) if ignore_case else self.texts
        return as_mask(pc.is_in(texts, texts_of(list(words))))

    def rows(self, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Return the rows that hold one of the chosen texts, `(n,)`."""
        return np.append(chosen, False)[self.code]

    def spread(self, values: npt.NDArray[Any], missing: Any) -> npt.NDArray[Any]:
        """Return each row's value from each text's, `(n,)`."""
        return np.append(values, missing)[self.code]

    def total(self, chosen: npt.NDArray[np.bool_]) -> int:
        """Return how many rows hold one of the chosen texts."""
        return int(self.counts[chosen].sum())

    def examples(self, chosen: npt.NDArray[np.bool_]) -> list[str]:
        """Return the chosen texts that occur, the most frequent first."""
        places = np.flatnonzero(chosen & (self.counts > 0))
        places = places[np.argsort(-self.counts[places], kind="stable")]
        return [self.texts[int(place)].as_py() for place in places[:100]]
