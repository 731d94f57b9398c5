"""Cells: texts that are numbers, numbers as texts, and CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from descend.data.table import Column
from descend.support.files import replacing


def read_numbers(column: Column) -> tuple[npt.NDArray[np.float64], list[str]]:
    """Return the cells as numbers, NaN where there is none, and the texts that are no numbers."""
    if column.kind != "text":
        return np.asarray(column.values, dtype=np.float64), []
    # Arrow takes longer to import than most columns to read
    from descend.data.written.cells import Cells
    from descend.data.written.locale import Locale
    from descend.data.written.numbers import Written

    cells = Cells.of_texts(column.values.tolist())
    written = Written.of(cells, Locale())
    plain = written.good & (written.unit == "")
    rows = cells.rows(~plain)
    values = np.asarray(
        cells.spread(np.where(plain, written.values, np.nan), np.nan), dtype=np.float64
    )
    return values, column.values[rows & ~column.missing].tolist()


def cell_text(column: Column, cell: Any) -> str:
    """Return a cell that is not missing as a user would write it: `3` for 3.0."""
    if column.kind == "boolean":
        return "true" if cell else "false"
    if column.kind == "text":
        return str(cell)
    if column.kind == "date":
        moment = np.datetime64(round(float(cell) * 86400), "s")
        return str(moment).removesuffix("T00:00:00").replace("T", " ")
    number = float(cell)
    if column.kind == "time":
        minutes, seconds = divmod(number, 60)
        return f"{int(minutes // 60):02}:{int(minutes % 60):02}:{seconds:02.0f}"
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
