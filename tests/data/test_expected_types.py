"""A column's type is a fact of the model, whatever a file to predict happens to hold."""

import calendar
import datetime
import re

import numpy as np
import pandas
import pyarrow as pa
import pyarrow.parquet
import pytest

from descend.data.columns import Columns
from descend.data.files import read_table


def table(path, cells, **options):
    """Read a file with a number and a column of some cells."""
    path.write_text("n;x\n" + "".join(f"{row};{cell}\n" for row, cell in enumerate(cells, 1)))
    return read_table(path, **options)


CATEGORIES = {
    "codes": ["01", "2A", "01", "10"],
    "versions": ["1.0", "1.0.1", "2.0"],
    "a word of truth": ["TRUE", "MAYBE", "TRUE"],
    "exponents": ["1E5", "2A", "1E5"],
    "dates among words": ["2020-01-01", "soon", "later", "2020-01-01"],
    "times among words": ["12:30", "noon", "late", "12:30"],
    "units": ["500 g", "1 kg", "500 g"],
    "marks": ["-", "a", ".", "a"],
    "decimals": ["1,5", "b", "c", "1.5"],
}


@pytest.mark.parametrize("cells", CATEGORIES.values(), ids=CATEGORIES)
def test_categories_stay_categories(tmp_path, cells):
    read = table(tmp_path / "train.csv", cells)
    columns = Columns.fit(read)
    assert columns.features[1].encoding == "category"
    X = columns.transform(read).X
    for row, cell in enumerate(cells):
        alone = table(tmp_path / "alone.csv", [cell], expected=columns)
        encoded = columns.transform(alone)
        np.testing.assert_array_equal(encoded.X[:, 1:], X[[row], 1:])
        assert encoded.notes == ()


@pytest.mark.parametrize(
    ("cells", "others", "expected"),
    [
        (["1.5", "2", "4"], ["1,5", "2,25"], [1.5, 2.25]),
        (["1.5", "2", "4"], ["01", "2"], [1, 2]),
        (["1.5", "2", "4"], ["true", "2"], [2.5, 2]),
        (["1.5", "2", "broken"], ["broken"], [1.75]),
        (["1.5", "2", "4"], ["-"], [2.5]),
        (["5 kg", "7 kg"], ["6", "6 kg"], [6, 6]),
        (["5", "7"], ["6 kg"], [6]),
        (["1500", "2500"], ["1.600", "2.400"], [1600, 2400]),
        (["1.5", "2.5"], ["1.600", "2.400"], [1.6, 2.4]),
        (["$1M", "$3K"], ["$2M"], [2e6]),
        (["true", "false"], ["1", "0"], [1, 0]),
        (["true", "false"], ["TRUE"], [1]),
        (["10:00", "11:00"], ["12:30:15"], [45015]),
    ],
)
def test_cells_written_otherwise_are_understood(tmp_path, cells, others, expected):
    columns = Columns.fit(table(tmp_path / "a.csv", cells))
    again = columns.transform(table(tmp_path / "b.csv", others, expected=columns))
    np.testing.assert_allclose(again.X[:, 1], expected, rtol=1e-15)


@pytest.mark.parametrize(
    ("cells", "others", "message"),
    [
        (["1.5", "2"], ["low", "high"], "held numbers in training, and now 'low' in row 1"),
        (["1.5", "2"], ["1.5", "2.5", "3,5"], "holds '3,5' in row 3"),
        (["5 kg", "7 kg"], ["6 kg", "5 g"], "was in 'kg' in training, and holds '5 g' in row 2"),
        (["true", "false"], ["true", "eh"], "held booleans in training, and now 'eh' in row 2"),
        (["2020-01-01", "2020-01-02"], ["5"], "held dates in training, and now '5' in row 1"),
        (["10:00", "11:00"], ["5"], "held times in training, and now '5' in row 1"),
    ],
)  # fmt: skip
def test_cells_of_another_type_are_refused_by_row(tmp_path, cells, others, message):
    columns = Columns.fit(table(tmp_path / "a.csv", cells))
    with pytest.raises(ValueError, match=re.escape(message)):
        columns.transform(table(tmp_path / "b.csv", others, expected=columns))


