"""Bounds: the minimum inside them is SciPy's, from any start, by any optimizer."""

import numpy as np
import pytest
import scipy.optimize
from scipy.optimize import Bounds, rosen, rosen_der

import descend
from descend.api.bounds import limits_of
from descend.optimizers import SGD, Adam, Momentum
from descend.rates import Armijo, Constant, Exact, Monotone, Wolfe

BOXES = [
    [(-2, 0.5), (-2, 2)],
    [(1.5, None), (None, 1.0)],
    [(-1, 0), (-1, 0)],
    [(None, None), (0.2, 0.2)],
]
RULES = [
    ("auto", "auto"),
    ("sgd", "auto"),
    (SGD(), Wolfe()),
    (SGD(), Exact()),
    (SGD(), Constant(1e-3)),
    (Momentum(), Monotone()),
    (Momentum(), Constant(1e-3)),
    (Adam(), Armijo()),
]


def best_inside(function, gradient, start, bounds):
    options = {"ftol": 1e-16, "gtol": 1e-12, "maxiter": 10_000}
    return scipy.optimize.minimize(
        function, start, jac=gradient, bounds=bounds, method="L-BFGS-B", options=options
    )


@pytest.mark.parametrize("bounds", BOXES, ids=str)
@pytest.mark.parametrize(("optimizer", "rate"), RULES, ids=str)
def test_every_optimizer_ends_at_the_minimum_inside(bounds, optimizer, rate):
    best = best_inside(rosen, rosen_der, [0, 0], bounds)
    found = descend.minimize(
        "rosenbrock", [0, 0], optimizer=optimizer, learning_rate=rate, steps=5000, bounds=bounds
    )
    assert found.status == "converged"
    np.testing.assert_allclose(found.x, best.x, atol=1e-6)
    lower, upper = limits_of(bounds, None, 2)
    assert ((found.points >= lower) & (found.points <= upper)).all()
    # where SciPy ends on a bound, this is exactly on it
    on_bound = (best.x == lower) | (best.x == upper)
    assert (found.x[on_bound] == best.x[on_bound]).all()


def test_many_starts_are_each_the_run_alone():
    bounds = [(-2, 0.5), (0.1, 2)]
    starts = np.array([[0.0, 0.0], [5.0, -5.0], [-1.2, 1.0]])
    together = descend.minimize("rosenbrock", starts, bounds=bounds)
    for i, start in enumerate(starts):
        alone = descend.minimize("rosenbrock", start, bounds=bounds)
        assert np.array_equal(together.run(i).points, alone.points)
        assert np.array_equal(alone.points[0], np.clip(start, [-2, 0.1], [0.5, 2]))


@pytest.mark.parametrize("size", [3, 30])
def test_bounded_least_squares_are_those_of_scipy(size):
    random = np.random.default_rng(size)
    A = random.standard_normal((2 * size, size)) * np.geomspace(0.1, 1, size)
    b = random.standard_normal(2 * size)
    exact = scipy.optimize.lsq_linear(A, b, (-0.2, 0.3), tol=1e-14).x
    found = descend.minimize(
        lambda w: 0.5 * ((A @ w - b) ** 2).sum(),
        np.zeros(size),
        gradient=lambda w: A.T @ (A @ w - b),
        bounds=Bounds(-0.2, 0.3),
        steps=20_000,
        record=None,
    )
    np.testing.assert_allclose(found.x, exact, atol=1e-6)
    assert found.success


def test_the_gradient_that_is_left_tells_the_arrival():
    found = descend.minimize("(x - 1)^2 + (y - 3)^2", [0, 0], bounds=[(None, None), (0, 2)])
    assert found.status == "converged"
    assert found.x.tolist() == [1, 2]
    assert found.jac.tolist() == [0, 0]
    assert found.gradient_norms[-1] == 0


def test_maximize_keeps_bounds():
    assert descend.maximize("x + 2*y", [0, 0], bounds=[(0, 1), (0, 3)]).x.tolist() == [1, 3]


def test_a_mapping_bounds_some_of_the_names():
    found = descend.minimize("x^2 + y^2", {"y": 3, "x": 3}, bounds={"x": (1, None)})
    np.testing.assert_allclose(found.x, [0, 1], atol=1e-12)


def test_types_are_kept():
    start = np.array([3, 4], dtype=np.float32)
    found = descend.minimize("rosenbrock", start, bounds=[(0.1, 0.7), (None, 2)], steps=5)
    assert found.points.dtype == np.float32


@pytest.mark.parametrize(
    ("bounds", "low", "high"),
    [
        ([(0, 1), (None, None)], [0, -1], [1, 3]),
        ([(-9, 9), (-9, 9)], [-2, -1], [2, 3]),
        ([(10, None), (None, -20)], [10, -24], [14, -20]),
        ([(7, 8), (0, 0)], [7, 0], [8, 0]),
    ],
    ids=str,
)
def test_random_starts_are_inside(bounds, low, high):
    starts = descend.minimize("rosenbrock", 200, steps=0, bounds=bounds, seed=0).x
    assert (starts >= low).all()
    assert (starts <= high).all()
    width = np.subtract(high, low)
    assert (np.ptp(starts, axis=0) >= 0.9 * width).all()


def test_bounds_say_how_many_coordinates_random_starts_have():
    descent = descend.minimize(lambda w: w @ w, 3, bounds=[(1, 2), (2, 3)], steps=50, seed=0)
    assert descent.x.tolist() == [[1, 2]] * 3


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ([(0, 1)], "there are 1 bounds for 2 coordinates"),
        ([(0, 1)] * 3, "there are 3 bounds for 2 coordinates"),
        (Bounds([0], [1, 2, 3]), "bounds for"),
        ([(1, 0), (0, 1)], "the bounds of x are 1 and 0"),
        ([(0, 1), (float("nan"), 1)], "the bounds of y are nan and 1"),
        ([(0, 1), (float("inf"), None)], "the bounds of y are inf and inf"),
        ({"z": (0, 1)}, "there are bounds for 'z', but the names are x, y"),
        ({"x": 3}, "must hold a pair"),
        ([(0, 1, 2), (0, 1)], "must hold a pair"),
        ([(0, "a"), (0, 1)], "must hold a pair"),
        (7, "must hold a pair"),
    ],
    ids=str,
)
def test_wrong_bounds_are_refused(bounds, told):
    with pytest.raises(ValueError, match=told):
        descend.minimize("x^2 + y^2", [1, 1], bounds=bounds)


def test_names_that_are_not_there_are_refused():
    with pytest.raises(ValueError, match="bounds by name need a formula"):
        descend.minimize(lambda w: w @ w, [1, 1], bounds={"x": (0, 1)})


@pytest.mark.parametrize("bounds", [Bounds([-2, -2], [0.5, 2]), [(-2, 0.5), (-2, 2)]])
def test_scipy_passes_its_bounds(bounds):
    best = best_inside(rosen, rosen_der, [0, 0], bounds)
    method = descend.as_scipy_method()
    found = scipy.optimize.minimize(rosen, [0, 0], jac=rosen_der, method=method, bounds=bounds)
    assert found.success
    np.testing.assert_allclose(found.x, best.x, atol=1e-6)


def test_the_explanation_says_which_bounds_hold():
    found = descend.minimize("(x - 1)^2 + (y - 3)^2", [0, 0], bounds=[(-2, 4), (0, 2)])
    assert "At its bound: y at 2." in found.explain()
    free = descend.minimize("(x - 1)^2 + (y - 3)^2", [0, 0], bounds=[(-2, 4), (0, 9)])
    assert "bound" not in free.explain()
