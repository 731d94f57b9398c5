"""What both estimators do alike: weights, storage, warm starts, validation, errors."""

import inspect
import pickle
from itertools import product

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from linear_fits import BRIEF, NOISY, THOROUGH, THREE, X, Y, classifier, regressor

from descend import DescentClassifier, DescentRegressor


@pytest.mark.parametrize(
    ("fit", "target"), [(regressor, Y), (classifier, NOISY), (classifier, THREE)]
)
def test_weights_are_repetitions_and_zero_is_absence(fit, target):
    count = np.random.default_rng(1).integers(0, 4, 120)
    weighted = fit(tol=1e-9).fit(X, target, sample_weight=count)
    repeated = fit(tol=1e-9).fit(np.repeat(X, count, axis=0), np.repeat(target, count))
    np.testing.assert_allclose(weighted.coef_, repeated.coef_, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(weighted.intercept_, repeated.intercept_, rtol=1e-5, atol=1e-5)
    absent = fit(tol=1e-9).fit(X[count > 0], target[count > 0], sample_weight=count[count > 0])
    np.testing.assert_allclose(weighted.coef_, absent.coef_, rtol=1e-5, atol=1e-6)
    doubled = fit(tol=1e-9).fit(X, target, sample_weight=2.0 * count)
    np.testing.assert_allclose(weighted.coef_, doubled.coef_, rtol=1e-7)


@pytest.mark.parametrize("batch_size", [1, 16])
def test_a_weight_of_one_is_no_weight_in_batches(batch_size):
    settings = {"optimizer": "sgd", "batch_size": batch_size, **BRIEF}
    plain = DescentRegressor(**settings).fit(X, Y)
    ones = DescentRegressor(**settings).fit(X, Y, sample_weight=np.full(120, 3.0))
    np.testing.assert_allclose(plain.coef_, ones.coef_, rtol=1e-12)


def test_data_frames_bring_names():
    frame = pd.DataFrame(X, columns=["age", "height", "rooms", "tax"])
    model = regressor().fit(frame, pd.Series(Y))
    assert model.feature_names_in_.tolist() == ["age", "height", "rooms", "tax"]
    assert model.descent_.names == ("age", "height", "rooms", "tax", "intercept")
    np.testing.assert_allclose(model.coef_, regressor().fit(X, Y).coef_)
    with pytest.raises(ValueError, match="feature names"):
        model.predict(frame[["height", "age", "rooms", "tax"]])
    several = regressor(fit_intercept=False).fit(frame[["age", "tax"]], np.column_stack([Y, -Y]))
    assert several.descent_.names == ("age[0]", "tax[0]", "age[1]", "tax[1]")


@pytest.mark.parametrize(
    ("optimizer", "batch_size"),
    [
        ("auto", "full"),
        *product(["sgd", "momentum", "adam"], ["full"]),
        ("sgd", 16),
        *(pytest.param(name, 16, marks=THOROUGH) for name in ("momentum", "adam")),
        *(
            pytest.param(name, 1, marks=pytest.mark.thorough)
            for name in ("sgd", "momentum", "adam")
        ),
    ],
)
def test_sparse_rows_give_the_dense_answer(optimizer, batch_size):
    rows = np.where(np.random.default_rng(1).random(X.shape) < 0.5, X, 0)
    settings = {"optimizer": optimizer, "random_state": 0, "learning_rate": 1e-3, "max_iter": 5}
    settings |= {"batch_size": batch_size, "tol": 0.0}
    if optimizer == "auto":
        settings = {"tol": 1e-9}
    for model, target in ((DescentRegressor, Y), (DescentClassifier, THREE)):
        dense = model(**settings).fit(rows, target)
        for stored in (scipy.sparse.csr_matrix(rows), scipy.sparse.csc_array(rows)):
            sparse = model(**settings).fit(stored, target)
            np.testing.assert_allclose(sparse.coef_, dense.coef_, rtol=1e-8, atol=1e-9)
            np.testing.assert_allclose(sparse.intercept_, dense.intercept_, rtol=1e-8, atol=1e-9)
            assert np.array_equal(sparse.predict(stored) > 0, dense.predict(rows) > 0)


@pytest.mark.parametrize(
    "method",
    ["auto", "batches", *(pytest.param(each, marks=THOROUGH) for each in ("rows", "adam"))],
)
def test_float32_is_kept(method):
    settings = {} if method == "auto" else BRIEF
    rows = X.astype(np.float32)
    model = regressor(method, **settings).fit(rows, Y.astype(np.float32))
    assert model.coef_.dtype == np.float32
    assert model.predict(rows).dtype == np.float32
    np.testing.assert_allclose(
        model.coef_, regressor(method, **settings).fit(X, Y).coef_, rtol=2e-3
    )
    chosen = classifier(method, **settings).fit(rows, THREE)
    assert chosen.coef_.dtype == np.float32
    assert chosen.predict_proba(rows).dtype == np.float32


@pytest.mark.parametrize("model", [DescentRegressor, DescentClassifier])
def test_a_warm_start_goes_on(model):
    target = Y if model is DescentRegressor else NOISY
    settings = {"optimizer": "sgd", "learning_rate": 0.01, "shuffle": False, "tol": 0.0}
    settings |= {"batch_size": 30}
    whole = model(max_iter=6, **settings).fit(X, target)
    parts = model(max_iter=2, warm_start=True, **settings)
    for _ in range(3):
        parts.fit(X, target)
    np.testing.assert_allclose(parts.coef_, whole.coef_, rtol=1e-12)
    cold = model(max_iter=2, **settings).fit(X, target)
    assert np.array_equal(cold.coef_, cold.fit(X, target).coef_)
    with pytest.raises(ValueError, match=r"warm_start.*4 features"):
        parts.fit(X[:, :2], target)


def test_a_warm_start_at_the_optimum_stays_there():
    model = regressor(warm_start=True).fit(X, Y)
    first = model.coef_.copy()
    assert model.fit(X, Y).descent_.nit <= 1
    np.testing.assert_allclose(model.coef_, first, rtol=1e-6)


@pytest.mark.parametrize("method", ["auto", "batches"])
def test_the_validation_curve_is_the_score_of_the_rows_given(method):
    fit, rest = slice(0, 80), slice(80, 120)
    settings = {"max_iter": 6, "tol": 0.0} if method == "batches" else {}
    for model, target in ((regressor, Y), (classifier, THREE)):
        fitted = model(method, **settings).fit(
            X[fit], target[fit], X_val=X[rest], y_val=target[rest]
        )
        assert len(fitted.validation_curve_) == fitted.n_iter_
        score = fitted.score(X[rest], target[rest])
        assert fitted.validation_curve_[-1] == pytest.approx(score)
        assert model(method, **settings).fit(X, target).validation_curve_ is None
    with pytest.raises(ValueError, match="X_val and y_val go together"):
        regressor().fit(X, Y, X_val=X)
    with pytest.raises(ValueError, match="X_val has 120 rows, but y_val has 5"):
        regressor().fit(X, Y, X_val=X, y_val=Y[:5])


def changed(array, value):
    array = array.astype(float)
    array[3] = value
    return array


@pytest.mark.parametrize(
    ("model", "target", "X_val", "y_val", "message"),
    [
        (DescentRegressor, Y, changed(X, np.nan), Y, r"X_val contains NaN \(in row 3, column 0"),
        (DescentRegressor, Y, X, changed(Y, np.inf), r"y_val contains infinity \(in row 3,"),
        (DescentRegressor, Y, X, ["a"] * 120, "y_val holds text"),
        (DescentRegressor, Y, X, X, r"y_val has shape \(120, 4\), but y has \(120,\)"),
        (DescentRegressor, Y, X, Y[:3], "X_val has 120 rows, but y_val has 3"),
        (DescentRegressor, Y, X[:1], Y[:1], "y_val has 1 row, and R² needs at least 2"),
        (DescentClassifier, THREE, X, ["0"] * 120, "y_val holds none of the classes .* is '0'"),
        (DescentClassifier, THREE, X, THREE + 7, "y_val holds none of the classes learned"),
    ],
    ids=["rows", "target", "text", "outputs", "length", "one row", "type", "classes"],
)
def test_bad_validation_rows_are_named(model, target, X_val, y_val, message):
    with pytest.raises(ValueError, match=message):
        model().fit(X, target, X_val=X_val, y_val=y_val)


@pytest.mark.parametrize(
    ("kind", "target"), [(DescentRegressor, Y), (DescentClassifier, THREE)], ids=["r", "c"]
)
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_any_error_leaves_the_estimator_as_it_was(kind, target):
    model = kind(optimizer="sgd", max_iter=2).fit(X, target)
    before = dict(vars(model))
    bad = X[:, :2].copy()
    bad[5, 1] = np.nan

    def interrupt(progress):
        raise KeyboardInterrupt

    with pytest.raises(ValueError, match="NaN"):
        model.fit(bad, target)
    model.callbacks = before["callbacks"] = interrupt
    with pytest.raises(KeyboardInterrupt):
        model.fit(X[:, :2], target)
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is value for name, value in before.items())


def test_a_pickle_holds_no_rows():
    rows = np.random.default_rng(1).standard_normal((5000, 3))
    size = len(pickle.dumps(DescentRegressor().fit(rows, rows[:, 0])))
    assert size < rows.nbytes / 4


@pytest.mark.parametrize("kind", [DescentRegressor, DescentClassifier])
def test_every_parameter_and_attribute_is_documented(kind):
    text = inspect.getdoc(kind)
    parameters = inspect.signature(kind).parameters
    assert sorted(parameters) == sorted(kind().get_params())
    places = [text.index(f"\n{name}\n") for name in parameters]
    assert places == sorted(places)
    fitted = kind().fit(X, THREE)
    shown = [name for name in vars(fitted) if name.endswith("_") and not name.startswith("_")]
    for name in shown:
        assert name in text[text.index("Attributes\n") :]
    assert "{" not in inspect.getdoc(kind.partial_fit)
