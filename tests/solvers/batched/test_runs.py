"""Runs in compiled batches go as in the array loop, each as if it were alone."""

from dataclasses import fields

import numpy as np
import pytest

import descend
from descend.kernels.batched.acceptance import accept_steps
from descend.kernels.batched.runs import allocated
from descend.objectives.formulas.formula import Formula
from descend.optimizers import SGD, Adam, Averaged, Lookahead, Momentum, by_name
from descend.rates import Constant, Cosine, Monotone
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched import runs
from descend.solvers.batched.runs import limits_of
from descend.solvers.contract import Options
from descend.solvers.run_state import RunState
from descend.solvers.stopping import GradientShrunk

WAVES = "sin(x)*cos(y) + 0.1*x^2 + 0.1*(y - 1)^4"
START = np.random.default_rng(0).uniform(-2, 2, (37, 2))


def both(optimizer, rate, *, formula=WAVES, start=START, steps=40, tol=1e-8, record="all"):
    """Return the same descent in compiled batches and in the array loop."""
    objective = Formula(formula, ("x", "y"))
    options = Options(steps, tol, record, names=("x", "y"), formula=formula)
    loop = ArrayLoop(optimizer, rate)
    batched = runs.descend_batched(objective, start, loop, options)
    return batched, loop.solve(objective, start, options)


def assert_same(one, other, rtol=1e-12):
    for field in fields(one):
        found, expected = getattr(one, field.name), getattr(other, field.name)
        if field.name == "seconds":
            assert found.shape == expected.shape
            assert (np.diff(found) >= 0).all()
        elif field.name in ("objective", "optimizer", "learning_rate"):
            assert type(found) is type(expected)
        elif isinstance(expected, np.ndarray | float) and np.asarray(expected).dtype.kind == "f":
            np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-12)
        else:
            np.testing.assert_array_equal(found, expected)


SPREAD = np.geomspace(1e-3, 0.3, len(START))


@pytest.mark.parametrize("record", ["all", 7, "values", None])
def test_everything_is_recorded_as_in_the_array_loop(record):
    batched, in_arrays = both(Adam(), Constant(SPREAD), record=record)
    assert_same(batched, in_arrays)


@pytest.mark.parametrize(
    "rate",
    [Constant(0.05), Cosine(0.1, steps=30), Cosine(SPREAD, steps=30)],
    ids=["constant", "schedule", "schedules"],
)
def test_rates_may_follow_a_schedule(rate):
    assert_same(*both(Momentum(), rate))


@pytest.mark.parametrize("rate", [Constant(1e-5), Cosine(1e-5 * SPREAD, steps=12_000)], ids=repr)
def test_runs_may_take_more_steps_than_one_compiled_call(rate):
    batched, in_arrays = both(Momentum(), rate, steps=10_500, record=None)
    assert (in_arrays.nit == 10_500).all()
    assert_same(batched, in_arrays)


def test_hyperparameters_may_differ_from_run_to_run():
    some = np.resize([0, 0.5, 0.9], len(START))[:, None]
    wrapped = Lookahead(Momentum(mu=some))
    assert_same(
        *both(Adam(beta1=some, eps=np.resize([1e-8, 1e-4], (len(START), 1))), Constant(0.01))
    )
    assert_same(*both(wrapped, Constant(0.02)))


def test_runs_end_one_by_one():
    """Some converge, some diverge, some are stopped; each at its own step."""
    batched, in_arrays = both(
        SGD(), Constant(SPREAD * 4), formula="x^2 + y^2/2", steps=300, tol=1e-3, record=9
    )
    assert set(in_arrays.status) == {"converged", "diverged", "stopped"}
    assert len(set(in_arrays.nit)) > 10
    assert_same(batched, in_arrays, rtol=1e-9)


def test_a_run_that_starts_at_the_minimum_rests():
    start = np.array([[0.0, 0.0], [1.0, 1.0]])
    batched, in_arrays = both(SGD(), Constant(0.1), formula="x^2 + y^2", start=start)
    assert in_arrays.nit.tolist() == [0, 40]
    assert_same(batched, in_arrays)
    assert_same(*both(SGD(), Constant(0.1), formula="x^2 + y^2", start=start[:1]))
    assert_same(*both(SGD(), Constant(0.1), formula="x^2 + y^2", start=start[0]))


def test_a_single_run_and_no_steps():
    assert_same(*both(Adam(), Constant(0.1), start=START[0]))
    assert_same(*both(Adam(), Constant(0.1), steps=0))


@pytest.mark.parametrize("formula", ["x + 0*y", "3*y", "max(x, y)^2", "x*y + log(x + 3) + y^7"])
def test_outputs_may_be_constants_or_shared(formula):
    assert_same(*both(SGD(), Constant(0.001), formula=formula), rtol=1e-10)


