"""Python functions: exact gradients, given gradients, and what cannot be followed."""

import math
import re

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import scipy.special
import scipy.stats

import descend
from descend.objectives.functions.function import Function
from descend.protocols import Objective

COLUMN = pd.Series([1.0, 2.0])
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


@pytest.mark.parametrize(
    ("function", "gradient", "why"),
    [
        (lambda w: w**2, None, r"returned an array of shape \(2,\), not a number"),
        (lambda _: None, None, r"returned nothing \(None\)"),
        (lambda _: "low", None, "returned a str"),
        (lambda w: 1j * w[0], None, "returned a complex"),
        (lambda w: {w[0]: 1}, None, "returned a dict"),
        (lambda w: (w @ w, 2 * w), None, "returned a tuple of 2.*gradient=True"),
        (lambda w: w @ w, lambda w: 2 * w[:1], r"shape \(1,\), but the point has \(2,\)"),
        (lambda w: w @ w, lambda _: 1.0, r"shape \(\), but the point has \(2,\)"),
        (lambda w: w @ w, lambda _: None, r"the gradient of the function is nothing \(None\)"),
        (lambda w: w @ w, lambda w: 2j * w, "is an array of complex128, not an array of real"),
        (lambda w: w @ w, lambda w: [w, 1.0], "the gradient of the function is a list"),
        (lambda w: w @ w, lambda w: ["a", "b"], "is a list, not an array of real numbers"),
        (lambda w: w @ w, True, r"gradient=True says.*returns \(value, gradient\)"),
        (lambda w: (w @ w, w, w), True, "it returned tuple"),
        (lambda w: (w @ w, 1.0), True, r"shape \(\), but the point has \(2,\)"),
        (lambda w: (w, w), True, r"returned an array of shape \(2,\)"),
    ],
)
def test_refuses_in_one_line(function, gradient, why):
    with pytest.raises(ValueError, match=why) as refusal:
        Function(function, gradient).value_and_gradient(np.array([0.5, 1.0]))
    assert "\n" not in str(refusal.value)


BUFFER = np.zeros(2)


def fills(w):
    BUFFER[0] = w[0]
    return BUFFER.sum()


def adds_at(w):
    BUFFER[:] = 0
    np.add.at(BUFFER, [0, 1], w)
    return BUFFER.sum()


def helped(w):
    return w[0] + helper(w)


def helper(w):
    return math.exp(w[1])


# function: (the operation that is named, what is said of it beside the ways out)
CANNOT_BE_FOLLOWED = [
    (fills, "BUFFER[0]", "make the array in the function"),
    (adds_at, "np.add.at(BUFFER, [0, 1], w)", "make it by np.zeros in the function"),
    (lambda w: math.sin(w[0]) + w[1], "math.sin(w[0])", "np.sin does it"),
    (helped, "math.exp(w[1])", "np.exp does it"),
    (lambda w: float(w[0]) ** 2, "float(w[0])", "leave float() out"),
    (lambda w: int(w[0]) * 1.0, "int(w[0])", "leave int() out"),
    (lambda w: np.float64(w[0]), "np.float64(w[0])", "leave np.float64() out"),
    (lambda w: scipy.special.ellipk(w).sum(), "scipy.special.ellipk(w)", "has no derivative here"),
    (lambda w: scipy.stats.norm.pdf(w).sum(), "scipy.stats.norm.pdf(w)", "write the density"),
    (lambda w: (COLUMN * w[0]).sum(), "COLUMN * w[0]", "by to_numpy()"),
    (lambda w: np.histogram(w)[1].sum(), "np.histogram(w)", "np.histogram has no derivative here"),
    (lambda w: np.cov(w, aweights=[1, 2]), "np.cov(w, aweights=[1, 2])", "with weights has no"),
    (lambda w: w.view(int).sum(), "w.view", "no attribute 'view'"),
]


