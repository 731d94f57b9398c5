"""Cells to CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

from descend.support.files import replacing


def write_csv(file: str | Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file, whole or not at all.

    Parameters
    ----------
    file
        Its path.
    names
        The header.
    rows
        The cells; floats are written so that they read back exactly.
    """
    with replacing(file) as temporary, temporary.open("w", newline="", encoding="utf-8") as stream:
        write_csv_stream(stream, names, rows)


def write_csv_stream(stream: TextIO, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write CSV to an open text stream."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
