"""One column of a table to one or more columns of numbers."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from descend.data.date_parts import PARTS, chosen_parts
from descend.data.identifiers import is_identifier
from descend.data.table import Column, Kind

Encoding: TypeAlias = Literal["number", "boolean", "category", "date", "time"]

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)

MOST_CATEGORIES = 255
"""A category column becomes at most this many columns of 0 and 1."""

OTHER = "(other)"
"""The category that the rarest ones share where there are more."""

IDENTIFIER_ROWS = 20
"""Text in fewer rows than this is never taken for identifiers."""

IDENTIFIER_SHARE = 0.8
"""Text of which a larger share of the values are different is taken for identifiers."""


class Feature(NamedTuple):
    """How one column of a table becomes one or more columns of numbers.

    A missing cell is replaced by `fill`: a number, 0 or 1, or a category. Each of the `categories`
    has a column of 0 and 1; those of a date are its parts, such as `year`; other encodings have
    none. `written` and `absent` are the column's: how its cells are written in files, and the
    words among them that stand for missing ones. `span` are the least and the largest number of
    training.
    """

    name: str
    encoding: Encoding
    fill: float | str
    categories: tuple[str, ...] = ()
    written: str = ""
    absent: tuple[str, ...] = ()
    span: tuple[float, ...] = ()

    @property
    def encoded_names(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        if self.encoding == "date":
            return tuple(f"{self.name}: {part}" for part in self.categories)
        if self.encoding != "category":
            return (self.name,)
        return tuple(f"{self.name}={category}" for category in self.categories)


def fit_feature(name: str, column: Column, notes: list[str]) -> Feature | None:
    """Return how a column is encoded, or None if it is left out."""
    present = column.values[~column.missing]
    if len(present) == 0:
        notes.append(f"Column {name!r} has no value: left out.")
        return None
    if (present == present[0]).all():
        notes.append(f"Column {name!r} is constant: left out.")
        return None
    if column.kind in ("number", "text") and is_identifier(name, present):
        notes.append(f"Column {name!r} tells the rows apart, like identifiers: left out.")
        return None
    feature = _fit_kind(name, column.kind, present, notes)
    return feature and feature._replace(written=column.written, absent=column.absent)


def _fit_kind(name: str, kind: Kind, present: npt.NDArray[Any], notes: list[str]) -> Feature | None:
    """Return how a column of a kind is encoded by the cells it has."""
    if kind == "text":
        return _fit_text(name, present, notes)
    if kind == "boolean":
        return Feature(name, "boolean", float(present.mean() >= 0.5))
    if kind == "date":
        parts = chosen_parts(present)
        kinds = list(dict.fromkeys(part.partition("=")[0] for part in parts))
        notes.append(f"Column {name!r} holds dates: read as {', '.join(kinds)}.")
        return Feature(name, "date", float(np.floor(present.mean())), parts)
    if kind == "time":
        return Feature(name, "time", _mean(present))
    span = (float(present.min()), float(present.max()))
    return Feature(name, "number", _mean(present), span=span)


def is_unrepeated(texts: npt.NDArray[Any]) -> bool:
    """Say whether texts are so many and so different that they are no categories."""
    return len(texts) >= IDENTIFIER_ROWS and len(set(texts)) > IDENTIFIER_SHARE * len(texts)


def _fit_text(name: str, present: npt.NDArray[Any], notes: list[str]) -> Feature | None:
    """Return how a column of texts is encoded, or None if it is left out."""
    counts = Counter(present.tolist()).most_common()
    if is_unrepeated(present):
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


def stored_feature(stored: Any) -> Feature:
    """Return one feature from its JSON, checked."""
    if not isinstance(stored, dict) or set(stored) != set(Feature._fields):
        raise ValueError(f"each of the 'columns' must have {', '.join(Feature._fields)}")
    name, encoding, fill, categories, written, absent, span = (
        stored[field] for field in Feature._fields
    )
    is_category, is_date = encoding == "category", encoding == "date"
    if (
        not isinstance(name, str)
        or encoding not in ENCODINGS
        or not isinstance(fill, str if is_category else (int, float))
        or not _are_all(str, categories)
        or (is_category or is_date) != bool(categories)
        or (is_date and not set(categories) <= {*PARTS, "days"})
        or not isinstance(written, str)
        or not _are_all(str, absent)
        or not _are_all((int, float), span)
        or len(span) not in ((0, 2) if encoding == "number" else (0,))
    ):
        raise ValueError(f"the description of column {name!r} is broken")
    return Feature(
        name,
        encoding,
        fill if is_category else float(fill),
        tuple(categories),
        written,
        tuple(absent),
        tuple(map(float, span)),
    )


def _are_all(kind: type | tuple[type, ...], stored: Any) -> bool:
    """Say whether something is a list of values of a kind."""
    return isinstance(stored, list) and all(isinstance(value, kind) for value in stored)
