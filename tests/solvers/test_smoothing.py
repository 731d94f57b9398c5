"""Every loss reaches the optimum that other libraries find, without a setting."""

import numpy as np
import pytest
from risks import risk_of
from scipy.optimize import linprog, minimize
from sklearn.datasets import load_breast_cancer, load_diabetes, make_classification
from sklearn.linear_model import (
    GammaRegressor,
    HuberRegressor,
    PoissonRegressor,
    QuantileRegressor,
    TweedieRegressor,
)
from sklearn.svm import SVC, SVR
from solving import untuned

from descend.losses import (
    AbsoluteError,
    Cauchy,
    EpsilonInsensitive,
    Focal,
    Gamma,
    Hinge,
    Huber,
    LogCosh,
    LogLoss,
    ModifiedHuber,
    Perceptron,
    Poisson,
    Quantile,
    SquaredEpsilonInsensitive,
    SquaredError,
    SquaredHinge,
    Tweedie,
)
from descend.penalties import L1, L2, ElasticNet, NoPenalty
from descend.solvers.contract import Options
from descend.solvers.smoothing import Smoothing

N, D = 300, 5
LABELLED = (Focal, Hinge, LogLoss, ModifiedHuber, Perceptron, SquaredHinge)


def data_for(loss, kind):
    """Return rows, hostile in one way or another, and targets that the loss may have."""
    random = np.random.default_rng(4)
    X = random.standard_normal((N, D))
    trend = X @ random.standard_normal(D) / np.sqrt(D)
    if kind == "scaled":
        X = X * np.logspace(-3, 3, D) + 1.0
    size = {"large": 1e4, "small": 1e-3}.get(kind, 1.0)
    if isinstance(loss, LABELLED):
        # "large": few on one side; "small": hardly an error
        y = trend + 0.5 * random.standard_normal(N) > (1.5 if kind == "large" else 0.0)
        return X, (trend > 0.2 if kind == "small" else y).astype(float)
    if isinstance(loss, Poisson):
        return X, random.poisson(max(size, 0.1) * np.exp(trend + 1)).astype(float)
    if isinstance(loss, Gamma):
        return X, size * random.gamma(2.0, np.exp(trend))
    if isinstance(loss, Tweedie):
        return X, size * random.poisson(np.exp(trend)) * random.gamma(2.0, size=N)
    return X, size * (3 * trend + random.standard_t(2, N))


def ridge_risk(loss, X, y, alpha):
    return risk_of(X, y, loss, L2(alpha) if alpha else NoPenalty())


def descend(risk, start=None, tol=1e-6, max_iter=1000, callback=None):
    return untuned(
        risk,
        risk.initial_parameters(float) if start is None else start,
        max_iter=max_iter,
        tol=tol,
        random=np.random.default_rng(0),
        record="all",
        callback=callback,
    )


def by_scipy(risk, X):
    """Return the smallest value that BFGS finds, in units of the columns' spread."""
    scale = np.append(1 / np.abs(X).max(axis=0), 1)

    def function(v):
        value, g = risk.value_and_gradient(v * scale)
        return float(value), g * scale

    v = risk.initial_parameters(float)
    for _ in range(3):  # each restart forgets a wrong metric
        v = minimize(function, v, jac=True, method="BFGS", options={"gtol": 1e-12}).x
    return float(risk.value(v * scale))


KINDS = pytest.mark.parametrize("kind", ["plain", "scaled", "large", "small"])


@KINDS
@pytest.mark.parametrize(
    "loss",
    [
        Huber(), LogCosh(), SquaredEpsilonInsensitive(0.5), Poisson(), Gamma(), Tweedie(1.4),
        LogLoss(), SquaredHinge(), ModifiedHuber(),
    ],
    ids=repr,
)  # fmt: skip
def test_smooth_losses_reach_the_optimum(loss, kind):
    X, y = data_for(loss, kind)
    risk = ridge_risk(loss, X, y, 1e-3)
    descent = descend(risk)
    assert descent.status == "converged"
    assert descent.nfev < 60
    best = by_scipy(risk, X)
    assert descent.fun <= best + 1e-6 * abs(best)


