"""Columns to numbers, and the decision between numbers and classes."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from descend.data.bundled import bundled_table
from descend.data.columns import Columns
from descend.data.scaling import Scaling
from descend.data.splitting import held_out
from descend.data.table import Column, Table
from descend.data.target import read_target


def table_of(**columns):
    return Table(tuple(columns), tuple(column_of(cells) for cells in columns.values()))


def column_of(cells):
    present = [cell for cell in cells if cell is not None]
    if any(isinstance(cell, str) for cell in present):
        return Column("text", np.array(cells, dtype=object))
    boolean = bool(present) and all(isinstance(cell, bool) for cell in present)
    values = np.array([np.nan if cell is None else float(cell) for cell in cells])
    return Column("boolean" if boolean else "number", values)


MIXED = table_of(
    age=[20, 40, None, 30],
    member=[True, None, True, False],
    city=["Rome", "Oslo", None, "Rome"],
    price=["1.5", "2", None, "4"],
    always=[7, 7, None, 7],
    only=["x", "x", "x", None],
    never=[None, None, None, None],
)


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
        "Column 'price' holds text: read as numbers.",
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


def test_a_few_words_among_many_numbers_are_missing():
    cells = [str(number) for number in range(50)] + ["unknown"]
    columns = Columns.fit(table_of(size=cells))
    assert columns.notes == (
        "Column 'size' holds text: read as numbers, and 1 that hold none ('unknown') as missing.",
    )
    assert columns.transform(table_of(size=["3", "unknown"])).X[:, 0].tolist() == [3, 24.5]


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
        (table_of(y=[1, 2], x=["1", "inf"]), "column 'x' is infinite in row 2"),
        (table_of(**{"a": ["b", "c"], "a=b": [1, 2]}), "two columns would be called 'a=b'"),
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
        [{"name": "x", "encoding": "number", "fill": "a", "categories": []}],
        [{"name": "x", "encoding": "category", "fill": "a", "categories": []}],
        [{"name": "x", "encoding": "number", "fill": 1, "categories": ["a"]}],
        [{"name": 3, "encoding": "number", "fill": 1, "categories": []}],
        [{"name": "x", "encoding": "category", "fill": "a", "categories": [1]}],
        [{"name": "x", "encoding": "magic", "fill": 1, "categories": []}],
    ],
)
def test_broken_encodings_are_refused(stored):
    with pytest.raises(ValueError, match="column"):
        Columns.from_json(stored)


@pytest.mark.parametrize("name", ["diabetes", "breast_cancer", "digits", "iris", "wine"])
def test_the_task_of_bundled_sets(name):
    target = read_target(bundled_table(name), "target")
    assert target.task == ("regression" if name == "diabetes" else "classification")


@pytest.mark.parametrize(
    ("cells", "task", "classes"),
    [
        ([0, 1, 1, 0], "classification", ("0", "1")),
        ([True, False, True], "classification", ("false", "true")),
        (["b", "a", "b"], "classification", ("a", "b")),
        ([-1, 1] * 5, "classification", ("-1", "1")),
        ([0.5, 1.5] * 5, "classification", ("0.5", "1.5")),
        ([1, 2, 3, 4, 5] * 4, "classification", ("1", "2", "3", "4", "5")),
        (list(range(20)) * 3, "classification", tuple(str(code) for code in range(20))),
        (list(range(21)) * 3, "regression", ()),
        ([1, 2, 3, 4, 5], "regression", ()),
        ([3, 4], "regression", ()),
        ([2015, 2016, 2017] * 20, "regression", ()),
        ([10, 20, 50] * 20, "regression", ()),
        ([0, 1, 2, 5, 9] * 20, "regression", ()),
        ([1.5, 2.5, 3] * 20, "regression", ()),
        ([str(number / 7) for number in range(40)], "regression", ()),
    ],
)
def test_the_task_is_decided(cells, task, classes):
    target = read_target(table_of(y=cells), "y")
    assert (target.task, target.classes) == (task, classes)
    assert "'y'" in target.reason
    if classes:
        spelled = {True: "true", False: "false"}
        told = [classes[index] for index in target.y]
        assert told == [spelled[c] if isinstance(c, bool) else str(c) for c in cells]
    else:
        np.testing.assert_array_equal(target.y, np.array(cells, dtype=float))


def test_the_task_can_be_asked_for():
    cells = [1, 2, 3, 4, 5] * 4
    assert read_target(table_of(y=cells), "y", "regression").y.tolist() == cells
    assert "--task regression" in read_target(table_of(y=cells), "y").reason
    assert len(read_target(table_of(y=[2015, 2016] * 3), "y", "classification").classes) == 2


@pytest.mark.parametrize(
    ("cells", "task", "message"),
    [
        ([1.0], None, "has 1 row: at least 2"),
        ([1, None, 2, None], None, "missing in rows 2, 4 (the header not counted)"),
        ([1, 2, np.inf], None, "infinite in row 3"),
        ([5, 5, 5], None, "'5' in every row"),
        (["a", "a"], "classification", "'a' in every row"),
        (["a", "b"], "regression", "a regression needs numbers"),
        ([str(i) + "x" for i in range(60)], None, "60 different values in 60 rows: too many"),
        ([i / 7 for i in range(60)], "classification", "or --task regression"),
    ],
)
def test_targets_that_cannot_be_learned(cells, task, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        read_target(table_of(y=cells), "y", task)


def test_a_target_that_is_not_there():
    with pytest.raises(ValueError, match="has no column 'z': it has 'x' and 'y'"):
        read_target(table_of(x=[1, 2], y=[1, 2]), "z")


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.integers(1, 4)),
        elements=st.floats(-1e200, 1e200, allow_subnormal=False).filter(
            lambda x: x == 0 or abs(x) > 1e-200
        ),
    )
)
def test_standardised_columns_have_mean_0_and_deviation_1(X):
    scaling = Scaling.fit(X)
    standardised = scaling.apply(X)
    largest = np.abs(X).max(axis=0)
    # Columns that differ by less than their rounding have no deviation to speak of.
    clear = X.max(axis=0) - X.min(axis=0) > 1e-6 * largest
    np.testing.assert_allclose(standardised[:, clear].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(standardised[:, clear].std(axis=0), 1, rtol=1e-6)
    constant = X.max(axis=0) == X.min(axis=0)
    np.testing.assert_array_equal(scaling.scale[constant], 1)


def test_weights_in_own_units_predict_the_same():
    generator = np.random.default_rng(0)
    X = generator.normal(size=(20, 3)) * [1, 1e4, 1e-4] + [5, 1e3, 1]
    coef, intercept = generator.normal(size=(2, 3)), generator.normal(size=2)
    scaling = Scaling.fit(X)
    own, own_intercept = scaling.unscale(coef, intercept)
    expected = scaling.apply(X) @ coef.T + intercept
    np.testing.assert_allclose(X @ own.T + own_intercept, expected, rtol=1e-9)


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.floats(0, 0.9),
    st.integers(0, 100),
)
def test_held_out_rows_are_stratified(labels, share, seed):
    classes = np.array(labels)
    rows = np.arange(len(classes))
    stay, out = held_out(rows, share, np.random.default_rng(seed), classes)
    np.testing.assert_array_equal(np.sort(np.concatenate([stay, out])), rows)
    for label in np.unique(classes):
        wanted = share * (classes == label).sum()
        assert abs((classes[out] == label).sum() - wanted) <= 1 + 1e-9
        assert (classes[stay] == label).any()


def test_held_out_rows_differ_by_seed_and_repeat_with_it():
    rows = np.arange(100)
    first, again, other = (
        held_out(rows, 0.2, np.random.default_rng(seed))[1] for seed in (0, 0, 1)
    )
    assert len(first) == 20
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)
