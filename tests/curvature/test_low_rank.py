"""Fits of few dense rows in many columns end at the optimum in few steps."""

from dataclasses import replace

import numpy as np
import pytest
from risks import SQUARED, risk_of
from sklearn.linear_model import LogisticRegression
from solving import untuned

from descend import DescentRegressor
from descend.curvature.low_rank import LowRankRows, is_low_rank
from descend.curvature.preconditioner_choice import preconditioners_for
from descend.data.rows import Rows
from descend.losses import Cauchy, CrossEntropy, Huber, LogLoss, Poisson, SquaredHinge
from descend.penalties import L2, NoPenalty

N, D = 40, 2_600
KINDS = ["plain", "scaled", "offset", "correlated", "weighted", "free", "float32"]
LOSSES = [LogLoss(), SquaredHinge(), Poisson(), Huber()]
BY_LOSS = pytest.mark.parametrize("loss", LOSSES, ids=repr)
BY_KIND = pytest.mark.parametrize("kind", KINDS)


def few_rows(loss=SQUARED, kind="plain", *, alpha=1e-3, n=N, d=D, outputs=1):
    """Return a risk of few rows; of the kind "free" there is no intercept."""
    random = np.random.default_rng(3)
    X = random.standard_normal((n, d))
    scores = X @ random.standard_normal((d, outputs)) / np.sqrt(d)
    if kind == "scaled":
        X *= np.logspace(-2, 2, d)
    elif kind == "offset":
        X += 100
    elif kind == "correlated":
        X = 0.1 * X + random.standard_normal((n, 3)) @ random.standard_normal((3, d))
    y = scores + 0.3 * random.standard_normal(scores.shape)
    if isinstance(loss, LogLoss | SquaredHinge):
        y = (y > 0).astype(float)
    elif isinstance(loss, Poisson):
        y = random.poisson(np.exp(scores)).astype(float)
    weight = random.exponential(size=n) if kind == "weighted" else None
    return risk_of(
        X.astype(np.float32) if kind == "float32" else X,
        y,
        loss,
        L2(alpha) if alpha else NoPenalty(),
        None if weight is None else weight / weight.mean(),
        intercept=kind != "free",
    )


def descend(risk, tol=1e-8):
    return untuned(
        risk,
        risk.initial_parameters(risk.blocks.X.dtype),
        max_iter=1000,
        tol=tol,
        random=np.random.default_rng(0),
        record="last",
    )


def dual_ridge(risk):
    """Return the optimum of squared error from as many unknowns as rows."""
    X, y = (np.asarray(each, dtype=float) for each in (risk.blocks.X, risk.blocks.y))
    n = len(X)
    weight = np.ones(n) if risk.blocks.weight is None else risk.blocks.weight
    share = weight / n if risk.model.intercept else np.zeros(n)
    middle, level = share @ X, share @ y
    centred = X - middle
    products = centred @ centred.T + n * risk.penalty.alpha * np.diag(1 / weight)
    coef = centred.T @ np.linalg.solve(products, y - level)
    rows = np.vstack([coef, level - middle @ coef]) if risk.model.intercept else coef
    return rows.T.ravel()


@BY_KIND
@pytest.mark.parametrize("alpha", [1e-6, 1e-2, 1.0])
def test_squared_error_takes_few_steps_to_the_dual_ridge(kind, alpha):
    risk = few_rows(kind=kind, alpha=alpha)
    assert is_low_rank(risk)
    single = kind == "float32"
    found = descend(risk, 1e-4 if single else 1e-8)
    assert found.status == "converged"
    assert found.x.dtype == risk.blocks.X.dtype
    assert found.nit <= 8
    best = dual_ridge(risk)
    within = 1e-3 if single else 1e-9
    np.testing.assert_allclose(found.x, best, atol=within * np.abs(best).max())
    if not single:
        assert found.fun == pytest.approx(float(risk.value(best)), rel=1e-10)


def test_several_outputs_share_a_factor():
    risk = few_rows(outputs=3)
    found = descend(risk)
    best = dual_ridge(risk)
    assert (found.status, found.nfev <= 4) == ("converged", True)
    np.testing.assert_allclose(found.x, best, atol=1e-9 * np.abs(best).max())
    factors = LowRankRows(risk).preconditioned(found.x).factors
    assert factors[0] is factors[1] is factors[2]


@BY_LOSS
@BY_KIND
def test_other_losses_end_where_their_gradient_is_zero(loss, kind):
    risk = few_rows(loss, kind, alpha=1e-2)
    single = kind == "float32"
    found = descend(risk, 1e-4 if single else 1e-8)
    assert found.status == "converged"
    if not isinstance(loss, SquaredHinge):  # rows that come and go take more
        assert found.nfev <= 40
    w = found.x.astype(float)
    rows = risk.blocks
    exact = risk_of(
        rows.X.astype(float), rows.y, loss, risk.penalty, rows.weight, risk.model.intercept
    )
    value, g = exact.value_and_gradient(w)
    # strongly convex in the weights, not in the intercept
    features = risk.model.by_output(g)[..., :D]
    gap = np.sum(features**2) / (2 * risk.penalty.alpha)
    within = {"float32": 1e-5, "offset": 1e-9}.get(kind, 1e-12)
    assert gap <= within * max(abs(float(value)), 1e-3)
    assert abs(g[D:]).max(initial=0) <= (1e-4 if single else 1e-8)


