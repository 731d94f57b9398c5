"""Rows, targets and weights that cannot be fitted are refused: what, where, what to do."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
import scipy.sparse

from descend import DescentClassifier, DescentRegressor

X = np.random.default_rng(0).standard_normal((40, 3))
Y = X @ [1.0, 2, 3]
LABELS = (Y > 0).astype(int)
BOTH = [(DescentRegressor, Y), (DescentClassifier, LABELS)]
BY_MODEL = pytest.mark.parametrize(("model", "target"), BOTH, ids=["regressor", "classifier"])


METHODS = {
    "auto": {},
    "batches": {"optimizer": "sgd", "batch_size": 8},
    "rows": {"optimizer": "adam", "batch_size": 1},
    "full": {"optimizer": "momentum", "batch_size": "full"},
    "fixed": {"optimizer": "sgd", "learning_rate": 0.01, "batch_size": 8},
}


@BY_MODEL
@pytest.mark.parametrize("method", list(METHODS))
@pytest.mark.parametrize(("bad", "word"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "inf")])
@pytest.mark.parametrize("stored", ["dense", "sparse", "frame", "float32"])
@pytest.mark.filterwarnings("error")
def test_what_is_not_finite_is_named_by_row_and_column(model, target, method, bad, word, stored):
    rows = X.copy()
    rows[17, 1] = bad
    rows[30, 2] = np.nan
    column = "1"
    if stored == "sparse":
        rows = scipy.sparse.csr_matrix(rows)
    elif stored == "frame":
        rows, column = pd.DataFrame(rows, columns=["a", "b", "c"]), "'b'"
    elif stored == "float32":
        rows = rows.astype(np.float32)
    with pytest.raises(ValueError, match=word) as caught:
        model(**METHODS[method]).fit(rows, target)
    assert f"row 17, column {column}" in str(caught.value)
    assert "\n" not in str(caught.value)
    good = X if stored != "frame" else pd.DataFrame(X, columns=["a", "b", "c"])
    fitted = model().fit(good, target)
    with pytest.raises(ValueError, match="row 17"):
        fitted.predict(rows)


@pytest.mark.parametrize("method", list(METHODS))
def test_a_target_that_is_not_finite_is_named_by_its_row(method):
    target = Y.copy()
    target[5] = np.nan
    with pytest.raises(ValueError, match=r"y contains NaN \(in row 5, counted from 0\)"):
        DescentRegressor(**METHODS[method]).fit(X, target)
    labels = LABELS.astype(float)
    labels[7] = np.inf
    with pytest.raises(ValueError, match=r"y contains infinity \(in row 7, counted from 0\)"):
        DescentClassifier(**METHODS[method]).fit(X, labels)


@BY_MODEL
def test_no_rows_are_refused(model, target):
    for call in ("fit", "partial_fit"):
        with pytest.raises(ValueError, match=r"0 sample\(s\) \(shape=\(0, 3\)\)"):
            getattr(model(), call)(X[:0], target[:0])


@BY_MODEL
@pytest.mark.parametrize(
    ("weight", "message"),
    [
        (np.full(40, -1.0), "weights must not be negative"),
        (np.zeros(40), "at least one non-zero number"),
        (np.full(40, np.nan), r"sample_weight contains NaN \(in row 0, .*\): remove the row"),
        (np.ones(3), "sample_weight"),
        (["a"] * 40, "sample_weight must hold numbers"),
    ],
    ids=["negative", "zero", "nan", "short", "text"],
)
def test_bad_weights_are_refused(model, target, weight, message):
    with pytest.raises(ValueError, match=message):
        model().fit(X, target, sample_weight=weight)


def test_targets_beyond_the_precision_of_the_rows_are_named():
    message = "y reaches numbers that float32 cannot hold, the type of X: give X as float64"
    with pytest.raises(ValueError, match=message):
        DescentRegressor().fit(X.astype(np.float32), 1e60 * Y)


@BY_MODEL
def test_wrong_shapes_are_refused(model, target):
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        model().fit(X, target[:-1])
    with pytest.raises(ValueError, match="2D array"):
        model().fit(X[:, 0], target)
    with pytest.raises(ValueError, match="target y is None"):
        model().fit(X, None)
    fitted = model().fit(X, target)
    with pytest.raises(ValueError, match="3 features"):
        fitted.predict(X[:, :2])
    with pytest.raises(ValueError, match=r"y has shape|1d array|dim 3"):
        model().fit(X, np.zeros((40, 2, 2)))


WORDS = {
    "frame": (pd.DataFrame({"a": [1.0, 2.0], "city": ["1", "rome"]}), "'rome' (in row 1", "'city'"),
    "category": (
        pd.DataFrame({"city": pd.Series(["oslo", "rome"], dtype="category")}),
        "'oslo' (in row 0",
        "'city'",
    ),
    "array": (np.array([[1, "x"], [2, "y"]], dtype=object), "'x' (in row 0", "1"),
    "text": (np.array([["1", "2"], ["3", "b"]]), "'b' (in row 1", "1"),
    "list": ([[1, 2], [3, "y"]], "'y' (in row 1", "1"),
    "date": (
        pd.DataFrame({"a": [1.0, 2.0], "when": [date(2020, 1, 2), date(2020, 1, 3)]}),
        "'2020-01-02' (in row 0",
        "'when'",
    ),
}


@BY_MODEL
@pytest.mark.parametrize("kind", list(WORDS))
def test_text_and_dates_among_the_rows_are_named_with_their_column(model, target, kind):
    rows, cell, column = WORDS[kind]
    for call in ("fit", "partial_fit"):
        with pytest.raises(ValueError, match="encode the column") as caught:
            getattr(model(), call)(rows, [0, 1])
        assert f"X holds {cell}, column {column}, counted from 0)" in str(caught.value)
        assert "\n" not in str(caught.value)


def test_text_for_numbers_to_predict_is_told():
    with pytest.raises(ValueError, match=r"y holds text .*'yes'.* give .* a DescentClassifier"):
        DescentRegressor().fit(X, ["yes", "no"] * 20)
