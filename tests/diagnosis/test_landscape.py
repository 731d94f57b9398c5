"""Plateaus and ravines are called so, and nothing else is."""

import re

import numpy as np
import pytest

from descend import diagnose, minimize


@pytest.mark.parametrize("kappa", [100.0, 1e3])
def test_a_ravine_is_told_with_the_steps_that_it_takes(kappa):
    formula = f"(x^2 + {kappa:g}*y^2)/2"
    run = minimize(formula, [1.0, 1.0], optimizer="sgd", learning_rate=1 / kappa, steps=50)
    told = diagnose(run)
    assert told.condition == pytest.approx(kappa, rel=1e-9)
    assert (told.end_curvature, told.lowest_curvature) == pytest.approx((kappa, 1.0))
    said = re.search(r"one direction bends (\S+) times .* about (\S+) steps at its best", str(told))
    assert float(said[1]) == pytest.approx(kappa, rel=1e-2)
    # walked at the best rate, that many steps do it, and a tenth fewer do not
    steps = int(said[2].replace(",", ""))
    best = 2 / (kappa + 1)
    for count, near in [(steps, True), (int(0.9 * steps), False)]:
        end = minimize(
            formula, [1.0, 1.0], optimizer="sgd", learning_rate=best, steps=count, tol=0
        ).x
        assert (np.linalg.norm(end) <= 1.0001e-6 * np.sqrt(2)) == near
    assert "ravine" not in str(diagnose(minimize(formula, [1.0, 1.0])))


@pytest.mark.parametrize(
    ("formula", "start", "flat"),
    [
        ("-exp(-x^2)", 5.0, True),
        ("1/(1 + exp(x))", -20.0, True),
        ("1/(1 + exp(x))", 20.0, True),
        ("max(0, x)", -1.0, True),
        ("-exp(-x^2)", 1.0, False),
        ("x^4", 0.02, False),
        ("x^2/2", 1e-5, False),
        ("1e-3*x^2", 1e-3, False),
    ],
)
def test_a_plateau_is_told_from_a_minimum(formula, start, flat):
    run = minimize(formula, [start], optimizer="sgd", learning_rate=0.1, steps=30)
    told = str(diagnose(run))
    assert ("It is on a plateau" in told) == flat, told
