"""Reading tables: each format, each odd cell, each broken file."""

import datetime
import decimal
import gzip
import re
from pathlib import Path

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.csv
import pyarrow.ipc
import pyarrow.parquet
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import table_of

from descend.data.cells import write_csv
from descend.data.columns import Columns
from descend.data.files import read_table

EXAMPLE = pa.table(
    {
        "age": pa.array([31, None, 27], pa.int64()),
        "pay": pa.array([1.5, 2.5, None], pa.float64()),
        "member": pa.array([True, None, False]),
        "city": pa.array(["Rome", None, "Oslo"]),
    }
)


def write_stream(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_stream(path, table.schema) as stream:
        stream.write_table(table)


def write_file(table: pa.Table, path: Path) -> None:
    with pa.ipc.new_file(path, table.schema) as stream:
        stream.write_table(table)


def write_gzip(table: pa.Table, path: Path) -> None:
    plain = path.with_suffix(".plain")
    pa.csv.write_csv(table, plain)
    path.write_bytes(gzip.compress(plain.read_bytes()))


def write_tabs(table: pa.Table, path: Path) -> None:
    pa.csv.write_csv(table, path, pa.csv.WriteOptions(delimiter="\t"))


def write_semicolons(table: pa.Table, path: Path) -> None:
    pa.csv.write_csv(table, path, pa.csv.WriteOptions(delimiter=";"))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.csv", pa.csv.write_csv),
        ("A.CSV", pa.csv.write_csv),
        ("semicolons.csv", write_semicolons),
        ("tabs.csv", write_tabs),
        ("a.tsv", write_tabs),
        ("a.csv.gz", write_gzip),
        ("a.parquet", pa.parquet.write_table),
        ("a.arrow", write_file),
        ("stream.arrow", write_stream),
        ("a.feather", write_file),
    ],
)
def test_every_format_reads_the_same(tmp_path, name, write):
    write(EXAMPLE, tmp_path / name)
    table = read_table(tmp_path / name)
    assert table.names == ("age", "pay", "member", "city")
    assert [column.kind for column in table.columns] == ["number", "number", "boolean", "text"]
    np.testing.assert_array_equal(table["age"].values, [31, np.nan, 27])
    np.testing.assert_array_equal(table["pay"].values, [1.5, 2.5, np.nan])
    np.testing.assert_array_equal(table["member"].values, [1, np.nan, 0])
    assert table["city"].values.tolist() == ["Rome", None, "Oslo"]
    assert table["city"].missing.tolist() == [False, True, False]


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("1\n2\n", "number", [1, 2]),
        ("1\n2.5\n", "number", [1, 2.5]),
        ("1\nNA\n", "number", [1, np.nan]),
        ("1\n?\n", "number", [1, np.nan]),
        ("1\n ? \n".replace(" \n", "\n"), "number", [1, np.nan]),
        ("-1e3\ninf\n", "number", [-1000, np.inf]),
        ("true\nFalse\n", "boolean", [1, 0]),
        ('"x, y"\n"say ""no"""\n', "text", ["x, y", 'say "no"']),
        ('"two\nlines"\nb\n', "text", ["two\nlines", "b"]),
        (" a \nb\n", "text", ["a", "b"]),
        ("2020-01-01\n1970-01-02\n", "date", [18262, 1]),
        ("2020-01-01 12:00:00\nNA\n", "date", [18262.5, np.nan]),
        ("NA\nNA\n", "number", [np.nan, np.nan]),
    ],
)
def test_cells_of_a_csv_file(tmp_path, text, kind, expected):
    path = tmp_path / "a.csv"
    path.write_text("x\n" + text, encoding="utf-8")
    column = read_table(path)["x"]
    assert column.kind == kind
    if kind == "text":
        assert column.values.tolist() == expected
    else:
        np.testing.assert_array_equal(column.values, expected)