@pytest.mark.parametrize(
    ("cells", "others", "first"),
    [
        (["31/12/2020", "01/02/2021"], ["02/03/2021"], "2021-03-02"),
        (["12/31/2020", "01/02/2021"], ["02/03/2021"], "2021-02-03"),
        (["12/31/2020", "01/02/2021"], ["02.03.2021"], "2021-03-02"),
        (["12/31/2020", "01/02/2021"], ["20/03/2021"], "2021-03-20"),
        (["2020-12-31", "2020-01-02"], ["2. March 2021"], "2021-03-02"),
    ],
)
def test_the_order_of_day_and_month_is_learned(tmp_path, cells, others, first):
    columns = Columns.fit(table(tmp_path / "a.csv", cells))
    read = table(tmp_path / "b.csv", others, expected=columns)
    assert np.datetime64("1970-01-01") + int(read["x"].values[0]) == np.datetime64(first)


def test_a_format_of_dates_and_a_sign_of_decimals_can_be_asked_for(tmp_path):
    cells = ["02-2021-03", "04-2021-05"]
    read = table(tmp_path / "a.csv", cells, date_format="%d-%Y-%m")
    np.testing.assert_array_equal(read["x"].values, [18688, 18751])
    columns = Columns.fit(read)
    again = table(tmp_path / "b.csv", cells, expected=columns)
    np.testing.assert_array_equal(again["x"].values, [18688, 18751])
    for decimal, expected in ((",", [1.234, 5]), (".", [1234, 5])):
        read = table(tmp_path / "c.csv", ["1,234", "5"], decimal=decimal)
        assert read["x"].values.tolist() == expected
    with pytest.raises(ValueError, match="a point or a comma"):
        table(tmp_path / "c.csv", cells, decimal=":")


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_dates_of_any_unit_are_one_quantity(tmp_path, unit):
    dates = [datetime.datetime(2020, month, 1 + month, 6) for month in range(1, 13)]
    columns = Columns.fit(table(tmp_path / "a.csv", dates))
    frame = pa.table({"n": range(1, 13), "x": pa.array(dates, pa.timestamp(unit))})
    pa.parquet.write_table(frame, tmp_path / "a.parquet")
    again = read_table(tmp_path / "a.parquet", expected=columns)
    np.testing.assert_array_equal(
        columns.transform(again).X, columns.transform(read_table(tmp_path / "a.csv")).X
    )


def test_the_parts_of_dates_are_those_of_the_calendar(tmp_path):
    dates = pandas.date_range("2019-11-30 06:00", periods=500, freq="31h")
    read = table(tmp_path / "a.csv", [str(date) for date in dates])
    columns = Columns.fit(read)
    X, names, _ = columns.transform(read)
    part = dict(zip(names, X.T, strict=True))
    assert set(part) == {
        *("n", "x: year", "x: hour", "x: days"),
        *(f"x: month={name[:3]}" for name in calendar.month_name[1:]),
        *(f"x: weekday={name[:3]}" for name in calendar.day_name),
    }
    np.testing.assert_array_equal(part["x: year"], dates.year)
    np.testing.assert_allclose(part["x: hour"], dates.hour, atol=1e-6)
    np.testing.assert_array_equal(part["x: month=Mar"], dates.month == 3)
    np.testing.assert_array_equal(part["x: weekday=Sun"], dates.day_of_week == 6)
    np.testing.assert_allclose(np.diff(part["x: days"]), 31 / 24, rtol=1e-9)


def test_unknown_columns_are_not_converted(tmp_path):
    columns = Columns.fit(table(tmp_path / "a.csv", ["a", "b"]))
    (tmp_path / "b.csv").write_text("x,y,n\na,1.50,1\nb,1.5\u00a0,2\n")
    read = read_table(tmp_path / "b.csv", expected=columns)
    assert read["y"].values.tolist() == ["1.50", "1.5"]
    assert columns.transform(read).X.tolist() == [[1, 1, 0], [2, 0, 1]]


def test_columns_to_use_and_to_drop(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("x,y,z\n1.5,3,a\n2.5,4,b\n3,5,5\n")
    assert read_table(path, use=["y", "x"]).names == ("x", "y")
    assert read_table(path, drop=["y"]).names == ("x", "z")
    assert read_table(path, use=["x", "y"], drop=["y"]).names == ("x",)
    with pytest.raises(ValueError, match="has no column 'w': it has 'x', 'y' and 'z'"):
        read_table(path, use=["w"])
    # what cannot be read does not matter where it is not asked for
    path.write_text("x;y\n1.5;1\n2.5;2\n3,5;3\n")
    assert read_table(path, drop=["x"])["y"].values.tolist() == [1, 2, 3]
