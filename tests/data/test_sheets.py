"""Excel workbooks."""

import datetime
import sys

import numpy as np
import openpyxl
import pytest

from descend.data.columns import Columns
from descend.data.files import read_table


def workbook(path, *sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_each_kind_of_cell(tmp_path):
    rows = [
        ["n", "code", "ok", "day", "at", "text", "mixed"],
        [1, "01", True, datetime.date(2020, 1, 31), datetime.time(1), "1,5", 1.234],
        [2.5, "2A", False, datetime.datetime(2020, 2, 1, 12), None, "2,25", "n/k"],
        [None, None, None, None, datetime.time(0, 1), "3", 2],
    ]
    table = read_table(workbook(tmp_path / "a.xlsx", rows))
    kinds = {name: column.kind for name, column in zip(table.names, table.columns, strict=True)}
    assert kinds == {
        "n": "number",
        "code": "text",
        "ok": "boolean",
        "day": "date",
        "at": "time",
        "text": "number",
        "mixed": "number",
    }
    np.testing.assert_array_equal(table["n"].values, [1, 2.5, np.nan])
    assert table["code"].values.tolist() == ["01", "2A", None]
    np.testing.assert_array_equal(table["ok"].values, [1, 0, np.nan])
    np.testing.assert_array_equal(table["day"].values, [18292, 18293.5, np.nan])
    np.testing.assert_array_equal(table["at"].values, [3600, np.nan, 60])
    np.testing.assert_array_equal(table["text"].values, [1.5, 2.25, 3])
    np.testing.assert_array_equal(table["mixed"].values, [1.234, np.nan, 2])


def test_the_first_sheet_that_holds_anything_below_its_title(tmp_path):
    rows = [["Report 2020"], [], ["mass", "x", "y"], ["kg", None, None], [1, 2, 3], [4, 5, 6], []]
    path = workbook(tmp_path / "named.csv", [], rows)
    table = read_table(path)
    assert table.names == ("mass", "x", "y")
    assert table["mass"].values.tolist() == [1, 4]
    assert table.notes == (
        "The workbook has 2 sheets: 'Sheet 2' was read.",
        "The first row is a title and no part of the table: left out.",
        "The row below the names holds units: left out.",
    )


def test_a_workbook_and_a_text_are_the_same_to_a_model(tmp_path):
    rows = [["n", "code"], [1.5, "01"], [2.25, "2A"], [3, "7"]]
    (tmp_path / "a.csv").write_text("code;n\n01;1,5\n2A;2,25\n7;3\n")
    columns = Columns.fit(read_table(tmp_path / "a.csv"))
    numbers = [["n", "code"], [1.5, "01"], [2.25, "2A"], [3, 7]]
    X = columns.transform(read_table(tmp_path / "a.csv", expected=columns)).X
    for written in (rows, numbers):
        read = read_table(workbook(tmp_path / "a.xlsx", written), expected=columns)
        np.testing.assert_array_equal(columns.transform(read).X, X)


def test_without_openpyxl_the_remedy_is_named(tmp_path, monkeypatch):
    path = workbook(tmp_path / "a.xlsx", [["x"], [1]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(ValueError, match=r"pip install descend\[excel\]"):
        read_table(path)


def test_an_empty_workbook(tmp_path):
    with pytest.raises(ValueError, match="is empty"):
        read_table(workbook(tmp_path / "a.xlsx", []))
