"""Fits under the group lasso: at its minimum, in the columns' own units, beside scikit-learn's."""

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.linear_model import MultiTaskLasso

import descend
from descend import Descent, DescentClassifier, DescentRegressor
from descend.penalties import L1, GroupL1

N, D = 300, 24
LABELS = np.arange(D) // 4
PRECISE = {"tol": 1e-9, "max_iter": 5000}


def rows():
    """Return correlated columns of sizes from 1e-3 to 1e3, far from zero, and three targets."""
    random = np.random.default_rng(0)
    X = random.standard_normal((N, D)) @ (np.eye(D) + 0.2 * random.standard_normal((D, D)))
    signal = X[:, :6] @ random.standard_normal((6, 3)) + 0.5 * random.standard_normal((N, 3))
    return (X + random.standard_normal(D)) * 10.0 ** random.uniform(-3, 3, D), signal


X, Y = rows()
UNIT = X / X.std(axis=0)


def violation(X, slopes, coef, alpha, labels=LABELS):
    """Return by how much the conditions of a minimum are missed, as a share of the penalty's."""
    g = np.atleast_2d(slopes.reshape(len(X), -1).T @ X / len(X))
    w, missed = np.atleast_2d(coef), [np.abs(slopes.mean(axis=0)).max()]
    for label in np.unique(labels):
        own, part = g[:, labels == label], w[:, labels == label]
        strength = alpha * np.sqrt(own.shape[1])
        if part.any():
            missed.append(np.linalg.norm(own / strength + part / np.linalg.norm(part)))
        else:
            missed.append(max(0.0, np.linalg.norm(own) / strength - 1))
    return max(missed)


@pytest.mark.parametrize("columns", [X, UNIT, csr_array(UNIT)], ids=["scaled", "unit", "sparse"])
@pytest.mark.parametrize("alpha", [0.01, 0.2])
def test_squared_error_ends_at_the_minimum(columns, alpha):
    model = DescentRegressor(penalty=GroupL1(alpha, LABELS), **PRECISE).fit(columns, Y[:, 0])
    dense = columns if isinstance(columns, np.ndarray) else columns.toarray()
    assert model.descent_.success
    assert violation(dense, model.predict(columns) - Y[:, 0], model.coef_, alpha) < 1e-4


@pytest.mark.parametrize("alpha", [0.02, 0.3])
def test_rows_of_coefficients_are_those_of_multi_task_lasso(alpha):
    model = DescentRegressor(penalty=GroupL1(alpha), **PRECISE).fit(X, Y)
    theirs = MultiTaskLasso(alpha=alpha, tol=1e-10, max_iter=100_000).fit(X, Y)
    size = np.abs(theirs.coef_).max(axis=0) + (theirs.coef_ == 0).all(axis=0)
    np.testing.assert_allclose(model.coef_ / size, theirs.coef_ / size, atol=1e-5)
    np.testing.assert_array_equal(model.coef_ == 0, theirs.coef_ == 0)


@pytest.mark.parametrize("classes", [2, 3])
def test_classes_share_their_groups(classes):
    y = np.argmax(Y[:, :classes] / Y[:, :classes].std(axis=0), axis=1)
    for columns in (X, UNIT):
        model = DescentClassifier(penalty=GroupL1(0.04, LABELS), **PRECISE).fit(columns, y)
        slopes = (model.predict_proba(columns) - np.eye(classes)[y])[:, -len(model.coef_) :]
        assert violation(columns, slopes, model.coef_, 0.04) < 1e-3
    zero = (model.coef_ == 0).all(axis=0)
    assert 0 < zero.sum() < D
    np.testing.assert_array_equal((model.coef_ == 0).any(axis=0), zero)


def test_huber_and_weights():
    weight = np.random.default_rng(1).uniform(0.5, 2, N)
    model = DescentRegressor(loss="huber", penalty=GroupL1(0.05, LABELS), **PRECISE)
    model.fit(X, Y[:, 0], sample_weight=weight)
    slopes = np.clip(model.predict(X) - Y[:, 0], -1, 1) * weight / weight.mean()
    assert violation(X, slopes, model.coef_, 0.05) < 1e-3


