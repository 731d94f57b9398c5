"""Ends of many runs are told apart, and only minima are counted."""

import time

import numpy as np
import pytest

from descend import maximize, minimize
from descend.diagnosis.minima import curves_down, distinct_minima, encircled
from descend.objectives import as_problem
from descend.objectives.landmarks import LANDMARKS
from descend.records.descent import Descent


def ended(x, fun, status, jac=None, objective=None, start=None):
    """Return the record of runs of which only start and end are known."""
    x = np.asarray(x, dtype=float)
    k = len(x)
    jac = np.zeros_like(x) if jac is None else np.asarray(jac, dtype=float)
    start = np.zeros_like(x) if start is None else np.asarray(start, dtype=float)
    return Descent(
        x=x,
        fun=np.asarray(fun, dtype=float),
        jac=jac,
        best_x=x,
        best_fun=np.asarray(fun, dtype=float),
        nit=np.full(k, 1),
        nfev=np.full(k, 2),
        status=np.array(status),
        message=np.array([""] * k),
        points=np.stack([start, x]),
        point_steps=np.array([0, 1]),
        values=np.stack([np.full(k, 100.0), fun]),
        gradient_norms=np.stack([np.full(k, 10.0), np.linalg.norm(jac, axis=1)]),
        learning_rates=np.ones((1, k)),
        seconds=np.array([0.0, 1.0]),
        names=("x", "y")[: x.shape[1]],
        objective=objective,
    )


def test_ends_within_a_thousandth_of_the_width_are_one():
    start = [[0, 0], [10, 10], [5, 5], [1, 1]]
    x = [[1, 1], [1.009, 1], [1.011, 1], [9, 9]]
    found = distinct_minima(ended(x, [0, 1e-6, 1e-6, -1], ["converged"] * 4, start=start))
    assert [minimum.runs for minimum in found] == [(3,), (0, 1), (2,)]
    assert [minimum.value for minimum in found] == [-1, 0, 1e-6]
    assert found[1].point.tolist() == [1, 1]


def test_close_ends_of_different_value_are_two():
    descent = ended([[1.0], [1.0001]], [0.0, 0.5], ["converged"] * 2, start=[[0], [10]])
    assert len(distinct_minima(descent)) == 2


@pytest.mark.parametrize(
    ("status", "slope", "counted"),
    [
        ("converged", 1.0, True),
        ("stopped", 1e-6, True),
        ("stalled", 1e-6, True),
        ("stopped", 1e-3, False),
        ("diverged", 0.0, False),
    ],
)
def test_what_counts_as_an_end(status, slope, counted):
    found = distinct_minima(ended([[1.0]], [0.0], [status], jac=[[slope]]))
    assert bool(found) == counted


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_do_not_count(value):
    assert distinct_minima(ended([[1.0]], [value], ["converged"])) == []


def test_saddles_and_tops_are_left_out():
    objective = as_problem("sin(x)*sin(y)").objective
    top, bottom, saddle = [np.pi / 2, np.pi / 2], [np.pi / 2, -np.pi / 2], [0, 0]
    descent = ended([top, bottom, saddle], [1, -1, 0], ["converged"] * 3, objective=objective)
    assert [minimum.runs for minimum in distinct_minima(descent)] == [(1,)]


@pytest.mark.parametrize(
    ("formula", "point", "down"),
    [
        ("x**2 + y**2", [0, 0], False),
        ("x**2 - y**2", [0, 0], True),
        ("x*y", [0, 0], True),
        ("x**2 + 0*y", [0, 0], False),
        ("x**4 + y**4", [0, 0], False),
        ("-x**2 - y**2", [0, 0], True),
        ("sqrt(x**2 + y**2)", [0, 0], False),
    ],
)
def test_curves_down(formula, point, down):
    assert curves_down(as_problem(formula).objective, np.array(point, dtype=float)) == down


