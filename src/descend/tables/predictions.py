"""Predictions as a table to print or to write, in digits that mean something."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.data.cells import cell_text
from descend.data.table import Table
from descend.tables.linear_model import LinearModel

DIGITS = 6
"""Each number has at least so many digits."""

ERROR_DIGITS = 3
"""Numbers have the digits of the model's error, the root mean square: so many of them."""

LARGEST_PLAIN = 1e15
"""From here on numbers are written with a power of ten."""


def prediction_table(
    model: LinearModel, X: npt.NDArray[np.float64], table: Table, keep: Sequence[str] = ()
) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of predictions beside the columns to keep of their table.

    A prediction is the number, or the class and each class's probability if the loss gives them.
    """
    header = [*keep, model.target]
    kept = [_texts(table, name) for name in keep]
    chosen = model.predictions(X)
    columns: list[list[str]]
    if model.task == "regression":
        decimals = _decimals_of_error(model.trained)
        columns = [[_written(number, decimals) for number in chosen.tolist()]]
    else:
        columns = [[model.classes[index] for index in chosen.tolist()]]
    if model.task == "classification" and model.has_probabilities:
        header += [f"probability of {name}" for name in model.classes]
        columns += [
            [f"{share:.{DIGITS}g}" for share in column] for column in model.probabilities(X).T
        ]
    return header, [list(row) for row in zip(*kept, *columns, strict=True)]


def _texts(table: Table, name: str) -> Iterable[str]:
    """Return the cells of a column as text, empty where missing."""
    column = table[name]
    cells = zip(column.values.tolist(), column.missing.tolist(), strict=True)
    return ("" if missing else cell_text(column, cell) for cell, missing in cells)


def _decimals_of_error(trained: dict[str, Any]) -> int:
    """Return how many decimals a model's error on the training rows leaves meaning to."""
    try:
        error = float(trained["scores"]["train"]["rmse"])
    except (KeyError, TypeError, ValueError):
        return 0
    if not (math.isfinite(error) and error > 0):
        return 0
    return ERROR_DIGITS - 1 - math.floor(math.log10(error))


def _written(number: float, decimals: int) -> str:
    """Return a number in at least six digits, and in so many decimals if that is more.

    >>> _written(152.341678, 0), _written(12345678.9123, 2), _written(0.000123456789, 0)
    ('152.342', '12345678.91', '0.000123457')
    """
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    exponent = math.floor(math.log10(abs(number)))
    # float64 has no more than 17 digits
    decimals = min(max(decimals, DIGITS - 1 - exponent), 16 - exponent)
    if not 1 / LARGEST_PLAIN < abs(number) < LARGEST_PLAIN:
        return f"{number:.{decimals + exponent}e}"
    text = f"{number:.{max(decimals, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
