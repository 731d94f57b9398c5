"""`/api/table`: the columns of numbers of a CSV file."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from descend.data.files import read_table
from descend.playground import limits, texts
from descend.playground.descents import Check
from descend.playground.fields import RefusedError

PACKED = (b"\x1f\x8b", b"PK", b"BZh", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"PAR1", b"ARROW1")
"""How files begin that are no text, and may hold far more than they are large."""

BYTE_ORDERS = (b"\xff\xfe", b"\xfe\xff")
"""How text begins that may hold zeros."""


def answer(body: bytes, check: Check) -> dict[str, Any]:
    """Return the columns of numbers of a table, null where a cell is missing."""
    if body.startswith(PACKED) or (b"\0" in body and not body.startswith(BYTE_ORDERS)):
        raise RefusedError(texts.UNREADABLE_TABLE.format(reason="it is no text"))
    if not body.strip():
        raise RefusedError(texts.UNREADABLE_TABLE.format(reason="it is empty"))
    check()
    with TemporaryDirectory(prefix="descend-") as folder:
        file = Path(folder, "table.csv")
        file.write_bytes(body)
        try:
            table = read_table(file)
        except ValueError as error:
            # the file's name is ours, and means nothing to whoever sent it
            reason = str(error).replace(repr(str(file)), "it").removeprefix("cannot read it: ")
            raise RefusedError(texts.UNREADABLE_TABLE.format(reason=reason)) from None
    check()
    columns = {
        name: column.values
        for name, column in zip(table.names, table.columns, strict=True)
        if column.kind == "number" and np.isfinite(column.values).any()
    }
    if not columns:
        raise RefusedError(texts.NO_NUMBERS)
    if table.n_rows > limits.MOST_POINTS:
        raise RefusedError(texts.TOO_MANY_ROWS.format(rows=table.n_rows, most=limits.MOST_POINTS))
    return {"columns": list(columns), "points": columns}
