"""A descent by batches that says "converged" is near the minimum; noise alone is no minimum."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_weight import fitted, one_weight
from scipy.optimize import linprog
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss as sklearn_log_loss

from descend import DescentClassifier, DescentRegressor
from descend.optimizers import Momentum


def above(model, best):
    risk = model.descent_.objective
    low = float(risk.value(np.atleast_1d(best)))
    return (float(risk.value(model.descent_.x)) - low) / low


@pytest.mark.parametrize("seed", range(3))
def test_momentum_that_swings_about_the_optimum_has_not_converged(seed):
    X, y, best = one_weight(seed)
    options = {"optimizer": Momentum(0.9), "learning_rate": 1e-4, "max_iter": 300}
    model = fitted(X, y, seed=seed, tol=1e-6, **options)
    assert model.descent_.status == "stopped"
    assert model.n_iter_ == 300
    assert np.ptp(model.loss_curve_[-20:]) > 10
    quiet = fitted(X, y, seed=seed, tol=1e-6, optimizer="momentum", learning_rate="auto")
    assert quiet.descent_.status == "converged"
    assert above(quiet, best) < 0.01


@pytest.mark.parametrize("tol", [0, 0.0, None])
@pytest.mark.parametrize("rate", [1e-5, "auto"])
def test_without_a_tol_all_epochs_are_run(tol, rate):
    X, y, _ = one_weight(0)
    model = fitted(X, y, optimizer="sgd", learning_rate=rate, tol=tol, max_iter=150)
    assert (model.n_iter_, model.descent_.ending) == (150, "epochs used")


RATES = st.one_of(
    st.just("auto"),
    st.floats(-4, -0.5).map(lambda power: 10**power),
    st.sampled_from(["invscaling:0.1", "exponential:0.05,0.8", "cosine:0.1", "plateau:0.05"]),
)


@settings(max_examples=12)
@given(
    seed=st.integers(0, 10_000), rate=RATES, batch_size=st.sampled_from([1, 8, 64]),
    optimizer=st.sampled_from(["sgd", "momentum"]), stretch=st.floats(0, 2),
)  # fmt: skip
def test_what_has_converged_is_near_the_minimum(seed, rate, batch_size, optimizer, stretch):
    random = np.random.default_rng(seed)
    X = random.standard_normal((200, 3)) * 10.0 ** np.array([0, -stretch / 2, -stretch])
    y = X @ random.standard_normal(3) + random.standard_normal(200)
    model = DescentRegressor(
        penalty=None, fit_intercept=False, optimizer=optimizer, learning_rate=rate,
        batch_size=batch_size, max_iter=200, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            model.fit(X, y)
        except ArithmeticError:
            return
    if model.descent_.status == "converged":
        assert above(model, np.linalg.lstsq(X, y, rcond=None)[0]) < 0.05


def hinge_optimum(X, y):
    """Return the smallest mean of what is missing to a margin of one, by a linear program."""
    n, d = X.shape
    side = 2 * y - 1
    program = linprog(
        np.append(np.zeros(d), np.full(n, 1 / n)),
        A_ub=np.hstack([-side[:, None] * X, -np.eye(n)]),
        b_ub=-np.ones(n),
        bounds=[(None, None)] * d + [(0, None)] * n,
    )
    return program.fun


def logistic_optimum(X, y):
    theirs = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cholesky", tol=1e-9)
    return sklearn_log_loss(y, theirs.fit(X, y).predict_proba(X))


OPTIMA = {"hinge": hinge_optimum, "log_loss": logistic_optimum}


@settings(max_examples=15)
@given(
    seed=st.integers(0, 10_000), loss=st.sampled_from(sorted(OPTIMA)),
    optimizer=st.sampled_from(["sgd", "momentum", "adam", "rmsprop", "saga"]),
    rate=st.sampled_from(["auto", 1e-3]), stretch=st.floats(0, 4), alike=st.floats(0.02, 1),
)  # fmt: skip
def test_no_scaling_of_the_columns_makes_slow_progress_the_end(
    seed, loss, optimizer, rate, stretch, alike
):
    """Scaled columns have the same minimum without a penalty, and alike ones a small curvature."""
    random = np.random.default_rng(seed)
    X = random.standard_normal((150, 1)) + alike * random.standard_normal((150, 4))
    chance = 1 / (1 + np.exp(-(X @ random.standard_normal(4)) / alike))
    y = (random.random(150) < 0.1 + 0.8 * chance).astype(float)
    best = OPTIMA[loss](X, y)
    model = DescentClassifier(
        loss, penalty=None, fit_intercept=False, optimizer=optimizer, learning_rate=rate,
        max_iter=200, random_state=seed,
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        try:
            model.fit(X * np.logspace(0, -stretch, 4), y)
        except ArithmeticError:
            return
    if model.descent_.status == "converged":
        assert model.descent_.objective.value(model.descent_.x) <= 1.015 * best


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
def test_an_end_far_above_the_minimum_is_told_with_a_remedy(optimizer):
    random = np.random.default_rng(0)
    X = random.standard_normal((300, 2))
    y = X.sum(axis=1) + 0.1 * random.standard_normal(300)
    options = {"optimizer": optimizer, "learning_rate": 1e-2, "penalty": None}
    model = DescentRegressor(random_state=0, **options)
    with pytest.warns(ConvergenceWarning, match=r"small curvature.*scale the features"):
        model.fit(X * [1, 1e-4], y)
    assert (model.descent_.status, model.descent_.ending) == ("stalled", "slow")
    assert "scaled features" in str(model.descent_.explain())


def test_a_rate_that_fell_too_early_rises_again():
    """By the noise of its batches, a descent along small curvatures seems to stand still."""
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    best = DescentClassifier(alpha=1e-4, tol=1e-8).fit(X, y).descent_.fun
    model = DescentClassifier(alpha=1e-4, optimizer="adam", random_state=0).fit(X, y)
    factors = model.descent_.learning_rates / model.descent_.learning_rates.max()
    assert (np.diff(factors) > 0.5).any()
    assert model.descent_.objective.value(model.descent_.x) <= 1.01 * best
