"""Cells: texts that are numbers, numbers as texts, and CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from descend.data.table import Column
from descend.support.files import replacing


def read_numbers(
    column: Column, spelled: Mapping[str, float] = MappingProxyType({})
) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Return the cells as numbers, NaN where there is none, and the texts that are no numbers.

    `spelled` maps words in lower case to the numbers that they stand for.
    """
    if column.kind != "text":
        return np.asarray(column.values, dtype=np.float64), []
    numbers: dict[Any, float] = {None: np.nan}
    words = set()
    for text in set(column.values.tolist()) - {None}:
        try:
            numbers[text] = spelled[text.lower()] if text.lower() in spelled else float(text)
        except ValueError:
            numbers[text] = np.nan
            words.add(text)
    values = np.array([numbers[cell] for cell in column.values])
    return values, [cell for cell in column.values if cell in words]


def cell_text(column: Column, cell: Any) -> str:
    """Return a cell that is not missing as a user would write it: `3` for 3.0."""
    if column.kind == "boolean":
        return "true" if cell else "false"
    if column.kind == "text":
        return str(cell)
    number = float(cell)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def write_csv(file: str | Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file, whole or not at all; floats read back exactly."""
    with replacing(file) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        write_csv_stream(stream, names, rows)


def write_csv_stream(stream: TextIO, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write CSV to an open text stream, the names first."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
