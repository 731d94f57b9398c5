"""At a kink: the smallest subgradient; where a slope is infinite beside a zero: zero."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.objectives.functions.function import Function

NAN = float("nan")

# function, point, the smallest subgradient there
KINKS = {
    "abs": (lambda w: np.abs(w).sum(), [0.0, -2.0], [0, -1]),
    "fabs": (lambda w: np.fabs(w).sum(), [0.0, 2.0], [0, 1]),
    "builtin abs": (lambda w: abs(w[0]) + abs(w)[1], [0.0, 0.0], [0, 0]),
    "relu": (lambda w: np.maximum(w, 0).sum(), [0.0, 1.0], [0, 1]),
    "relu beside zeros": (lambda w: np.maximum(np.array(w), np.zeros(2)).sum(), [0.0, 1.0], [0, 1]),
    "relu, turned": (lambda w: np.maximum(0, -w).sum(), [0.0, -1.0], [0, -1]),
    "minimum with a constant": (lambda w: np.minimum(w, 3.0).sum(), [3.0, 1.0], [0, 1]),
    "maximum of two": (lambda w: np.maximum(w[0], w[1]), [1.0, 1.0], [0.5, 0.5]),
    "fmin of two": (lambda w: np.fmin(w[0], w[1]), [1.0, 1.0], [0.5, 0.5]),
    "max": (np.max, [1.0, 2.0, 2.0, 2.0], [0, 1 / 3, 1 / 3, 1 / 3]),
    "min": (lambda w: w.min(), [1.0, 1.0, 2.0], [0.5, 0.5, 0]),
    "max along": (
        lambda w: np.max(w.reshape(2, 2), axis=0).sum(),
        [1.0, 5, 1, 2],
        [0.5, 1, 0.5, 0],
    ),
    "clip": (lambda w: np.clip(w, -1, 1).sum(), [1.0, -1.0, 0.5], [0, 0, 1]),
    "sorted": (lambda w: np.sort(w) @ np.array([1.0, 2, 6]), [4.0, 4.0, 1.0], [4, 4, 1]),
    "median": (np.median, [2.0, 2.0, 0.0], [0.5, 0.5, 0]),
    "ptp": (np.ptp, [2.0, 2.0, 0.0, 0.0], [0.5, 0.5, -0.5, -0.5]),
    "percentile": (lambda w: np.percentile(w, 50), [1.0, 1.0], [0.5, 0.5]),
    "norm": (np.linalg.norm, [0.0, 0.0], [0, 0]),
    "norm by row": (
        lambda w: np.linalg.norm(w.reshape(2, 2), axis=1).sum(),
        [0, 0, 3, 4],
        [0, 0, 0.6, 0.8],
    ),
    "sum norm": (lambda w: np.linalg.norm(w, 1), [0.0, 2.0], [0, 1]),
    "largest norm": (lambda w: np.linalg.norm(w, np.inf), [2.0, -2.0], [0.5, -0.5]),
    "norm of power 3": (lambda w: np.linalg.norm(w, 3), [0.0, 0.0], [0, 0]),
    "root of squares": (lambda w: np.sqrt(np.sum(w**2)), [0.0, 0.0], [0, 0]),
    "root of a square": (lambda w: (w[0] ** 2) ** 0.5 + w[1], [0.0, 0.0], [0, 1]),
    "hypot": (lambda w: np.hypot(w[0], w[1]), [0.0, 0.0], [0, 0]),
    "std": (np.std, [2.0, 2.0], [0, 0]),
    "distance to data": (lambda w: np.linalg.norm(np.array([w[0] - 1, w[1]])), [1.0, 0.0], [0, 0]),
    "interp at a knot": (lambda w: np.interp(w, [0, 1, 2], [1, 0, 3]).sum(), [1.0, 0.5], [0, -1]),
    "interp where it bends": (lambda w: np.interp(w[0], [0, 1, 2], [0, 1, 4]), [1.0], [1]),
    "arccos of a constant branch": (
        lambda w: np.sum(np.where(w > 0, np.log(np.where(w > 0, w, 1.0)), w)),
        [0.0, 2.0],
        [1, 0.5],
    ),
    "the branch not taken": (lambda w: np.where(w[0] > 0, np.sqrt(w[0]), w[0]), [0.0], [1]),
    "xlogx not taken": (lambda w: np.where(w[0] > 0, w[0] * np.log(w[0]), 0.0) + w[0], [0.0], [1]),
    "x to 1.5": (lambda w: w[0] * np.sqrt(w[0]), [0.0], [0]),
    "x to the 0": (lambda w: w[0] ** 0 + w[1], [0.0, 0.0], [0, 1]),
    "product with zeros": (np.prod, [0.0, 3.0, 2.0], [6, 0, 0]),
    "product with two zeros": (np.prod, [0.0, 3.0, 0.0], [0, 0, 0]),
    "running product": (lambda w: np.cumprod(w).sum(), [2.0, 0.0, 3.0], [1, 8, 0]),
    "sinc": (lambda w: np.sinc(w[0]), [0.0], [0]),
    # a slope that is infinite is said to be so
    "root": (lambda w: np.sqrt(w[0]) + w[1], [0.0, 0.0], [np.inf, 1]),
    "minus root": (lambda w: -np.sqrt(w[0]), [0.0], [-np.inf]),
}


@pytest.mark.parametrize("name", KINKS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_at_a_kink_the_smallest_subgradient_is_taken(name):
    function, point, expected = KINKS[name]
    w = np.array(point, dtype=float)
    value, gradient = Function(function).value_and_gradient(w)
    np.testing.assert_array_equal(value, function(w))
    np.testing.assert_allclose(gradient, expected, rtol=1e-14)


few = st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=4, max_size=4)
CONVEX = {
    "abs": lambda w: np.abs(w).sum(),
    "max": np.max,
    "relu": lambda w: np.maximum(w, 0).sum(),
    "sorted": lambda w: np.sort(w) @ np.array([0.0, 1.0, 2.0, 2.0]),
    "norm": np.linalg.norm,
    "spread": np.ptp,
    "steps": lambda w: np.abs(np.diff(w)).sum(),
    "largest": lambda w: np.linalg.norm(w, np.inf),
}


@pytest.mark.parametrize("name", CONVEX)
@given(few, st.lists(st.floats(-2, 2), min_size=4, max_size=4))
def test_the_slope_of_a_convex_function_is_a_subgradient(name, point, other):
    function, w, v = CONVEX[name], np.array(point), np.array(other)
    value, g = Function(function).value_and_gradient(w)
    assert function(v) >= value + g @ (v - w) - 1e-12
