"""Wide fits, where no matrix of all columns fits, reach the optimum in few passes."""

import numpy as np
import pytest
import scipy.sparse
from risks import risk_of
from sklearn.linear_model import LogisticRegression
from solving import untuned

from descend import DescentRegressor
from descend.curvature.diagonal import DiagonalWithHead
from descend.curvature.subsampling import SubsampledHessian, is_wide
from descend.losses import CrossEntropy, Huber, LogLoss, Poisson, SquaredError, SquaredHinge
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L1, L2

N, D = 6_000, 2_100
LOSSES = [LogLoss(), SquaredError(), SquaredHinge(), Poisson(), Huber(), CrossEntropy()]
BY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=repr)


def words(n, d, power=4):
    """Return sparse rows, the first columns far more common, their units over powers of ten."""
    random = np.random.default_rng(6)
    columns = (d * random.random((n, 12)) ** power).astype(int)
    rows = np.repeat(np.arange(n), 12)
    data = random.random(n * 12) + 0.2
    X = scipy.sparse.csr_array((data, (rows, columns.ravel())), shape=(n, d))
    units = np.logspace(-2, 2, d)[random.permutation(d)]
    scores = X @ random.standard_normal(d)
    return (X * units).tocsr(), (scores - scores.mean()) / scores.std()


def risk_of_words(loss, n=N, d=D, weighted=True, **options):
    X, scores = words(n, d // 3 if loss.normalised else d, **options)
    random = np.random.default_rng(1)
    noisy = scores + random.logistic(size=n)
    y = noisy
    if loss.normalised:
        y = np.eye(3)[np.digitize(noisy, [-1, 1])]
    elif isinstance(loss, LogLoss | SquaredHinge):
        y = y > 0
    elif isinstance(loss, Poisson):
        y = random.poisson(np.exp(scores))
    weight = random.exponential(size=n) if weighted else None
    weight = None if weight is None else weight / weight.mean()
    return risk_of(X, y, loss, L2(1e-3), weight)


def descend(risk, tol=1e-8, max_iter=1000):
    return untuned(
        risk,
        risk.initial_parameters(float),
        max_iter=max_iter,
        tol=tol,
        random=np.random.default_rng(0),
        record="all",
    )


def newton_decrement(risk, w):
    """Return how far the risk is above its minimum, by the Hessian of all rows at `w`."""
    newton = SubsampledHessian(risk, np.random.default_rng(0)).preconditioned(w)
    g = newton.gradient_from_w(risk.value_and_gradient(w)[1])
    return g @ g / 2


@BY_LOSS
def test_it_ends_at_the_optimum(loss):
    risk = risk_of_words(loss)
    assert is_wide(risk)
    found = descend(risk)
    assert found.status == "converged"
    assert (np.diff(found.values) <= 0).all()
    assert newton_decrement(risk, found.x) <= 1e-13 * abs(found.fun)
    if loss.normalised:  # only differences count; equal scales keep the sum at zero
        scores = risk.model.predict(found.x, risk.blocks.X)
        assert np.abs(scores.sum(axis=1)).max() <= 1e-10


@BY_LOSS
def test_a_lower_precision_is_reached_in_few_passes(loss):
    risk = risk_of_words(loss, n=16_000)
    best = descend(risk).fun
    for tol, passes in ((1e-1, 20), (1e-2, 30), (1e-3, 40)):
        found = descend(risk, tol)
        assert found.status == "converged"
        assert found.fun - best <= tol**2 * abs(best)
        assert found.nfev <= passes


def test_it_ends_at_scikit_learns_optimum():
    risk = risk_of_words(LogLoss(), n=3_600, d=2_500, weighted=False)
    assert is_wide(risk)
    X, y = risk.blocks.X, risk.blocks.y
    peer = LogisticRegression(
        C=1 / (1e-3 * X.shape[0]), solver="newton-cg", tol=1e-12, max_iter=100
    ).fit(X, y.ravel())
    best = np.append(peer.coef_, peer.intercept_)
    found = descend(risk)
    assert found.fun == pytest.approx(float(risk.value(best)), rel=1e-12)
    np.testing.assert_allclose(found.x, best, atol=1e-6 * np.abs(best).max())


def test_the_matrix_is_of_the_most_common_columns_and_the_intercept():
    risk = risk_of_words(SquaredError(), n=1_500, d=200, weighted=False)
    preconditioner = DiagonalWithHead(risk, np.random.default_rng(0), largest_head=20)
    coordinates = preconditioner.preconditioned(np.zeros(201))
    X = risk.blocks.X.toarray()
    common = np.argsort(-(X != 0).mean(axis=0))[:20]
    assert set(coordinates.factored) == {*common.tolist(), 200}
    with_ones = np.column_stack([X, np.ones(1_500)])
    H = with_ones.T @ with_ones / 1_500 + np.diag(np.append(np.full(200, 1e-3), 0))
    own = coordinates.scale[0, coordinates.factored, None] * coordinates.factors[0].L
    expected = H[np.ix_(coordinates.factored, coordinates.factored)]
    np.testing.assert_allclose(own @ own.T, expected, rtol=1e-6, atol=1e-10)
    rare = np.setdiff1d(np.arange(200), coordinates.factored)
    np.testing.assert_allclose(coordinates.scale[0, rare] ** 2, np.diag(H)[rare], rtol=1e-10)


def test_columns_that_are_all_rare_have_their_diagonal_alone():
    risk = risk_of_words(LogLoss(), d=8_000, power=1)
    preconditioner = DiagonalWithHead(risk, np.random.default_rng(0))
    assert not preconditioner.preconditioned(np.zeros(8_001)).factors
    assert descend(risk).status == "converged"


def test_each_pass_is_made_once_and_steps_may_run_out():
    risk = risk_of_words(LogLoss())
    points = []

    class Counted(EmpiricalRisk):
        def value_and_gradient(self, w):
            points.append(w.tobytes())
            return super().value_and_gradient(w)

    counted = Counted(*(getattr(risk, name) for name in ("model", "loss", "penalty", "blocks")))
    found = descend(counted)
    assert len(points) == len(set(points)) == found.nfev
    few = descend(risk, 1e-9, max_iter=3)
    assert (few.status, few.nit) == ("stopped", 3)
    np.testing.assert_allclose(risk.value(few.points), few.values, rtol=1e-12)


def test_estimators_reach_the_optimum_under_smooth_and_kinked_penalties():
    risk = risk_of_words(Poisson(), weighted=False)
    X, y = risk.blocks.X, risk.blocks.y
    model = DescentRegressor(loss="poisson", alpha=1e-3, tol=1e-8).fit(X, y.ravel())
    best = descend(risk)
    np.testing.assert_allclose(model.coef_, best.x[:-1], atol=1e-6 * np.abs(best.x).max())
    lasso = DescentRegressor(penalty="l1", alpha=0.01, tol=1e-8).fit(X, y.ravel())
    squared = risk_of(X, y, penalty=L1(0.01))
    g = squared.value_and_gradient(np.append(lasso.coef_, lasso.intercept_))[1][:-1]
    rest = lasso.coef_ == 0
    assert (np.abs(g[rest]) <= 0.01 * (1 + 1e-6)).all()
    np.testing.assert_allclose(g[~rest], -0.01 * np.sign(lasso.coef_[~rest]), atol=1e-7)
