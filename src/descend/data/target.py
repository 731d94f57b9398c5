"""What is to be predicted: numbers or classes."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.data.cells import cell_text, read_numbers
from descend.data.table import Column, Table, described_rows, refuse_infinite

Task: TypeAlias = Literal["regression", "classification"]

MOST_CODES = 20
"""Whole numbers that run from 0 or 1 without a gap are taken for classes up to this many."""


class TargetColumn(NamedTuple):
    """A target column, ready to be learned, and the `reason` for its task, a sentence.

    `y` `(n,)` holds numbers or the index of each row's class; a regression has no classes.
    """

    name: str
    task: Task
    reason: str
    y: npt.NDArray[Any]
    classes: tuple[str, ...]


def read_target(table: Table, name: str, task: Task | None = None) -> TargetColumn:
    """Return a table's target; decide between regression and classification if no task is given.

    Text and booleans are classes. So are numbers that are 0 or 1; two different numbers in ten
    rows or more; and whole numbers that run from 0 or 1 without a gap, up to `MOST_CODES` of
    them, two rows or more for each on average. All other numbers are quantities. Cells that are
    missing or infinite, and a single value in all rows, are refused.

    Examples
    --------
    >>> from descend.data.bundled import bundled_table
    >>> target = read_target(bundled_table("diabetes"), "target")
    >>> target.task, target.reason
    ('regression', "'target' holds 214 different numbers")
    """
    column = table[name]
    if name in table.repeated:
        raise ValueError(f"{table.source} has several columns named {name!r}: rename the target")
    _refuse_unusable_cells(table, name, column)
    cells = column.values.astype(str) if column.kind == "text" else column.values
    values = np.unique(cells)
    first = cell_text(column, values[0])
    if len(values) == 1:
        raise ValueError(
            f"the target {name!r} is {first!r} in every row: there is nothing to learn"
        )
    numbers, words = read_numbers(column)
    if task is None:
        task, reason = _decide(name, column, values, numeric=not words)
    else:
        reason = "it was asked for"
    if task == "regression":
        if words:
            raise ValueError(
                f"the target {name!r} holds text such as {first!r}:"
                ' a regression needs numbers; try task="classification"'
            )
        return TargetColumn(name, task, reason, numbers, ())
    if len(values) > max(MOST_CODES, table.n_rows // 2):
        raise ValueError(
            f"the target {name!r} holds {len(values)} different values in {table.n_rows} rows:"
            " too many for classes; choose another target"
            + ("" if words else ' or task="regression"')
        )
    codes = np.searchsorted(values, cells).astype(np.int64)
    classes = tuple(cell_text(column, value) for value in values)
    return TargetColumn(name, task, reason, codes, classes)


def _refuse_unusable_cells(table: Table, name: str, column: Column) -> None:
    """Refuse a target of a single row, and one with cells that are missing or infinite."""
    if table.n_rows < 2:
        raise ValueError(f"{table.source} has {table.n_rows} row: at least 2 are needed to learn")
    if column.missing.any():
        raise ValueError(
            f"the target {name!r} is missing in {described_rows(column.missing)}:"
            " fill or drop these rows; drop_missing_target=True leaves them out"
        )
    refuse_infinite(name, column)


def _decide(name: str, column: Column, values: npt.NDArray[Any], numeric: bool) -> tuple[Task, str]:
    """Return the task that the target's distinct values suggest, and why."""
    count, rows = len(values), len(column.values)
    if column.kind == "boolean":
        return "classification", f"{name!r} is true or false"
    if column.kind == "text" and (not numeric or count <= MOST_CODES):
        return "classification", f"{name!r} holds text: {count} classes"
    override = '; task="regression" predicts it as a number'
    if column.kind == "number" and count == 2 and (rows >= 10 or set(values) == {0, 1}):
        return "classification", f"{name!r} holds only two different numbers{override}"
    if (
        column.kind == "number"
        and values[0] in (0, 1)
        and (np.diff(values) == 1).all()
        and count <= min(MOST_CODES, rows / 2)
    ):
        codes = f"the whole numbers {values[0]:.0f} to {values[-1]:.0f}"
        return "classification", f"{name!r} holds {codes}, taken for {count} classes{override}"
    return "regression", f"{name!r} holds {count} different numbers"