@pytest.mark.parametrize("kind", ["plain", "large", "small"])
@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (Poisson(), PoissonRegressor(alpha=0.01, solver="newton-cholesky", tol=1e-10)),
        (Gamma(), GammaRegressor(alpha=0.01, solver="newton-cholesky", tol=1e-10)),
        (Tweedie(1.4), TweedieRegressor(power=1.4, alpha=0.01, link="log", tol=1e-10,
                                        solver="newton-cholesky")),
    ],
    ids=["poisson", "gamma", "tweedie"],
)  # fmt: skip
def test_deviances_reach_scikit_learns_optimum(loss, theirs, kind):
    X, y = data_for(loss, kind)
    theirs.fit(X, y)
    w = descend(ridge_risk(loss, X, y, 0.01), tol=1e-8).x
    np.testing.assert_allclose(w[:-1], theirs.coef_, atol=1e-6)
    assert w[-1] == pytest.approx(theirs.intercept_, abs=1e-6)


def test_the_huber_loss_reaches_the_optimum_of_huber_regressor_at_its_scale():
    X, y = data_for(Huber(), "plain")
    theirs = HuberRegressor(epsilon=1.35, alpha=0.5, tol=1e-10, max_iter=10_000).fit(X, y)
    # it descends sum(2 * sigma * huber(r / sigma, 1.35)) + alpha * w @ w
    loss, alpha = Huber(1.35 * theirs.scale_), 0.5 * theirs.scale_ / N
    w = descend(ridge_risk(loss, X, y, alpha), tol=1e-8).x
    np.testing.assert_allclose(w, np.append(theirs.coef_, theirs.intercept_), atol=1e-5)


@KINDS
@pytest.mark.parametrize("quantile", [0.1, 0.5])
def test_quantiles_reach_the_linear_programs_optimum(quantile, kind):
    X, y = data_for(Quantile(), kind)
    scale = np.abs(X).max(axis=0)
    theirs = QuantileRegressor(quantile=quantile, alpha=0.0, solver="highs").fit(X / scale, y)
    risk = ridge_risk(Quantile(quantile), X, y, 0.0)
    best = float(risk.value(np.append(theirs.coef_ / scale, theirs.intercept_)))
    assert descend(risk).fun <= best * (1 + 1e-5)
    if quantile == 0.5:
        assert descend(ridge_risk(AbsoluteError(), X, y, 0.0)).fun <= 2 * best * (1 + 1e-5)


@KINDS
def test_the_tube_reaches_the_linear_programs_optimum(kind):
    epsilon = 0.5
    X, y = data_for(EpsilonInsensitive(), kind)
    scale = np.append(np.abs(X).max(axis=0), 1)
    rows = np.column_stack([X, np.ones(N)]) / scale
    # the slack of each row is at least what it is off by, less epsilon, to either side
    program = linprog(
        np.append(np.zeros(D + 1), np.full(N, 1 / N)),
        A_ub=np.block([[rows, -np.eye(N)], [-rows, -np.eye(N)]]),
        b_ub=np.append(epsilon + y, epsilon - y),
        bounds=[(None, None)] * (D + 1) + [(0, None)] * N,
    )
    descent = descend(ridge_risk(EpsilonInsensitive(epsilon), X, y, 0.0))
    assert descent.fun <= program.fun * (1 + 1e-5) + 1e-12


@pytest.mark.parametrize("kind", ["plain", "large", "small"])
def test_margins_reach_the_optimum_of_support_vector_machines(kind):
    X, y = data_for(Hinge(), kind)
    alpha = 0.01
    theirs = SVC(kernel="linear", C=1 / (alpha * N), tol=1e-8).fit(X, y)
    risk = ridge_risk(Hinge(), X, y, alpha)
    best = float(risk.value(np.append(theirs.coef_, theirs.intercept_)))
    assert descend(risk).fun <= best * (1 + 1e-5)
    y = data_for(EpsilonInsensitive(), "plain")[1]
    theirs = SVR(kernel="linear", C=1 / (alpha * N), epsilon=0.2, tol=1e-8).fit(X, y)
    risk = ridge_risk(EpsilonInsensitive(0.2), X, y, alpha)
    best = float(risk.value(np.append(theirs.coef_, theirs.intercept_)))
    assert descend(risk).fun <= best * (1 + 1e-5)