@pytest.mark.parametrize("kind", ["scaled", "correlated"])
def test_logistic_is_as_low_as_scikit_learns_best(kind):
    alpha = 1e-3
    risk = few_rows(LogLoss(), kind, alpha=alpha)
    peer = LogisticRegression(C=1 / (alpha * N), solver="lbfgs", tol=1e-12, max_iter=100_000)
    peer.fit(risk.blocks.X, risk.blocks.y.ravel())
    best = float(risk.value(np.append(peer.coef_, peer.intercept_)))
    found = descend(risk)
    assert found.status == "converged"
    assert found.fun <= best * (1 + 1e-12)


@BY_KIND
def test_without_a_penalty_rows_are_met_exactly(kind):
    risk = few_rows(kind=kind, alpha=0)
    found = descend(risk, 1e-4 if kind == "float32" else 1e-8)
    assert found.status == "converged"
    assert found.nit <= 8
    # the value at the point found; its intercept of hundreds has few digits in single precision
    assert found.fun == pytest.approx(float(risk.value(found.x)), rel=1e-2)
    rounding = float(risk.value_rounding(found.x))
    assert found.fun <= (min(1e-6, 8 * rounding) if kind == "float32" else 1e-16)


def reordered(risk, seed):
    """Return the same risk with its rows and columns in another order: it is rounded otherwise."""
    random = np.random.default_rng(seed)
    X, y, weight = risk.blocks.X, risk.blocks.y, risk.blocks.weight
    rows, columns = (random.permutation(size) for size in X.shape)
    X = np.ascontiguousarray(X[rows][:, columns])
    return replace(risk, blocks=Rows(X, y[rows], None if weight is None else weight[rows]))


@pytest.mark.parametrize(
    ("loss", "kind", "alpha"),
    [
        (LogLoss(), "scaled", 1e-2),
        (LogLoss(), "scaled", 1e-5),
        (LogLoss(), "plain", 1e-2),
        (Huber(), "float32", 1e-5),
        (Cauchy(), "float32", 1e-5),
        (SquaredHinge(), "float32", 1e-5),
        (SQUARED, "float32", 0),
        (SQUARED, "offset", 1e-5),
    ],
    ids=repr,
)
def test_no_order_of_rows_and_columns_changes_the_verdict(loss, kind, alpha):
    risk = few_rows(loss, kind, alpha=alpha)
    found = [
        descend(reordered(risk, seed), 1e-4 if kind == "float32" else 1e-8) for seed in range(20)
    ]
    assert {each.status for each in found} == {"converged"}
    values = [each.fun for each in found]
    assert max(values) - min(values) <= (1e-6 if kind == "float32" else 1e-12 * values[0])
    # at the bottom no search tries in vain
    assert max(each.nfev for each in found) <= 50


@pytest.mark.parametrize("alpha", [1e-2, 1e-5])
def test_the_value_belongs_to_the_point_in_single_precision(alpha):
    risk = few_rows(kind="float32", alpha=alpha)
    found = descend(risk, 1e-4)
    assert found.fun == pytest.approx(float(risk.value(found.x)), rel=1e-4, abs=1e-9)


def test_a_costly_factor_is_made_only_where_l_bfgs_steps_do_not_end():
    easy = few_rows(LogLoss(), alpha=1.0, n=300)
    hard = few_rows(LogLoss(), "correlated", alpha=1e-2, n=300)
    for risk in (easy, hard):
        assert len(preconditioners_for(risk, np.random.default_rng(0))) == 2
    found = descend(easy, 1e-4)
    assert (found.status, found.nit <= 24) == ("converged", True)
    found = descend(hard)
    assert (found.status, 24 < found.nit <= 60) == ("converged", True)


def test_separable_rows_without_a_penalty_end_as_good_as_zero():
    risk = few_rows(LogLoss(), alpha=0)
    assert not is_low_rank(risk)
    found = descend(risk)
    assert (found.status, found.fun < 1e-15) == ("converged", True)


@pytest.mark.parametrize("kind", ["scaled", "correlated"])
def test_softmax_is_as_low_as_scikit_learns_best(kind):
    alpha = 1e-2
    risk = few_rows(kind=kind, outputs=3)
    X, y = risk.blocks.X, risk.blocks.y.argmax(axis=1)
    softmax = risk_of(X, np.eye(3)[y], CrossEntropy(), L2(alpha))
    assert is_low_rank(softmax)
    peer = LogisticRegression(C=1 / (alpha * N), solver="lbfgs", tol=1e-12, max_iter=100_000)
    peer.fit(X, y)
    best = np.column_stack([peer.coef_, peer.intercept_]).ravel()
    found = descend(softmax)
    assert found.status == "converged"
    assert found.nit <= 120
    assert found.fun <= float(softmax.value(best)) * (1 + 1e-12)
    assert np.abs(found.x.reshape(3, -1).sum(axis=0)).max() <= 1e-7


def test_squares_that_overflow_are_refused():
    risk = few_rows()
    huge = risk_of(1e160 * risk.blocks.X, risk.blocks.y, penalty=L2(1.0))
    with pytest.raises(ValueError, match="the squares of the rows of X overflow in float64"):
        descend(huge)


def test_estimators_need_few_steps():
    risk = few_rows(n=50, d=5_000)
    X, y = risk.blocks.X, risk.blocks.y
    model = DescentRegressor(alpha=1e-3).fit(X, y.ravel())
    best = dual_ridge(risk)
    assert model.n_iter_ <= 3
    np.testing.assert_allclose(model.coef_, best[:-1], atol=1e-9 * np.abs(best).max())
