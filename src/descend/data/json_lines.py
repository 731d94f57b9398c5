"""JSON: an object a line, or a list of them."""

from __future__ import annotations

import json
from typing import Any

from descend.data.containers import Content
from descend.data.encodings import as_utf8
from descend.data.request import Request
from descend.data.table import Table, enumerated
from descend.data.tabulated import tabulated


def read_json(content: Content, source: str, request: Request) -> Table:
    """Read objects, a row each; values that are lists or objects themselves are left out."""
    notes: list[str] = []
    text = as_utf8(content, notes).read().decode("utf-8-sig")
    rows = _rows(text)
    names = list(dict.fromkeys(name for row in rows for name in row))
    nested = [name for name in names if any(isinstance(row.get(name), list | dict) for row in rows)]
    if nested:
        notes.append(f"{enumerated(nested)} hold lists or objects: left out.")
    names = [name for name in names if name not in nested]
    if not names:
        raise ValueError(f"{source} has no columns")
    body = [[row.get(name) for name in names] for row in rows]
    return tabulated([names, *body], source, request, notes)


def _rows(text: str) -> list[dict[str, Any]]:
    """Return the objects; a ValueError names the first line that holds none."""
    rows: list[dict[str, Any]] = []
    places: list[str] = []
    if text.lstrip().startswith("["):
        try:
            rows = json.loads(text)
        except json.JSONDecodeError as error:
            raise ValueError(f"line {error.lineno} is no JSON: {error.msg}") from error
        places = [f"entry {place}" for place in range(1, len(rows) + 1)]
    else:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    rows.append(json.loads(line))
                except json.JSONDecodeError as error:
                    raise ValueError(f"line {number} is no JSON: {error.msg}") from error
                places.append(f"line {number}")
    for row, place in zip(rows, places, strict=True):
        if not isinstance(row, dict):
            raise ValueError(f"{place} is no JSON object of names and values")
    return rows
