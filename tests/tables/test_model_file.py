"""The model file: what is written is read, and nothing else is."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.data.columns import Columns
from descend.data.features import Feature
from descend.tables.linear_model import LinearModel
from descend.tables.model_file import read_model, write_model

COLUMNS = Columns(
    (Feature("age", "number", 41.5), Feature("sex", "category", "male", ("female", "male")))
)
finite = st.floats(allow_nan=False, allow_infinity=False)


def a_model(coefficients, intercept, classes=()):
    task, loss = ("classification", "log_loss") if classes else ("regression", "squared_error")
    weights = np.array(coefficients, dtype=float)
    return LinearModel(task, "y", loss, COLUMNS, weights, np.array(intercept, float), classes)


@given(st.lists(finite, min_size=4, max_size=4))
def test_weights_survive_to_the_last_bit(tmp_path_factory, numbers):
    file = tmp_path_factory.mktemp("model") / "m.json"
    model = a_model([numbers[:3]], numbers[3:])
    write_model(model, file)
    again = read_model(file)
    np.testing.assert_array_equal(again.coefficients, model.coefficients)
    np.testing.assert_array_equal(again.intercept, model.intercept)
    assert again.columns.features == COLUMNS.features


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (a_model([[0, 0, np.log(3)]], [0], ("no", "yes")), [[0.5, 0.5], [0.25, 0.75]]),
        (
            a_model([[0, 0, 0], [0, 0, np.log(2)], [0, 0, 0]], [0, 0, 0], ("a", "b", "c")),
            [[1 / 3, 1 / 3, 1 / 3], [0.25, 0.5, 0.25]],
        ),
    ],
)
def test_probabilities(tmp_path, model, expected):
    write_model(model, tmp_path / "m.json")
    X = np.array([[30.0, 1, 0], [30.0, 0, 1]])
    again = read_model(tmp_path / "m.json")
    assert again.classes == model.classes
    np.testing.assert_allclose(np.exp(again.log_probabilities(X)), expected, rtol=1e-12)


def test_an_extreme_score_has_a_finite_log_probability():
    model = a_model([[1e3, 0, 0]], [0], ("no", "yes"))
    np.testing.assert_allclose(model.log_probabilities(np.array([[1.0, 0, 0]])), [[-1000, 0]])


def without(name):
    return lambda content: content.pop(name)


def having(name, value):
    return lambda content: content.__setitem__(name, value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (having("format", "pickle"), '"format" is not "descend model"'),
        (having("version", 1), "is of version 1, and descend"),
        (without("version"), "is of version None"),
        (without("target"), "has no 'target'"),
        (without("coefficients"), "has no 'coefficients'"),
        (having("target", 3), "'target' must be a text"),
        (having("trained", []), "'trained' a dictionary"),
        (having("task", "magic"), "unknown 'task' 'magic'"),
        (having("loss", "log_loss"), "unknown 'loss' 'log_loss'"),
        (having("loss", []), "unknown 'loss'"),
        (having("labels", "colour"), "'labels' 'colour' do not fit"),
        (having("classes", ["a", "b"]), "'classes' do not fit the task"),
        (having("classes", [1, 2]), "'classes' must be a list of texts"),
        (having("intercept", None), "None is no finite number"),
        (having("intercept", True), "True is no finite number"),
        (having("intercept", float("nan")), "nan is no finite number"),
        (having("intercept", 10**400), "is a broken model"),
        (having("coefficients", {"age": 1}), "do not fit its columns"),
        (having("coefficients", [1, 2, 3]), "do not fit its columns"),
        (having("columns", []), "'columns' must be a list"),
        (having("columns", [{}]), "each of the 'columns'"),
    ],
)
def test_a_changed_model_is_refused(tmp_path, change, message):
    file = tmp_path / "m.json"
    write_model(a_model([[1, 2, 3]], [4]), file)
    content = json.loads(file.read_text())
    change(content)
    file.write_text(json.dumps(content))
    with pytest.raises(ValueError, match=r"m\.json'") as caught:
        read_model(file)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", "\x00", '{"format": "descend', "[" * 10_000]
)
def test_what_is_no_model_is_refused(tmp_path, content):
    file = tmp_path / "m.json"
    file.write_text(content)
    with pytest.raises(ValueError, match="is no model of descend"):
        read_model(file)


def test_a_truncated_model_is_refused(tmp_path):
    file = tmp_path / "m.json"
    write_model(a_model([[1, 2, 3]], [4]), file)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(ValueError, match="is no model of descend: it is not JSON"):
        read_model(file)


def test_a_model_with_numbers_that_are_none_is_not_written(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_model(a_model([[1, 2, np.nan]], [4]), tmp_path / "m.json")
    assert not list(tmp_path.iterdir())


def test_no_file():
    with pytest.raises(FileNotFoundError, match="there is no model file"):
        read_model("none.json")


def test_margins_are_no_probabilities():
    margins = replace(a_model([[1, 0, 0]], [0], ("no", "yes")), loss="hinge")
    with pytest.raises(ValueError, match="'hinge' gives margins, and no probabilities"):
        margins.log_probabilities(np.zeros((1, 3)))


@pytest.mark.parametrize(
    ("kind", "classes", "labels"),
    [
        ("text", ("1", "2"), ["1", "2"]),
        ("number", ("0", "1"), [0, 1]),
        ("number", ("0.5", "1"), [0.5, 1.0]),
        ("number", ("1e+300", "2"), [1e300, 2.0]),
        ("boolean", ("false", "true"), [False, True]),
    ],
)
def test_classes_come_back_as_the_table_had_them(tmp_path, kind, classes, labels):
    model = replace(a_model([[1, 2, 3]], [4], classes), label_kind=kind)
    write_model(model, tmp_path / "m.json")
    found = read_model(tmp_path / "m.json").labels
    assert found.tolist() == labels
    assert [type(label) for label in found.tolist()] == [type(label) for label in labels]


@pytest.mark.parametrize(("kind", "classes"), [("number", ("a", "b")), ("boolean", ("0", "1"))])
def test_classes_of_another_kind_are_refused(tmp_path, kind, classes):
    write_model(replace(a_model([[1, 2, 3]], [4], classes), label_kind=kind), tmp_path / "m.json")
    with pytest.raises(ValueError, match=f"'labels' '{kind}' do not fit the classes"):
        read_model(tmp_path / "m.json")
