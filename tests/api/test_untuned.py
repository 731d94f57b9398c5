"""Defaults alone reach the minima of landmarks and of Moré, Garbow and Hillstrom's functions."""

import numpy as np
import pytest
import scipy.optimize
from classics import CLASSICS, PROBLEMS, STARTS, closely, reached

import descend
from descend.objectives.landmarks import LANDMARKS


@pytest.mark.parametrize(
    "classic", [each for each in CLASSICS if each.point], ids=lambda each: each.name
)
def test_the_paper_names_a_minimum_where_there_is_one(classic):
    assert classic(np.array(classic.point, dtype=float)) == pytest.approx(
        classic.minima[0], rel=1e-6, abs=1e-11
    )


def test_every_landmark_with_a_minimum_has_a_start():
    assert set(STARTS) == {name for name, landmark in LANDMARKS.items() if landmark.minima}
    assert len(CLASSICS) == 35


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.name)
def test_defaults_reach_a_minimum(problem):
    descent = descend.minimize(problem.objective(), np.array(problem.start))
    assert reached(problem, descent.x)
    assert (np.diff(descent.values) <= 0).all()
    assert descent.status != "diverged"
    assert descent.fun == descent.best_fun


@pytest.mark.thorough
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("method", ["BFGS", "L-BFGS-B", "CG"])
def test_scipy_reaches_no_more(method):
    ours = theirs = 0
    for problem in PROBLEMS:
        objective = problem.objective()

        def value_and_gradient(w, objective=objective):
            value, g = objective.value_and_gradient(w)
            return float(value), g

        start = np.array(problem.start)
        found = scipy.optimize.minimize(value_and_gradient, start, jac=True, method=method).x
        theirs += closely(problem, found)
        ours += closely(problem, descend.minimize(objective, start, record=None).x)
    assert ours >= theirs


def powell(w):
    a, b, c, d = w[::4], w[1::4], w[2::4], w[3::4]
    return np.sum((a + 10 * b) ** 2 + 5 * (c - d) ** 2 + (b - 2 * c) ** 4 + 10 * (a - d) ** 4)


def rosenbrock(w):
    return np.sum(100 * (w[1::2] - w[::2] ** 2) ** 2 + (1 - w[::2]) ** 2)


def ravine(w):
    return np.sum(np.logspace(0, 6, len(w)) * (w - 1) ** 2)


@pytest.mark.parametrize("d", [12, 100])
@pytest.mark.parametrize(
    ("function", "start"),
    [(powell, [3.0, -1.0, 0.0, 1.0]), (rosenbrock, [-1.2, 1.0]), (ravine, [0.0])],
    ids=["powell", "rosenbrock", "ravine"],
)
def test_many_coordinates_and_bad_conditions_need_no_more_steps_than_the_default(
    function, start, d
):
    start = np.resize(start, d)
    descent = descend.minimize(function, start)
    assert descent.status == "converged"
    # in a ravine of a million the gradient that is small enough follows from how sums are rounded
    assert descent.fun < max(1e-14, 1e-18 * function(start))


@pytest.mark.parametrize("start", [700.0, 50.0, 1e-9, -300.0])
def test_a_start_far_up_or_next_to_the_minimum_converges_there(start):
    descent = descend.minimize("exp(x) + exp(-x)", [start])
    assert descent.status == "converged"
    assert abs(descent.x[0]) <= 1e-8


@pytest.mark.parametrize("shift", [0.0, 1e-15, 1e-12, -1e-9])
def test_noise_at_the_bottom_is_no_wall(shift):
    descent = descend.minimize("rosenbrock", [1 + shift, 1.0])
    assert descent.status == "converged"
    assert descent.nit < 20


@pytest.mark.parametrize("formula", ["abs(x)", "abs(x) + x/2", "7 + sqrt(abs(x))"])
@pytest.mark.parametrize("start", [3.0, -0.7])
def test_a_kink_is_called_a_kink(formula, start):
    descent = descend.minimize(formula, [start])
    assert abs(descent.x[0]) < 1e-10
    assert descent.status == "stalled" or descent.x[0] == 0
    assert "kink" in descent.message or descent.x[0] == 0


@pytest.mark.parametrize("formula", ["x - log(x)", "1/x + x", "x^2 - sqrt(x)", "tan(x)^2 + 1/x"])
def test_trials_outside_the_domain_are_survived(formula):
    descent = descend.minimize(formula, [0.01])
    assert descent.status == "converged"
    assert descent.x[0] > 0


def test_a_time_budget_ends_the_descent():
    descent = descend.minimize("rosenbrock", [-1.2, 1.0], seconds=1e-9)
    assert (descent.status, descent.nit) == ("stopped", 1)
    assert descent.message == "the time budget of 1e-09 s was used up after 1 step"
    upwards = descend.maximize("-x^4 - 3*x", [1.0], seconds=1e-9)
    assert (upwards.status, upwards.nit) == ("stopped", 1)
    assert descend.minimize("rosenbrock", [-1.2, 1.0], seconds=60).status == "converged"


@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), "long", True])
def test_a_time_budget_is_positive(seconds):
    with pytest.raises(ValueError, match=r"seconds=.* must be a number above 0, or None"):
        descend.minimize("x^2", [1.0], seconds=seconds)


@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "rastrigin", "ackley"])
def test_the_path_stays_in_the_picture(name):
    low, high = np.array(LANDMARKS[name].window).T
    descent = descend.minimize(name, 20, seed=0)
    inside = ((descent.points >= low) & (descent.points <= high)).all(axis=-1)
    assert inside.mean() > 0.97
