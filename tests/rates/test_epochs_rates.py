"""Rates by batches: `t` counts on from epoch to epoch and segment to segment, and is recorded."""

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Ridge

import descend.engine.epochs
from descend import DescentClassifier, DescentRegressor, DivergenceError
from descend.rates import (
    Constant,
    Cosine,
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
@pytest.mark.parametrize("segment", [None, 5])
def test_compiled_steps_take_the_rates_of_the_schedule(monkeypatch, schedule, batch_size, segment):
    if segment is not None:
        monkeypatch.setattr(descend.engine.epochs, "SEGMENT_STEPS", segment)
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
    assert walked.descent_.status == "converged"
    assert 200 <= walked.n_iter_ < 400
    flat = DescentRegressor(learning_rate=0.3, **options).fit(X, Y)
    assert flat.n_iter_ < 200
    best = Ridge(alpha=0, fit_intercept=False).fit(X, Y).coef_
    assert np.abs(walked.coef_ - best).max() < 0.1 * np.abs(flat.coef_ - best).max()


@pytest.mark.parametrize("rule", [Wolfe(), Exact(), "wolfe", "armijo", "barzilai-borwein"])
@pytest.mark.parametrize("estimator", [DescentRegressor, DescentClassifier])
def test_searches_work_with_all_rows(estimator, rule):
    model = estimator(optimizer="sgd", learning_rate=rule, batch_size="full", tol=1e-6, alpha=1e-2)
    model.fit(X, Y > 0 if estimator is DescentClassifier else Y)
    assert model.descent_.status == "converged"
    assert (model.descent_.learning_rates > 0).all()


@pytest.mark.parametrize("rule", [Wolfe(), "exact", Polyak(), HyperGradient(), Plateau(0.1)])
def test_batches_are_refused_to_what_looks_at_values(rule):
    with pytest.raises(ValueError, match="batch_size='full'") as caught:
        DescentRegressor(optimizer="sgd", learning_rate=rule).fit(X, Y)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("rate", "message"),
    [
        ("cosin:0.1", "did you mean 'cosine'"),
        ("cosine", "peak is missing"),
        ("cosine:-1", "peak must be above 0"),
        (Cosine(0.1, -5), "steps must be above 0"),
        (InverseScaling(0.1, -1), "power must be at least 0"),
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