@pytest.mark.parametrize(
    ("function", "operation", "hint"),
    CANNOT_BE_FOLLOWED,
    ids=[operation for _, operation, _ in CANNOT_BE_FOLLOWED],
)
def test_what_cannot_be_followed_is_named_with_three_ways_out(function, operation, hint):
    with pytest.raises(ValueError, match="descend cannot follow") as refusal:
        Function(function).value_and_gradient(np.array([0.5, 1.0]))
    told = str(refusal.value)
    assert f"descend cannot follow {operation}" in told
    assert hint in told
    code = helper.__code__ if function is helped else function.__code__
    line = int(re.search(r"\(line (\d+)\)", told)[1])
    assert code.co_firstlineno <= line <= code.co_firstlineno + 3
    assert told.endswith(
        "pass gradient= (a function, or 'differences'), or write the function with JAX or PyTorch"
    )
    assert "\n" not in told
    # the first two ways out, as told
    given = Function(function, lambda w: np.zeros(2))
    assert given.value_and_gradient(np.array([0.5, 1.0]))[1].tolist() == [0, 0]


def test_scipys_convention():
    def pair(w):
        return rosenbrock(w), scipy.optimize.rosen_der(w)

    objective, exact = Function(pair, True), Function(rosenbrock)
    np.testing.assert_array_equal(objective.value(POINTS), exact.value(POINTS))
    for found, right in zip(
        objective.value_and_gradient(POINTS), exact.value_and_gradient(POINTS), strict=True
    ):
        np.testing.assert_allclose(found, right, rtol=1e-12)
    v = np.array([0.3, -2.0])
    np.testing.assert_allclose(
        objective.hessian_product(POINTS, v), exact.hessian_product(POINTS, v), rtol=1e-7
    )
    assert descend.minimize(pair, [-1.2, 1.0], gradient=True).fun < 1e-8
    assert descend.check_gradient(pair, [-1.2, 1.0], True).ok
    wrong = descend.check_gradient(lambda w: (w @ w, w * [2, 1]), [1.0, 2.0], True)
    assert wrong.wrong.tolist() == [False, True]


def test_products_from_a_float32_gradient_are_no_rounding():
    objective = Function(lambda w: (w**4).sum(), lambda w: 4 * w**3)
    product = objective.hessian_product(np.array([1, 2], np.float32), np.ones(2, np.float32))
    np.testing.assert_allclose(product, [12, 48], rtol=1e-6)


@pytest.mark.parametrize("gradient", ["NumPy", "Jax", 3, False, ""])
def test_an_unknown_source_of_gradients_is_refused(gradient):
    with pytest.raises(ValueError, match="'numpy', 'jax', 'torch', 'differences'"):
        descend.minimize(lambda w: w @ w, [1.0], gradient=gradient)


@pytest.mark.parametrize("gradient", [None, "numpy", "autograd", lambda w: 2 * w])
def test_a_function_that_changes_its_mind_is_told(gradient):
    random = np.random.default_rng(0)

    def noisy(w):
        return w @ w + random.normal()

    with pytest.warns(UserWarning, match="noisy changes its mind: .*, then .* fixed seed") as told:
        descend.minimize(
            noisy, [1.0], gradient=gradient, optimizer="sgd", learning_rate=0.1, steps=3
        )
    first, second, difference = (
        float(re.search(pattern, str(told[0].message))[1])
        for pattern in (r"mind: (\S+),", r"then (\S+) ", r"difference of (\S+);")
    )
    assert difference == pytest.approx(abs(first - second), rel=5e-3)
    assert len(told) == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_differences_of_values_are_good_to_nine_digits(name):
    exact, objective = (Function(FUNCTIONS[name], way) for way in (None, "differences"))
    (value, gradient), (right, slopes) = (
        each.value_and_gradient(POINTS) for each in (objective, exact)
    )
    np.testing.assert_array_equal(value, right)
    np.testing.assert_allclose(gradient, slopes, rtol=1e-8, atol=1e-8)
    v = np.array([0.3, -2.0])
    products = objective.hessian_product(POINTS, v)
    np.testing.assert_allclose(products, exact.hessian_product(POINTS, v), rtol=1e-4, atol=1e-4)
    assert not objective.hessian_product(POINTS, 0 * v).any()


