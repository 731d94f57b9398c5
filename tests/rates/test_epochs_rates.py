"""Rates by batches: `t` counts on from epoch to epoch and segment to segment, and is recorded."""

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge, SGDClassifier, SGDRegressor

from descend import DescentClassifier, DescentRegressor, DivergenceError
from descend.rates import (
    Constant,
    Cosine,
    Divided,
    Exact,
    HyperGradient,
    InverseScaling,
    Linear,
    OneCycle,
    Plateau,
    Polyak,
    SquareRoot,
    Step,
    Warmup,
    Wolfe,
)

random = np.random.default_rng(5)
X = random.standard_normal((60, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.1 * random.standard_normal(60)
PLAIN = {"penalty": None, "fit_intercept": False, "optimizer": "sgd", "shuffle": False, "tol": 0.0}

SCHEDULES = [
    Constant(0.02), Cosine(0.05, 100), Step(0.05, 17), Warmup(SquareRoot(0.05), 30),
    Linear(0, 20, 0.05) >> Cosine(0.05, 60) >> Constant(1e-3), OneCycle(0.05, 90),
]  # fmt: skip
BY_NAME = pytest.mark.parametrize("schedule", SCHEDULES, ids=lambda s: type(s).__name__)


def by_hand(schedule, batch_size, epochs):
    """Return the weights after plain mini-batch descent, and the rate of each epoch's last step."""
    w, t, rates = np.zeros(3), 0, []
    for _ in range(epochs):
        for begin in range(0, len(X), batch_size):
            t += 1
            rows, target = X[begin : begin + batch_size], Y[begin : begin + batch_size]
            rate = float(schedule(np.asarray(float(t))))
            w = w - rate * rows.T @ (rows @ w - target) / len(rows)
        rates.append(rate)
    return w, rates


@BY_NAME
@pytest.mark.parametrize("batch_size", [1, 7, 32])
def test_compiled_steps_take_the_rates_of_the_schedule(schedule, batch_size):
    model = DescentRegressor(
        learning_rate=schedule, batch_size=batch_size, max_iter=4, n_iter_no_change=99, **PLAIN
    )
    model.fit(X, Y)
    w, rates = by_hand(schedule, batch_size, 4)
    np.testing.assert_allclose(model.coef_, w, rtol=1e-9)
    np.testing.assert_allclose(model.descent_.learning_rates, rates, rtol=1e-12)


@BY_NAME
def test_steps_with_all_rows_take_the_rates_of_the_schedule(schedule):
    told = []
    model = DescentRegressor(
        learning_rate=schedule, batch_size="full", max_iter=40, callbacks=told.append, **PLAIN
    ).fit(X, Y)
    w, rates = by_hand(schedule, 60, 40)
    np.testing.assert_allclose(model.coef_, w, rtol=1e-9)
    np.testing.assert_allclose(model.descent_.learning_rates, rates, rtol=1e-12)
    np.testing.assert_allclose([progress.learning_rate for progress in told], rates, rtol=1e-12)


@pytest.mark.parametrize(("batch_size", "steps"), [(1, 600), (7, 90), (60, 10), ("full", 10)])
def test_a_text_lasts_for_all_steps(batch_size, steps):
    model = DescentRegressor(
        learning_rate="cosine:0.05", batch_size=batch_size, max_iter=10, **PLAIN
    ).fit(X, Y)
    assert model.descent_.learning_rate == Cosine(0.05, steps)
    assert model.descent_.learning_rates[-1] == pytest.approx(
        float(Cosine(0.05, steps)(np.asarray(float(steps))))
    )


def test_a_schedule_that_used_up_the_epochs_is_no_failure():
    options = {**PLAIN, "tol": 1e-9, "batch_size": 1, "max_iter": 4}
    model = DescentRegressor(learning_rate="cosine:0.05", **options).fit(X, Y)  # without a warning
    assert (model.descent_.status, model.n_iter_) == ("stopped", 4)
    with pytest.warns(ConvergenceWarning):
        DescentRegressor(learning_rate=0.05, **options).fit(X, Y)


def test_a_schedule_is_walked_to_its_end():
    """What looks like a loss at rest is the noise of a high rate, that the schedule will end."""
    options = {**PLAIN, "tol": 1e-3, "batch_size": 1, "max_iter": 400}
    walked = DescentRegressor(learning_rate=Cosine(0.3, 60 * 200), **options).fit(X, Y)
    assert walked.descent_.ending == "rate fell"
    assert 200 <= walked.n_iter_ < 400
    with pytest.warns(ConvergenceWarning, match="steps by batches keep the value at least"):
        flat = DescentRegressor(learning_rate=0.3, **options).fit(X, Y)
    assert (flat.descent_.status, flat.descent_.ending) == ("stalled", "noise")
    best = Ridge(alpha=0, fit_intercept=False).fit(X, Y).coef_
    assert np.abs(walked.coef_ - best).max() < 0.1 * np.abs(flat.coef_ - best).max()


@pytest.mark.parametrize("rule", [Wolfe(), Exact(), "wolfe", "armijo", "barzilai-borwein"])
@pytest.mark.parametrize("estimator", [DescentRegressor, DescentClassifier])
def test_searches_work_with_all_rows(estimator, rule):
    model = estimator(optimizer="sgd", learning_rate=rule, batch_size="full", tol=1e-6, alpha=1e-2)
    model.fit(X, Y > 0 if estimator is DescentClassifier else Y)
    assert model.descent_.status == "converged"
    assert (model.descent_.learning_rates > 0).all()


@pytest.mark.parametrize("rule", [Wolfe(), "exact", Polyak(), HyperGradient()])
def test_batches_are_refused_to_what_looks_at_gradients(rule):
    with pytest.raises(ValueError, match="batch_size='full'") as caught:
        DescentRegressor(optimizer="sgd", learning_rate=rule).fit(X, Y)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        ("cosin:0.1", "did you mean 'cosine'"),
        ("cosine", "peak is missing"),
        ("cosine:-1", "peak must be a number above 0"),
        (Cosine(0.1, -5), "steps must be a number above 0"),
        (InverseScaling(0.1, -1), "power must be a number at least 0"),
        ("cosine:0.1,warmup=100000", "leaves none of the"),
    ],
)
def test_bad_rates_are_refused(rate, message):
    with pytest.raises(ValueError, match=message):
        DescentRegressor(optimizer="sgd", learning_rate=rate, max_iter=10).fit(X, Y)


