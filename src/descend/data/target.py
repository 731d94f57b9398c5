"""What is to be predicted: numbers or classes."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.data.table import Column, Table, described_rows, refuse_infinite

Task: TypeAlias = Literal["regression", "classification"]

MOST_CODES = 20
"""Whole numbers that run from 0 or 1 without a gap are taken for classes up to this many."""


class Target(NamedTuple):
    """A target column, ready to be learned.

    Attributes
    ----------
    name
        The column's name.
    task
        Whether numbers or classes are predicted.
    reason
        Why, as a sentence.
    y
        `(n,)`: numbers, or the index of each row's class.
    classes
        The classes' names in order; empty for a regression.
    """

    name: str
    task: Task
    reason: str
    y: npt.NDArray[Any]
    classes: tuple[str, ...]


def read_target(table: Table, name: str, task: Task | None = None) -> Target:
    """Return a table's target, and decide between regression and classification.

    Text and booleans are classes. So are numbers that are 0 or 1; two different numbers in ten
    rows or more; and whole numbers that run from 0 or 1 without a gap, up to `MOST_CODES` of
    them, two rows or more for each on average. All other numbers are quantities.

    Parameters
    ----------
    table
        The examples.
    name
        The target's column.
    task
        The task, if it is already decided.

    Raises
    ------
    ValueError
        If there are fewer than two rows, no such column, a cell that is missing or infinite, a
        single value in all rows, or text where numbers were asked for.

    Examples
    --------
    >>> from descend.data.bundled import bundled_table
    >>> target = read_target(bundled_table("diabetes"), "target")
    >>> target.task, target.reason
    ('regression', "'target' holds 214 different numbers")
    """
    column = table[name]
    if table.n_rows < 2:
        raise ValueError(f"{table.source} has {table.n_rows} row: at least 2 are needed to learn")
    if column.missing.any():
        raise ValueError(
            f"the target {name!r} is missing in {described_rows(column.missing)}:"
            " fill or drop these rows"
        )
    refuse_infinite(name, column)
    distinct = np.unique(column.values.astype(str) if column.kind == "text" else column.values)
    if len(distinct) == 1:
        only = _label(column, distinct[0])
        raise ValueError(f"the target {name!r} is {only!r} in every row: there is nothing to learn")
    numbers = as_numbers(column)
    decided, reason = _decide(name, column, distinct, numbers)
    if task is not None:
        decided, reason = task, "it was asked for"
    if decided == "regression":
        if numbers is None:
            raise ValueError(
                f"the target {name!r} holds text such as {_label(column, distinct[0])!r}:"
                " a regression needs numbers; try --task classification"
            )
        return Target(name, "regression", reason, numbers, ())
    if len(distinct) > max(MOST_CODES, table.n_rows // 2):
        raise ValueError(
            f"the target {name!r} holds {len(distinct)} different values in {table.n_rows} rows:"
            " too many for classes; choose another target"
            + (" or --task regression" if numbers is not None else "")
        )
    keys = column.values.astype(str) if column.kind == "text" else column.values
    y = np.searchsorted(distinct, keys).astype(np.int64)
    return Target(name, "classification", reason, y, tuple(_label(column, key) for key in distinct))


def as_numbers(column: Column) -> npt.NDArray[np.float64] | None:
    """Return a column's cells as numbers, or None if one of them is no number.

    Examples
    --------
    >>> import numpy as np
    >>> as_numbers(Column("text", np.array(["1.5", None], dtype=object)))
    array([1.5, nan])
    """
    if column.kind != "text":
        return np.asarray(column.values, dtype=np.float64)
    numbers = np.full(len(column.values), np.nan)
    present = ~column.missing
    try:
        numbers[present] = column.values[present].astype(np.float64)
    except ValueError:
        return None
    return numbers


def _decide(
    name: str, column: Column, distinct: npt.NDArray[Any], numbers: npt.NDArray[np.float64] | None
) -> tuple[Task, str]:
    """Return the task that the target's values suggest, and why."""
    count = len(distinct)
    rows = len(column.values)
    if column.kind == "boolean":
        return "classification", f"{name!r} is true or false"
    if column.kind == "text" and (numbers is None or count <= MOST_CODES):
        return "classification", f"{name!r} holds text: {count} classes"
    override = "; --task regression predicts it as a number"
    if column.kind == "number" and count == 2 and (rows >= 10 or set(distinct) == {0, 1}):
        return "classification", f"{name!r} holds only two different numbers{override}"
    if column.kind == "number" and distinct[0] in (0, 1) and (np.diff(distinct) == 1).all():
        last = _label(column, distinct[-1])
        if count <= MOST_CODES and 2 * count <= rows:
            codes = f"the whole numbers {_label(column, distinct[0])} to {last}"
            return "classification", f"{name!r} holds {codes}, taken for {count} classes{override}"
    return "regression", f"{name!r} holds {count} different numbers"


def _label(column: Column, key: Any) -> str:
    """Return a class's name."""
    if column.kind == "boolean":
        return "true" if key else "false"
    if column.kind == "number":
        return number_as_text(float(key))
    return str(key)


def number_as_text(number: float) -> str:
    """Return a number as a user would write it.

    Examples
    --------
    >>> number_as_text(3.0), number_as_text(0.5)
    ('3', '0.5')
    """
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
