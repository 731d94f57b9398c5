"""Gradients are derivatives, and no point is better than the proximal one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.penalties import L2, NoPenalty

W = np.linspace(-3, 3, 13)
PENALTIES = [NoPenalty(), L2(), L2(0.0), L2(2.5)]
EACH = pytest.mark.parametrize("penalty", PENALTIES, ids=repr)


@EACH
def test_the_gradient_is_the_derivative_of_the_value(penalty):
    rise = (penalty.value(W + 1e-5) - penalty.value(W - 1e-5)) / 2e-5
    np.testing.assert_allclose(penalty.gradient(W), rise, atol=1e-8)


@EACH
def test_the_curvature_is_the_derivative_of_the_gradient(penalty):
    turn = (penalty.gradient(W + 1e-5) - penalty.gradient(W - 1e-5)) / 2e-5
    np.testing.assert_allclose(penalty.curvature(W), turn, atol=1e-8)


@EACH
@given(w=st.floats(-10, 10), rate=st.floats(1e-3, 10), other=st.floats(-10, 10))
def test_no_point_is_better_than_the_proximal_one(penalty, w, rate, other):
    # the part that is not smooth: all of the value that its gradient does not account for
    def rough(v):
        return penalty.value(v) - penalty.gradient(v) * v / 2

    def cost(v):
        return rate * rough(v) + (v - w) ** 2 / 2

    best = penalty.prox(np.float64(w), rate)
    assert cost(best) <= cost(np.float64(other)) + 1e-9
    assert best == w  # both are smooth: there is nothing to step towards


def test_ridge_is_half_the_square():
    assert L2(0.5).value(np.array([2.0, -4.0])).tolist() == [1, 4]
    assert L2().alpha == 1e-4


@EACH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shape_and_type_are_kept(penalty, dtype):
    w = np.ones((2, 3), dtype=dtype)
    for result in (penalty.value(w), penalty.gradient(w), penalty.curvature(w)):
        assert result.shape == (2, 3)
        assert result.dtype == dtype
    assert penalty.prox(w, 0.1).dtype == dtype
