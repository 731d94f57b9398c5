"""The rate that is found on the function, beside the paper's, and what the record says of it."""

from time import sleep
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend import find_rate, maximize, minimize
from descend.optimizers import MoMo, by_name, names, recommended_rate
from descend.rates import Constant, Monotone, WholeStep
from descend.rates.found import Found
from descend.solvers import rate_trials

FOUND = [name for name in names() if name != "sgd" and recommended_rate(by_name(name)) != 1]
KEPT = [name for name in names() if name not in FOUND]
IN_UNITS = ("asgd", "ftrl", "momoadam", "noisysgd", "radam")
"""Those with another number in the gradient's or the value's units."""

BOWL = "(5*x^2 + y^2)/2"


@settings(max_examples=20)
@given(
    name=st.sampled_from(FOUND),
    formula=st.sampled_from(["x^2 + {c}*y^2", "{c}*(x^4 + y^2)", "abs(x) + {c}*abs(y)", "{c}*x*y"]),
    curvature=st.sampled_from([1e-6, 1.0, 30.0, 1e4]),
    start=st.tuples(st.floats(-9, 9), st.floats(-9, 9)),
    steps=st.integers(1, 60),
)
def test_no_run_ends_higher_than_at_the_papers_rate(name, formula, curvature, start, steps):
    objective = formula.format(c=curvature)
    paper = minimize(
        objective, start, optimizer=name, learning_rate=recommended_rate(by_name(name)), steps=steps
    )
    found = minimize(objective, start, optimizer=name, steps=steps)
    if paper.status != "diverged":
        assert found.status != "diverged"
        fall = paper.values[0] - paper.fun
        assert found.fun <= paper.fun + 1e-8 * abs(fall) + 1e-15 * abs(paper.values[0])


@pytest.mark.parametrize(
    ("name", "units"),
    [(n, c) for n in FOUND for c in (1e-6, 1.0, 1e6) if c == 1 or n not in IN_UNITS],
)
def test_it_comes_down_a_bowl_in_any_units(name, units):
    descent = minimize(f"{units}*((x - 1)^2 + 3*(y - 2)^2)", [5.0, -4.0], optimizer=name, steps=300)
    assert descent.fun < 1e-2 * descent.values[0]


def test_adam_needs_no_rate_on_the_bowl_of_the_documentation():
    descent = minimize(BOWL, [1, 1], optimizer="adam")
    assert descent.status == "converged"
    assert descent.fun < 1e-12


@pytest.mark.parametrize("name", KEPT)
def test_those_that_find_their_own_steps_keep_their_rule(name):
    rule = minimize(BOWL, [1.0, 1.0], optimizer=name, steps=5).learning_rate
    assert isinstance(rule, {"sgd": Monotone, "lbfgs": WholeStep}.get(name, Constant))
    assert name in ("sgd", "lbfgs") or rule == Constant(1.0)


def test_a_rate_that_is_given_is_kept():
    descent = minimize(BOWL, [1.0, 1.0], optimizer="adam", learning_rate=0.02, steps=5)
    assert descent.learning_rate == Constant(0.02)
    assert descent.nfev == 6
    assert "tried" not in descent.explain()


@pytest.mark.parametrize("record", ["all", 7, "values", None])
@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_each_of_many_starts_is_the_run_from_it_alone(optimizer, record):
    starts = np.array([[2.0, 1.0], [-1.2, 1.0], [0.0, 3.0]])
    together = minimize("rosenbrock", starts, optimizer=optimizer, steps=90, record=record)
    for row, start in enumerate(starts):
        alone = minimize("rosenbrock", start, optimizer=optimizer, steps=90, record=record)
        assert together.learning_rate.rate[row] == pytest.approx(alone.learning_rate.rate)
        run = together.run(row)
        np.testing.assert_allclose(run.x, alone.x, rtol=1e-6)
        assert (run.nit, run.status, run.nfev) == (alone.nit, alone.status, alone.nfev)
        np.testing.assert_allclose(run.values, alone.values, rtol=1e-6)
        np.testing.assert_array_equal(run.point_steps, alone.point_steps)


