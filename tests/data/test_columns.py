"""Columns to numbers."""

import json
import re

import numpy as np
import pytest
from tables import table_of

from descend.data.columns import Columns

MIXED = table_of(
    age=[20, 40, None, 30],
    member=[True, None, True, False],
    city=["Rome", "Oslo", None, "Rome"],
    price=[1.5, 2, None, 4],
    always=[7, 7, None, 7],
    only=["x", "x", "x", None],
    never=[None, None, None, None],
)


NUMBER = Columns.fit(table_of(x=[1, 2])).to_json()[0]


def test_each_kind_is_encoded():
    columns = Columns.fit(MIXED)
    X, names, notes = columns.transform(MIXED)
    assert names == ("age", "member", "city=Oslo", "city=Rome", "price")
    expected = [
        [20, 1, 0, 1, 1.5],
        [40, 1, 1, 0, 2],
        [30, 1, 0, 1, 2.5],
        [30, 0, 0, 1, 4],
    ]
    np.testing.assert_allclose(X, expected, rtol=1e-15)
    assert columns.notes == (
        "Column 'always' is constant: left out.",
        "Column 'only' is constant: left out.",
        "Column 'never' has no value: left out.",
    )
    assert notes == (
        "Column 'age': 1 missing cell replaced by the training mean, 30.",
        "Column 'member': 1 missing cell replaced by the most frequent value, true.",
        "Column 'city': 1 missing cell replaced by the most frequent value, 'Rome'.",
        "Column 'price': 1 missing cell replaced by the training mean, 2.5.",
    )


def test_the_encoding_survives_json():
    columns = Columns.fit(MIXED)
    again = Columns.from_json(json.loads(json.dumps(columns.to_json())))
    assert again.features == columns.features
    np.testing.assert_array_equal(again.transform(MIXED).X, columns.transform(MIXED).X)


def test_only_training_rows_are_learned_from():
    columns = Columns.fit(MIXED, rows=np.array([0, 1]))
    assert columns.features[0].fill == 30
    assert columns.encoded_names == ("age", "city=Oslo", "city=Rome", "price")


def test_unseen_categories_are_zero_and_counted():
    columns = Columns.fit(table_of(city=["Rome", "Oslo", "Rome"]))
    X, _, notes = columns.transform(table_of(city=["Bern", "Oslo", "Bern"]))
    np.testing.assert_array_equal(X, [[0, 0], [1, 0], [0, 0]])
    assert notes == (
        "Column 'city': categories not seen in training ('Bern') in 2 rows:"
        " 0 in all of its columns.",
    )


def test_rare_categories_share_a_column():
    cells = [f"c{i:03d}" for i in range(300) for _ in range(4 if i < 254 else 2)]
    columns = Columns.fit(table_of(code=cells))
    assert columns.notes == (
        "Column 'code' has 300 categories: the 46 rarest share 'code=(other)'.",
    )
    X, names, notes = columns.transform(table_of(code=["c000", "c299", "new"]))
    assert len(names) == 255
    assert [names[j] for j in X.argmax(axis=1)] == ["code=c000", "code=(other)", "code=(other)"]
    np.testing.assert_array_equal(X.sum(axis=1), 1)
    assert notes[-1].endswith("in 2 rows: counted as (other).")


@pytest.mark.parametrize(("rows", "left_out"), [(19, False), (20, True), (50, True)])
def test_identifiers_are_left_out(rows, left_out):
    names = [f"person {row}" for row in range(rows)]
    columns = Columns.fit(table_of(name=names, x=list(range(rows))))
    assert (columns.encoded_names == ("x",)) == left_out
    assert any("like identifiers: left out" in note for note in columns.notes) == left_out


def test_text_that_is_nearly_all_numbers_and_no_categories():
    cells = [f"{number}.5" for number in range(50)] + ["unknown"]
    columns = Columns.fit(table_of(size=cells))
    assert columns.notes == (
        "Column 'size' holds text that is nearly all numbers: read as numbers.",
        "Column 'size': 1 cell that holds no number ('unknown') is missing.",
    )
    # alone, too, the word is what it was in training
    assert columns.transform(table_of(size=["unknown"])).X.tolist() == [[25.0]]
    assert columns.transform(table_of(size=["3", "unknown"])).X[:, 0].tolist() == [3, 25.0]


def test_text_that_looks_like_numbers_is_never_dropped_in_silence():
    cells = [f"{number}_000" for number in range(30)]
    with pytest.raises(ValueError, match=r"column 'size' holds '0_000' in row 1 .* cannot be read"):
        Columns.fit(table_of(size=cells, x=list(range(30))))


