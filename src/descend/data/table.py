"""A table: named columns of numbers, booleans, text, dates or times."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.support.numbers import counted

LARGEST_EXACT_INTEGER = 2**53
"""From here on, float64 cannot tell an integer from the next."""

SHOWN = 12
"""So many columns are named where a table is shown."""

Kind: TypeAlias = Literal["number", "boolean", "text", "date", "time"]


class Column(NamedTuple):
    """The cells of one column, `(n,)`.

    Numbers are float64, booleans float64 of 0 and 1, dates days since 1970-01-01, times seconds,
    NaN where missing; texts are objects, None where missing. `written` is what reading cells of
    the same column elsewhere takes: the unit of numbers, the order of day and month of dates;
    `absent` are words that stand for missing ones.
    """

    kind: Kind
    values: npt.NDArray[Any]
    written: str = ""
    absent: tuple[str, ...] = ()

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Where a cell is missing."""
        if self.kind == "text":
            return np.array([cell is None for cell in self.values], dtype=np.bool_)
        return np.asarray(np.isnan(self.values))


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Named columns of one length; the names differ.

    Each note is a sentence on what was decided in making it; `source` names it in messages;
    `repeated` are names that several columns were given.
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    source: str = "the table"
    repeated: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return how many rows there are, and what is in the first columns.

        >>> Table(("age",), (Column("number", np.array([30.0, 40.0])),))
        <Table of 2 rows: age (number)>
        """
        kinds = [
            f"{name} ({column.kind})" for name, column in zip(self.names, self.columns, strict=True)
        ]
        more = f" and {len(kinds) - SHOWN} more" if len(kinds) > SHOWN else ""
        return f"<Table of {counted(self.n_rows, 'row')}: {', '.join(kinds[:SHOWN])}{more}>"

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    def __getitem__(self, name: str) -> Column:
        """Return a column by its name."""
        if name not in self.names:
            raise ValueError(
                f"{self.source} has no column {name!r}: it has {enumerated(self.names)}"
            )
        return self.columns[self.names.index(name)]

    def at(self, rows: npt.NDArray[np.intp]) -> Table:
        """Return some of the rows, by their numbers."""
        taken = (column._replace(values=column.values[rows]) for column in self.columns)
        return replace(self, columns=tuple(taken))

    def without(self, names: Collection[str]) -> Table:
        """Return the table without some of its columns.

        >>> ages = Column("number", np.array([30.0]))
        >>> Table(("id", "age"), (ages, ages)).without(["id"]).names
        ('age',)
        """
        for name in names:
            self[name]  # refuses what it does not have
        kept = [i for i, name in enumerate(self.names) if name not in names]
        return replace(
            self,
            names=tuple(self.names[i] for i in kept),
            columns=tuple(self.columns[i] for i in kept),
        )


def enumerated(names: tuple[str, ...] | list[str], at_most: int = 12) -> str:
    """Return names as a readable list, cut after the first few: `'a', 'b' and 1 more`."""
    quoted = [repr(name) for name in names]
    if len(quoted) > at_most:
        return ", ".join(quoted[:at_most]) + f" and {len(quoted) - at_most} more"
    return ", ".join([*quoted[:-2], " and ".join(quoted[-2:])])


def described_rows(where: npt.NDArray[np.bool_], at_most: int = 3) -> str:
    """Return the rows where something is true, counted from 1 without the header."""
    rows = np.flatnonzero(where) + 1
    shown = ", ".join(str(row) for row in rows[:at_most])
    rest = f" and {len(rows) - at_most} more" if len(rows) > at_most else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{rest} (the header not counted)"


def refuse_infinite(name: str, column: Column) -> None:
    """Refuse a column that holds an infinite number."""
    if column.kind != "number":
        return
    infinite = np.isinf(column.values)
    if infinite.any():
        raise ValueError(
            f"column {name!r} is infinite in {described_rows(infinite)}:"
            " correct or empty these cells"
        )


def note_rounded(name: str, values: npt.NDArray[np.float64], notes: list[str]) -> None:
    """Note that whole numbers are too large for float64 to tell each from the next."""
    # NaN is skipped in these
    if max(np.fmax.reduce(values), -np.fmin.reduce(values)) < LARGEST_EXACT_INTEGER:
        return
    finite = values[np.isfinite(values)]
    large = np.abs(finite).max(initial=0.0) >= LARGEST_EXACT_INTEGER
    if large and (finite == np.floor(finite)).all():
        notes.append(f"Column {name!r} holds integers beyond 2**53: rounded to float64.")
