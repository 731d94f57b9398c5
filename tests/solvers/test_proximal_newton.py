"""The fast path under kinked penalties ends where scikit-learn does, with the same zeros."""

import numpy as np
import pytest
import scipy.sparse
from risks import risk_of
from scipy.optimize import lsq_linear
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import ElasticNet as PeerElasticNet
from sklearn.linear_model import LogisticRegression
from solving import untuned

from descend.curvature.quadratic_models import newton_step, support_of
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.penalties import L1, Box, ElasticNet, NonNegative


def fit(risk, dtype=float, tol=1e-6):
    return untuned(
        risk,
        np.zeros(risk.model.n_parameters, dtype=dtype),
        max_iter=200,
        tol=tol,
        random=np.random.default_rng(0),
        record="values",
    )


def made(n, d, kind):
    random = np.random.default_rng(n + d)
    X = random.standard_normal((n, d))
    if kind == "correlated":
        X = random.standard_normal((n, 4)) @ random.standard_normal((4, d)) + 0.1 * X
        X = X * np.geomspace(0.01, 100, d) + 5
    coef = random.standard_normal(d) * (random.random(d) < 5 / d) / X.std(axis=0)
    return X, X @ coef + 0.1 * random.standard_normal(n)


def widened(X, columns=2_100):
    """Return rows with columns of zeros, so many that their Hessian is no matrix."""
    return np.hstack([X, np.zeros((len(X), columns))])


SETS = {
    "diabetes": load_diabetes(return_X_y=True),
    "tall": made(200, 20, "plain"),
    "wide": made(40, 100, "plain"),
    "correlated": made(120, 30, "correlated"),
}


@pytest.mark.parametrize("by_columns", [False, True], ids=["matrix", "columns"])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
@pytest.mark.parametrize("share", [0.3, 0.01])
@pytest.mark.parametrize("name", SETS)
def test_coefficients_and_zeros_are_those_of_coordinate_descent(name, share, l1_ratio, by_columns):
    X, y = SETS[name]
    X = widened(X) if by_columns else X
    alpha = share * np.abs(X.T @ (y - y.mean()) / len(y)).max()
    peer = PeerElasticNet(alpha=alpha, l1_ratio=l1_ratio, tol=1e-12, max_iter=1_000_000).fit(X, y)
    found = fit(risk_of(X, y, SquaredError(), ElasticNet(alpha, l1_ratio)))
    assert found.status == "converged"
    coef = found.x[:-1]
    np.testing.assert_allclose(coef, peer.coef_, atol=1e-6 * np.abs(peer.coef_).max())
    assert ((coef == 0) == (peer.coef_ == 0)).all()


X_CANCER, Y_CANCER = load_breast_cancer(return_X_y=True)
X_CANCER = (X_CANCER - X_CANCER.mean(axis=0)) / X_CANCER.std(axis=0)


@pytest.mark.parametrize("kind", ["dense", "sparse", "weighted"])
@pytest.mark.parametrize("alpha", [0.1, 0.02])
def test_logistic_lasso_is_that_of_saga(alpha, kind):
    weight = np.random.default_rng(0).random(len(Y_CANCER)) if kind == "weighted" else None
    weight = None if weight is None else weight / weight.mean()
    X = scipy.sparse.csr_array(X_CANCER) if kind == "sparse" else X_CANCER
    risk = risk_of(X, Y_CANCER, LogLoss(), L1(alpha), weight)
    peer = LogisticRegression(
        l1_ratio=1, solver="saga", C=1 / (alpha * len(Y_CANCER)), tol=1e-8, max_iter=5000
    ).fit(X_CANCER, Y_CANCER, weight)
    found = fit(risk)
    best = risk.value(np.append(peer.coef_, peer.intercept_))
    assert found.status == "converged"
    np.testing.assert_allclose(found.fun, best, rtol=1e-6)
    assert ((found.x[:-1] == 0) == (peer.coef_[0] == 0)).all()
    assert found.gradient_norms[-1] <= 1e-6
    assert (np.diff(found.values) <= 0).all()


