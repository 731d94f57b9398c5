"""Functions that raise outside their domain: a step that leads there is shortened, not an end."""

import math
import warnings

import numpy as np
import pytest
import torch

from descend import minimize
from descend.objectives.functions.function import Function


def log_barrier(w):
    return float(w[0] - math.log(w[0]) + (w[1] - 1) ** 2)


def log_barrier_slopes(w):
    return np.array([1 - 1 / w[0], 2 * (w[1] - 1)])


def strict_power(w):
    if w[0] < 0:
        raise ValueError("only for what is not negative")
    return w[0] ** 1.5 - w[0] + (w[1] - 1) ** 2


def quotient(w):
    return 1 / float(w[0]) + float(w[0]) + (w[1] - 1) ** 2 if w[0] > 0 else 1 / 0


def factored(w):
    """tr(A) + b^2 - log det(A) / 2 of A = [[a, b], [b, c]]: least at a = c = 1/2, b = 0."""
    matrix = np.array([[w[0], w[1]], [w[1], w[2]]])
    return w[0] + w[2] + w[1] ** 2 - np.log(np.diag(np.linalg.cholesky(matrix))).sum()


def factored_tensor(w):
    matrix = torch.stack([w[0], w[1], w[1], w[2]]).reshape(2, 2)
    return w[0] + w[2] + w[1] ** 2 - torch.diag(torch.linalg.cholesky(matrix)).log().sum()


CASES = {
    "differences": (log_barrier, "differences", [20.0, 3.0], [1.0, 1.0]),
    "gradient": (log_barrier, log_barrier_slopes, [20.0, 3.0], [1.0, 1.0]),
    "pair": (
        lambda w: (log_barrier(w), log_barrier_slopes(w)),
        True,
        [20.0, 3.0],
        [1.0, 1.0],
    ),
    "raised": (strict_power, None, [5.0, 3.0], [4 / 9, 1.0]),
    "divided": (quotient, "differences", [30.0, 3.0], [1.0, 1.0]),
    "NumPy": (factored, None, [20.0, 3.0, 8.0], [0.5, 0.0, 0.5]),
    "PyTorch": (factored_tensor, None, [20.0, 3.0, 8.0], [0.5, 0.0, 0.5]),
}


@pytest.mark.filterwarnings("ignore:.*outside its domain:UserWarning")
@pytest.mark.parametrize(
    ("case", "optimizer"),
    [*((case, name) for case in CASES for name in ("auto", "sgd")), ("differences", "adam")],
)
def test_a_step_out_of_the_domain_is_shortened(case, optimizer):
    function, gradient, start, minimum = CASES[case]
    descent = minimize(function, start, gradient=gradient, optimizer=optimizer, steps=4000)
    assert descent.status == "converged"
    np.testing.assert_allclose(descent.x, minimum, atol=1e-4)


@pytest.mark.parametrize("case", CASES)
def test_the_first_error_is_told_once(case):
    function, gradient, start, _ = CASES[case]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        minimize(function, start, gradient=gradient, optimizer="momentum", learning_rate=2, steps=9)
    told = [str(each.message) for each in caught if "domain" in str(each.message)]
    assert len(told) == 1
    assert "raised" in told[0]
    assert "outside its domain" in told[0]


def test_only_a_function_that_had_a_value_can_leave_its_domain():
    with pytest.raises(ValueError, match=r"math domain error|positive input"):
        minimize(log_barrier, [-1.0, 0.0], gradient="differences")


@pytest.mark.parametrize("error", [TypeError, KeyError, IndexError, RuntimeError])
def test_other_errors_are_mistakes(error):
    def mistaken(w):
        if w[0] < 2.5:
            raise error("a mistake")
        return float(w @ w)

    with pytest.raises(error, match="a mistake"):
        minimize(mistaken, [3.0], gradient="differences")


@pytest.mark.filterwarnings("ignore:.*outside its domain:UserWarning")
def test_differences_are_one_sided_at_the_edge():
    function = Function(lambda w: math.sqrt(w[0] - 1e-3), "differences")
    _, g = function.value_and_gradient(np.array([2e-3]))
    _, at_edge = function.value_and_gradient(np.array([1e-3 + 1e-9]))
    np.testing.assert_allclose(g, 0.5 / math.sqrt(1e-3), rtol=1e-4)
    assert np.isfinite(at_edge)
    assert at_edge > 100
