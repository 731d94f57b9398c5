"""One column of a table to one or more columns of numbers."""

from __future__ import annotations

from collections import Counter
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.data.cells import cell_text, read_numbers
from descend.data.table import Column, enumerated, refuse_infinite
from descend.data.target import MOST_CODES

Encoding: TypeAlias = Literal["number", "boolean", "category"]

MOST_CATEGORIES = 255
"""A category column becomes at most this many columns of 0 and 1."""

OTHER = "(other)"
"""The category that the rarest ones share where there are more."""

IDENTIFIER_ROWS = 20
"""Text in fewer rows than this is never taken for identifiers."""

IDENTIFIER_SHARE = 0.8
"""Text of which a larger share of the values are different is taken for identifiers."""

WORD_SHARE = 0.1
"""A text column is read as numbers if at most this share of its values are words."""

SPELLED = MappingProxyType({"true": 1.0, "false": 0.0})
"""Booleans as text files spell them."""


class Feature(NamedTuple):
    """How one column of a table becomes one or more columns of numbers.

    A missing cell is replaced by `fill`: a number, 0 or 1, or a category. Each of the `categories`
    has a column of 0 and 1; other encodings have none.
    """

    name: str
    encoding: Encoding
    fill: float | str
    categories: tuple[str, ...] = ()

    @property
    def encoded_names(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        if self.encoding != "category":
            return (self.name,)
        return tuple(f"{self.name}={category}" for category in self.categories)


def as_read(name: str, column: Column, notes: list[str]) -> Column:
    """Return a column as it is learned: text becomes numbers where nearly all of it are numbers."""
    numbers, words = read_numbers(column)
    count = len(column.values) - int(column.missing.sum())
    mostly = len(words) <= WORD_SHARE * count and len(np.unique(numbers)) > MOST_CODES
    if column.kind != "text" or not count or (words and not mostly):
        return column
    notes.append(f"Column {name!r} holds text: read as numbers{_ignored(words)}.")
    return Column("number", numbers)


def fit_feature(name: str, column: Column, notes: list[str]) -> Feature | None:
    """Return how a column is encoded, or None if it is left out."""
    present = column.values[~column.missing]
    if len(present) == 0:
        notes.append(f"Column {name!r} has no value: left out.")
        return None
    if column.kind == "text":
        return _fit_text(name, present, notes)
    if (present == present[0]).all():
        notes.append(f"Column {name!r} is constant: left out.")
        return None
    if column.kind == "boolean":
        return Feature(name, "boolean", float(present.mean() >= 0.5))
    return Feature(name, "number", _mean(present))


def _fit_text(name: str, present: npt.NDArray[Any], notes: list[str]) -> Feature | None:
    """Return how a column of texts is encoded, or None if it is left out."""
    counts = Counter(present.tolist()).most_common()
    if len(counts) == 1:
        notes.append(f"Column {name!r} is constant: left out.")
        return None
    if len(present) >= IDENTIFIER_ROWS and len(counts) > IDENTIFIER_SHARE * len(present):
        notes.append(
            f"Column {name!r} holds {len(counts)} different texts in {len(present)} rows,"
            " like identifiers: left out."
        )
        return None
    kept = [category for category, _ in counts]
    if len(kept) > MOST_CATEGORIES:
        shared = len(kept) - (MOST_CATEGORIES - 1)
        kept = [category for category in kept if category != OTHER][: MOST_CATEGORIES - 1]
        notes.append(
            f"Column {name!r} has {len(counts)} categories:"
            f" the {shared} rarest share '{name}={OTHER}'."
        )
        return Feature(name, "category", kept[0], (*sorted(kept), OTHER))
    return Feature(name, "category", kept[0], tuple(sorted(kept)))


def _mean(values: npt.NDArray[np.float64]) -> float:
    """Return the mean, without overflow where the sum is too large for a float."""
    # dividing by a power of two is exact
    _, exponent = np.frexp(np.abs(values).max())
    return float(np.ldexp(np.ldexp(values, -exponent).mean(), exponent))


def encode(
    feature: Feature, column: Column, out: npt.NDArray[np.float64], notes: list[str]
) -> None:
    """Write a column's numbers to `out`."""
    if feature.encoding == "category":
        _encode_category(feature, column, out, notes)
        return
    is_boolean = feature.encoding == "boolean"
    values, words = read_numbers(column, SPELLED if is_boolean else {})
    numbers = Column("number", values)
    missing = numbers.missing
    refuse_infinite(feature.name, numbers)
    misfits = words if is_boolean or missing.all() else []
    if is_boolean and not words:
        other = values[~missing & (values != 0) & (values != 1)]
        misfits = [cell_text(numbers, number) for number in other[:1]]
    if misfits:
        raise ValueError(
            f"column {feature.name!r} held {feature.encoding}s in training, and now {misfits[0]!r}"
        )
    if words:
        notes.append(f"Column {feature.name!r}: read as numbers{_ignored(words)}.")
    out[:, 0] = np.where(missing, feature.fill, values)
    _note_imputed(feature, missing, notes)


def _ignored(words: list[str]) -> str:
    """Say which cells are taken as missing since they hold no number."""
    if not words:
        return ""
    texts = enumerated(list(dict.fromkeys(words)), at_most=3)
    return f", and {len(words)} that hold none ({texts}) as missing"


def _encode_category(
    feature: Feature, column: Column, out: npt.NDArray[np.float64], notes: list[str]
) -> None:
    """Write a category's columns of 0 and 1 to `out`."""
    codes = {category: code for code, category in enumerate(feature.categories)}
    missing = column.missing
    cells = [
        str(feature.fill) if absent else cell_text(column, cell)
        for cell, absent in zip(column.values, missing, strict=True)
    ]
    unseen = Counter(cell for cell in cells if cell not in codes)
    code = np.array([codes.get(cell, codes.get(OTHER, -1)) for cell in cells], dtype=np.intp)
    known = np.flatnonzero(code >= 0)
    out[known, code[known]] = 1.0
    _note_imputed(feature, missing, notes)
    if unseen:
        kinds = enumerated(list(unseen), at_most=3)
        meaning = f"counted as {OTHER}" if OTHER in codes else "0 in all of its columns"
        rows = unseen.total()
        notes.append(
            f"Column {feature.name!r}: categories not seen in training ({kinds}) in"
            f" {rows} row{'s' * (rows > 1)}: {meaning}."
        )


def _note_imputed(feature: Feature, missing: npt.NDArray[np.bool_], notes: list[str]) -> None:
    """Add how many missing cells were replaced, and by what."""
    count = int(missing.sum())
    if not count:
        return
    cells = f"{count} missing cell{'s' * (count > 1)}"
    if feature.encoding == "number":
        by = f"the training mean, {feature.fill:.6g}"
    elif feature.encoding == "boolean":
        by = f"the most frequent value, {'true' if feature.fill else 'false'}"
    else:
        by = f"the most frequent value, {feature.fill!r}"
    notes.append(f"Column {feature.name!r}: {cells} replaced by {by}.")


def stored_feature(stored: Any) -> Feature:
    """Return one feature from its JSON, checked."""
    if not isinstance(stored, dict) or set(stored) != set(Feature._fields):
        raise ValueError(f"each of the 'columns' must have {', '.join(Feature._fields)}")
    name, encoding, fill, categories = (stored[field] for field in Feature._fields)
    is_category = encoding == "category"
    if (
        not isinstance(name, str)
        or encoding not in ("number", "boolean", "category")
        or not isinstance(fill, str if is_category else (int, float))
        or not isinstance(categories, list)
        or not all(isinstance(category, str) for category in categories)
        or is_category != bool(categories)
    ):
        raise ValueError(f"the description of column {name!r} is broken")
    return Feature(name, encoding, fill if is_category else float(fill), tuple(categories))
