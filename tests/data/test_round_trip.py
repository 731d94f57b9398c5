"""A table written in any way, with any of its rows in any order of columns, is the same numbers."""

import csv
import datetime
import io
import json
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.data.columns import Columns
from descend.data.files import read_table

ROWS = 30


class Way(NamedTuple):
    """A way to write a table."""

    delimiter: str
    decimal: str
    thousands: str
    encoding: str
    quoting: int
    end: str
    date: str
    missing: str


def ways(dates=("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%d %b %Y")):
    return st.builds(
        Way,
        st.sampled_from(",;\t|"),
        st.sampled_from(".,"),
        st.sampled_from(["", " ", "'", "\N{NO-BREAK SPACE}"]),
        st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
        st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        st.sampled_from(["\n", "\r\n", "\r"]),
        st.sampled_from(dates),
        st.sampled_from(["", "NA", "n.a.", "#DIV/0!"]),
    )


WORDS = [
    *("01", "2A", "1.0", "-", "TRUE", "MAYBE", "1E5", "2020-01-01", "12:30", "5 kg", "10%"),
    *("Zoë", "a, b; c|d", 'say "so"', "x\ty", "None of it", "007", "$5", "0_10"),
]


@st.composite
def tables(draw):
    """Draw a table of each kind of column, with cells that are missing."""
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    scale = draw(st.sampled_from([1e-3, 1.0, 30.0, 1e4, 1e7]))
    digits = draw(st.integers(2, 8))
    words = draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4, unique=True))
    span = draw(st.sampled_from([10, 300, 15_000]))
    first = datetime.date(1985, 1, 1)
    return {
        "price, net": some(
            random, [float(f"{x:.{digits}g}") for x in random.normal(0, scale, ROWS)]
        ),
        "count": some(random, random.integers(-20, 99_999, ROWS).astype(float).tolist()),
        "größe": some(random, random.choice(words, ROWS).tolist()),
        "day": some(
            random, [first + datetime.timedelta(int(d)) for d in random.integers(0, span, ROWS)]
        ),
        "member": some(random, random.choice([True, False], ROWS).tolist()),
    }


def some(random, cells):
    """Return cells, a tenth of them missing."""
    return [None if random.random() < 0.1 else cell for cell in cells]


def cell(value, way):
    if value is None:
        return way.missing
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.date):
        return value.strftime(way.date)
    if isinstance(value, float):
        whole, point, decimals = f"{value:,.10g}".partition(".")
        if "e" in whole + decimals:
            return repr(value).replace(".", way.decimal)
        return whole.replace(",", way.thousands) + point.replace(".", way.decimal) + decimals
    return value


def written(table, names, rows, way):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=way.delimiter, quoting=way.quoting, lineterminator=way.end)
    writer.writerow(names)
    writer.writerows([cell(table[name][row], way) for name in names] for row in rows)
    return text.getvalue().encode(way.encoding)


def encoded(columns, table):
    X, names, _ = columns.transform(table)
    return dict(zip(names, X.T, strict=True))


@settings(max_examples=40)
@given(tables(), ways(), ways(), st.data())
def test_a_table_written_in_any_way_is_the_same_numbers(tmp_path_factory, table, one, other, data):
    folder = tmp_path_factory.mktemp("tables")
    (folder / "one").write_bytes(written(table, list(table), range(ROWS), one))
    read = read_table(folder / "one")
    # what is read is what was written
    for name in ("price, net", "count"):
        expected = [np.nan if value is None else value for value in table[name]]
        np.testing.assert_array_equal(read[name].values, expected)
    learned = Columns.fit(read)
    learned = Columns.from_json(json.loads(json.dumps(learned.to_json())))
    rows = data.draw(st.lists(st.integers(0, ROWS - 1), min_size=1, max_size=ROWS))
    names = data.draw(st.permutations(list(table)))
    (folder / "other").write_bytes(written(table, names, rows, other))
    again = encoded(learned, read_table(folder / "other", expected=learned))
    for name, values in encoded(learned, read).items():
        np.testing.assert_array_equal(again[name], values[rows], err_msg=name)
