"""The target of a table: a column of it, or values that are given apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.data.cells import cell_text, read_numbers
from descend.data.table import Column, Table, described_rows
from descend.tables.linear_model import LinearModel
from descend.tables.scores import regression_score

TARGET = "target"
"""What values that are given apart are called if they have no name."""


def beside_target(
    table: Table, y: Any, target: str | None, called: str | None = None
) -> tuple[Table, str, bool]:
    """Return the table with its target, the target's name, and whether it was given apart.

    Values have the name that they are `called`, or else their own.
    """
    if isinstance(y, str):
        if target is not None:
            raise ValueError(f"the target is given twice, as {y!r} and as {target!r}: give it once")
        y, target = None, y
    if y is None:
        if target is None:
            raise ValueError('there is no target: name its column, target="price", or give y')
        if not isinstance(target, str):
            raise TypeError(f"target={target!r} is no name: give the values of a target as y")
        table[target]  # refuses what it does not have
        return table, target, False
    if target is not None:
        raise ValueError(
            f"the target is given twice, as y and as {target!r}: give the values or the name"
        )
    name = called or _name_of(y)
    if called is not None and name in table.names:
        table = table.without([name])
    if name in table.names:
        raise ValueError(
            f"{table.source} holds the target {name!r}, too, and would be learned from: leave it"
            f" out of X, or give the name alone, target={name!r}"
        )
    column = _values(name, y)
    if len(column.values) != table.n_rows:
        raise ValueError(f"y has {len(column.values)} values for {table.n_rows} rows of the table")
    return replace(table, names=(*table.names, name), columns=(*table.columns, column)), name, True


def _name_of(y: Any) -> str:
    """Return the name of values, where they have one: a column of a data frame has."""
    name = getattr(y, "name", None)
    return name if isinstance(name, str) and name.strip() else TARGET


def _values(name: str, y: Any) -> Column:
    """Return values as a column."""
    from descend.data.frames import table_from_frame

    shape = np.shape(y)
    if len(shape) == 2:
        if shape[1] != 1:
            raise ValueError(f"y has {shape[1]} columns: a table model predicts one")
        y = np.asarray(y)[:, 0]
    return table_from_frame({name: y})[name]


def scored(model: LinearModel, X: npt.NDArray[np.float64], truth: Column) -> float:
    """Return R² or the accuracy of a model's predictions."""
    if truth.missing.any():
        raise ValueError(
            f"the target {model.target!r} is missing in {described_rows(truth.missing)}: there is"
            " nothing to compare the prediction with"
        )
    predictions = model.predictions(X)
    if model.task == "regression":
        numbers, words = read_numbers(truth)
        if words:
            raise ValueError(f"the target {model.target!r} holds text such as {words[0]!r}")
        score = regression_score(numbers, predictions).score
        return np.nan if score is None else score
    told = np.array([cell_text(truth, cell) for cell in truth.values], dtype=object)
    return float(np.mean(np.array(model.classes, dtype=object)[predictions] == told))
