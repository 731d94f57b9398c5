"""How a search's run ends does not hang on how values and gradients were rounded."""

import zlib

import numpy as np
import pytest

import descend

SEEDS = range(20)
MULTIPLIERS = np.array([0x9E3779B1, 0x85EBCA77, 0xC2B2AE3D, 0x27D4EB2F], dtype=np.uint64)
LOWEST = np.array([1.0, -2.0, 0.5])
CURVATURE = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])


def bowl(moved):
    return 0.5 * moved @ CURVATURE @ moved, CURVATURE @ moved


def quartic(moved):
    return np.sum(moved**4 + moved**2), 4 * moved**3 + 2 * moved


def cosh(moved):
    return np.sum(np.cosh(moved)), np.sinh(moved)


def kink(moved):
    return np.sum(np.abs(moved)), np.where(moved < 0, -1.0, 1.0)


def steep_kink(moved):
    return np.sum(np.maximum(moved, -9 * moved)), np.where(moved < 0, -9.0, 1.0)


class Rounded:
    """A function of the way from `LOWEST`, plus a level, each rounded its own way at each point.

    Its value is off by some roundings of itself and of `terms`, its gradient by some of itself.
    """

    def __init__(self, function, seed, *, level=1.0, terms=0.0, roundings=4):
        self.function, self.level, self.terms, self.seed = function, level, terms, seed
        self.error = roundings * np.finfo(float).eps

    def value(self, w):
        return self.value_and_gradient(w)[0]

    def value_and_gradient(self, w):
        points = w.reshape(-1, w.shape[-1])
        values, gradients = zip(*map(self._at, points), strict=True)
        return np.reshape(values, w.shape[:-1]), np.reshape(gradients, w.shape)

    def hessian_product(self, w, v):
        raise NotImplementedError

    def _at(self, point):
        # as quick as the functions, and the same at the same point
        drawn = zlib.crc32(point.tobytes(), self.seed) * MULTIPLIERS[: 1 + len(point)] % 2**32
        value, g = self.function(point - LOWEST)
        value += self.level
        off = (drawn / 2**31 - 1) * self.error
        return value + off[0] * max(abs(value), self.terms), g * (1 + off[1:])


class Summed(Rounded):
    """One that says how inexact it is."""

    def value_rounding(self, w):
        return np.full(w.shape[:-1], self.error * self.terms)


BY_OPTIMIZER = pytest.mark.parametrize("optimizer", ["auto", "sgd", "lbfgs"])


@BY_OPTIMIZER
@pytest.mark.parametrize("level", [0.0, 1.0, -1e6])
@pytest.mark.parametrize("function", [bowl, quartic, cosh])
def test_a_smooth_function_is_descended_to_its_minimum(function, level, optimizer):
    for seed in SEEDS:
        found = descend.minimize(
            Rounded(function, seed, level=level), [3.0, 1.0, -1.0], optimizer=optimizer
        )
        assert found.status == "converged"
        np.testing.assert_allclose(found.x, LOWEST, atol=1e-3 if level < 0 else 1e-6)


@BY_OPTIMIZER
@pytest.mark.parametrize("level", [0.0, 1.0, 1e6])
@pytest.mark.parametrize("start", [1e-300, 1e-28, 1e-18, 1e-9])
def test_a_start_that_is_nearly_zero_is_left(start, level, optimizer):
    # a hundredth of its length would be lost in the rounding of the value
    for seed in SEEDS:
        objective = Rounded(bowl, seed, level=level)
        found = descend.minimize(objective, np.full(3, start), optimizer=optimizer)
        assert found.status == "converged"
        np.testing.assert_allclose(found.x, LOWEST, atol=1e-3 if level > 1 else 1e-6)


@BY_OPTIMIZER
@pytest.mark.parametrize("function", [bowl, quartic])
@pytest.mark.parametrize("away", [1e-1, 1e-3, 1e-5, 1e-7, 0.0])
def test_the_bottom_of_a_sum_of_large_terms_is_reached(function, away, optimizer):
    # the value is a billionth of its terms; a start near the minimum has met no steep slope
    for seed in SEEDS:
        objective = Summed(function, seed, level=1e-9, terms=1.0)
        found = descend.minimize(objective, LOWEST + away, optimizer=optimizer)
        assert found.status == "converged"
        np.testing.assert_allclose(found.x, LOWEST, atol=1e-6)
        assert found.nfev < 60


@BY_OPTIMIZER
@pytest.mark.parametrize("kind", [Rounded, Summed])
@pytest.mark.parametrize("function", [kink, steep_kink])
def test_a_kink_is_no_convergence(function, kind, optimizer):
    for seed in SEEDS[:5]:
        objective = kind(function, seed, terms=1.0)
        found = descend.minimize(objective, [3.0, 1.0, -1.1], optimizer=optimizer, steps=200)
        assert found.status != "converged"


@pytest.mark.parametrize("kind", [Rounded, Summed])
def test_a_gradient_that_is_not_the_functions_is_no_convergence(kind):
    for seed in SEEDS[:5]:
        objective = kind(lambda moved: (moved @ moved, -moved), seed, terms=1.0)
        found = descend.minimize(objective, [3.0, 1.0, -1.1])
        assert found.status == "stalled"
