"""A table: named columns of numbers, booleans or text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

Kind: TypeAlias = Literal["number", "boolean", "text"]


class Column(NamedTuple):
    """The cells of one column.

    Attributes
    ----------
    kind
        What the cells are.
    values
        `(n,)`. Numbers: float64, NaN where missing. Booleans: float64 of 0 and 1, NaN where
        missing. Text: objects, None where missing.
    """

    kind: Kind
    values: npt.NDArray[Any]

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        """Where a cell is missing."""
        if self.kind == "text":
            return np.array([cell is None for cell in self.values], dtype=np.bool_)
        return np.asarray(np.isnan(self.values))


@dataclass(frozen=True, eq=False)
class Table:
    """Named columns of one length.

    Attributes
    ----------
    names
        The columns' names, all different, in order.
    columns
        Their cells.
    notes
        What whoever made the table had to decide, a sentence each.
    source
        Where the table came from, for messages.

    Examples
    --------
    >>> import numpy as np
    >>> table = Table(("x",), (Column("number", np.array([1.0, np.nan])),))
    >>> table.n_rows, table["x"].missing.tolist()
    (2, [False, True])
    """

    names: tuple[str, ...]
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    source: str = "the table"

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0].values) if self.columns else 0

    def __getitem__(self, name: str) -> Column:
        """Return a column by its name.

        Raises
        ------
        ValueError
            If there is no such column.
        """
        if name not in self.names:
            raise ValueError(
                f"{self.source} has no column {name!r}: it has {enumerated(self.names)}"
            )
        return self.columns[self.names.index(name)]


def enumerated(names: tuple[str, ...] | list[str], at_most: int = 12) -> str:
    """Return names as a readable list, cut after the first few.

    Examples
    --------
    >>> enumerated(["a", "b", "c"], at_most=2)
    "'a', 'b' and 1 more"
    """
    quoted = [repr(name) for name in names]
    if len(quoted) > at_most:
        return ", ".join(quoted[:at_most]) + f" and {len(quoted) - at_most} more"
    return ", ".join([*quoted[:-2], " and ".join(quoted[-2:])])


def described_rows(where: npt.NDArray[np.bool_], at_most: int = 3) -> str:
    """Return the rows where something is true, counted from 1 without the header.

    Examples
    --------
    >>> import numpy as np
    >>> described_rows(np.array([False, True, False]))
    'row 2 (the header not counted)'
    """
    rows = np.flatnonzero(where) + 1
    shown = ", ".join(str(row) for row in rows[:at_most])
    rest = f" and {len(rows) - at_most} more" if len(rows) > at_most else ""
    return f"row{'s' if len(rows) > 1 else ''} {shown}{rest} (the header not counted)"


def refuse_infinite(name: str, column: Column) -> None:
    """Refuse a column that holds an infinite number.

    Raises
    ------
    ValueError
        That names the column and the rows.
    """
    if column.kind != "number":
        return
    infinite = np.isinf(column.values)
    if infinite.any():
        raise ValueError(
            f"column {name!r} is infinite in {described_rows(infinite)}:"
            " correct or empty these cells"
        )