def test_single_features_are_the_lasso():
    group, lasso = (
        DescentRegressor(penalty=penalty, **PRECISE).fit(UNIT, Y[:, 0]).coef_
        for penalty in (GroupL1(0.1), L1(0.1))
    )
    np.testing.assert_allclose(group, lasso, atol=1e-7)


def test_gradient_descent_ends_where_auto_does():
    penalty = GroupL1(0.1, LABELS)
    auto = DescentRegressor(penalty=penalty, **PRECISE).fit(UNIT, Y[:, 0])
    plain = {"optimizer": "sgd", "batch_size": "full", "learning_rate": "monotone"}
    sgd = DescentRegressor(penalty=penalty, **plain, **PRECISE).fit(UNIT, Y[:, 0])
    np.testing.assert_allclose(sgd.coef_, auto.coef_, atol=1e-6)


def test_a_strong_penalty_leaves_the_mean():
    model = DescentRegressor(penalty=GroupL1(1e3, LABELS)).fit(UNIT, Y[:, 0])
    assert not model.coef_.any()
    assert model.intercept_ == pytest.approx(Y[:, 0].mean())


def test_copies_and_files(tmp_path):
    model = clone(DescentRegressor(penalty=GroupL1(0.1, LABELS))).fit(UNIT, Y[:, 0])
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(UNIT), model.predict(UNIT))
    model.descent_.save(tmp_path / "fit.npz")
    assert Descent.load(tmp_path / "fit.npz").fun == model.descent_.fun


REFUSED = {
    "features": ({"penalty": GroupL1(0.1, [0, 1])}, "groups are of 2 features, and there are 24"),
    "optimizer": ({"optimizer": "adam", "batch_size": "full"}, "Adam does not step along"),
    "search": ({"optimizer": "lbfgs"}, "LBFGS does not step along"),
    "rows": ({"optimizer": "saga"}, "SAGA does not step along"),
    "batches": ({"optimizer": "sgd"}, "give batch_size='full', or optimizer='auto'"),
}


@pytest.mark.parametrize(("given", "told"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_end_elsewhere_is_refused(given, told):
    model = DescentRegressor(**{"penalty": GroupL1(0.1, LABELS), **given})
    with pytest.raises(ValueError, match=told):
        model.fit(UNIT, Y[:, 0])


def test_parts_of_the_rows_are_refused():
    with pytest.raises(ValueError, match="call fit, or give another penalty"):
        DescentRegressor(penalty=GroupL1(0.1)).partial_fit(UNIT, Y[:, 0])


def test_more_coefficients_than_a_matrix_holds_are_refused():
    wide = np.random.default_rng(0).standard_normal((10, 4_100))
    with pytest.raises(ValueError, match="takes up to 4,096: give optimizer='sgd'"):
        DescentRegressor(penalty=GroupL1(0.1)).fit(wide, wide[:, 0])


class Distance:
    """Half the squared distance to a point, under a group lasso."""

    point = np.array([3.0, 4.0, 0.5, -0.5])

    def value(self, w):
        return 0.5 * np.sum((w - self.point) ** 2, axis=-1) + self.nonsmooth(w).value(w).sum(-1)

    def value_and_gradient(self, w):
        return self.value(w), w - self.point

    def hessian_product(self, w, v):
        return v

    def nonsmooth(self, w):
        return GroupL1(1.0, [0, 0, 1, 1])


def test_an_objective_of_ones_own_descends_to_its_proximal_point():
    found = descend.minimize(Distance(), np.ones(4), optimizer="sgd")
    assert found.success
    np.testing.assert_allclose(found.x, GroupL1(1.0, [0, 0, 1, 1]).prox(Distance.point, 1.0))
    with pytest.raises(ValueError, match="Adam does not step along the plain gradient"):
        descend.minimize(Distance(), np.ones(4), optimizer="adam", learning_rate=0.1)