def test_a_schedule_that_blows_up_is_a_divergence():
    with pytest.raises(DivergenceError, match="learning rate"):
        DescentRegressor(optimizer="sgd", learning_rate=Linear(0.01, 50, 50.0), batch_size=1).fit(
            X, Y
        )


@pytest.mark.parametrize("power", [0.25, 0.5])
def test_invscaling_is_scikit_learns(power):
    text = f"invscaling:0.02,power={power}"
    ours = DescentRegressor(learning_rate=text, batch_size=1, max_iter=5, **PLAIN).fit(X, Y)
    theirs = SGDRegressor(
        learning_rate="invscaling", eta0=0.02, power_t=power, max_iter=5, shuffle=False, tol=None,
        penalty=None, fit_intercept=False,
    ).fit(X, Y)  # fmt: skip
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)


@pytest.mark.parametrize("alpha", [1e-3, 1e-1])
def test_optimal_is_scikit_learns(alpha):
    labels = Y > 0
    settings = {"alpha": alpha, "shuffle": False, "fit_intercept": False, "max_iter": 5}
    ours = DescentClassifier(
        optimizer="sgd", learning_rate="optimal", batch_size=1, tol=0.0, **settings
    ).fit(X, labels)
    theirs = SGDClassifier(loss="log_loss", learning_rate="optimal", tol=None, **settings)
    # scikit-learn takes the penalty's step by shrinking before the loss's, here both are one
    theirs.fit(X, labels)
    np.testing.assert_allclose(ours.coef_[0], theirs.coef_[0], rtol=0.1)
    t = 60.0 * np.arange(1, 6)
    np.testing.assert_allclose(
        ours.descent_.learning_rates, 1 / (alpha * (alpha**-0.75 + t - 1)), rtol=1e-12
    )
    with pytest.raises(ValueError, match="give alpha above 0"):
        DescentClassifier(optimizer="sgd", learning_rate="optimal", alpha=0.0).fit(X, labels)


@pytest.mark.parametrize("text", [True, False])
def test_adaptive_is_scikit_learns(text):
    rate = "adaptive:0.3,patience=3" if text else Divided(0.3, patience=3)
    theirs = SGDRegressor(
        learning_rate="adaptive", eta0=0.3, max_iter=60, shuffle=False, tol=1e-3,
        n_iter_no_change=3, penalty=None, fit_intercept=False,
    ).fit(X, Y)  # fmt: skip
    assert theirs.n_iter_ < 60  # it ended where the rate was as small as it may be
    ours = DescentRegressor(
        learning_rate=rate, batch_size=1, max_iter=theirs.n_iter_, n_iter_no_change=3, **PLAIN
    ).fit(X, Y)
    np.testing.assert_allclose(ours.coef_, theirs.coef_, rtol=1e-9)
    fallen = ours.descent_.learning_rates[0] / ours.descent_.learning_rates[-1]
    assert np.log(fallen) / np.log(5) == pytest.approx(8, abs=1e-9)


def test_a_plateau_by_batches_is_that_of_pytorch():
    rule = Plateau(0.3, factor=0.5, patience=2)
    ours = DescentRegressor(learning_rate=rule, batch_size=1, max_iter=40, **PLAIN).fit(X, Y)
    weight = torch.zeros(1)
    optimizer = torch.optim.SGD([weight], lr=0.3)
    theirs = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    rates = []
    for value in ours.loss_curve_[1:]:
        rates.append(optimizer.param_groups[0]["lr"])
        theirs.step(value)
    np.testing.assert_allclose(ours.descent_.learning_rates, rates, rtol=1e-9)
    assert rates[-1] < 0.3
    assert ours.descent_.learning_rate == rule