@pytest.mark.parametrize(
    ("formula", "minimum"),
    [
        ("abs(x)", [0]),
        ("abs(x) + abs(y)", [0, 0]),
        ("max(abs(x - 1), abs(y + 2))", [1, -2]),
        ("relu(x) - x/2", [0]),
        ("sqrt(abs(x))", [0]),
        ("100 + abs(x - 1) + abs(y)", [1, 0]),
    ],
)
def test_a_minimum_on_a_kink_is_one(formula, minimum):
    descent = minimize(formula, starts=10, seed=0)
    (found,) = distinct_minima(descent)
    np.testing.assert_allclose(found.point, minimum, atol=0.01)
    assert found.value == np.min(descent.fun)
    assert found.runs == tuple(range(10))


@pytest.mark.parametrize("formula", ["abs(x - 1) + 2*abs(x + y)", "abs(x - 1) + 200*abs(x + y)"])
def test_runs_stuck_in_a_kinked_valley_have_found_no_minimum(formula):
    descent = minimize(formula, starts=30, optimizer="sgd", seed=0, steps=300)
    away = np.abs(descent.x - [1, -1]).max(axis=1)
    assert (away > 0.1).sum() > 20
    for found in distinct_minima(descent):
        np.testing.assert_allclose(found.point, [1, -1], atol=0.01)


@pytest.mark.parametrize(
    ("formula", "start", "optimizer", "rate"),
    [
        ("x**2", [5.0], "sgd", 1e-12),
        ("rosenbrock", [-1.2, 1.0], "sgd", 1e-5),
        ("abs(x)", [3.05], "sgd", 0.1),
        ("abs(x)", [3.0], "adam", 0.001),
    ],
)
def test_runs_that_crawl_or_swing_have_found_no_minimum(formula, start, optimizer, rate):
    descent = minimize(formula, start, optimizer=optimizer, learning_rate=rate, steps=300)
    assert distinct_minima(descent) == []


@pytest.mark.parametrize(
    ("formula", "point", "minimum"),
    [
        ("abs(x)", [1e-3], True),
        ("abs(x)", [0.02], False),
        ("-abs(x)", [0], False),
        ("abs(x) - abs(y)", [0, 0], False),
        ("abs(x) + y", [0, 0], False),
        ("abs(x + y)", [3, -3], True),
        ("abs(x) + abs(y) + abs(z) + abs(u) + abs(v)", [0, 0, 0, 0, 0], True),
        ("abs(u) + 20*abs(x + y) + abs(z) + abs(v)", [2, 0, 0, 0, 0], False),
        ("abs(u + 5*x + y) + 20*abs(x + y) + abs(z)/9", [2, 0, 0, 0], False),
        ("1e9 + abs(x)", [0], True),
        ("(x - 1)**2 + y**2", [1.001, 0], True),
        ("(x - 1)**2 + y**2", [1.1, 0], False),
        ("x**2 - y**2", [0, 0], False),
        ("log(x) + 0*y", [1e-9, 0], False),
    ],
)
@pytest.mark.parametrize("size", [1e-6, 1, 1e6])
def test_encircled(formula, point, minimum, size):
    problem = as_problem(formula)

    class Stretched:
        """The same in coordinates that are longer."""

        def value(self, w):
            return problem.objective.value(w / size)

        def value_and_gradient(self, w):
            value, g = problem.objective.value_and_gradient(w / size)
            return value, g / size

    point = np.array(point, dtype=float)
    reach = np.full(len(point), 0.01)
    assert encircled(Stretched(), point * size, reach * size, 1.0) == minimum


@pytest.mark.parametrize(
    ("formula", "point", "minimum"),
    [
        ("ackley", [0, 0], True),
        ("sqrt(x**2 + y**2)", [0, 0], True),
        ("-sqrt(x**2 + y**2)", [0, 0], False),
        ("-abs(x)", [0], False),
        ("x**3", [0], False),
        ("x**4", [0], True),
        ("0*x", [3], True),
        ("-x**4", [0], False),
        ("x**2 + 0*y", [0, 5], True),
    ],
)
@pytest.mark.parametrize("record", ["all", "values", None])
def test_a_start_without_slope_is_a_minimum_if_nothing_around_is_lower(
    formula, point, minimum, record
):
    start = dict(zip("xy", point, strict=False))
    descent = minimize(formula, start, optimizer="sgd", learning_rate=0.1, record=record)
    assert descent.nit == 0
    assert minimum or descent.status != "converged"
    assert len(distinct_minima(descent)) == minimum