def test_a_decimal_late_in_a_long_integer_column(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("x,y,z\n" + "1,123456,7\n" * 300_000 + "2,0.5,07\n3,word,8\n")
    table = read_table(path)
    assert table["x"].values[-1] == 3
    np.testing.assert_array_equal(table["y"].values[-2:], [0.5, np.nan])
    # a single zero makes no codes
    assert table["z"].values[-2] == 7
    assert table.notes == ("Column 'y': 1 cell that holds no number ('word') is missing.",)


@pytest.mark.parametrize(
    ("array", "kind", "expected"),
    [
        (pa.array([1, None], pa.uint8()), "number", [1, np.nan]),
        (pa.array([1.5, None], pa.float32()), "number", [1.5, np.nan]),
        (pa.array([decimal.Decimal("1.25"), None]), "number", [1.25, np.nan]),
        (pa.array([decimal.Decimal("1.25")], pa.decimal256(50, 2)), "number", [1.25]),
        (pa.array([1.5, None], pa.float16()), "number", [1.5, np.nan]),
        (pa.array([2**64 - 1], pa.uint64()), "number", [2.0**64]),
        (pa.array([datetime.date(1970, 1, 11), None]), "date", [10, np.nan]),
        (pa.array([datetime.date(1970, 1, 11)], pa.date64()), "date", [10]),
        *(
            (pa.array([datetime.datetime(1970, 1, 2, 6), None], kind), "date", [1.25, np.nan])
            for unit in ("s", "ms", "us", "ns")
            for kind in (pa.timestamp(unit), pa.timestamp(unit, "UTC"))
        ),
        (pa.array([datetime.time(0, 1), None]), "time", [60, np.nan]),
        *(
            (
                pa.array([datetime.timedelta(minutes=2), None], pa.duration(unit)),
                "time",
                [120, np.nan],
            )
            for unit in ("s", "ms", "us", "ns")
        ),
        (pa.array(["2020-01-02", None]), "date", [18263, np.nan]),
        (pa.array(["2020-01-02", None]).dictionary_encode(), "text", ["2020-01-02", None]),
        (pa.array(["1", "2.5"]), "text", ["1", "2.5"]),
        (pa.array([3.0, 4.0]).dictionary_encode(), "text", ["3", "4"]),
        (pa.array(["a", None], pa.string_view()), "text", ["a", None]),
        (pa.array([b"a", None]), "text", ["a", None]),
        (pa.array(["a", None]).dictionary_encode(), "text", ["a", None]),
        (pa.array([3, None]).dictionary_encode(), "text", ["3", None]),
        (pa.array(["a", None], pa.large_string()), "text", ["a", None]),
        (pa.array(["", " b"]), "text", [None, "b"]),
        (pa.nulls(2), "number", [np.nan, np.nan]),
        (pa.array([None, True]), "boolean", [np.nan, 1]),
    ],
)
def test_arrow_types(tmp_path, array, kind, expected):
    write_file(pa.table({"x": array}), tmp_path / "a.arrow")
    column = read_table(tmp_path / "a.arrow")["x"]
    assert column.kind == kind
    if kind == "text":
        assert column.values.tolist() == expected
    else:
        np.testing.assert_array_equal(column.values, expected)
        assert column.values.flags.writeable


def test_what_is_decided_is_noted(tmp_path):
    path = tmp_path / "a.parquet"
    pa.parquet.write_table(pa.table({"big": [2**53 + 1, 0], "": [5, 5], "list": [[1], []]}), path)
    table = read_table(path)
    assert table.names == ("big", "column 2")
    assert table.notes == (
        "Column 'big' holds integers beyond 2**53: rounded to float64.",
        "Column 'list' holds values of type list<element: int64>: left out.",
        "Column 2 has no name: called 'column 2'.",
    )


@pytest.mark.parametrize("index", [None, "name"])
def test_the_index_of_a_data_frame_is_left_out(tmp_path, index):
    frame = pandas.DataFrame({"x": [5, 7]}, index=pandas.Index([17, 3], name=index))
    frame.to_parquet(tmp_path / "a.parquet")
    frame.rename_axis(None).to_csv(tmp_path / "a.csv")
    assert read_table(tmp_path / "a.csv").names == ("x",)
    table = read_table(tmp_path / "a.parquet")
    assert table.names == ("x",)
    assert table.notes == (
        f"Column {index or '__index_level_0__'!r} is the index of a data frame: left out.",
    )


def test_thousands_of_columns(tmp_path):
    path = tmp_path / "wide.csv"
    width = 5000
    header = ",".join(f"c{j}" for j in range(width))
    path.write_text(header + "\n" + ",".join(str(j) for j in range(width)) + "\n")
    table = read_table(path)
    assert len(table.names) == width
    assert table["c4321"].values.tolist() == [4321]


def test_semicolons_with_decimal_commas(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x;y\n1,5;2\n-2,25;3\n")
    np.testing.assert_array_equal(read_table(path)["x"].values, [1.5, -2.25])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "'{path}' is empty"),
        ("a.csv", b"\n \n", "'{path}' is empty"),
        ("a.csv", b"x,y\n", "'{path}' has a header and no rows"),
        ("a.csv", b"x,y\n1,2\n3\n", "row 2 (the header not counted) has 1 cells where the header"),
        ("a.csv", b"1,1\n1,2\n", "(its first line holds numbers: add a header)"),
        ("a.csv.gz", b"no gzip", "'{path}' has a header and no rows"),
        ("a.csv.gz", gzip.compress(b"x\n1\n" * 99, mtime=0)[:-9], "cannot read '{path}': "),
        ("a.parquet", b"PAR1 broken", "cannot read '{path}': "),
        ("a.arrow", b"ARROW1 broken", "cannot read '{path}': "),
        ("a.feather", b"broken", "it holds text, and not what its name says"),
        ("a.xlsx", b"?", "it holds text, and not what its name says"),
    ],
)
def test_broken_files(tmp_path, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ValueError, match=re.escape(message.format(path=path))) as caught:
        read_table(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", [pa.list_(pa.int64()), pa.struct({"a": pa.int64()})])
def test_types_that_are_no_columns_of_a_table_are_left_out(tmp_path, kind):
    path = tmp_path / "a.arrow"
    write_file(pa.table({"fine": [1, 2], "odd": pa.nulls(2, kind)}), path)
    table = read_table(path)
    assert table.names == ("fine",)
    assert f"Column 'odd' holds values of type {kind}: left out." in table.notes
    learned = Columns.fit(table_of(odd=[1, 2]))
    with pytest.raises(ValueError, match="the model learned from single values"):
        read_table(path, expected=learned)


def test_a_table_without_rows_or_columns(tmp_path):
    pa.parquet.write_table(EXAMPLE.slice(0, 0), tmp_path / "rows.parquet")
    with pytest.raises(ValueError, match="has no rows"):
        read_table(tmp_path / "rows.parquet")
    pa.parquet.write_table(pa.table({}), tmp_path / "columns.parquet")
    with pytest.raises(ValueError, match="has no columns"):
        read_table(tmp_path / "columns.parquet")


def test_no_file_and_a_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no file"):
        read_table(tmp_path / "none.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read_table(tmp_path / "folder.csv")


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_written_floats_read_back_exactly(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("written") / "a.csv"
    # A second column, since a line that holds nothing at all is no row.
    write_csv(path, ["x", "row"], [(number, row) for row, number in enumerate(numbers)])
    np.testing.assert_array_equal(read_table(path)["x"].values, numbers)
