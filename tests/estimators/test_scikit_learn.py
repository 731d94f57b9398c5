"""The estimators are scikit-learn's: its own checks pass, and its tools take them."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from descend import DescentClassifier, DescentRegressor


@parametrize_with_checks([DescentRegressor(), DescentClassifier()])
def test_scikit_learns_checks(estimator, check):
    check(estimator)


# the textbook way, fast and without the warning that a fit which ends early gives
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
