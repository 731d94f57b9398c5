"""A descent by batches that ends far above its start has diverged, and noise has not."""

import re

import numpy as np
import pytest
from sklearn.datasets import make_regression

from descend import DescentRegressor
from descend.support.errors import DivergenceError

X, Y = make_regression(n_samples=100, n_features=1, n_informative=1, noise=5, random_state=2)
NOISE = np.random.default_rng(0).standard_normal((200, 3))
TOO_FAST = {"batch_size": 32, "learning_rate": 1.9, "random_state": 0}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("settings", [{}, {"max_iter": 6, "tol": 0.0}, {"max_iter": 3}])
def test_an_end_far_above_the_start_is_no_convergence(settings):
    model = DescentRegressor(optimizer="sgd", **TOO_FAST, **settings)
    with pytest.raises(DivergenceError, match=r"(rose from 1976|blew up).* too large") as refusal:
        model.fit(X, Y)
    assert "\n" not in str(refusal.value)
    safe = float(re.search(r"learning_rate=(\S+) is safe", str(refusal.value))[1])
    model.set_params(learning_rate=safe, max_iter=1000).fit(X, Y)
    assert model.loss_curve_[-1] < 0.01 * model.loss_curve_[0]


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_a_rate_from_the_data_never_ends_above_its_start(optimizer):
    model = DescentRegressor(optimizer=optimizer, batch_size=1, random_state=0).fit(X, Y)
    assert model.loss_curve_[-1] < model.loss_curve_[0]


@pytest.mark.filterwarnings("ignore:.*the noise of the batches")
@pytest.mark.parametrize("target", [Y, 1e-9 * Y, X[:, 0], np.zeros(100), np.full(100, 3.0)])
def test_a_warm_start_at_the_minimum_may_leave_it_for_the_noise(target):
    model = DescentRegressor(random_state=0, warm_start=True).fit(X, target)
    low = model.loss_curve_[-1]
    model.set_params(optimizer="sgd", batch_size=1, learning_rate=0.2).fit(X, target)
    assert model.descent_.status in ("converged", "stopped", "stalled")
    assert low <= model.loss_curve_.max() < 0.5 * np.mean(target**2) + 1e-12


@pytest.mark.filterwarnings("ignore:.*the noise of the batches")
def test_where_nothing_can_be_learnt_noise_above_the_start_is_none_of_the_rates():
    target = np.random.default_rng(1).standard_normal(200)
    model = DescentRegressor(
        optimizer="sgd", batch_size=1, learning_rate=0.15, alpha=0.0, random_state=0
    )
    model.fit(NOISE, target)
    assert model.descent_.status == "stopped"
    assert model.loss_curve_[1:].min() > model.loss_curve_[0]


def test_a_callback_that_ends_it_is_obeyed():
    def after_six(progress):
        if progress.epoch == 6:
            raise StopIteration

    model = DescentRegressor(optimizer="sgd", callbacks=after_six, **TOO_FAST).fit(X, Y)
    assert model.loss_curve_[-1] > 100 * model.loss_curve_[0]
