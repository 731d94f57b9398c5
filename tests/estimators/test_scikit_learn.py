"""The estimators are scikit-learn's: its own checks pass, and its tools take them."""

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from descend import DescentClassifier, DescentRegressor

# batches of repeated rows are other batches than those of weighted ones: all rows at once
FULL = {"batch_size": "full", "max_iter": 20, "tol": 0.0}


@parametrize_with_checks(
    [
        DescentRegressor(),
        DescentClassifier(),
        DescentRegressor(loss="huber", penalty="l1", alpha=1e-3),
        DescentClassifier(loss="squared_hinge", alpha=1e-2),
        DescentRegressor(optimizer="sgd", average=5, **FULL | {"max_iter": 100}),
        DescentClassifier(optimizer="adam", **FULL),
    ]
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


# textbook steps, fast and without the warning that a fit which ends early gives
BATCHES = {"optimizer": "sgd", "batch_size": 8, "max_iter": 3, "tol": 0.0, "random_state": 0}
ESTIMATORS = [
    DescentRegressor(),
    DescentRegressor(**BATCHES),
    DescentClassifier(),
    DescentClassifier(**BATCHES),
]
EACH = pytest.mark.parametrize(
    "estimator", ESTIMATORS, ids=["regressor", "regressor-sgd", "classifier", "classifier-sgd"]
)


def data_for(estimator):
    load = load_diabetes if isinstance(estimator, DescentRegressor) else load_breast_cancer
    X, y = load(return_X_y=True)
    return StandardScaler().fit_transform(X), y


@EACH
def test_pipelines_searches_and_cross_validation_take_them(estimator):
    X, y = data_for(estimator)
    scores = cross_val_score(make_pipeline(StandardScaler(), clone(estimator)), X, y, cv=3)
    assert scores.min() > (0.35 if isinstance(estimator, DescentRegressor) else 0.85)
    search = GridSearchCV(clone(estimator), {"alpha": [1e-3, 1e3]}, cv=3).fit(X, y)
    assert search.best_params_ == {"alpha": 1e-3}
    assert search.best_estimator_.n_features_in_ == X.shape[1]


@EACH
def test_clones_and_pickles_are_the_same(estimator):
    X, y = data_for(estimator)
    copy = clone(estimator)
    assert copy.get_params() == estimator.get_params()
    fitted = copy.fit(X, y)
    read = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(read.predict(X), fitted.predict(X))
    assert np.array_equal(read.coef_, fitted.coef_)
    assert read.descent_.status == fitted.descent_.status
    assert not hasattr(clone(fitted), "coef_")


@EACH
def test_the_random_state_decides(estimator):
    X, y = data_for(estimator)
    one = clone(estimator).set_params(random_state=3).fit(X, y)
    same = clone(estimator).set_params(random_state=3).fit(X, y)
    assert np.array_equal(one.coef_, same.coef_)
    assert np.array_equal(one.loss_curve_, same.loss_curve_)
    if estimator.optimizer != "auto":
        other = clone(estimator).set_params(random_state=4).fit(X, y)
        assert not np.array_equal(one.coef_, other.coef_)


def test_tables_go_through_a_column_transformer():
    table = pd.DataFrame(
        {"size": [1.0, 2, 3, 4, 5, 6] * 5, "town": list("aabbcc") * 5, "price": range(30)}
    )
    columns = ColumnTransformer(
        [
            ("number", StandardScaler(), ["size"]),
            ("name", OneHotEncoder(sparse_output=False), ["town"]),
        ]
    )
    model = make_pipeline(columns.set_output(transform="pandas"), DescentRegressor())
    model.fit(table[["size", "town"]], table["price"])
    names = ["number__size", "name__town_a", "name__town_b", "name__town_c"]
    assert model[-1].feature_names_in_.tolist() == names
    assert model[-1].descent_.names == (*names, "intercept")


def test_margins_are_calibrated_voted_and_taken_one_by_one():
    X, y = load_iris(return_X_y=True)
    hinge = DescentClassifier("squared_hinge", alpha=1e-3)
    assert not hasattr(hinge, "predict_proba")
    with pytest.raises(AttributeError, match="predict_proba"):
        hinge.predict_proba(X)
    calibrated = CalibratedClassifierCV(hinge, cv=3).fit(X, y)
    np.testing.assert_allclose(calibrated.predict_proba(X).sum(axis=1), 1)
    assert calibrated.score(X, y) > 0.9
    voters = [("soft", DescentClassifier()), ("other", DescentClassifier("modified_huber"))]
    assert VotingClassifier(voters, voting="soft").fit(X, y).score(X, y) > 0.95
    one_by_one = OneVsRestClassifier(hinge).fit(X, y)
    together = clone(hinge).fit(X, y)
    theirs = np.vstack([each.coef_ for each in one_by_one.estimators_])
    np.testing.assert_allclose(together.coef_, theirs, atol=1e-3)
    assert np.array_equal(together.predict(X), one_by_one.predict(X))


def test_weights_are_routed():
    X, y = load_breast_cancer(return_X_y=True)
    weight = np.random.default_rng(0).integers(0, 3, len(y))
    with sklearn.config_context(enable_metadata_routing=True):
        scaled = make_pipeline(
            StandardScaler().set_fit_request(sample_weight=False),
            DescentClassifier()
            .set_fit_request(sample_weight=True)
            .set_score_request(sample_weight=True),
        )
        search = GridSearchCV(scaled, {"descentclassifier__alpha": [0.01, 1.0]}, cv=2)
        found = search.fit(X, y, sample_weight=weight).best_estimator_
    rows = StandardScaler().fit_transform(X)
    alpha = found[-1].alpha
    plain = DescentClassifier(alpha=alpha).fit(rows, y, sample_weight=weight)
    np.testing.assert_allclose(found[-1].coef_, plain.coef_, rtol=1e-4, atol=1e-6)
    with sklearn.config_context(enable_metadata_routing=True):
        routed = DescentRegressor().set_partial_fit_request(sample_weight=True)
        assert routed.get_metadata_routing().partial_fit.requests["sample_weight"] is True


def test_a_notebook_shows_them():
    fitted = DescentRegressor(alpha=0.5).fit(np.eye(3), np.arange(3.0))
    assert "DescentRegressor" in fitted._repr_html_()


def test_probabilities_are_those_of_the_link():
    X, y = load_iris(return_X_y=True)
    two = y[y < 2]
    for loss, labels, rows in (("log_loss", y, X), ("log_loss", two, X[y < 2])):
        ours = DescentClassifier(loss, alpha=0.01, tol=1e-9).fit(rows, labels)
        theirs = LogisticRegression(C=1 / (0.01 * len(labels)), tol=1e-12, max_iter=9999)
        np.testing.assert_allclose(
            ours.predict_proba(rows), theirs.fit(rows, labels).predict_proba(rows), atol=1e-5
        )
    for labels, rows in ((y, X), (two, X[y < 2])):
        model = DescentClassifier("modified_huber", alpha=0.01).fit(rows, labels)
        z = model.decision_function(rows)
        z = np.column_stack([-z, z]) if z.ndim == 1 else z
        each = (np.clip(z, -1, 1) + 1) / 2
        each[each.sum(axis=1) == 0] = 1
        np.testing.assert_allclose(
            model.predict_proba(rows), each / each.sum(axis=1, keepdims=True), atol=1e-12
        )