@pytest.mark.parametrize(
    ("name", "cells", "left_out"),
    [
        ("id", [7, 3, 9], True),
        ("id", ["b", "a", "c"], True),
        ("customer_id", [7, 3, 9], True),
        ("PassengerId", [1, 2, 3], True),
        ("Kundennummer", [11, 12, 13], True),
        ("Kundennummer", [12, 11, 13], False),
        ("id", [7, 3, 3], False),
        ("id", [7.5, 3, 2], False),
        ("rooms", [1, 2, 3], False),
        ("paid", [1, 2, 3], False),
        ("grid", ["b", "a", "c"], False),
    ],
)
def test_identifiers_are_recognised_by_name_and_values(name, cells, left_out):
    columns = Columns.fit(table_of(**{name: cells, "x": [1.5, 2, 1.5]}))
    assert (columns.encoded_names == ("x",)) == left_out
    assert any("tells the rows apart" in note for note in columns.notes) == left_out


def test_names_that_collide_once_encoded_get_a_suffix():
    table = table_of(**{"a": ["b", "c"], "a=b": [1, 2]})
    columns = Columns.fit(table)
    assert columns.encoded_names == ("a=b", "a=c", "a=b (2)")
    assert columns.transform(table).X.tolist() == [[1, 0, 1], [0, 1, 2]]


@pytest.mark.parametrize(
    ("trained", "given", "expected"),
    [
        ([1.5, 2.5], ["7", None], [[7], [2]]),
        ([1.5, 2.5], [True, False], [[1], [0]]),
        ([True, False], [1, 0], [[1], [0]]),
        ([True, False], ["true", "FALSE"], [[1], [0]]),
        (["1", "x"], [1.0, None], [[1, 0], [1, 0]]),
        (["true", "x"], [True, None], [[1, 0], [1, 0]]),
        (["a", "b"], [None, None], [[1, 0], [1, 0]]),
    ],
)
def test_another_kind_of_cell_is_understood_where_it_can_be(trained, given, expected):
    columns = Columns.fit(table_of(x=trained))
    np.testing.assert_array_equal(columns.transform(table_of(x=given)).X, expected)


@pytest.mark.parametrize(
    ("trained", "given", "message"),
    [
        ([1.5, 2.5], ["low", "high"], "column 'x' held numbers in training, and now 'low'"),
        ([True, False], ["true", "maybe"], "column 'x' held booleans in training, and now 'maybe'"),
        ([True, False], [0, 2], "column 'x' held booleans in training, and now '2'"),
        ([1.5, 2.5], [1, np.inf], r"column 'x' is infinite in row 2 \(the header not counted\)"),
    ],
)
def test_cells_that_do_not_fit(trained, given, message):
    columns = Columns.fit(table_of(x=trained))
    with pytest.raises(ValueError, match=message):
        columns.transform(table_of(x=given))


def test_all_lacking_columns_are_named():
    columns = Columns.fit(MIXED)
    with pytest.raises(ValueError, match="lacks the columns 'member', 'city' and 'price'"):
        columns.transform(table_of(age=[1.0]))


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            table_of(y=[1, 2], x=[3, 3]),
            "no feature to learn from: Column 'x' is constant: left out.",
        ),
        (table_of(y=[1, 2]), "no feature to learn from: it has only the target."),
        (table_of(y=[1, 2, 3], x=[1, np.inf, -np.inf]), "column 'x' is infinite in rows 2, 3"),
    ],
)
def test_tables_without_usable_features(table, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        Columns.fit(table, "y")


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        [{"name": "x"}],
        [{**NUMBER, "fill": "a"}],
        [{**NUMBER, "encoding": "category", "fill": "a"}],
        [{**NUMBER, "categories": ["a"]}],
        [{**NUMBER, "name": 3}],
        [{**NUMBER, "encoding": "category", "fill": "a", "categories": [1]}],
        [{**NUMBER, "encoding": "magic"}],
        [{**NUMBER, "encoding": "date", "categories": ["century"], "span": []}],
        [{**NUMBER, "written": 1}],
        [{**NUMBER, "absent": [1]}],
        [{**NUMBER, "span": [1]}],
        [{**NUMBER, "more": 1}],
    ],
)
def test_broken_encodings_are_refused(stored):
    with pytest.raises(ValueError, match="column"):
        Columns.from_json(stored)