@KINDS
@pytest.mark.parametrize("loss", [Cauchy(), Cauchy(0.1), Focal(), Focal(5.0)], ids=repr)
def test_losses_that_are_not_convex_end_level_and_below_the_start(loss, kind):
    X, y = data_for(loss, kind)
    risk = ridge_risk(loss, X, y, 1e-3)
    descent = descend(risk)
    assert descent.status == "converged"
    assert descent.fun == descent.values[-1] < descent.values[0]
    # in the columns' own units
    scale = np.append(1 / np.abs(X).max(axis=0), 1)
    g = risk.value_and_gradient(descent.x)[1] * scale
    steepest = np.abs(risk.value_and_gradient(descent.points)[1] * scale).max()
    assert np.abs(g).max() <= 1e-4 * steepest


def test_the_record_of_a_rounded_descent_is_of_the_risk_itself():
    X, y = load_diabetes(return_X_y=True)
    risk = ridge_risk(AbsoluteError(), X, y, 1e-4)
    told = []
    descent = untuned(
        risk,
        np.zeros(11),
        max_iter=1000,
        tol=1e-6,
        random=np.random.default_rng(0),
        record="all",
        callback=lambda step: told.append((step.w[0].copy(), float(step.value[0]))),
    )
    assert descent.status == "converged"
    assert len(descent.values) == descent.nit + 1 == len(told) + 1
    np.testing.assert_allclose(descent.values, risk.value(descent.points), rtol=1e-12)
    np.testing.assert_allclose([w for w, _ in told], descent.points[1:])
    assert [value for _, value in told] == descent.values[1:].tolist()
    assert descent.fun == descent.values.min() == risk.value(descent.x)
    assert descent.objective is risk


@pytest.mark.parametrize("steps", [1, 5, 20])
def test_a_rounded_descent_ends_when_told(steps):
    X, y = data_for(EpsilonInsensitive(), "plain")
    risk = ridge_risk(EpsilonInsensitive(0.1), X, y, 1e-3)
    count = 0

    def stop(step):
        nonlocal count
        count += 1
        if count == steps:
            raise StopIteration

    common = {"tol": 1e-6, "record": "all", "random": np.random.default_rng(0)}
    descent = untuned(risk, np.zeros(D + 1), max_iter=1000, callback=stop, **common)
    assert (descent.status, descent.nit) == ("stopped", steps)
    descent = untuned(risk, np.zeros(D + 1), max_iter=steps, **common)
    assert (descent.status, descent.nit) == ("stopped", steps)
    told = "the only step was taken" if steps == 1 else f"all {steps} steps were taken"
    assert descent.message == told


def test_a_rounded_descent_does_not_rise_above_where_it_goes_on_from():
    X, y = data_for(AbsoluteError(), "plain")
    risk = ridge_risk(AbsoluteError(), X, y, 0.0)
    first = descend(risk, tol=1e-9)
    again = descend(risk, start=first.x)
    assert again.fun <= first.fun


def test_a_perfect_fit_to_go_on_from_is_not_left_for_worse():
    X = data_for(AbsoluteError(), "plain")[0]
    truth = np.arange(1.0, D + 2)
    risk = ridge_risk(AbsoluteError(), X, X @ truth[:-1] + truth[-1], 1e-6)
    assert descend(risk, start=truth).fun <= risk.value(truth)


def test_where_nothing_is_lower_a_rounded_descent_stays():
    X, y = data_for(EpsilonInsensitive(), "small")
    descent = descend(ridge_risk(EpsilonInsensitive(epsilon=10.0), X, y, 0.0))
    assert (descent.status, descent.nit, descent.fun) == ("converged", 0, 0.0)
    assert not descent.x.any()