def test_the_number_of_threads_changes_nothing(monkeypatch):
    objective = Formula(WAVES)
    found = []
    for threads in (1, 3):
        monkeypatch.setattr(runs, "workers", lambda threads=threads: threads)
        found.append(
            runs.descend_batched(
                objective, START, ArrayLoop(Adam(), Constant(0.1)), Options(50, names=("x", "y"))
            )
        )
    np.testing.assert_array_equal(found[0].points, found[1].points)


class Mine(Momentum):
    """An optimizer from elsewhere, which is not compiled to be kept."""


MANY = np.zeros((10_000, 2))


@pytest.mark.parametrize(
    ("pays", "changes"),
    [
        (True, {}),
        (False, {"start": MANY[:10]}),
        (True, {"start": MANY[0], "steps": 100_000}),
        (False, {"steps": 10}),
        (False, {"start": MANY.astype(np.float32)}),
        (False, {"learning_rate": Monotone()}),
        (False, {"optimizer": Averaged(Adam())}),
        (False, {"optimizer": by_name("lamb")}),
        (False, {"optimizer": Mine()}),
        (False, {"formula": None}),
    ],
    ids=lambda given: given if isinstance(given, bool) else ",".join(given) or "plain",
)
def test_batches_are_taken_where_they_can_and_pay(pays, changes):
    given = {"start": MANY, "optimizer": Adam(), "learning_rate": Constant(0.1), "steps": 1000}
    given |= {"formula": WAVES, **changes}
    loop = ArrayLoop(given["optimizer"], given["learning_rate"])
    options = Options(given["steps"], formula=given["formula"])
    assert runs.pays(Formula(WAVES), given["start"], loop, options) is pays


def test_ascents_take_them(monkeypatch):
    calls = []
    descend_batched = runs.descend_batched

    def counted(*given, **options):
        calls.append(1)
        return descend_batched(*given, **options)

    monkeypatch.setattr(runs, "descend_batched", counted)
    options = {"optimizer": "adam", "learning_rate": 0.1, "steps": 600, "record": "values"}
    up = descend.maximize(WAVES, np.resize(START, (3000, 2)), **options)
    alone = descend.maximize(WAVES, START, **options)
    assert len(calls) == 1
    np.testing.assert_allclose(up.x[: len(START)], alone.x, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(up.fun[: len(START)], alone.fun, rtol=1e-9)
    np.testing.assert_allclose(alone.fun, Formula(WAVES).value(alone.x), rtol=1e-14)


def test_a_sweep_takes_them():
    rates = [0.01, 0.1]
    result = descend.sweep(
        WAVES, 2000, optimizer="momentum", learning_rate=rates, hyper={"mu": [0.5, 0.9]},
        steps=400, seed=0, record=None,
    )  # fmt: skip
    alone = descend.minimize(
        WAVES, 2000, optimizer=Momentum(mu=0.5), learning_rate=0.1, steps=400, seed=0,
        callback=lambda x: None,
    )  # fmt: skip
    found = np.array([point.value for point in result.select(learning_rate=0.1, mu=0.5)])
    np.testing.assert_allclose(found, alone.fun, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("tol", [0.0, 1e-17, 1e-8, 1e-2])
def test_the_compiled_stopping_rule_is_that_of_the_array_loop(tol):
    """Of points about the two thresholds of the rule, the same runs have converged."""
    random = np.random.default_rng(0)
    n, d, rule = 2000, 2, GradientShrunk(tol)
    size = 10.0 ** random.integers(-3, 4, (n, d))
    state = RunState(size * random.uniform(1, 2, (n, d)), SGD())
    near = random.choice([0.0, 0.5, 0.99, 1.01, 3.0], (n, 1 + d))
    state.before = state.w
    state.w = state.before + max(tol, 1e-15) * near[:, 1:] * np.maximum(np.abs(state.before), 1)
    state.largest_norm = 10.0 ** random.integers(-3, 4, n)
    state.g = (max(tol, 1e-15) * state.largest_norm * near[:, 0])[:, None] * [0.6, -0.8]
    own = allocated(np.arange(n), d, 0)
    own.w[:], own.largest_norm[:] = state.before.T, state.largest_norm
    slots = np.concatenate([state.w.T, np.zeros((1, n)), state.g.T])
    scratch = np.zeros((3, n))
    ended = accept_steps(own.numbers, slots, np.array([2, 3, 4]), scratch, *limits_of(rule), n)
    converged = rule(state, np.sqrt(np.sum(state.g**2, axis=-1)))
    assert np.array_equal(scratch[2] != 0, converged)
    assert ended == converged.sum()
    assert 0 < ended < n
