"""The fast path reaches the optimum, whatever the columns' units and dependences."""

import numpy as np
import pytest
import scipy.sparse
from risks import risk_of
from sklearn.linear_model import LogisticRegression
from solving import untuned

from descend.data.rows import Rows
from descend.losses import CrossEntropy, LogLoss
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2
from descend.protocols import Ending

N, D = 400, 6


def rows_of(kind):
    """Return `X`, and whether the penalty alone decides some coefficients."""
    random = np.random.default_rng(5)
    X = random.standard_normal((N, D))
    if kind == "scaled":
        X *= np.logspace(-4, 4, D)
    elif kind == "offset":
        X += 1e3
    elif kind == "correlated":
        X = X[:, :1] + 0.01 * X
    elif kind == "collinear":
        X[:, 3] = 2 * X[:, 0] - X[:, 1]
    elif kind == "constant":
        X[:, 2], X[:, 4] = 5.0, 0.0
    elif kind == "wide":
        X = random.standard_normal((30, 80))
    elif kind == "outlier":
        X[7] *= 1e4
    elif kind == "sparse":
        X[random.random(X.shape) < 0.7] = 0
        return scipy.sparse.csr_matrix(X * np.logspace(-2, 2, D))
    elif kind == "float32":
        return X.astype(np.float32)
    return X


KINDS = [
    "plain", "scaled", "offset", "correlated", "collinear", "constant", "wide", "outlier",
    "sparse", "float32",
]  # fmt: skip


BY_KIND = pytest.mark.parametrize("kind", KINDS)
BY_WEIGHT = pytest.mark.parametrize("weighted", [False, True], ids=["equal", "weighted"])


def columns_of(X):
    return np.asarray(X.toarray() if scipy.sparse.issparse(X) else X, dtype=float)


def unit_target(X, random):
    """Return a sum of the columns, each in units of its own spread."""
    columns = columns_of(X)
    spread = columns.std(axis=0)
    steady = spread < 1e-9
    scaled = (columns - columns.mean(axis=0)) / np.where(steady, 1, spread)
    return scaled @ random.standard_normal(columns.shape[1]) / np.sqrt(columns.shape[1])


def weights_for(X, weighted):
    if not weighted:
        return None
    weight = np.random.default_rng(9).exponential(size=X.shape[0]).astype(X.dtype)
    return weight / weight.mean()


def descend_to_the_end(risk, dtype):
    descent = untuned(
        risk,
        np.zeros(risk.model.n_parameters, dtype=dtype),
        max_iter=2000,
        tol=1e-5 if dtype == np.float32 else 1e-8,
        random=np.random.default_rng(0),
        record="all",
    )
    assert descent.status == "converged"
    assert descent.x.dtype == dtype
    if dtype == np.float64:
        assert (np.diff(descent.values) <= 1e-12 * np.abs(descent.values[0])).all()
    return descent


def fitted(X, w):
    """Return what parameters predict: what can be compared however ill the columns are."""
    columns = columns_of(X)
    by_output = w.reshape(-1, columns.shape[1] + 1)
    return columns @ by_output[:, :-1].T + by_output[:, -1]


def assert_same_predictions(X, w, best, within):
    ours, theirs = fitted(X, np.asarray(w, dtype=float)), fitted(X, best)
    assert np.abs(ours - theirs).max() <= within * np.abs(theirs - theirs.mean(axis=0)).max()


@BY_KIND
@BY_WEIGHT
@pytest.mark.parametrize("alpha", [1e-3, 1.0])
def test_squared_error_reaches_the_closed_form(kind, weighted, alpha):
    X = rows_of(kind)
    random = np.random.default_rng(1)
    y = (unit_target(X, random) + 0.3 * random.standard_normal(X.shape[0])).astype(X.dtype)
    weight = weights_for(X, weighted)
    risk = risk_of(X, y, penalty=L2(alpha), weight=weight)
    descent = descend_to_the_end(risk, X.dtype)

    columns, share = columns_of(X), np.ones(len(y)) if weight is None else weight.astype(float)
    share = share / share.sum()
    middle, level = share @ columns, share @ y.astype(float)
    centred = columns - middle
    H = (centred.T * share) @ centred + alpha * np.eye(columns.shape[1])
    # solved in scaled columns, so that the reference does not lose its own digits
    scale = np.sqrt(np.diag(H))
    coef = np.linalg.solve(H / np.outer(scale, scale), centred.T @ (share * (y - level)) / scale)
    coef /= scale
    best = np.append(coef, level - middle @ coef)

    exact = risk_of(
        columns, y, penalty=L2(alpha), weight=None if weight is None else share * len(y)
    )
    gap = exact.value(descent.x.astype(float)) / exact.value(best) - 1
    assert gap <= 1e-6
    assert_same_predictions(X, descent.x, best, 1e-3 if X.dtype == np.float32 else 1e-6)


