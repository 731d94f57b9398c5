"""Tables in memory, of every library: the same cells make the same table."""

import datetime

import duckdb
import narwhals
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from descend.data.frames import table_from_frame
from descend.data.table import Column, Table

CELLS = {
    "age": [30.5, None, 41.0],
    "count": [1, 2, 3],
    "member": [True, False, True],
    "town": ["Rome", None, "Oslo"],
    "day": [datetime.date(2020, 1, day) for day in (1, 2, 3)],
}


class Interchange:
    """Only the interchange protocol of a data frame."""

    def __init__(self, frame):
        self.frame = frame

    def __dataframe__(self, nan_as_null=False, allow_copy=True):
        return self.frame.__dataframe__(nan_as_null, allow_copy)


arrow = pa.table(CELLS)
pandas = pd.DataFrame(CELLS)
KINDS = {
    "dictionary of lists": CELLS,
    "dictionary of arrays": {
        name: np.array(cells, dtype=object if None in cells else None)
        for name, cells in CELLS.items()
    },
    "dictionary of Series": {name: pandas[name] for name in CELLS},
    "dictionaries": [
        dict(zip(CELLS, row, strict=True)) for row in zip(*CELLS.values(), strict=True)
    ],
    "pandas": pandas,
    "pandas with an index": pandas.set_index(pd.Index([7, 8, 9], name="id")),
    "pandas with two": pandas.set_index([pd.Index([7, 8, 9]), pd.Index(["x", "y", "z"])]),
    "pandas of Arrow": pandas.convert_dtypes(dtype_backend="pyarrow"),
    "polars": pl.DataFrame(CELLS),
    "pyarrow": arrow,
    "record batch": arrow.to_batches()[0],
    "reader": arrow,
    "DuckDB": None,
    "narwhals of polars": narwhals.from_native(pl.DataFrame(CELLS)),
    "narwhals of pandas": narwhals.from_native(pandas.set_index(pd.Index([7, 8, 9], name="id"))),
    "interchange": Interchange(arrow.set_column(4, "day", arrow["day"].cast(pa.timestamp("us")))),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_library_gives_the_same_table(kind):
    frame = KINDS[kind]
    if kind == "DuckDB":
        frame = duckdb.sql("select * from arrow")
    elif kind == "reader":
        frame = arrow.to_reader()
    table = table_from_frame(frame)
    assert table.names == tuple(CELLS)
    kinds = [column.kind for column in table.columns]
    assert kinds == ["number", "number", "boolean", "text", "date"]
    np.testing.assert_array_equal(table["age"].values, [30.5, np.nan, 41.0])
    np.testing.assert_array_equal(table["count"].values, [1, 2, 3])
    np.testing.assert_array_equal(table["member"].values, [1, 0, 1])
    assert table["town"].values.tolist() == ["Rome", None, "Oslo"]
    np.testing.assert_array_equal(table["day"].values, [18262, 18263, 18264])


@pytest.mark.parametrize(
    ("cells", "kind", "values"),
    [
        (np.array([1, 2], dtype=np.int8), "number", [1, 2]),
        (np.array([1.5, 2], dtype=np.float16), "number", [1.5, 2]),
        (np.array([1.5, 2], dtype=np.longdouble), "number", [1.5, 2]),
        (np.ma.array([1.0, 2.0], mask=[False, True]), "number", [1, np.nan]),
        (np.array(["a", "b"]), "text", ["a", "b"]),
        (np.array(["2020-01-01", "NaT"], dtype="datetime64[ns]"), "date", [18262, np.nan]),
        (np.array([60, 90], dtype="timedelta64[s]"), "time", [60, 90]),
        ([1, 2.5], "number", [1, 2.5]),
        (["a", float("nan")], "text", ["a", None]),
        ([True, None], "boolean", [1, np.nan]),
        (range(2), "number", [0, 1]),
        ((3, 4), "number", [3, 4]),
        (pd.Series([1, None], dtype="Int64"), "number", [1, np.nan]),
        (pd.Categorical([10, 20]), "text", ["10", "20"]),
        (pd.Series([10.0, 2.0], dtype="category"), "text", ["10", "2"]),
        (pl.Series(["x", None], dtype=pl.Categorical), "text", ["x", None]),
        (pa.chunked_array([[1], [2]]), "number", [1, 2]),
    ],
    ids=str,
)
def test_a_column_of_any_kind(cells, kind, values):
    column = table_from_frame({"x": cells})["x"]
    assert column.kind == kind
    if kind == "text":
        assert column.values.tolist() == values
    else:
        np.testing.assert_array_equal(column.values, values)


@pytest.mark.parametrize(
    ("array", "names"),
    [
        (np.array([[1.0, 2.0], [3.0, 4.0]]), ("x0", "x1")),
        (np.array([(1.0, "a"), (2.0, "b")], dtype=[("u", float), ("v", "U1")]), ("u", "v")),
    ],
)
def test_arrays(array, names):
    table = table_from_frame(array)
    assert (table.names, table.n_rows) == (names, 2)
    np.testing.assert_array_equal(table.columns[0].values[0], 1.0)


def test_rows_may_lack_names():
    table = table_from_frame([{"a": 1}, {"b": "x"}])
    np.testing.assert_array_equal(table["a"].values, [1, np.nan])
    assert table["b"].values.tolist() == [None, "x"]


def test_a_table_is_itself():
    table = Table(("x",), (Column("number", np.ones(2)),))
    assert table_from_frame(table) is table


MIXED = r"column 'x' mixes numbers \(1 in row 1\) and texts \('a' in row 3\): make its cells of one"


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"x": [1, None, "a"]}, MIXED),
        (pd.DataFrame({"x": [1, None, "a"]}, dtype=object), MIXED),
        ([{"x": 1}, {}, {"x": "a"}], MIXED),
        ({"x": np.array([1, None, "a"], dtype=object)}, MIXED),
        ({"x": [True, 1]}, "mixes booleans .* and numbers"),
        ({"x": [1j, 2j]}, "column 'x' holds complex numbers"),
        (pd.DataFrame({"x": [1j]}), "column 'x' holds complex numbers"),
        ({"x": [object()]}, "column 'x' holds objects of type object"),
        ({"x": [1], "y": [1, 2]}, "differ in length: 'y' has 2 cells, 'x' has 1"),
        ({"x": "abc"}, "column 'x' is 'abc', and no sequence of cells"),
        ({"x": 3}, "column 'x' is 3, and no sequence"),
        ({"x": np.ones((2, 2))}, "column 'x' has 2 dimensions"),
        ({}, "the data frame has no columns"),
        ({"x": []}, "the data frame has no rows"),
        (pd.DataFrame({"x": [1, 2]})[:0], "the data frame has no rows"),
        (np.ones(3), "an array of 1 dimension is no table"),
        (np.ones((2, 2, 2)), "an array of 3 dimensions is no table"),
    ],
)
def test_what_is_no_table_is_refused(frame, message):
    with pytest.raises(ValueError, match=message):
        table_from_frame(frame)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (3, "an object of builtins.int: give a data frame"),
        (None, "builtins.NoneType"),
        ([1, 2], "builtins.list"),
        ([], "builtins.list"),
        (pl.DataFrame(CELLS).lazy(), r"no rows yet: give frame\.collect\(\)"),
        (pd.Series([1, 2]), "Series"),
        (pa.array([1]), "Int64Array"),
    ],
)
def test_other_objects_are_refused(given, message):
    with pytest.raises(TypeError, match=message):
        table_from_frame(given)
