"""Every public function of NumPy: followed, flat, or refused by its name."""

import warnings

import numpy as np
import pytest
from table_of_numpy import FLAT, FOLLOWED, REFUSED, WITHOUT_NUMBERS, W

from descend.objectives.functions.function import Function

# which NumPy would rather not have any more
pytestmark = pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")

CALLS = [
    pytest.param(call, id=f"{name}-{k}")
    for name in FOLLOWED
    for k, call in enumerate(FOLLOWED[name])
]
DIRECTION = np.cos(np.arange(6.0))


def function_of(name):
    home, _, last = name.rpartition(".")
    return getattr(getattr(np, home) if home else np, last)


def test_the_table_holds_all_of_numpy():
    functions = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for home, module in (("", np), ("linalg.", np.linalg), ("fft.", np.fft)):
            for name in dir(module):
                thing = getattr(module, name)
                if callable(thing) and not isinstance(thing, type) and not name.startswith("_"):
                    functions[home + name] = thing
    tables = (FOLLOWED, FLAT, REFUSED, WITHOUT_NUMBERS)
    listed = [name for table in tables for name in table]
    assert len(listed) == len(set(listed))
    # aliases are told by identity: np.abs is np.absolute
    known = {id(functions[name]) for name in listed if name in functions}
    assert [name for name, thing in functions.items() if id(thing) not in known] == []
    assert len(functions) > 400


def summed(call):
    """Return a call as a function to one number, in which each number of the result has a say."""

    def function(w):
        found = call(w)
        found = found if isinstance(found, tuple) else (found,)
        total = 0.0
        for each in found:
            weights = np.reshape(np.sin(1.0 + np.arange(np.size(each))), np.shape(each))
            total = total + np.sum(weights * np.real(each))
            if np.iscomplexobj(each):
                total = total + np.sum((1 - weights) * np.imag(each))
        return total

    return function


def differences(function, w, direction, h=1e-4):
    """Return the slope along a direction by differences of fourth order."""
    near, far = (function(w + k * h * direction) - function(w - k * h * direction) for k in (1, 2))
    return (8 * near - far) / (12 * h)


@pytest.mark.parametrize("call", CALLS)
def test_what_is_followed_has_numpys_value_and_the_slopes_of_differences(call):
    function = summed(call)
    objective = Function(function)
    value, gradient = objective.value_and_gradient(W)
    assert value == pytest.approx(function(W), rel=1e-15)
    numerical = [differences(function, W, step) for step in np.eye(6)]
    np.testing.assert_allclose(gradient, numerical, rtol=2e-7, atol=2e-8)
    assert gradient.any()
    bent = differences(lambda w: objective.value_and_gradient(w)[1], W, DIRECTION)
    product = objective.hessian_product(W, DIRECTION)
    np.testing.assert_allclose(product, bent, rtol=2e-6, atol=2e-7)


@pytest.mark.parametrize("name", FLAT)
def test_what_is_flat_has_no_slope(name):
    calls = []

    def function(w):
        calls.append(FLAT[name](w))
        return w @ w

    gradient = Function(function).value_and_gradient(W)[1]
    np.testing.assert_array_equal(gradient, 2 * W)
    np.testing.assert_equal(calls[-1], calls[0])
    assert type(calls[-1]) is type(calls[0])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_named(name):
    with pytest.raises(ValueError, match="descend cannot follow") as refusal:
        Function(lambda w: np.sum(REFUSED[name](w))).value_and_gradient(W)
    told = str(refusal.value)
    assert f"np.{name}" in told
    assert "(line " in told
    assert told.endswith(
        "pass gradient= (a function, or 'differences'), or write the function with JAX or PyTorch"
    )