@BY_KIND
@BY_WEIGHT
@pytest.mark.parametrize("classes", [2, 3])
def test_log_loss_reaches_scikit_learns_optimum(kind, weighted, classes):
    X, alpha = rows_of(kind), 0.01
    random = np.random.default_rng(2)
    noisy = unit_target(X, random) + 0.5 * random.standard_normal(X.shape[0])
    codes = np.digitize(noisy, np.quantile(noisy, np.arange(1, classes) / classes))
    weight = weights_for(X, weighted)
    two = classes == 2
    y = (codes[:, None] if two else np.eye(classes)[codes]).astype(X.dtype)
    loss = LogLoss() if two else CrossEntropy()
    risk = risk_of(X, y, loss, L2(alpha), weight)
    descent = descend_to_the_end(risk, X.dtype)

    columns = columns_of(X)
    exact = risk_of(columns, y, loss, L2(alpha), weight)
    reference = LogisticRegression(
        C=1 / (alpha * len(codes)), solver="newton-cholesky", tol=1e-12, max_iter=1000
    ).fit(columns, codes, sample_weight=weight)
    best = np.column_stack([reference.coef_, reference.intercept_]).ravel()
    gap = exact.value(descent.x.astype(float)) / exact.value(best) - 1
    # the intercept is in the tens of thousands: in single precision it rounds scores by 1e-3
    single = X.dtype == np.float32
    assert gap <= (1e-5 if single else 1e-6)
    if kind != "outlier":
        np.testing.assert_allclose(
            exact.probabilities(descent.x.astype(float), next(iter(exact.blocks))),
            exact.probabilities(best, next(iter(exact.blocks))),
            atol=3e-3 if single else 1e-6,
        )


def test_the_record_is_in_the_users_coordinates():
    X = rows_of("scaled")
    y = unit_target(X, np.random.default_rng(0))
    risk = risk_of(X, y, penalty=L2(0.1))
    seen = []
    descent = untuned(
        risk,
        np.zeros(D + 1),
        max_iter=50,
        tol=1e-9,
        random=np.random.default_rng(0),
        record="all",
        callback=lambda step: seen.append((step.w[0].copy(), step.value[0])),
    )
    np.testing.assert_allclose(risk.value(descent.points), descent.values, rtol=1e-9)
    value, g = risk.value_and_gradient(descent.x)
    assert descent.fun == pytest.approx(value)
    np.testing.assert_allclose(descent.jac, g, atol=1e-7 * np.abs(X).max())
    assert len(descent.values) == descent.nit + 1
    np.testing.assert_allclose([w for w, _ in seen], descent.points[1:], rtol=1e-9)
    assert [value for _, value in seen] == descent.values[1:].tolist()
    assert descent.objective is risk


def test_a_sample_of_the_rows_is_enough():
    random = np.random.default_rng(0)
    X = random.standard_normal((20_000, 5)) * np.logspace(-2, 2, 5)
    y = (unit_target(X, random) + random.standard_normal(len(X)) > 0).astype(float)
    risk = risk_of(X, y, LogLoss(), L2(1e-4))
    passes = descend_to_the_end(risk, np.float64).nfev
    assert passes < 30


def test_no_pass_is_made_twice():
    random = np.random.default_rng(0)
    X = random.standard_normal((8_000, 4))
    y = (X @ np.ones(4) > random.standard_normal(8_000)).astype(float)
    points = []

    class Counted(EmpiricalRisk):
        def value_and_gradient(self, w):
            points.append(w.tobytes())
            return super().value_and_gradient(w)

    risk = Counted(Linear(4), LogLoss(), L2(1e-4), Rows(X, y[:, None]))
    descent = descend_to_the_end(risk, np.float64)
    assert len(points) == len(set(points)) == descent.nfev


def test_a_time_budget_is_told_with_the_steps_taken():
    random = np.random.default_rng(0)
    X, y = rows_of("correlated"), random.integers(2, size=(N, 1)).astype(float)
    risk = risk_of(X, y, LogLoss(), L2(1e-3))
    found = untuned(risk, np.zeros(risk.model.n_parameters), tol=0.0, seconds=1e-9)
    assert found.ending == Ending.TIME_USED
    assert found.message == "the time budget of 1e-09 s was used up after 1 step"
