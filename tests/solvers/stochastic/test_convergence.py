"""A descent by batches that says "converged" is near the minimum; noise alone is no minimum."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from one_weight import fitted, one_weight
from sklearn.exceptions import ConvergenceWarning

from descend import DescentRegressor
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


@settings(max_examples=12, deadline=None)
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
