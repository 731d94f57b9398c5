"""Wide sparse fits, where no matrix of all columns fits, reach the optimum in few passes."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
from sklearn.linear_model import LogisticRegression

from descend import DescentRegressor
from descend.curvature import subsampling as sketching
from descend.curvature.subsampling import bend_along, is_wide, sketch
from descend.data.rows import Rows
from descend.losses import CrossEntropy, Huber, LogLoss, Poisson, SquaredError, SquaredHinge
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L1, L2
from descend.solvers.preconditioned import descend_preconditioned

N, D = 1_500, 200
LOSSES = [LogLoss(), SquaredError(), SquaredHinge(), Poisson(), Huber(), CrossEntropy()]
BY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=repr)


def words(n, d, filled=12, scales=4.0):
    """Return sparse rows, the first columns far more common, their units over powers of ten."""
    random = np.random.default_rng(6)
    columns = (d * random.random((n, filled)) ** 4).astype(int)
    rows = np.repeat(np.arange(n), filled)
    data = random.random(n * filled) + 0.2
    X = scipy.sparse.csr_array((data, (rows, columns.ravel())), shape=(n, d))
    units = np.logspace(-scales / 2, scales / 2, d)[random.permutation(d)]
    scores = X @ random.standard_normal(d)
    return (X * units).tocsr(), (scores - scores.mean()) / scores.std()


def risk_of(loss, n=N, d=D, alpha=1e-3, weighted=True):
    X, scores = words(n, d)
    random = np.random.default_rng(1)
    noisy = scores + random.logistic(size=n)
    y = noisy[:, None]
    if loss.normalised:
        y = np.eye(3)[np.digitize(noisy, [-1, 1])]
    elif isinstance(loss, LogLoss | SquaredHinge):
        y = (y > 0).astype(float)
    elif isinstance(loss, Poisson):
        y = random.poisson(np.exp(scores))[:, None].astype(float)
    weight = random.exponential(size=n) if weighted else None
    weight = None if weight is None else weight / weight.mean()
    return EmpiricalRisk(Linear(d, y.shape[1]), loss, L2(alpha), Rows(X, y, weight))


def descend(risk, tol=1e-8):
    return descend_preconditioned(
        risk,
        risk.initial_parameters(float),
        max_iter=1000,
        tol=tol,
        random=np.random.default_rng(0),
        record="all",
    )


@pytest.fixture
def few_in_matrices(monkeypatch):
    """Let these rows count as wide, and a matrix be of twenty of their columns."""
    monkeypatch.setattr(sketching, "LARGEST_DENSE", 1_200)
    monkeypatch.setattr(sketching, "LARGEST_HEAD", 20)


@BY_LOSS
def test_it_ends_where_the_matrix_of_all_columns_leads(loss, monkeypatch):
    risk = risk_of(loss)
    assert not is_wide(risk)
    best = descend(risk)
    monkeypatch.setattr(sketching, "LARGEST_DENSE", 1_200)
    monkeypatch.setattr(sketching, "LARGEST_HEAD", 20)
    assert is_wide(risk)
    found = descend(risk)
    assert found.status == best.status == "converged"
    assert (np.diff(found.values) <= 0).all()
    assert found.fun == pytest.approx(best.fun, rel=1e-12)
    X = risk.blocks.X
    ours, theirs = (risk.model.predict(each.x, X) for each in (found, best))
    if loss.normalised:  # only differences count; equal scales keep the sum at zero
        assert np.abs(ours.sum(axis=1)).max() <= 1e-10
        theirs = theirs - theirs.mean(axis=1, keepdims=True)
    np.testing.assert_allclose(ours, theirs, atol=1e-5 * np.abs(theirs).max())


@BY_LOSS
@pytest.mark.usefixtures("few_in_matrices")
def test_a_lower_precision_is_reached_in_few_passes(loss):
    risk = risk_of(loss)
    best = descend(risk).fun
    for tol, passes in ((1e-1, 20), (1e-2, 30), (1e-3, 40)):
        found = descend(risk, tol)
        assert found.status == "converged"
        assert found.fun - best <= tol**2 * abs(best)
        assert found.nfev <= passes


def test_more_columns_than_a_matrix_has_end_at_scikit_learns_optimum():
    alpha = 1e-3
    risk = risk_of(LogLoss(), n=3_600, d=2_500, alpha=alpha, weighted=False)
    assert is_wide(risk)
    X, y, _ = next(iter(risk.blocks))
    peer = LogisticRegression(
        C=1 / (alpha * X.shape[0]), solver="newton-cg", tol=1e-12, max_iter=100
    ).fit(X, y.ravel())
    best = np.append(peer.coef_, peer.intercept_)
    found = descend(risk)
    assert found.fun == pytest.approx(float(risk.value(best)), rel=1e-12)
    np.testing.assert_allclose(found.x, best, atol=1e-6 * np.abs(best).max())


def test_dense_rows_of_many_columns_go_that_way_too():
    random = np.random.default_rng(0)
    units = np.logspace(-1, 1, 2_500)
    X = random.standard_normal((300, 2_500)) * units
    y = (X / units)[:, :50].sum(axis=1)
    alpha = 1.0
    risk = EmpiricalRisk(Linear(2_500), SquaredError(), L2(alpha), Rows(X, y[:, None]))
    assert is_wide(risk)
    found = descend(risk, 1e-6)
    # the dual: as many unknowns as rows
    middle, level = X.mean(axis=0), y.mean()
    centred = X - middle
    shares = np.linalg.solve(centred @ centred.T + alpha * len(y) * np.eye(len(y)), y - level)
    coef = centred.T @ shares
    best = np.append(coef, level - middle @ coef)
    assert found.fun == pytest.approx(float(risk.value(best)), rel=1e-10)


@pytest.mark.usefixtures("few_in_matrices")
def test_the_matrix_is_of_the_most_common_columns_and_the_intercept():
    risk = risk_of(SquaredError(), weighted=False)
    coordinates = sketch(risk, np.zeros(D + 1), np.random.default_rng(0))
    X = risk.blocks.X.toarray()
    common = np.argsort(-(X != 0).mean(axis=0))[:20]
    assert set(coordinates.turned) == {*common.tolist(), D}
    with_ones = np.column_stack([X, np.ones(N)])
    H = with_ones.T @ with_ones / N + np.diag(np.append(np.full(D, 1e-3), 0))
    own = coordinates.scale[0, coordinates.turned, None] * coordinates.root[0]
    expected = H[np.ix_(coordinates.turned, coordinates.turned)]
    np.testing.assert_allclose(own @ own.T, expected, rtol=1e-6, atol=1e-10)
    rare = np.setdiff1d(np.arange(D), coordinates.turned)
    np.testing.assert_allclose(coordinates.scale[0, rare] ** 2, np.diag(H)[rare], rtol=1e-10)


def test_columns_that_are_all_rare_have_their_diagonal_alone(monkeypatch):
    monkeypatch.setattr(sketching, "LARGEST_DENSE", 0)
    monkeypatch.setattr(sketching, "COMMON", 1.1)
    risk = risk_of(LogLoss())
    assert sketch(risk, np.zeros(D + 1), np.random.default_rng(0)).root is None
    assert descend(risk).status == "converged"


@pytest.mark.parametrize("loss", [SquaredError(), LogLoss()], ids=repr)
def test_the_bend_along_a_way_is_the_hessians(loss):
    risk = risk_of(loss)
    random = np.random.default_rng(0)
    w, v = random.standard_normal((2, D + 1)) / 100
    expected = v @ risk.hessian_product(w, v)
    assert bend_along(risk, w, v, random) == pytest.approx(expected)


@pytest.mark.usefixtures("few_in_matrices")
def test_each_pass_is_made_once_and_steps_may_run_out():
    risk = risk_of(LogLoss())
    points = []

    class Counted(EmpiricalRisk):
        def value_and_gradient(self, w):
            points.append(w.tobytes())
            return super().value_and_gradient(w)

    counted = Counted(*(getattr(risk, name) for name in ("model", "loss", "penalty", "blocks")))
    found = descend(counted)
    assert len(points) == len(set(points)) == found.nfev
    few = descend_preconditioned(
        replace(risk),
        np.zeros(D + 1),
        max_iter=3,
        tol=1e-9,
        random=np.random.default_rng(0),
        record="all",
    )
    assert (few.status, few.nit) == ("stopped", 3)
    np.testing.assert_allclose(risk.value(few.points), few.values, rtol=1e-12)


@pytest.mark.usefixtures("few_in_matrices")
def test_estimators_go_that_way():
    risk = risk_of(Poisson(), weighted=False)
    X, y, _ = next(iter(risk.blocks))
    model = DescentRegressor(loss="poisson", alpha=1e-3, tol=1e-8).fit(X, y.ravel())
    best = descend(risk)
    np.testing.assert_allclose(model.coef_, best.x[:-1], atol=1e-6 * np.abs(best.x).max())
    lasso = DescentRegressor(penalty="l1", alpha=0.01, tol=1e-8).fit(X, y.ravel())
    squared = EmpiricalRisk(Linear(D), SquaredError(), L1(0.01), Rows(X, y))
    g = squared.value_and_gradient(np.append(lasso.coef_, lasso.intercept_))[1][:-1]
    rest = lasso.coef_ == 0
    assert (np.abs(g[rest]) <= 0.01 * (1 + 1e-6)).all()
    np.testing.assert_allclose(g[~rest], -0.01 * np.sign(lasso.coef_[~rest]), atol=1e-7)
