"""How one run ended: the sentences are right, and their numbers are the record's."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.datasets import make_regression

from descend import DescentRegressor, diagnose, minimize


def test_a_saddle_is_no_minimum():
    told = diagnose(minimize("saddle", [1.0, 0.0], optimizer="sgd", learning_rate=0.1))
    assert told.status == "stalled"
    assert "This is no minimum" in str(told)
    assert "(curvature -2)" in str(told)


@pytest.mark.parametrize("formula", ["sphere", "x^4 + y^2", "(x + y)^2"])
def test_a_minimum_is_not_called_a_saddle(formula):
    told = diagnose(minimize(formula, [1.0, 0.5], steps=5000))
    assert told.status == "converged"
    assert "no minimum" not in str(told)


def test_convergence_is_told_in_the_numbers_of_the_record():
    descent = minimize("rosenbrock", [-1.2, 1.0])
    norms = descent.gradient_norms
    assert str(diagnose(descent)) == (
        f"It converged after {descent.nit} steps to the value {descent.fun:.6g}: "
        f"{descent.message}. "
        f"The gradient's norm fell from {norms[0]:.3g} to {norms[-1]:.3g}."
    )
    assert descent.explain() == str(diagnose(descent))


def test_a_wrong_gradient_is_suspected_when_a_search_stalls():
    descent = minimize(lambda w: w @ w, [0.0, 0.0], gradient=lambda w: w + 1)
    told = diagnose(descent)
    assert told.status == "stalled"
    assert "gradient does not belong to it" in str(told)


@pytest.mark.parametrize("batch_size", [8, "full"])
def test_fits_are_explained(batch_size):
    random = np.random.default_rng(0)
    X = random.standard_normal((60, 2))
    y = X @ [1.0, 2.0] + 0.1 * random.standard_normal(60)
    model = DescentRegressor(optimizer="sgd", batch_size=batch_size, max_iter=500, random_state=0)
    descent = model.fit(X, y).descent_
    told = str(diagnose(descent))
    unit = "epoch" if batch_size == 8 else "step"
    assert f"It converged after {descent.nit} {unit}s to the value {descent.fun:.6g}" in told


def test_a_saddles_direction_is_named():
    formula = "x^2 - 3*y^2 + (z - 1)^2"
    told = diagnose(minimize(formula, [1.0, 0.0, 0.0], optimizer="sgd", learning_rate=0.1))
    assert told.coordinates == ("y",)
    assert told.lowest_curvature == pytest.approx(-6)
    assert "bends downwards there (curvature -6) along y" in str(told)


@pytest.mark.parametrize(
    ("name", "start", "where"),
    [
        ("mccormick", [30.0, 1.0], "outside the window -1.5 to 4"),
        ("mccormick", [-0.5, -1.5], ""),
        ("booth", [5.0, 5.0], ""),
    ],
)
def test_an_end_outside_the_window_is_told(name, start, where):
    told = str(diagnose(minimize(name, start)))
    assert ("window" in told) == bool(where)
    assert where in told


def test_an_end_at_the_edge_of_the_window_is_told():
    run = minimize("sphere", [1.0, 1.0])
    at_edge = replace(run, x=np.array([5.0, 0.0]))
    assert "at x = 5, at the edge of the window -5 to 5" in str(diagnose(at_edge))


def test_batches_that_end_above_their_start_are_told_the_bound():
    X, y = make_regression(n_samples=100, n_features=1, n_informative=1, noise=5, random_state=2)
    A = np.column_stack([X[:, 0], np.ones(100)])
    bound = 2 / np.linalg.eigvalsh(A.T @ A / 100 + np.diag([1e-4, 0]))[-1]
    fitted = DescentRegressor(
        optimizer="sgd", learning_rate=0.1, batch_size=32, max_iter=3, random_state=0, tol=0
    )
    descent = fitted.fit(X, y).descent_
    above = replace(
        descent,
        status="converged",
        fun=2 * descent.values[0],
        learning_rates=np.full(descent.nit, 1.9),
    )
    told = diagnose(above)
    assert told.stable_rate == pytest.approx(bound, rel=1e-6)
    assert f"the rate 1.9 is above 2/L = {bound:.4g}" in str(told)
    assert "above its start" not in str(diagnose(replace(descent, status="converged")))
