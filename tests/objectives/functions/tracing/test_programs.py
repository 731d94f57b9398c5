"""Functions as people write them: loops, buffers, assignments, lists, other libraries' calls."""

import copy

import numpy as np
import pandas as pd
import pytest
import scipy.optimize
import scipy.special
import scipy.stats
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy import array, asarray
from scipy.special import logsumexp

import descend
from descend.objectives.functions.function import Function

W = np.array([0.5, 0.8])
COLUMN = pd.Series([1.0, 2.0])
LARGE = np.linspace(0, 1, 5000)


def rotated(w):
    turn = np.array([[np.cos(w[0]), -np.sin(w[0])], [np.sin(w[0]), np.cos(w[0])]])
    return np.sum((turn @ np.ones((2, 5)) - w[1]) ** 2)


def simulated(w):
    x = np.zeros((11, 2))
    x[0] = [1, 0]
    for i in range(10):
        x[i + 1] = x[i] + 0.1 * np.array([x[i, 1], -w[0] * x[i, 0] - w[1] * x[i, 1]])
    return np.sum(x[:, 0] ** 2)


def in_place(w):
    y = w * 2
    v = y[:1]
    y *= 3
    v[0] = v[0] ** 2
    y[1] += w[0]
    return y.sum() + v.sum()


def changes_the_point(w):
    w[0] = w[1] ** 2
    w += 1
    return w @ w


def changes_a_copy(w):
    z = w.copy()
    z[z > 0.7] = 0.25
    z[0] = w[1] * w[0]
    return (z**2).sum() + copy.deepcopy(w)[1]


def with_views(w):
    y = w * 1.0
    rows, back, columns = y.reshape(1, 2), y[::-1], y.reshape(1, 2).T
    y[0] = w[1] ** 2
    return (rows**2).sum() + back @ np.array([1.0, 3.0]) + columns[0, 0]


def assigns_to_a_view(w):
    a = np.zeros((2, 2))
    row = a[0]
    row[:] = w
    row[1] *= w[0]
    a[1] = row * 2
    return (a**2).sum()


def assigns_twice(w):
    out = np.zeros(3)
    out[[0, 1, 0]] = np.array([w[0], w[1], w[0] * w[1]])
    return (out * [1.0, 2.0, 3.0]).sum() ** 2


def adds_at(w):
    out = np.zeros(2)
    np.add.at(out, [0, 1, 1], np.array([w[0], w[1] ** 2, w[0]]))
    return (out**2).sum()


def with_out(w):
    d = np.zeros_like(w)
    np.divide(w, w - 1.5, out=d, where=w > 0.7)
    return d.sum() + np.multiply(w, 2, out=np.zeros(2)).sum()


def sorts_in_place(w):
    z = -w
    z.sort()
    return z @ np.arange(2.0)


def reuses_a_buffer(w):
    buffer, total = np.ones(3), 0.0
    for k in range(3):
        total = total + (w[0] * buffer) @ buffer * (k + 1) + (w[1] * buffer).sum() ** 2
        buffer += 1
    return total


def reuses_a_large_buffer(w):
    buffer, total = LARGE.copy(), 0
    for _ in range(3):
        total = total + ((w[0] * buffer) ** 2).sum() * w[1]
        buffer[1:] += 1
    return total


def by_lists(w):
    a, b = w.tolist()
    return sum(x**2 for x in [a, b]) + max(w) + w.item(0) + np.mean([a, b]) + np.prod([a, b])


