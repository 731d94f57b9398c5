"""Python functions: autograd's exact gradients, given gradients, and what cannot be followed."""

import math

import numpy as np
import pytest
import scipy.optimize

from descend.objectives.function import Function
from descend.typing import Objective

A = np.array([[3.0, 1.0], [1.0, 2.0]])
POINTS = np.array([[[0.5, -1.2], [1.5, 0.3]], [[-0.7, 2.0], [0.1, 0.9]]])


def loop(w):
    total = 0.0
    for j in range(2):
        total += w[j] ** 2 if w[j] > 0 else -w[j]
    return total


def rosenbrock(w):
    return np.sum(100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2)


FUNCTIONS = {
    "sine": lambda w: np.sin(w).sum(),
    "quadratic": lambda w: w @ A @ w / 2,
    "where": lambda w: np.sum(np.where(w > 0, w**2, -w)),
    "rosenbrock": rosenbrock,
    "indexing": lambda w: np.exp(w[0]) * np.cos(w[1]),
    "rebuilt array": lambda w: np.array([w[0] * w[1], w[1]]) @ np.ones(2),
    "norm": np.linalg.norm,
    "loop": loop,
    "least squares": lambda w: np.mean((np.arange(6.0).reshape(3, 2) @ w - 1) ** 2),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_gradients_are_exact(name):
    objective = Function(FUNCTIONS[name])
    assert isinstance(objective, Objective)
    values, gradients = objective.value_and_gradient(POINTS)
    assert values.shape == (2, 2)
    assert gradients.shape == POINTS.shape
    np.testing.assert_array_equal(values, objective.value(POINTS))
    for index in np.ndindex(2, 2):
        assert values[index] == FUNCTIONS[name](POINTS[index])
        numerical = scipy.optimize.approx_fprime(POINTS[index], FUNCTIONS[name], 1e-7)
        np.testing.assert_allclose(gradients[index], numerical, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("given", [False, True])
def test_hessian_products(given):
    gradient = scipy.optimize.rosen_der if given else None
    objective = Function(rosenbrock, gradient)
    v = np.array([0.3, -2.0])
    products = objective.hessian_product(POINTS, v)
    for index in np.ndindex(2, 2):
        exact = scipy.optimize.rosen_hess_prod(POINTS[index], v)
        np.testing.assert_allclose(products[index], exact, rtol=1e-7 if given else 1e-12)
    assert not objective.hessian_product(POINTS, np.zeros(2)).any()


def test_a_given_gradient_is_used():
    objective = Function(lambda w: math.sin(w[0]), lambda w: [math.cos(w[0])])
    value, gradient = objective.value_and_gradient(np.array([0.4]))
    assert (value, gradient.tolist()) == (math.sin(0.4), [math.cos(0.4)])


@pytest.mark.parametrize(("dtype", "found"), [(int, float), (np.float32, np.float32)])
def test_precision(dtype, found):
    objective = Function(lambda w: w[0] ** 2 / 2 + w[1])
    value, gradient = objective.value_and_gradient(np.array([1, 2], dtype))
    assert value.dtype == gradient.dtype == found
    assert value == 2.5
    assert gradient.tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "constant", [lambda _: 3.0, lambda _: 3, lambda _: np.float64(3), lambda w: float(len(w) + 1)]
)
def test_a_function_that_does_not_depend_on_the_point_is_flat(constant):
    objective = Function(constant)
    value, gradient = objective.value_and_gradient(np.ones(2))
    assert value == 3
    assert gradient.tolist() == [0.0, 0.0]
    assert objective.hessian_product(np.ones(2), np.ones(2)).tolist() == [0.0, 0.0]


def test_linear_functions_have_no_curvature():
    objective = Function(lambda w: w @ np.array([1.0, 2.0]))
    assert objective.hessian_product(np.ones(2), np.ones(2)).tolist() == [0.0, 0.0]


def test_the_function_cannot_change_the_point():
    def spoils(w):
        w *= 2
        return 0.0

    w = np.ones(3)
    Function(spoils, lambda w: w * 0).value_and_gradient(w)
    Function(spoils).value(w)
    assert w.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.filterwarnings("ignore:(invalid value|divide by zero):RuntimeWarning")
def test_what_is_not_finite_is_returned():
    value, _ = Function(lambda w: np.log(w[0])).value_and_gradient(np.array([[-1.0], [1.0]]))
    assert np.isnan(value[0])
    assert value[1] == 0


def named(w):
    return math.sin(w[0]) + w[1]


def filled(w):
    out = np.zeros(2)
    out[0] = w[0]
    return out.sum()


@pytest.mark.parametrize(
    ("function", "gradient", "why"),
    [
        (lambda w: w**2, None, r"returned an array of shape \(2,\), not a number"),
        (lambda w: w[:1], None, r"returned an array of shape \(1,\)"),
        (lambda _: None, None, r"returned nothing \(None\)"),
        (lambda _: "low", None, "returned a str"),
        (lambda w: 1j * w[0], None, "returned"),
        (lambda w: w @ w, lambda w: 2 * w[:1], r"shape \(1,\), but the point has \(2,\)"),
        (lambda w: w @ w, lambda _: 1.0, r"shape \(\), but the point has \(2,\)"),
        (named, None, r"named \(line \d+: return math.sin.*pass gradient="),
        (filled, None, r"filled \(line \d+: out\[0\] = w\[0\]\).*pass gradient="),
    ],
)
def test_refuses_in_one_line(function, gradient, why):
    with pytest.raises(ValueError, match=why) as refusal:
        Function(function, gradient).value_and_gradient(np.array([0.5, 1.0]))
    assert "\n" not in str(refusal.value)


def test_an_error_of_the_function_itself_is_shown_as_it_is():
    def broken(w):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Function(broken).value_and_gradient(np.ones(2))
