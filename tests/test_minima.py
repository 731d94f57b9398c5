"""Ends of many runs are told apart, and only minima are counted."""

import numpy as np
import pytest

from descend import minimize
from descend.descent import Descent
from descend.minima import curves_down, distinct_minima
from descend.objectives import as_problem
from descend.objectives.landmarks import LANDMARKS


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


def test_one_run():
    descent = ended([[1.0, 2.0]], [3.0], ["converged"]).run(0)
    (found,) = distinct_minima(descent)
    assert (found.point.tolist(), found.value, found.runs) == ([1.0, 2.0], 3.0, (0,))


@pytest.mark.parametrize("name", ["himmelblau", "six_hump_camel", "branin", "sines"])
def test_finds_all_minima_of_a_landmark(name):
    landmark = LANDMARKS[name]
    found = distinct_minima(minimize(name, 60, seed=1, steps=3000))
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
