"""Why a run diverged: the bounds are right, and the suggested rates work."""

import re

import numpy as np
import pytest
from bowls import Quadratic

from descend import diagnose, minimize
from descend.optimizers import SGD, Momentum

CURVATURES = [
    [5.0, 1.0],
    [1e-3, 1e-4, 1e-3],
    [4e4, 1.0, 2.0, 3.0],
    np.linspace(1, 100, 20),
]


ABOVE = [1.05, 1.5, 10.0, 1e4]


@pytest.mark.parametrize("curvatures", CURVATURES, ids=["5", "1e-3", "4e4", "100"])
@pytest.mark.parametrize(
    "factor", [ABOVE[0], *(pytest.param(f, marks=pytest.mark.thorough) for f in ABOVE[1:])]
)
@pytest.mark.parametrize(
    ("optimizer", "rule", "numerator"),
    [(SGD(), "2/L", 2), (Momentum(0.9), "3.8/L", 3.8), (Momentum(0.5), "3/L", 3)],
    ids=["sgd", "momentum", "momentum-half"],
)
def test_the_named_bound_is_right_and_the_suggested_rate_works(
    curvatures, factor, optimizer, rule, numerator
):
    objective, start = Quadratic(curvatures), np.zeros(len(curvatures))
    L = float(np.max(curvatures))
    rate = factor * numerator / L
    run = minimize(objective, start, optimizer=optimizer, learning_rate=rate, steps=3000)
    told = diagnose(run)
    assert told.status == "diverged"
    assert told.curvature == pytest.approx(L, rel=1e-6)
    assert told.stable_rate == pytest.approx(numerator / L, rel=1e-6)
    assert f"is stable below {rule} = {numerator / L:.4g}." in str(told)
    assert f"{rate:.4g} is above it" in str(told)
    assert f"A rate of {told.working_rate:.3g} works" in str(told)
    said = float(re.search(r"A rate of (\S+) works", str(told))[1])
    assert said == pytest.approx(told.working_rate, rel=1e-2)
    again = minimize(objective, start, optimizer=optimizer, learning_rate=said, steps=3000)
    assert again.status != "diverged"
    assert again.fun < 1e-2 * run.values[0]


@pytest.mark.parametrize(
    ("formula", "start", "rate"),
    [("x^4", [2.0], 1.0), ("rosenbrock", [-1.5, 2.0], 0.01), ("beale", [4.0, 4.0], 0.01)],
)
def test_the_suggested_rate_works_where_the_curvature_changes(formula, start, rate):
    run = minimize(formula, start, optimizer="sgd", learning_rate=rate)
    told = diagnose(run)
    assert told.status == "diverged"
    again = minimize(formula, start, optimizer="sgd", learning_rate=told.working_rate)
    assert again.status != "diverged"
    assert again.fun < run.values[0]


@pytest.mark.parametrize(
    "run",
    [
        lambda: minimize("saddle", [1.0, 0.5]),
        lambda: minimize("saddle", [0.0, -1.0]),
        lambda: minimize("x^2 - y^2", [1, 0.5], optimizer="sgd", learning_rate=0.1, steps=5000),
        lambda: minimize("-x", [1.0]),
        lambda: minimize("-x^2", [1.0], optimizer="momentum", learning_rate=0.1, steps=5000),
        lambda: minimize("-exp(x)", [1.0], optimizer="sgd", learning_rate=0.1),
    ],
    ids=["saddle", "axis", "saddle-sgd", "line", "hill-momentum", "exponential"],
)
def test_a_function_without_a_floor_is_not_blamed_on_the_rate(run):
    descent = run()
    told = diagnose(descent)
    assert told.status == descent.status
    assert told.status in ("diverged", "unbounded")
    assert (told.stable_rate, told.working_rate) == (None, None)
    assert "no minimum this way" in str(told)
    assert f"from {descent.values[0]:.4g} to {descent.fun:.4g} in {descent.nit} steps" in str(told)
    for wrong in ("above it", "stable below", "works"):
        assert wrong not in str(told)


def test_leaving_the_domain_is_no_bottomless_fall():
    # the value falls twice, then the third step lands left of zero, where there is no logarithm
    descent = minimize("x - log(x)", [10.0], optimizer="sgd", learning_rate=5.0)
    told = diagnose(descent)
    assert (descent.status, descent.nit) == ("diverged", 3)
    assert descent.fun < descent.values[0]
    assert "no minimum" not in str(told)
    again = minimize("x - log(x)", [10.0], optimizer="sgd", learning_rate=told.working_rate)
    assert again.status != "diverged"


@pytest.mark.parametrize("d", [2, 3, 30])
@pytest.mark.parametrize("factor", [1.02, 1.3, 4.0])
def test_the_measured_growth_and_its_direction_are_the_steepest_curvatures(d, factor):
    L, j = 8.0, d // 2
    curvatures = np.linspace(0.1, 0.5, d)
    curvatures[j] = L
    run = minimize(
        lambda w: (curvatures * w * w).sum() / 2,
        np.ones(d),
        optimizer="sgd",
        learning_rate=factor * 2 / L,
        steps=1000,
    )
    told = diagnose(run)
    assert told.status == "diverged"
    assert told.growth == pytest.approx(2 * factor - 1, rel=1e-6)  # |1 - rate L|
    assert told.coordinates == (f"w[{j}]",)
    assert f"along w[{j}], the gradient grows {told.growth:.3g} times a step" in str(told)


def test_where_a_formula_is_not_finite_and_which_part_of_it():
    run = minimize("x - log(x)", [10.0], optimizer="sgd", learning_rate=5.0)
    told = diagnose(run)
    # by hand: w - 5 (1 - 1/w), three times from 10
    w = 10.0
    for _ in range(3):
        w -= 5 * (1 - 1 / w)
    assert told.not_finite_at == pytest.approx([w])
    assert f"Step 3 went to x={w:.4g}, where log(x) of {w:.5g} is not a number." in str(told)
    overflowed = diagnose(minimize("x^2", [1.0], optimizer="sgd", learning_rate=3.0))
    assert overflowed.not_finite_at is None
