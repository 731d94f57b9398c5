"""Files as people have them: the columns, types and values that a person would read."""

import gzip
import io
import re
import zipfile

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from descend.data.columns import Columns
from descend.data.files import read_table

NAN = np.nan


def number(*cells):
    return ("number", list(cells))


def text(*cells):
    return ("text", list(cells))


def boolean(*cells):
    return ("boolean", list(cells))


def date(*cells):
    return ("date", [NAN if cell is None else np.datetime64(cell, "s") for cell in cells])


def time(*cells):
    return ("time", list(cells))


def zipped(**members):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def zstd(content):
    return bytes(pa.Codec("zstd").compress(content, asbytes=True))


def many(header, *cells, rows=30):
    """Return a column of the numbers from 1, and some cells after them."""
    return "\n".join([header, *(f"{row}" for row in range(1, rows + 1)), *cells, ""])


READ = {
    # what separates cells
    "commas": ("x,y\n1,2\n3,4\n", {"x": number(1, 3), "y": number(2, 4)}),
    "semicolons": ("x;y\n1;2\n3;4\n", {"x": number(1, 3), "y": number(2, 4)}),
    "tabs": ("x\ty\n1\t2\n3\t4\n", {"x": number(1, 3), "y": number(2, 4)}),
    "bars": ("x|y\n1|2\n3|4\n", {"x": number(1, 3), "y": number(2, 4)}),
    "blanks, as R writes": (
        '"mpg" "cyl"\n"Mazda RX4" 21 6\n"Fiat 128" 32.4 4\n',
        {"mpg": number(21, 32.4), "cyl": number(6, 4)},
    ),
    "blanks that align": ("  x   yy\n  1   2\n 30 -40\n", {"x": number(1, 30), "yy": number(2, -40)}),
    "names of rows": ('"x","y"\n"1",5,6\n"2",7,8\n', {"x": number(5, 7), "y": number(6, 8)}),
    "commas in names": ("price, EUR;size\n1;2\n3;4\n", {"price, EUR": number(1, 3), "size": number(2, 4)}),
    "commas in quoted names": (
        '"price, EUR";"a, b"\n1;2\n3;4\n',
        {"price, EUR": number(1, 3), "a, b": number(2, 4)},
    ),
    "semicolons in text": ('x,y\n1,"a;b"\n2,"c;d;e"\n', {"x": number(1, 2), "y": text("a;b", "c;d;e")}),
    "commas in text": ("x;y\n1;ah, so\n2;b, c, d\n", {"x": number(1, 2), "y": text("ah, so", "b, c, d")}),
    "tabs, commas inside": ("x\ty\n1,5\ta,b\n2,5\tc\n", {"x": number(1.5, 2.5), "y": text("a,b", "c")}),
    "one column": ("x\n1\n2\n", {"x": number(1, 2)}),
    "one column, decimal commas": ("x\n1,5\n2,25\n", {"x": number(1.5, 2.25)}),
    "sep line": ("sep=;\nx;y\n1,5;2\n", {"x": number(1.5), "y": number(2)}),
    "sep line in quotes": ('"sep=|"\nx|y\n1|2\n', {"x": number(1), "y": number(2)}),
    "a delimiter at each end": ("x,y,\n1,2,\n3,4,\n", {"x": number(1, 3), "y": number(2, 4)}),
    "a delimiter at each row's end": ("x,y\n1,2,\n3,4,\n", {"x": number(1, 3), "y": number(2, 4)}),
    # lines
    "CR": ("x,y\r1,2\r3,4\r", {"x": number(1, 3), "y": number(2, 4)}),
    "CR LF": ("x,y\r\n1,2\r\n3,4\r\n", {"x": number(1, 3), "y": number(2, 4)}),
    "no end of the last line": ("x,y\n1,2\n3,4", {"x": number(1, 3), "y": number(2, 4)}),
    "blank lines": ("\n\nx,y\n1,2\n\n3,4\n\n \n", {"x": number(1, 3), "y": number(2, 4)}),
    "comments": ("# by me, on Monday\n# twice\nx,y\n1,2\n3,4\n", {"x": number(1, 3), "y": number(2, 4)}),
    "comments among rows": ("x,y\n1,2\n# a pause\n3,4\n", {"x": number(1, 3), "y": number(2, 4)}),
    "a title": ("Report 2020\n\nx,y,z\n1,2,a\n3,4,b\n", {"x": number(1, 3), "y": number(2, 4), "z": text("a", "b")}),
    "a padded title": ("Report 2020,,\n,,\nx,y,z\n1,2,3\n", {"x": number(1), "y": number(2), "z": number(3)}),
    "footnotes": ("x,y\n1,2\n3,4\nSource: the office\n", {"x": number(1, 3), "y": number(2, 4)}),
    "units": ("mass,x\nkg,\n1,2\n3,4\n", {"mass": number(1, 3), "x": number(2, 4)}),
    "units in brackets": ("m;v\n[kg];[m/s]\n1,5;2\n", {"m": number(1.5), "v": number(2)}),
    "empty rows at the end": ("x;y\n1;2\n3;4\n;\n;\n", {"x": number(1, 3), "y": number(2, 4)}),
    "text over two lines": ('x,y\n1,"a\nb"\n2,c\n', {"x": number(1, 2), "y": text("a\nb", "c")}),
    "quotes in text": ('x,y\n1,5" disk\n2,"say ""so"""\n', {"x": number(1, 2), "y": text('5" disk', 'say "so"')}),
    # encodings
    "UTF-8 with its mark": ("\ufeffx,y\n1,2\n", {"x": number(1), "y": number(2)}),
    "UTF-16": ("x,größe\n1,é\n".encode("utf-16"), {"x": number(1), "größe": text("é")}),
    "UTF-16 without a mark": ("x,größe\n1,é\n".encode("utf-16-be"), {"x": number(1), "größe": text("é")}),
    "latin-1": ("x,größe\n1,Zoë\n".encode("latin-1"), {"x": number(1), "größe": text("Zoë")}),
    "Windows": ("x,y\n1,5 € – “a”\n2,b\n".encode("cp1252"), {"x": number(1, 2), "y": text("5 € – “a”", "b")}),
    "an old Mac": ("x,größe\n1,schön\n".encode("mac_roman"), {"x": number(1), "größe": text("schön")}),
    "DOS": ("x,größe\n1,schön\n".encode("cp850"), {"x": number(1), "größe": text("schön")}),
    # numbers
    "decimal commas": ("x;y\n1,5;2\n-0,25;3\n", {"x": number(1.5, -0.25), "y": number(2, 3)}),
    "points between thousands": ("x;y\n1.234,5;1.234\n2,5;3.456\n", {"x": number(1234.5, 2.5), "y": number(1234, 3456)}),
    "commas between thousands": ('x,y\n"1,234.5",1\n"53,234",2\n', {"x": number(1234.5, 53234), "y": number(1, 2)}),
    "thousands in quotes": ('x,y\n"53,234",1\n"1,200",2\n', {"x": number(53234, 1200), "y": number(1, 2)}),
    "decimal commas in quotes": ('x,y\n"1,5",1.25\n"2,75",2.5\n', {"x": number(1.5, 2.75), "y": number(1.25, 2.5)}),
    "millions": ("x;y\n1.234.567;1\n9.876.543;2\n", {"x": number(1234567, 9876543), "y": number(1, 2)}),
    "blanks between thousands": ("x;y\n1 234;1\n12 345,5;2\n", {"x": number(1234, 12345.5), "y": number(1, 2)}),
    "narrow blanks between thousands": ("x\n1\u202f234\n5\u00a0678\n", {"x": number(1234, 5678)}),
    "apostrophes between thousands": ("x,y\n1'234,1\n12’345.5,2\n", {"x": number(1234, 12345.5), "y": number(1, 2)}),
    "underscores are no numbers": ("x,y\n1_000,1\n0_10,2\n", {"x": text("1_000", "0_10"), "y": number(1, 2)}),
    "percent": ("x,y\n45 %,1\n5.5%,2\n", {"x": number(45, 5.5), "y": number(1, 2)}),
    "currency": ('x,y\n"$1,200",1\n-$50,2\n', {"x": number(1200, -50), "y": number(1, 2)}),
    "currency behind": ("x;y\n1.200,50 €;1\n50 €;2\n", {"x": number(1200.5, 50), "y": number(1, 2)}),
    "codes of currency": ("x,y\nCHF 12.50,1\nCHF 3,2\n", {"x": number(12.5, 3), "y": number(1, 2)}),
    "brackets": ("x,y\n(12),1\n3,2\n", {"x": number(-12, 3), "y": number(1, 2)}),
    "minus signs": ("x\n−3\n–4\n-5\n6-\n+7\n", {"x": number(-3, -4, -5, -6, 7)}),
    "units behind": ("x,y\n5 kg,1\n7.5kg,2\n", {"x": number(5, 7.5), "y": number(1, 2)}),
    "letters that multiply": ("x\n$1.2M\n$300K\n", {"x": number(1.2e6, 3e5)}),
    "exponents": ("x\n1E5\n2.5e-3\n", {"x": number(1e5, 2.5e-3)}),
    "no zero before the point": ("x\n.5\n-.25\n", {"x": number(0.5, -0.25)}),
    "blanks around": ("x , y\n 1 , 2\n 3.5,4 \n", {"x": number(1, 3.5), "y": number(2, 4)}),
    "infinite": ("x,y\ninf,1\n-Inf,2\n", {"x": number(np.inf, -np.inf), "y": number(1, 2)}),
    "a word late among numbers": (many("x", "broken"), {"x": number(*range(1, 31), NAN)}),
    "numbers too large": ("x,y\n12345678901234567890,1\n5,2\n", {"x": number(12345678901234567890.0, 5), "y": number(1, 2)}),
    # codes and categories
    "codes with zeros": ("x,y\n01,1\n2A,2\n", {"x": text("01", "2A"), "y": number(1, 2)}),
    "postcodes": ("x,y\n01067,1\n80331,2\n", {"x": text("01067", "80331"), "y": number(1, 2)}),
    "true and false": ("x,y\nTRUE,1\nfalse,2\n", {"x": boolean(1, 0), "y": number(1, 2)}),
    "not only true and false": ("x,y\nTRUE,1\nMAYBE,2\n", {"x": text("TRUE", "MAYBE"), "y": number(1, 2)}),
    "codes with letters": ("x\n1A\n2B\n3A\n", {"x": text("1A", "2B", "3A")}),
    "versions": ("x,y\n1.2.3,1\n1.10,2\n", {"x": text("1.2.3", "1.10"), "y": number(1, 2)}),
    "ranges": ("x,y\n18-25,1\n26-35,2\n", {"x": text("18-25", "26-35"), "y": number(1, 2)}),
    # missing
    "marks of missing numbers": (
        "x,y\n" + "".join(f"{mark},1\n" for mark in ("", "-", ".", "n.a.", "na", "NA ", "\\N", "#DIV/0!", "n/k", "k.A.", "?", "NULL")) + "1.5,1\n2,2\n",
        {"x": number(*[NAN] * 12, 1.5, 2), "y": number(*[1] * 13, 2)},
    ),
    "marks of missing text": ("x,y\nNA,1\n,2\nn.a.,3\nred,4\n", {"x": text(None, None, None, "red"), "y": number(1, 2, 3, 4)}),
    "a dash is a word in text": ("x,y\n-,1\nred,2\n", {"x": text("-", "red"), "y": number(1, 2)}),
    "nothing at all": ("x,y\n,1\nNA,2\n", {"x": number(NAN, NAN), "y": number(1, 2)}),
    # dates and times
    "ISO dates": ("x,y\n2020-01-31,1\n1970-01-02,2\n", {"x": date("2020-01-31", "1970-01-02"), "y": number(1, 2)}),
    "ISO times": (
        "x\n2020-01-31 12:30\n2020-01-31T10:00:00Z\n2020-01-31T10:00:00+02:00\n",
        {"x": date("2020-01-31T12:30", "2020-01-31T10:00", "2020-01-31T08:00")},
    ),
    "days first": ("x,y\n01/02/2020,1\n31/12/2020,2\n", {"x": date("2020-02-01", "2020-12-31"), "y": number(1, 2)}),
    "months first": ("x,y\n01/02/2020,1\n12/31/2020,2\n", {"x": date("2020-01-02", "2020-12-31"), "y": number(1, 2)}),
    "points": ("x,y\n1.2.2020,1\n3.4.20,2\n", {"x": date("2020-02-01", "2020-04-03"), "y": number(1, 2)}),
    "in doubt, with slashes": ("x,y\n01/02/2020,1\n03/04/2020,2\n", {"x": date("2020-01-02", "2020-03-04"), "y": number(1, 2)}),
    "in doubt, with commas": ("x;y\n01/02/2020;1,5\n03/04/2020;2,5\n", {"x": date("2020-02-01", "2020-04-03"), "y": number(1.5, 2.5)}),
    "the first of each month": (
        "x\n01/01/2020\n01/02/2020\n01/03/2020\n01/04/2020\n",
        {"x": date("2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01")},
    ),
    "names of months": ("x\n1 Jan 2020\nMärz 2. 2020\n05-Feb-21\n", {"x": date("2020-01-01", "2020-03-02", "2021-02-05")}),
    "days of the week": ('x,y\n"Mon, 6 January 2020",1\n"Tue, 7 January 2020",2\n', {"x": date("2020-01-06", "2020-01-07"), "y": number(1, 2)}),
    "from the Middle Ages": ("x,y\n1066-10-14,1\n1215-06-15,2\n", {"x": date("1066-10-14", "1215-06-15"), "y": number(1, 2)}),
    "eight digits": ("x\n20200131\n20200201\n20191224\n", {"x": date("2020-01-31", "2020-02-01", "2019-12-24")}),
    "months": ("x\n2020-01\n2020-12\n", {"x": date("2020-01-01", "2020-12-01")}),
    "months as Excel has them": ("x,y\nJan-20,1\nFeb-20,2\n", {"x": date("2020-01-01", "2020-02-01"), "y": number(1, 2)}),
    "quarters": ("x\n2020-Q1\n2021 Q3\n", {"x": date("2020-01-01", "2021-07-01")}),
    "dates with a word": ("x,y\n2020-01-31,1\nunknown,2\n", {"x": date("2020-01-31", None), "y": number(1, 2)}),
    "half days": ("x\n1/31/2020 1:05 PM\n12/1/2020 12:00 am\n", {"x": date("2020-01-31T13:05", "2020-12-01T00:00")}),
    "times": ("x,y\n12:30,1\n1:05:07 PM,2\n", {"x": time(45000, 47107), "y": number(1, 2)}),
    "no date of that name": ("x,y\n2020-13-45,1\n2020-01-01,2\n", {"x": text("2020-13-45", "2020-01-01"), "y": number(1, 2)}),
    # names and indices
    "names twice": ("x,x,y\n1,2,3\n", {"x": number(1), "x (2)": number(2), "y": number(3)}),
    "no name": ("x,,y\n1,2.5,3\n2,2.5,3\n", {"x": number(1, 2), "column 2": number(2.5, 2.5), "y": number(3, 3)}),
    "an index": (",x\n0,5\n1,7\n", {"x": number(5, 7)}),
    "a shuffled index": (",x\n17,5\n3,7\n", {"x": number(5, 7)}),
    "an index with a name": ("Unnamed: 0,x\na,5\nb,7\n", {"x": number(5, 7)}),
    "years for names": ("2019,2020\n1,2\n3,4\n", {"2019": number(1, 3), "2020": number(2, 4)}),
    # containers
    "gzip": (gzip.compress(b"x,y\n1,2\n"), {"x": number(1), "y": number(2)}),
    "zip": (zipped(**{"a.csv": "x,y\n1,2\n", "__MACOSX/a.csv": "?"}), {"x": number(1), "y": number(2)}),
    "zstd": (zstd(b"x,y\n1,2\n"), {"x": number(1), "y": number(2)}),
    "gzip in zip": (zipped(**{"a.csv.gz": gzip.compress(b"x,y\n1,2\n")}), {"x": number(1), "y": number(2)}),
    "JSON lines": (
        '{"x": 1, "y": "a", "z": [1]}\n{"x": null, "y": "01"}\n{"y": null, "x": 2.5}\n',
        {"x": number(1, NAN, 2.5), "y": text("a", "01", None)},
    ),
    "JSON of a list": ('[{"x": "2020-01-31", "y": true}, {"x": "2020-02-01", "y": false}]', {"x": date("2020-01-31", "2020-02-01"), "y": boolean(1, 0)}),
}  # fmt: skip