PROGRAMS = {
    program.__name__: program
    for program in (
        rotated, simulated, in_place, changes_the_point, changes_a_copy, with_views,
        assigns_to_a_view, assigns_twice, adds_at, with_out, sorts_in_place, reuses_a_buffer,
        reuses_a_large_buffer, by_lists,
    )
}  # fmt: skip
PROGRAMS |= {
    "determinant": lambda w: np.linalg.det(np.array([[w[0], 1], [2, w[1]]], dtype=float)),
    "asarray": lambda w: np.linalg.norm(np.asarray(w, dtype=float)),
    "names imported alone": lambda w: np.sum(asarray(w) ** 2) + array([w[0], w[1]]) @ np.ones(2),
    "norm of a list": lambda w: np.linalg.norm([w[0], w[1]]),
    "kept as an array": lambda w: w @ w if isinstance(w, np.ndarray) else np.nan,
    "vectorize": lambda w: np.vectorize(lambda x: x**2 if x > 0.6 else x)(w).sum(),
    "r_": lambda w: (np.r_[w, w[0], 1.0] ** 2).sum(),
    "ndenumerate": lambda w: sum(x * i[0] for i, x in np.ndenumerate(w)),
    "polynomial": lambda w: np.polynomial.Polynomial(w)(1.5),
    "poly1d": lambda w: np.poly1d(w)(1.5) ** 2,
    "masked": lambda w: np.ma.masked_array(w, w > 0.6).sum(),
    "reduce": lambda w: np.add.reduce(w) * np.multiply.reduce(w) + np.maximum.reduce(w),
    "accumulate": lambda w: np.add.accumulate(w) @ np.multiply.outer(w, w) @ w,
    "complex": lambda w: np.abs(np.exp(1j * w) @ np.array([1.0, 2.0])) ** 2,
    "printed": lambda w: w[0] ** 2 if f"{w[0]:.3f} {w}" else 0.0,
    "rosen": scipy.optimize.rosen,
    "logsumexp": lambda w: logsumexp(w) + scipy.special.logsumexp(2 * w, b=[0.2, 0.4]),
    "softmax": lambda w: scipy.special.softmax(w)[0] * scipy.special.log_softmax(w)[1],
    "normal density": lambda w: scipy.stats.multivariate_normal.logpdf(W * 2, mean=w),
    "series": lambda w: (pd.Series(w) ** 2).sum() + ((COLUMN - w) ** 2).mean(),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_have_numpys_value_and_the_slopes_of_differences(name):
    program = PROGRAMS[name]
    objective = Function(program)
    expected = scipy.optimize.approx_fprime(W, lambda w: program(w.copy()), 1e-7)
    for _ in range(2):  # the second time, it is known what the function does
        value, gradient = objective.value_and_gradient(W)
        assert value == pytest.approx(program(W.copy()), rel=1e-15)
        np.testing.assert_allclose(gradient, expected, rtol=1e-5, atol=1e-5)
    v = np.array([1.0, -0.5])
    ahead, behind = (objective.value_and_gradient(W + h * v)[1] for h in (1e-6, -1e-6))
    product = objective.hessian_product(W, v)
    np.testing.assert_allclose(product, (ahead - behind) / 2e-6, rtol=1e-4, atol=1e-5)


def test_numpys_own_functions_are_back_afterwards():
    names = [name for name in dir(np) if callable(getattr(np, name, None))]
    before = {name: getattr(np, name) for name in names}
    Function(simulated).value_and_gradient(W)
    with pytest.raises(ValueError, match="cannot follow"):
        Function(lambda w: float(np.array([w[0]])[0])).value_and_gradient(W)
    assert all(getattr(np, name) is before[name] for name in names)


def test_arrays_of_the_function_are_not_locked_afterwards():
    data = np.ones((100, 100))
    parts = [data, data[1:], data[2:].T, data.ravel()[9:]]
    Function(lambda w: sum(((part * w[0]) ** 2).sum() for part in parts[1:])).value_and_gradient(W)
    assert all(part.flags.writeable for part in parts)
    assert (LARGE.flags.writeable, LARGE[-1]) == (True, 1)


def test_what_a_function_remembers_of_an_earlier_call_is_a_constant():
    earlier = []

    def function(w):
        earlier.append(w * 1.0)
        return w @ earlier[-2] if len(earlier) > 1 else w @ w

    objective = Function(function)
    objective.value_and_gradient(W)
    _, gradient = objective.value_and_gradient(2 * W)
    np.testing.assert_array_equal(gradient, W)


def test_a_thousand_coordinates_through_asarray_take_milliseconds():
    def chain(w):
        w = np.asarray(w)
        return np.sum(100 * (w[1:] - w[:-1] ** 2) ** 2 + (1 - w[:-1]) ** 2)

    w = np.linspace(-1, 2, 1000)
    _, gradient = Function(chain).value_and_gradient(w)
    np.testing.assert_allclose(gradient, scipy.optimize.rosen_der(w), rtol=1e-12)
    # number by number, where asarray cannot be followed
    _, gradient = Function(lambda w: np.sum(asarray(w) ** 3)).value_and_gradient(w)
    np.testing.assert_allclose(gradient, 3 * w**2, rtol=1e-12)


def test_programs_are_minimised():
    descent = descend.minimize(
        lambda w: np.linalg.norm(np.array([w[0] - 1, 2 * w[1]])) ** 2, [3, 3]
    )
    assert descent.status == "converged"
    np.testing.assert_allclose(descent.x, [1, 0], atol=1e-6)


# what a random program does with the list of what it has computed
STEPS = [
    lambda m, a, b: a * b,
    lambda m, a, b: a + m.sin(b),
    lambda m, a, b: m.exp(-(a**2)) - b,
    lambda m, a, b: m.tanh(a) / (2 + b**2),
    lambda m, a, b: m.concatenate([a[1:], b[:1]]),
    lambda m, a, b: m.where(a > b, a, b) * a,
    lambda m, a, b: m.cumsum(a, 0) - m.flip(b, (0,)),
    lambda m, a, b: m.outer(a, b) @ a,
    lambda m, a, b: a * m.mean(b) + m.sqrt(1 + b**2),
    lambda m, a, b: a - m.max(b) * m.abs(b),
]
choice = st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 99), st.integers(0, 99))


@given(
    st.lists(choice, min_size=1, max_size=8), st.lists(st.floats(-1.5, 1.5), min_size=3, max_size=3)
)
def test_random_programs_have_pytorchs_slopes(steps, point):
    def program(m, w):
        known = [w, m.cos(w)]
        for step, j, k in steps:
            known.append(STEPS[step](m, known[j % len(known)], known[k % len(known)]))
        return m.sum(m.tanh(known[-1]))

    # no two equal: there the libraries choose differently
    w = np.array(point) + np.array([0.01, 0.02, 0.0305])
    value, gradient = Function(lambda w: program(np, w), "numpy").value_and_gradient(w)
    tensor = torch.from_numpy(w.copy()).requires_grad_()
    end = program(torch, tensor)
    end.backward()
    assert value == pytest.approx(end.item(), rel=1e-9, abs=1e-12)
    np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-7, atol=1e-9)