@pytest.mark.parametrize("edge", [0.0, 1e-9])
def test_differences_stay_on_the_side_where_the_function_is_finite(edge):
    def root(w):
        return w[0] ** 2 if w[0] >= 0 else np.nan

    value, gradient = Function(root, "differences").value_and_gradient(np.array([edge]))
    assert value == edge**2
    assert gradient == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("function", [lambda w: np.interp(w[0], [-1, 0, 2], [1, 0, 3]) + w[1] ** 2])
def test_what_nothing_can_follow_is_minimised_by_differences(function, dtype):
    descent = descend.minimize(function, np.array([1.5, 2.0], dtype), gradient="differences")
    assert descent.fun == pytest.approx(0, abs=1e-5)
    assert descent.x.dtype == dtype


# each packs its only number into an array
ONE_NUMBER = [
    lambda w: (w - 3) ** 2,
    lambda w: (w.reshape(1, -1) - 3) @ (w.reshape(-1, 1) - 3),
    lambda w: np.where(w[0] > -5, (w[0] - 3) ** 2, np.inf),
]


@pytest.mark.parametrize("function", ONE_NUMBER)
@pytest.mark.parametrize("gradient", [None, lambda w: 2 * (w - 3), "differences"])
def test_an_array_of_one_number_is_that_number(function, gradient):
    descent = descend.minimize(function, [1.0], gradient=gradient)
    assert descent.x == pytest.approx([3.0])
    assert isinstance(descent.fun, float)
    np.testing.assert_allclose(descent.objective.hessian_product(descent.x, np.ones(1)), [2], 1e-5)


@pytest.mark.parametrize("gradient", [None, True, "numpy", lambda w: 2 * w])
def test_looking_for_noise_costs_one_evaluation(gradient):
    calls = []

    def counted(w):
        calls.append(1)
        return (w @ w, 2 * w) if gradient is True else w @ w

    objective = Function(counted, gradient)
    for expected in (3, 2):
        calls.clear()
        objective.value_and_gradient(np.ones((2, 3)))
        assert len(calls) == expected


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_a_value_that_is_not_finite_at_the_start_is_refused(wrong):
    with pytest.raises(ValueError, match=r"not finite at the start w\[0\]=1: the value is"):
        descend.minimize(lambda w: wrong * w[0], [1.0])
    with pytest.raises(ValueError, match="not finite at the start"):
        descend.minimize(lambda w: w @ w, [1.0], gradient=lambda w: w * wrong)


def test_an_error_of_the_function_itself_is_shown_as_it_is():
    def broken(w):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        Function(broken).value_and_gradient(np.ones(2))


@pytest.mark.parametrize("shape", [(2,), (1, 2), (3, 2), (2, 3, 2)])
@pytest.mark.parametrize("one_vector", [False, True])
def test_points_of_any_shape_have_values_and_products_of_theirs(shape, one_vector):
    objective = Function(rosenbrock, gradient="numpy")
    random = np.random.default_rng(0)
    w, v = random.standard_normal((2, *shape))
    v = np.array([1.0, -2.0]) if one_vector else v
    products = objective.hessian_product(w, v)
    assert objective.value(w).shape == shape[:-1]
    assert products.shape == shape
    for index in np.ndindex(shape[:-1]):
        own = np.broadcast_to(v, shape)[index]
        np.testing.assert_allclose(objective.value(w)[index], rosenbrock(w[index]))
        np.testing.assert_allclose(products[index], objective.hessian_product(w[index], own))