def same(column, kind, cells):
    assert column.kind == kind
    if kind == "text":
        assert column.values.tolist() == cells
        return
    if kind == "date":
        epoch = np.datetime64(0, "s")
        cells = [
            NAN if cell is NAN else (cell - epoch) / np.timedelta64(86400, "s") for cell in cells
        ]
    np.testing.assert_allclose(column.values, cells, rtol=1e-15, atol=1e-9)


@pytest.mark.parametrize(("content", "expected"), READ.values(), ids=READ)
def test_files_are_read_as_a_person_would(tmp_path, content, expected):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    table = read_table(path)
    assert table.names == tuple(expected), table.notes
    for name, (kind, cells) in expected.items():
        same(table[name], kind, cells)


REFUSED = {
    "an uneven row": ("x,y\n1,2\n3\n4,5\n", "row 2 (the header not counted) has 1 cells where the header has 2"),
    "an open quote": ('x,y\n1,2\n"3,4\n5,6\n', "row 2 (the header not counted) opens a quote that is never closed"),
    "swallowed rows": ('x,y\n1,"a\n2,b\n3,c"\n4,d\n', "a quote that opens in row 1 (the header not counted), column 'y', closes 2 lines later"),
    "one swallowed row": ('x,y\n0,z\n1,"a\n2,b"\n4,d\n', "a quote that opens in row 2"),
    "both kinds of decimals": ("x;y\n1.5;1\n2.5;2\n3,5;3\n", "column 'x' holds '3,5' in row 3 (the header not counted)"),
    "no header, twice the same": ("1,1\n1,2\n", "add a header"),
    "another alphabet": ("x,y\n1,привет\n".encode("cp1251"), "save it as UTF-8"),
    "bytes": (bytes(range(256)) * 9, "it is no text"),
    "control characters": (b"x,\xff\x01\n1,2\n", "it is no text"),
    "a web page": ("<!DOCTYPE html>\n<html>", "it is a web page"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "save it as .xlsx"),
    "several files": (zipped(a="x\n1\n", b="x\n2\n"), "the archive holds 2 files, 'a' and 'b'"),
    "an empty cell more": ("x,y\n1,2,\n3,4,5\n", "row 1 (the header not counted) has 3 cells"),
    "percent and shares": ("x,y\n90%,1\n0.85,2\n", "column 'x' holds numbers in '%', and '0.85' in row 2"),
    "bounds": ("x,y\n1,1\n2,1\n<0.5,2\n", "column 'x' holds '<0.5' in row 3"),
    "a few bytes": (b"\0\1\2", "it is no text"),
    "a broken archive": (b"PK\3\4 broken", "cannot read"),
    "broken gzip": (gzip.compress(b"x\n1\n" * 99)[:-9], "cannot read"),
    "broken JSON": ('{"x": 1}\n{"x": \n', "line 2 is no JSON"),
    "JSON that is no table": ('{"x": 1}\n[2]\n', "line 2 is no JSON object"),
    "only blank": (" \n\n", "is empty"),
    "only a header": ("x,y\n", "has a header and no rows"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "message"), REFUSED.values(), ids=REFUSED)
def test_files_are_refused_by_what_is_wrong(tmp_path, content, message):
    path = tmp_path / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        read_table(path)
    assert "a.csv" in str(caught.value)
    assert str(caught.value).isprintable()


SIGNS = [
    *'",;|\t\n\r #%(){}[]-+.019aeTx€é\x00',
    "\n",
    ",",
    "1",
    "12",
    '"',
    "NA",
    "true",
    "1/2/20",
    "sep=",
]


@settings(max_examples=150)
@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=40).map("".join))
@example('""')
@example("[]")
@example("{}")
@example("1")
@example(",\n,\n")
@example('"\n')
def test_any_text_is_read_or_refused(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes(text.encode())
    table, refusal = outcome(lambda: read_table(path))
    columns, refusal = outcome(lambda: Columns.fit(table)) if table else (None, refusal)
    if columns:
        again = columns.transform(read_table(path, expected=columns))
        np.testing.assert_array_equal(again.X, columns.transform(table).X)
    else:
        assert refusal.isprintable()


def outcome(call):
    """Return what a call gives, or the message of its refusal."""
    try:
        return call(), ""
    except ValueError as error:
        return None, str(error)
