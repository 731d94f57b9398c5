"""The names of a table's columns, and which columns are no data."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np

from descend.data.names import distinct
from descend.data.table import Column, Table, enumerated
from descend.data.written.numerals import looks_numeric

INDEX = re.compile(r"|Unnamed: 0(\.\d+)?|__index_level_\d+__")
"""The name of a column that holds the index of a data frame."""


class Header(NamedTuple):
    """The names of a table's columns, which differ.

    `given` are the names as they are in the file, and `repeated` those of several columns.
    """

    names: tuple[str, ...]
    given: tuple[str, ...]
    repeated: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Iterable[str], source: str, notes: list[str]) -> Header:
        """Name columns without a name by their place, and let those of one name differ."""
        stripped = tuple(name.strip() for name in given)
        called = tuple(name or f"column {place}" for place, name in enumerate(stripped, 1))
        repeated = tuple(
            name for name, count in Counter(filter(None, stripped)).items() if count > 1
        )
        if repeated and not any(re.search(r"[^\W\d]", name) for name in stripped):
            raise ValueError(
                f"{source} has several columns named {enumerated(repeated)}"
                " (its first line holds numbers: add a header)"
            )
        names = distinct(called)
        for name in repeated:
            others = [new for new, old in zip(names, called, strict=True) if old == name][1:]
            notes.append(
                f"Several columns are named {name!r}: called {enumerated([name, *others])}."
            )
        if stripped and all(map(looks_numeric, stripped)):
            notes.append(
                f"The first line holds numbers ({', '.join(stripped[:3])}"
                f"{', ...' if len(stripped) > 3 else ''}) and is taken for the columns' names."
            )
        return cls(names, stripped, repeated)

    def table(self, columns: Mapping[int, Column], notes: Iterable[str], source: str) -> Table:
        """Return a table of some columns by their positions, without those that are no data."""
        told = list(notes)
        kept = []
        for position in sorted(columns):
            column, name = columns[position], self.names[position]
            if INDEX.fullmatch(self.given[position]) and _is_index(column):
                told.append(f"Column {position + 1} is the index of a data frame: left out.")
                continue
            if not self.given[position]:
                if column.missing.all():
                    told.append(f"Column {position + 1} has no name and no value: left out.")
                    continue
                told.append(f"Column {position + 1} has no name: called {name!r}.")
            kept.append(position)
        if not kept:
            raise ValueError(f"{source} has no column to read: {' '.join(told) or 'none is left'}")
        return Table(
            tuple(self.names[position] for position in kept),
            tuple(columns[position] for position in kept),
            tuple(told),
            source,
            self.repeated,
        )


def _is_index(column: Column) -> bool:
    """Say whether the values of a column differ as those of an index, and are no measurements."""
    if column.missing.any():
        return False
    values = column.values.tolist()
    if column.kind == "number" and not np.equal(column.values, np.floor(column.values)).all():
        return False
    return len(set(values)) == len(values)


def without_last(columns: Mapping[int, Column], count: int, notes: list[str]) -> dict[int, Column]:
    """Return columns without their last rows, which hold nothing."""
    if not count:
        return dict(columns)
    some = "row holds" if count == 1 else f"{count} rows hold"
    notes.append(f"The last {some} nothing: left out.")
    return {
        position: column._replace(values=column.values[:-count])
        for position, column in columns.items()
    }
