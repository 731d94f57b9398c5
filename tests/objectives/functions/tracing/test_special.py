"""Functions of `scipy.special`, against differences."""

import numpy as np
import pytest
import scipy.special as sp

from descend.objectives.functions.function import Function
from descend.objectives.functions.tracing import special

W = np.array([0.3, 0.75, 0.6])
B = np.array([1.4, 0.6, 2.3])
BY_THE_SECOND = ["gammainc", "gammaincc", "pseudo_huber", "jv", "yv", "iv", "kv", "ive"]
FLAT = ["gammasgn", "round"]


def call(name):
    function = getattr(sp, name)
    if len(special.SLOPES[name]) == 1:
        return lambda w: np.sum(function(w) * B)
    if name in BY_THE_SECOND:
        return lambda w: np.sum(function(B, w))
    return lambda w: np.sum(function(w, B)) + np.sum(function(B + 1, w * 2))


@pytest.mark.parametrize("name", special.SLOPES)
def test_slopes_are_those_of_differences(name):
    function = call(name)
    objective = Function(function)
    value, gradient = objective.value_and_gradient(W)
    assert value == function(W)
    h = 1e-4

    def slope(of, v):
        near, far = (of(W + k * h * v) - of(W - k * h * v) for k in (1, 2))
        return (8 * near - far) / (12 * h)

    np.testing.assert_allclose(
        gradient, [slope(function, v) for v in np.eye(3)], rtol=1e-7, atol=1e-8
    )
    v = np.array([1.0, -0.4, 0.7])
    bent = slope(lambda w: objective.value_and_gradient(w)[1], v)
    np.testing.assert_allclose(objective.hessian_product(W, v), bent, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("name", FLAT)
def test_what_is_flat_has_no_slope(name):
    objective = Function(lambda w: np.sum(getattr(sp, name)(w)) + w[0])
    assert objective.value_and_gradient(W)[1].tolist() == [1, 0, 0]


@pytest.mark.parametrize("name", ["jv", "gammainc"])
def test_an_order_has_no_slope_here(name):
    with pytest.raises(ValueError, match=f"scipy.special.{name} .*by its first argument"):
        Function(lambda w: np.sum(getattr(sp, name)(w, 2.0))).value_and_gradient(W)


def test_a_function_without_a_rule_is_named():
    with pytest.raises(
        ValueError, match=r"cannot follow sp.ellipk\(w\) .*ellipk has no derivative"
    ):
        Function(lambda w: np.sum(sp.ellipk(w))).value_and_gradient(W)
