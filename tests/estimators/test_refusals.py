"""What cannot be fitted is refused in one line that says what, where, and what to do."""

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


@BY_MODEL
@pytest.mark.parametrize(
    ("name", "value", "beside"),
    [
        ("loss", "squared", {}),
        ("loss", None, {}),
        ("penalty", "l3", {}),
        ("alpha", -1.0, {}),
        ("alpha", float("nan"), {}),
        ("alpha", float("inf"), {}),
        ("alpha", "small", {}),
        ("optimizer", "sdg", {}),
        ("optimizer", 3, {}),
        ("learning_rate", 0.1, {}),
        ("learning_rate", 0.0, {"optimizer": "sgd"}),
        ("learning_rate", -0.5, {"optimizer": "sgd"}),
        ("learning_rate", float("inf"), {"optimizer": "sgd"}),
        ("learning_rate", "fast", {"optimizer": "sgd"}),
        ("learning_rate", True, {"optimizer": "sgd"}),
        ("batch_size", 5, {}),
        ("batch_size", 0, {"optimizer": "sgd"}),
        ("batch_size", 2.5, {"optimizer": "sgd"}),
        ("batch_size", "all", {"optimizer": "sgd"}),
        ("max_iter", 0, {}),
        ("max_iter", 1.5, {}),
        ("max_iter", True, {}),
        ("tol", -1e-3, {}),
        ("tol", None, {}),
        ("validation_fraction", 0.0, {}),
        ("validation_fraction", 1.0, {}),
        ("validation_fraction", "half", {}),
        ("n_iter_no_change", 0, {}),
        ("record", "batch", {}),
        ("loss", 3, {}),
        ("penalty", 0.1, {}),
        ("l1_ratio", 1.5, {}),
        ("l1_ratio", None, {}),
        ("precondition", "full", {}),
        ("precondition", None, {}),
        ("precondition", "diagonal", {}),
        ("precondition", "hessian", {"optimizer": "sgd"}),
        ("average", 2.5, {"optimizer": "sgd"}),
        ("average", -1, {"optimizer": "sgd"}),
        ("average", True, {}),
        ("record", 0, {}),
        ("callbacks", [3], {}),
        ("callbacks", 3, {}),
        ("batch_size", 8, {"optimizer": "lbfgs"}),
        ("batch_size", 8, {"optimizer": "lars"}),
        ("fit_intercept", "no", {}),
        ("shuffle", "no", {}),
        ("early_stopping", 2, {}),
        ("random_state", "seed", {}),
        ("random_state", -1, {}),
    ],
)
def test_a_bad_parameter_is_named_with_its_value(model, target, name, value, beside):
    with pytest.raises(ValueError, match=name) as caught:
        model(**{name: value}, **beside).fit(X, target)
    message = str(caught.value)
    assert repr(value[0] if isinstance(value, list) else value) in message
    assert "\n" not in message
    assert len(message) < 250


WAYS = {
    "auto": {},
    "batches": {"optimizer": "sgd", "batch_size": 8},
    "rows": {"optimizer": "adam", "batch_size": 1},
    "full": {"optimizer": "momentum", "batch_size": "full"},
    "fixed": {"optimizer": "sgd", "learning_rate": 0.01, "batch_size": 8},
}


@BY_MODEL
@pytest.mark.parametrize("way", list(WAYS))
@pytest.mark.parametrize(("bad", "word"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "inf")])
@pytest.mark.parametrize("stored", ["dense", "sparse", "frame", "float32"])
@pytest.mark.filterwarnings("error")
def test_what_is_not_finite_is_named_by_row_and_column(model, target, way, bad, word, stored):
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
        model(**WAYS[way]).fit(rows, target)
    assert f"row 17, column {column}" in str(caught.value)
    assert "\n" not in str(caught.value)
    good = X if stored != "frame" else pd.DataFrame(X, columns=["a", "b", "c"])
    fitted = model().fit(good, target)
    with pytest.raises(ValueError, match="row 17"):
        fitted.predict(rows)


@pytest.mark.parametrize("way", list(WAYS))
def test_a_target_that_is_not_finite_is_named_by_its_row(way):
    target = Y.copy()
    target[5] = np.nan
    with pytest.raises(ValueError, match=r"y contains NaN \(in row 5, counted from 0\)"):
        DescentRegressor(**WAYS[way]).fit(X, target)
    labels = LABELS.astype(float)
    labels[7] = np.inf
    with pytest.raises(ValueError, match=r"y contains infinity \(in row 7, counted from 0\)"):
        DescentClassifier(**WAYS[way]).fit(X, labels)


def test_one_class_is_not_enough():
    with pytest.raises(ValueError, match=r"y holds only 1 class, .*1.*needs at least 2"):
        DescentClassifier().fit(X, np.ones(40, dtype=int))
    with pytest.raises(ValueError, match=r"sample_weight leaves only 1 class of y, .*0.*"):
        DescentClassifier().fit(X, LABELS, sample_weight=1.0 - LABELS)


@BY_MODEL
def test_no_rows_are_refused(model, target):
    for call in ("fit", "partial_fit"):
        with pytest.raises(ValueError, match=r"0 sample\(s\) \(shape=\(0, 3\)\)"):
            getattr(model(), call)(X[:0], target[:0])


