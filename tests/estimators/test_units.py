"""Where a loss does not suit the targets' units, `fit` says so, and what to give."""

import re
import warnings

import numpy as np
import pytest

import descend
from descend import DescentRegressor
from descend.losses import Huber

RANDOM = np.random.default_rng(0)
X = RANDOM.standard_normal((300, 3))
Y = X @ [1.0, 0.5, -0.2] + 2 + 0.2 * RANDOM.standard_t(2, 300)
OUTWEIGHS = "the penalty outweighs the loss in these units of y"
WITHIN = "all targets lie within epsilon"


def remedy_of(message):
    """Return the loss that a message names."""
    return eval(re.search(r"loss=(descend\.losses\.\w+\(.*?\))", message)[1], {"descend": descend})


@pytest.mark.parametrize(
    ("loss", "unit", "told"),
    [
        ("huber", 1e5, OUTWEIGHS),
        ("log_cosh", 1e5, OUTWEIGHS),
        ("cauchy", 1e5, OUTWEIGHS),
        (Huber(1.35), 1e5, OUTWEIGHS),
        ("epsilon_insensitive", 1e-5, WITHIN),
        ("squared_epsilon_insensitive", 1e-5, WITHIN),
    ],
    ids=str,
)
def test_the_loss_that_is_named_fits_without_complaint(loss, unit, told):
    with pytest.warns(UserWarning, match=told) as caught:
        model = DescentRegressor(loss).fit(X, unit * Y)
    message = next(str(w.message) for w in caught if told in str(w.message))
    assert caught[-1].filename == __file__
    assert model.score(X, unit * Y) < 0.3
    assert message[1:] in model.descent_.explain()
    better = DescentRegressor(remedy_of(message)).fit(X, unit * Y)
    assert better.score(X, unit * Y) > 0.8


@pytest.mark.parametrize("loss", ["absolute_error", "quantile", "epsilon_insensitive"])
def test_a_loss_without_a_threshold_wants_less_penalty_or_larger_units(loss):
    with pytest.warns(UserWarning, match="lower alpha, or give y in larger units"):
        DescentRegressor(loss).fit(X, 1e5 * Y)
    for model, unit in [(DescentRegressor(loss, alpha=1e-9), 1e5), (DescentRegressor(loss), 1.0)]:
        assert model.fit(X, unit * Y).score(X, unit * Y) > 0.7


@pytest.mark.parametrize(
    ("loss", "unit", "settings"),
    [
        *((loss, unit, {}) for loss in ("huber", "cauchy", "log_cosh") for unit in (1e-5, 1.0)),
        ("huber", 1e5, {"alpha": 0.0}),
        ("huber", 1e5, {"penalty": "l1"}),
        ("absolute_error", 1e-5, {}),
        ("squared_error", 1e5, {}),
        ("squared_error", 1.0, {"alpha": 100.0}),
        ("epsilon_insensitive", 1.0, {}),
        ("squared_epsilon_insensitive", 1e5, {}),
    ],
    ids=str,
)
def test_what_suits_is_left_in_peace(loss, unit, settings):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DescentRegressor(loss, **settings).fit(X, unit * Y)


@pytest.mark.parametrize("loss", ["huber", "absolute_error", "cauchy"])
@pytest.mark.parametrize("settings", [
    {"optimizer": "sgd", "learning_rate": 1e-6, "batch_size": "full"}, {"optimizer": "adam"},
])  # fmt: skip
def test_a_fit_that_has_not_arrived_is_not_held_back(loss, settings):
    model = DescentRegressor(loss, **settings, max_iter=2, tol=None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(X, 30 * Y, coef_init=[0, 0, 1.0])


def test_a_target_that_is_one_number_lies_within_any_tolerance():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DescentRegressor("epsilon_insensitive").fit(X, np.full(len(X), 0.05))


def test_the_complaint_is_of_the_minimum_of_the_objective():
    with pytest.warns(UserWarning, match=OUTWEIGHS):
        model = DescentRegressor("huber").fit(X, 1e5 * Y)
    risk = model.descent_.objective
    assert model.descent_.status == "converged"
    nearby = model.descent_.x + 1e2 * RANDOM.standard_normal((200, 4))
    assert risk.value(nearby).min() >= model.descent_.fun