def test_every_evaluation_is_counted():
    calls = []

    def function(w):
        calls.append(w)
        return w @ w, 2 * w

    descent = minimize(function, [3.0, 4.0], gradient=True, optimizer="adam", steps=30)
    # the start is looked at before: is it finite, and is its value the same twice
    assert len(calls) - descent.nfev in (1, 2)


@pytest.mark.parametrize("why", ["observer", "long", "large"])
def test_a_descent_that_begins_anew_is_that_of_the_trial(why, monkeypatch):
    expected = minimize("rosenbrock", [-1.2, 1.0], optimizer="adam", steps=80)
    told = []
    options = {"callback": told.append} if why == "observer" else {}
    if why == "large":
        monkeypatch.setattr(rate_trials, "KEPT", 0)
    if why == "long":
        monkeypatch.setattr(rate_trials, "LONG", 70)
    descent = minimize("rosenbrock", [-1.2, 1.0], optimizer="adam", steps=80, **options)
    assert descent.learning_rate.rate == expected.learning_rate.rate
    np.testing.assert_array_equal(descent.points, expected.points)
    assert descent.nfev > expected.nfev
    assert (len(told) == 80) == (why == "observer")


def test_the_record_says_what_was_found_and_how():
    descent = minimize(BOWL, [1.0, 1.0], optimizer="momentum")
    found = descent.learning_rate
    assert isinstance(found, Found)
    assert set(descent.learning_rates) == {found.rate}
    told = descent.explain()
    assert f"The learning rate, {found.rate:.3g}, led lowest of {found.tried}" in told
    assert "larger learning rate" not in told
    up = maximize(f"-({BOWL})", [1.0, 1.0], optimizer="momentum")
    assert f"{up.learning_rate.rate:.3g}, led lowest" in up.explain()
    many = minimize("sines", starts=5, optimizer="adam", seed=0, steps=60)
    low, high = many.learning_rate.rate.min(), many.learning_rate.rate.max()
    assert f"Each run's rate, from {low:.3g} to {high:.3g}, led lowest" in many.explain()


@pytest.mark.parametrize("callback", [None, lambda x: None])
def test_a_time_budget_holds_for_trials_and_all(callback):
    descent = minimize(
        lambda w: (sleep(2e-3), w[0] ** 2 + 1e10 * w[1] ** 2)[1],
        [1.0, 1.0],
        gradient=lambda w: np.array([2 * w[0], 2e10 * w[1]]),
        optimizer="adam",
        steps=10**6,
        seconds=0.5,
        callback=callback,
    )
    assert "the time budget of 0.5 s was used up" in descent.message
    assert np.all(descent.seconds < 0.9)


class Plain(NamedTuple):
    """An optimizer of one's own, for which nobody recommends a rate."""

    @property
    def memory(self):
        return ()

    def step(self, w, g, memory, rate, t):
        return w - rate * g, memory


@pytest.mark.parametrize("optimizer", [Plain(), "averaged:sgd", "lookahead:adam", MoMo(lower=-1)])
def test_ones_own_and_what_is_wrapped(optimizer):
    descent = minimize(BOWL, [1.0, 1.0], optimizer=optimizer, steps=400)
    assert descent.fun < 1e-4


@pytest.mark.parametrize("steps", [0, 1, 3])
def test_at_rest_and_with_few_steps(steps):
    rest = minimize(BOWL, [0.0, 0.0], optimizer="adam", steps=steps)
    assert (rest.status, rest.nit) == ("converged", 0)
    assert np.all(rest.learning_rate.rate == 0.001)
    moving = minimize(BOWL, [1.0, 1.0], optimizer="adam", steps=steps)
    assert moving.nit == steps
    assert (moving.fun < 3) == (steps > 0)


def test_the_unit_rate_is_the_range_tests_own():
    found = find_rate("abs(x)", [3.0], optimizer="adam", steps=10)
    unit = rate_trials.unit_rate(np.array([[3.0]]), np.ones((1, 1)), by_name("adam"))
    assert found.rates[0] < unit[0] < found.rates[-1] * 10
