"""However large a rate or mixed the units, an estimator ends with finite numbers or an error."""

import re

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from descend import DescentClassifier, DescentRegressor, DivergenceError
from descend.optimizers import Momentum, by_name, names
from descend.optimizers.traits import is_elementwise

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((64, 3)) * [1, 20, 0.1] + [0, 1, -1]
Y = X @ [1.0, -0.2, 3] + 4 + 0.5 * RANDOM.standard_normal(64)
LABELS = (np.median(Y) < Y).astype(int)
TASKS = {
    "squared_error": (DescentRegressor, Y),
    "poisson": (DescentRegressor, np.exp(Y / 10)),
    "log_loss": (DescentClassifier, LABELS),
    "hinge": (DescentClassifier, LABELS),
}
BRIEF = {"max_iter": 12, "tol": 0.0, "random_state": 0}
WITH_ALL_ROWS = (*names(), "averaged:sgd", "lookahead:adam", "schedulefree:sgd", "sam:sgd")
BY_BATCHES = tuple(name for name in WITH_ALL_ROWS if is_elementwise(by_name(name)))
ALONG_ROWS = ("saga", "svrg")
# no rate makes their steps, or looks around, shorter than a length at which exp(1e6 * w) overflows
OWN_LENGTHS = ("cocob", "rprop", "sam:sgd")


def finite(model):
    return np.isfinite(model.coef_).all() and np.isfinite(model.loss_curve_).all()


def too_fast(name, loss, call, **settings):
    """Fit well, then a million times too fast: the error leaves the model as it was."""
    kind, target = TASKS[loss]
    more = {"classes": [0, 1]} if call == "partial_fit" and kind is DescentClassifier else {}
    model = kind(loss, optimizer=name, **settings, **BRIEF)
    getattr(model, call)(X, target, **more)
    assert finite(model)
    model.learning_rate = 1e6 * model.learning_rate_
    before = dict(vars(model))
    try:
        getattr(model, call)(X, target, **more)
    except DivergenceError as error:
        assert vars(model).keys() == before.keys()
        assert all(vars(model)[key] is value for key, value in before.items())
        message = str(error)
        assert f"learning_rate={model.learning_rate:g} is too large" in message
        assert "\n" not in message
        model.learning_rate = float(re.search(r"learning_rate=(\S+) is safe", message)[1])
        assert 0 < model.learning_rate < np.inf
    assert finite(model)


def badly_scaled(name, loss, **settings):
    """Fit columns of sizes from a millionth to a million, untuned."""
    kind, target = TASKS[loss]
    rows = X[:, [0, 0, 1, 1, 2]] / [1, 20, 20, 20, 1] * [1e-6, 1e-3, 1, 1e3, 1e6]
    model = kind(loss, optimizer=name, **settings, **BRIEF)
    if loss == "poisson" and name in OWN_LENGTHS and settings["batch_size"] == "full":
        with pytest.raises(DivergenceError, match=r"the features .* are too large.*scale them"):
            model.fit(rows, target)
        assert not hasattr(model, "coef_")
        return
    assert finite(model.fit(rows, target))


BY_LOSS = pytest.mark.parametrize("loss", list(TASKS))


@BY_LOSS
@pytest.mark.parametrize("name", ["sgd", "lookahead:adam", "lars", "lbfgs"])
def test_too_fast_with_all_rows(name, loss):
    too_fast(name, loss, "fit", batch_size="full")


@BY_LOSS
@pytest.mark.parametrize("name", ["momentum", "sam:sgd", "dog"])
def test_bad_units_with_all_rows(name, loss):
    badly_scaled(name, loss, batch_size="full")


@pytest.mark.parametrize("loss", ["squared_error", "log_loss"])
@pytest.mark.parametrize("call", ["fit", "partial_fit"])
def test_too_fast_by_batches(loss, call):
    too_fast("sgd", loss, call, batch_size=8)


@pytest.mark.thorough
@BY_LOSS
@pytest.mark.parametrize("name", WITH_ALL_ROWS)
def test_every_optimizer_with_all_rows(name, loss):
    too_fast(name, loss, "fit", batch_size="full")
    badly_scaled(name, loss, batch_size="full")


@pytest.mark.thorough
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
@pytest.mark.parametrize("name", BY_BATCHES)
def test_every_optimizer_by_batches(name, loss):
    for call in ("fit", "partial_fit"):
        too_fast(name, loss, call, batch_size=8)
    badly_scaled(name, loss, batch_size=8)


@pytest.mark.thorough
@pytest.mark.parametrize("loss", ["squared_error", "poisson"])
@pytest.mark.parametrize("name", ALONG_ROWS)
def test_every_optimizer_along_rows(name, loss):
    too_fast(name, loss, "fit", batch_size=8)
    badly_scaled(name, loss, batch_size=8)


def test_a_rate_that_was_a_guess_shrinks_until_it_holds():
    seen = []
    model = DescentRegressor("poisson", optimizer="sam:sgd", callbacks=seen.append, max_iter=40)
    with pytest.warns(ConvergenceWarning):
        model.fit(X, np.exp(Y / 10))
    assert model.descent_.fun < model.loss_curve_[0]
    assert [progress.epoch for progress in seen][-40:] == list(range(1, 41))
    assert len(seen) > 40


@BY_LOSS
@pytest.mark.parametrize("batch_size", [8, "full"])
def test_an_end_above_the_start_is_refused_or_warned_of(loss, batch_size):
    """Where steps are bounded a rate too large ends in large numbers, not in overflow."""
    kind, target = TASKS[loss]
    settings = {"optimizer": "sgd", "batch_size": batch_size, "max_iter": 30, "random_state": 0}
    with pytest.raises(DivergenceError, match=r"learning_rate=1000 is too large .* is safe"):
        kind(loss, learning_rate=1e3, **settings).fit(X, target)


def test_a_small_rise_is_no_convergence():
    settings = {"optimizer": "sgd", "batch_size": 1, "random_state": 0}
    model = DescentRegressor("absolute_error", learning_rate=2.0, max_iter=9, **settings)
    with pytest.warns(ConvergenceWarning, match=r"rose .*learning_rate=2 is too large .* is safe"):
        model.fit(X[:, [0, 2]], Y)
    assert model.descent_.status == "stopped"
    model.set_params(learning_rate=0.01, max_iter=100).fit(X[:, [0, 2]], Y)
    assert model.descent_.status == "converged"


@pytest.mark.parametrize("scale", [1.0, 100.0])
@pytest.mark.parametrize("batch_size", [1, 16, "full"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", Momentum(0.5)], ids=repr)
def test_a_rate_too_large_is_refused_with_one_that_works(scale, batch_size, optimizer):
    settings = {"optimizer": optimizer, "batch_size": batch_size, "random_state": 0}
    rows = X * scale
    with pytest.raises(DivergenceError) as caught:
        DescentRegressor(learning_rate=50.0, **settings).fit(rows, Y)
    assert "\n" not in str(caught.value)
    assert "learning_rate=50 is too large for this data" in str(caught.value)
    rate = float(re.search(r"learning_rate=(\S+) is safe", str(caught.value))[1])
    works = DescentRegressor(learning_rate=rate, max_iter=40, tol=0.0, **settings)
    works.fit(rows, Y)
    assert works.descent_.status in ("stopped", "converged")
    assert works.loss_curve_[-1] < 0.9 * works.loss_curve_[0]