def test_a_run_that_ended_far_away_does_not_merge_the_minima_of_the_others():
    starts = np.array([[-1.2, 1.3], [1.3, -1.2], [4.4, 1.4], [-4.4, -1.3], [1.0, -1.1]])

    def leap(t):  # the last run's first step
        return np.where(np.arange(5) == 4, np.where(t == 1, 1e5, 0.5), 0.5)

    descent = minimize("sin(x)*sin(y)", starts, optimizer="sgd", learning_rate=leap)
    assert np.abs(descent.x[4]).max() > 1e4
    assert len(distinct_minima(descent)) == 5


def test_many_ends_in_as_many_places_take_no_long_time():
    began = time.perf_counter()
    assert len(distinct_minima(minimize("x^2 + 0*y", starts=3000, seed=0))) > 500
    assert time.perf_counter() - began < 5


def test_one_run():
    descent = ended([[1.0, 2.0]], [3.0], ["converged"]).run(0)
    (found,) = distinct_minima(descent)
    assert (found.point.tolist(), found.value, found.runs) == ([1.0, 2.0], 3.0, (0,))


@pytest.mark.parametrize("name", ["himmelblau", "six_hump_camel", "branin", "sines"])
def test_finds_all_minima_of_a_landmark(name):
    landmark = LANDMARKS[name]
    found = distinct_minima(minimize(name, starts=60, seed=1, steps=3000))
    lowest = [m for m in found if m.value < landmark.minima[0].value + 1e-6]
    inside = [
        m.point
        for m in lowest
        if all(a <= x <= b for x, (a, b) in zip(m.point, landmark.window, strict=True))
    ]
    assert len(inside) == len(landmark.minima)
    for minimum in landmark.minima:
        distances = np.abs(np.array(inside) - minimum.point).max(axis=1)
        assert distances.min() < 1e-4


@pytest.mark.parametrize(
    ("formula", "bounds", "expected"),
    [
        ("-x^2", [(-1, 2)], [[2.0], [-1.0]]),
        ("x*y", [(-1, 1), (-2, 2)], [[1.0, -2.0], [-1.0, 2.0]]),
        ("abs(x) - y", [(None, None), (0, 3)], [[0.0, 3.0]]),
        (
            "(x - 1)^2 - z^2 + y^2",
            [(2, None), (None, None), (-1, 1)],
            [[2.0, 0.0, -1.0], [2.0, 0.0, 1.0]],
        ),
    ],
)
def test_minima_at_bounds_are_minima_and_maxima_those_of_the_negative(formula, bounds, expected):
    down = distinct_minima(minimize(formula, starts=30, bounds=bounds, seed=0))
    up = distinct_minima(maximize(f"-({formula})", starts=30, bounds=bounds, seed=0))
    for found, sign in ((down, 1), (up, -1)):
        places = sorted(m.point.round(5).tolist() for m in found)
        assert places == sorted(expected)
        assert [sign * m.value for m in found] == sorted(sign * m.value for m in found)


def test_a_saddle_within_bounds_is_no_minimum():
    rest = minimize(
        "x^2 - y^2 - z",
        [1.0, 0.0, 0.5],
        bounds=[(None, None), (-1, 1), (0, 1)],
        optimizer="sgd",
        learning_rate=0.1,
    )
    assert rest.status == "stalled"
    assert distinct_minima(rest) == []


def test_a_gradient_that_cannot_be_squared_is_no_minimum():
    towards_a_pole = minimize("log(x)", [1.0])
    assert np.abs(towards_a_pole.jac).max() > 1e154
    assert distinct_minima(towards_a_pole) == []