@KINDS
def test_the_perceptron_finds_a_direction(kind):
    X, y = data_for(Perceptron(), kind)
    descent = descend(ridge_risk(Perceptron(), X, y, 1e-4))
    right = (X @ descent.x[:-1] + descent.x[-1] > 0) == y
    machine = descend(ridge_risk(LogLoss(), X, y, 1e-4))
    theirs = (X @ machine.x[:-1] + machine.x[-1] > 0) == y
    assert right.mean() >= theirs.mean() - 0.02


def test_counts_that_are_all_zero_do_not_fail():
    X = data_for(Poisson(), "plain")[0]
    descent = descend(ridge_risk(Poisson(), X, np.zeros(N), 1e-3))
    assert np.isfinite(descent.x).all()
    assert 0 <= descent.fun < 1e-6


WAYS = {
    "smooth": (LogLoss(), L2(1e-3)),
    "kinked loss": (Hinge(), L2(1e-3)),
    "kinked penalty": (LogLoss(), L1(1e-2)),
    "kinks in both": (AbsoluteError(), L1(1e-2)),
    "quadratic": (SquaredError(), L2(1e-3)),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_a_callback_is_called_once_a_step_and_its_end_is_final(way):
    loss, penalty = WAYS[way]
    X, y = data_for(loss, "plain")
    risk = risk_of(X, y, loss, penalty)
    points = []
    whole = descend(risk, callback=lambda step: points.append(step.w[0].copy()))
    assert len(points) == whole.nit
    np.testing.assert_allclose(points, whole.points[1:], rtol=1e-9, atol=1e-12)
    for last in {1, min(2, whole.nit), min(6, whole.nit), whole.nit}:
        values = []

        def stop(step, values=values, last=last):
            values.append(step.value)
            if len(values) == last:
                raise StopIteration

        descent = descend(risk, callback=stop)
        assert (descent.nit, descent.status) == (last, "stopped")
        assert descent.message == "the callback ended it"


@pytest.mark.parametrize("penalty", [L2(1e-4), L1(1e-3), ElasticNet(1e-4)], ids=repr)
@pytest.mark.parametrize("kind", ["imbalanced", "unscaled"])
def test_a_hinge_converges_in_few_steps(kind, penalty):
    if kind == "imbalanced":
        X, y = make_classification(2000, 20, weights=[0.95], random_state=0)
    else:
        X, y = load_breast_cancer(return_X_y=True)
    risk = risk_of(X, y, Hinge(), penalty)
    descent = descend(risk)
    assert descent.status == "converged"
    assert descent.nit < 400
    # no lower with a hundred times the precision
    assert descent.fun <= descend(risk, tol=1e-8, max_iter=5000).fun * (1 + 3e-6)


@pytest.mark.parametrize("loss", [Hinge(), LogLoss(), SquaredHinge()], ids=repr)
def test_classes_told_apart_without_a_penalty_end_at_a_risk_of_zero(loss):
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    descent = descend(ridge_risk(loss, X, y.astype(float), 0.0))
    assert descent.status == "converged"
    assert 0 <= descent.fun <= 1e-16
    assert descent.nit < 500


def test_margins_that_are_all_met_but_for_rounded_kinks_end_soon():
    """What is left at the kinks is as wide as the smoothing: no precision can be a share of it."""
    random = np.random.default_rng(0)
    X = random.standard_normal((200, 40))
    y = (X @ random.standard_normal(40) > 0).astype(float)
    risk = risk_of(X, y, Hinge(), L2(1e-3))
    descent = Smoothing().solve(risk, np.zeros(41), Options(tol=1e-6))
    theirs = SVC(kernel="linear", C=1 / (1e-3 * 200), tol=1e-9).fit(X, y)
    best = float(risk.value(np.append(theirs.coef_, theirs.intercept_)))
    assert descent.fun <= best * (1 + 2e-6)
    assert descent.ending == "smoothing exhausted"