@pytest.mark.parametrize("by_columns", [False, True], ids=["matrix", "columns"])
def test_softmax_lasso_is_that_of_saga(by_columns):
    X, y = load_iris(return_X_y=True)
    peer = LogisticRegression(
        l1_ratio=1, solver="saga", C=1 / (0.05 * len(y)), tol=1e-10, max_iter=20_000
    ).fit(X, y)
    rows = widened(X, 700) if by_columns else X
    risk = risk_of(rows, np.eye(3)[y], CrossEntropy(), L1(0.05))
    found = fit(risk)
    # a column of zeros has the weight zero
    weights = np.zeros((3, rows.shape[1]))
    weights[:, : X.shape[1]] = peer.coef_
    best = risk.value(np.column_stack([weights, peer.intercept_]).ravel())
    np.testing.assert_allclose(found.fun, best, rtol=1e-6)
    coef = found.x.reshape(3, -1)[:, :-1]
    assert ((coef == 0) == (weights == 0)).all()


def test_several_outputs_are_each_alone():
    X, y = SETS["tall"]
    together = fit(risk_of(X, np.column_stack([y, -2 * y + X[:, 0]]), SquaredError(), L1(0.05)))
    for row, target in zip(together.x.reshape(2, -1), (y, -2 * y + X[:, 0]), strict=True):
        alone = fit(risk_of(X, target, SquaredError(), L1(0.05)))
        np.testing.assert_allclose(row, alone.x, atol=1e-8)


@pytest.mark.parametrize(
    ("penalty", "low", "high"), [(NonNegative(), 0, np.inf), (Box(-0.2, 0.1), -0.2, 0.1)], ids=repr
)
def test_bounded_least_squares_are_those_of_scipy(penalty, low, high):
    X, y = SETS["tall"]
    found = fit(risk_of(X, y, SquaredError(), penalty, intercept=False))
    exact = lsq_linear(X, y, (low, high), method="bvls", tol=1e-14).x
    np.testing.assert_allclose(found.x, exact, atol=1e-8)
    assert ((found.x == low) == (exact == low)).all()
    assert ((found.x == high) == (exact == high)).all()


def test_a_sample_of_the_rows_leads_to_the_optimum_of_all():
    random = np.random.default_rng(0)
    X = random.standard_normal((20_000, 6))
    y = (random.random(20_000) < 1 / (1 + np.exp(-X[:, 0]))).astype(float)
    found = fit(risk_of(X, y, LogLoss(), L1(0.02)))
    settings = {"l1_ratio": 1.0, "solver": "saga", "tol": 1e-10, "max_iter": 10_000}
    peer = LogisticRegression(C=1 / (0.02 * len(X)), **settings).fit(X, y)
    np.testing.assert_allclose(found.x, [*peer.coef_[0], *peer.intercept_], atol=1e-5)


def test_single_precision_is_kept():
    X, y = SETS["tall"]
    found = fit(risk_of(X.astype(np.float32), y, SquaredError(), L1(0.05)), np.float32)
    best = fit(risk_of(X, y, SquaredError(), L1(0.05)))
    assert found.x.dtype == np.float32
    assert found.status == "converged"
    np.testing.assert_allclose(found.x, best.x, atol=1e-4)
    assert ((found.x == 0) == (best.x == 0)).all()


def test_a_callback_ends_it():
    def stop(step):
        raise StopIteration

    risk = risk_of(*SETS["wide"], SquaredError(), L1(0.01))
    found = untuned(
        risk,
        np.zeros(101),
        max_iter=50,
        tol=0.0,
        random=np.random.default_rng(0),
        record="all",
        callback=stop,
    )
    assert (found.status, found.nit, len(found.points)) == ("stopped", 1, 2)


def test_constant_and_empty_columns_get_no_weight():
    X, y = SETS["tall"]
    X = np.column_stack([np.zeros(len(X)), np.full(len(X), 3.0), X])
    for rows in (X, scipy.sparse.csr_array(X)):
        found = fit(risk_of(rows, y, SquaredError(), L1(0.05)))
        assert found.status == "converged"
        assert found.x[:2].tolist() == [0, 0]


def test_a_newton_step_goes_to_the_first_coordinate_that_leaves():
    w, H = np.array([1.0, 1.0]), np.eye(2)
    assert newton_step(L1(0.5), w, np.array([3.5, 0.0]), H).tolist() == [-1, -0.125]
    assert newton_step(Box(0.0, 2.0), w, np.array([-0.5, 0.5]), H).round(9).tolist() == [0.5, -0.5]
    assert support_of(NonNegative(L1(0.5)), np.array([0.0, 2.0, 3.0])).tolist() == [1, 2]