@pytest.mark.parametrize("settings", [{}, {"optimizer": "sgd", "max_iter": 3, "tol": 0.0}], ids=str)
def test_one_row_is_enough_for_a_regression(settings):
    model = DescentRegressor(**settings).fit(X[:1], Y[:1])
    assert np.isfinite(model.predict(X)).all()
    with pytest.raises(ValueError, match="y holds only 1 class"):
        DescentClassifier(**settings).fit(X[:1], LABELS[:1])


@BY_MODEL
@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (np.full(40, -1.0), "weights must not be negative"),
        (np.zeros(40), "at least one non-zero number"),
        (np.full(40, np.nan), r"sample_weight contains NaN \(in row 0, .*\): remove the row"),
        (np.ones(3), "sample_weight"),
        (["a"] * 40, "sample_weight must hold numbers"),
    ],
    ids=["negative", "zero", "nan", "short", "text"],
)
def test_bad_weights_are_refused(model, target, weight, told):
    with pytest.raises(ValueError, match=told):
        model().fit(X, target, sample_weight=weight)


@pytest.mark.parametrize(
    ("class_weight", "told"),
    [
        ("even", "class_weight='even' must be None, 'balanced', or a mapping"),
        ([1, 2], r"class_weight=\[1, 2\] must be None, 'balanced', or a mapping"),
        ({0: -1.0}, "the weight of a class must be a number at least 0"),
        ({1: np.nan}, "the weight of a class must be a number at least 0"),
        ({0: 0.0, 1: 0.0}, "is zero for all rows"),
    ],
    ids=str,
)
def test_bad_class_weights_are_refused(class_weight, told):
    with pytest.raises(ValueError, match=told):
        DescentClassifier(class_weight=class_weight).fit(X, LABELS)


def changed(array, value):
    array = array.astype(float)
    array[3] = value
    return array


@pytest.mark.parametrize(
    ("model", "target", "X_val", "y_val", "told"),
    [
        (DescentRegressor, Y, changed(X, np.nan), Y, r"X_val contains NaN \(in row 3, column 0"),
        (DescentRegressor, Y, X, changed(Y, np.inf), r"y_val contains infinity \(in row 3,"),
        (DescentRegressor, Y, X, ["a"] * 40, "y_val holds text"),
        (DescentRegressor, Y, X, X, r"y_val has shape \(40, 3\), but y has \(40,\)"),
        (DescentRegressor, Y, X, Y[:3], "X_val has 40 rows, but y_val has 3"),
        (DescentRegressor, Y, X[:1], Y[:1], "y_val has 1 row, and R² needs at least 2"),
        (DescentClassifier, LABELS, X, ["0"] * 40, "y_val holds none of the classes .* is '0'"),
        (DescentClassifier, LABELS, X, LABELS + 7, "y_val holds none of the classes learned"),
    ],
    ids=["rows", "target", "text", "outputs", "length", "one row", "type", "classes"],
)
def test_bad_validation_rows_are_named(model, target, X_val, y_val, told):
    with pytest.raises(ValueError, match=told):
        model().fit(X, target, X_val=X_val, y_val=y_val)


def test_one_row_held_out_scores_nothing():
    told = "early_stopping holds out 1 of 9 rows, and R² needs at least 2: raise"
    with pytest.raises(ValueError, match=told):
        DescentRegressor(early_stopping=True).fit(X[:9], Y[:9])


def test_targets_beyond_the_precision_of_the_rows_are_named():
    told = "y reaches numbers that float32 cannot hold, the type of X: give X as float64"
    with pytest.raises(ValueError, match=told):
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


def test_continuous_labels_are_refused():
    with pytest.raises(ValueError, match="Unknown label type"):
        DescentClassifier().fit(X, Y)


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
        pd.DataFrame({"a": [1.0, 2.0], "when": pd.Timestamp("2020-01-02")}),
        "'2020-01-02 00:00:00' (in row 0",
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


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA, pd.NaT], ids=repr)
@pytest.mark.parametrize("label", ["a", 1, True], ids=repr)
def test_a_missing_label_is_named_by_its_row(missing, label):
    labels = np.array([label, "b" if label == "a" else 0] * 20, dtype=object)
    labels[5] = missing
    with pytest.raises(ValueError, match=r"y contains .* \(in row 5, counted from 0\): remove"):
        DescentClassifier().fit(X, labels)


BEYOND = [
    {},
    {"penalty": "l1"},
    {"penalty": None},
    {"optimizer": "adam", "batch_size": 8},
]


@pytest.mark.parametrize("settings", BEYOND, ids=str)
@pytest.mark.parametrize("size", [1e155, 1e200, 1e300])
def test_targets_whose_loss_overflows_are_refused(settings, size):
    with pytest.raises(ValueError, match=r"y reaches 1e\+\d+; give y in larger units"):
        DescentRegressor(**settings).fit(X, Y / np.abs(Y).max() * size)
    robust = DescentRegressor(loss="absolute_error").fit(X, Y / np.abs(Y).max() * size)
    assert np.isfinite(robust.predict(X)).all()


@BY_MODEL
@pytest.mark.parametrize("settings", [{}, {"penalty": "l1"}, {"penalty": None}], ids=str)
@pytest.mark.parametrize("size", [1e160, 1e300])
def test_columns_whose_squares_overflow_are_refused(model, target, settings, size):
    with pytest.raises(ValueError, match="give its columns in larger units"):
        model(**settings).fit(X * size, target)
