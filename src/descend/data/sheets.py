"""Excel workbooks, by openpyxl."""

from __future__ import annotations

import io
from typing import Any

from descend.data.containers import Content
from descend.data.request import Request
from descend.data.table import Table
from descend.data.tabulated import tabulated


def read_workbook(content: Content, source: str, request: Request) -> Table:
    """Read the first sheet that holds anything of an Excel workbook."""
    try:
        import openpyxl
    except ImportError as error:
        raise ValueError(
            "it is an Excel file: pip install descend[excel], or save it as CSV"
        ) from error
    notes: list[str] = []
    book = openpyxl.load_workbook(io.BytesIO(content.read()), read_only=True, data_only=True)
    try:
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        rows: list[list[Any]] = []
        for sheet in sheets:
            sheet.reset_dimensions()
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            if any(cell is not None for row in rows for cell in row):
                break
        else:
            raise ValueError(f"{source} is empty")
    finally:
        book.close()
    if len(sheets) > 1:
        notes.append(f"The workbook has {len(sheets)} sheets: {sheet.title!r} was read.")
    return tabulated(rows, source, request, notes)
