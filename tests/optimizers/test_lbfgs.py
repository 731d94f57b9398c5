"""Remembered gradients against the matrix that they stand for, written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend import minimize
from descend.optimizers import LBFGS, LimitedMemory, by_name


def matrix(pairs, d):
    """Return the estimate of the inverse Hessian after these moves and turns, the newest last."""
    moved, turned = pairs[-1]
    B = np.eye(d) * (moved @ turned) / (turned @ turned)
    for moved, turned in pairs:
        V = np.eye(d) - np.outer(turned, moved) / (moved @ turned)
        B = V.T @ B @ V + np.outer(moved, moved) / (moved @ turned)
    return B


def test_the_former_name_is_the_same_class():
    assert LimitedMemory is LBFGS
    assert type(by_name("lbfgs")) is LBFGS


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.integers(1, 5), st.integers(1, 4))
def test_the_direction_is_the_matrix_times_the_gradient(seed, pairs, d):
    random = np.random.default_rng(seed)
    factor = random.standard_normal((d, d))
    H = factor @ factor.T + np.eye(d)
    optimizer = LBFGS(pairs)
    memory = tuple(np.zeros(d) for _ in optimizer.memory)
    points = random.standard_normal((8, d))
    met = []
    for t, w in enumerate(points, start=1):
        ended, memory = optimizer.step(w, H @ w, memory, 0.7, t)
        if t > 1:
            moved = w - points[t - 2]
            met.append((moved, H @ moved))
            direction = matrix(met[-pairs:], d) @ (H @ w)
            np.testing.assert_allclose(ended, w - 0.7 * direction, rtol=1e-8, atol=1e-10)


@given(st.integers(0, 10**6), st.integers(0, 30))
def test_runs_whose_memory_was_cleared_begin_anew_at_any_step(seed, begun):
    random = np.random.default_rng(seed)
    optimizer, (w, g) = LBFGS(pairs=3), random.standard_normal((2, 5, 1, 2))
    memory = cleared = tuple(np.zeros((1, 2)) for _ in optimizer.memory)
    for t in range(1, 6):
        step, memory = optimizer.direction(w[t - 1], g[t - 1], memory, t)
        later, cleared = optimizer.direction(w[t - 1], g[t - 1], cleared, begun + t)
        np.testing.assert_array_equal(later, step)


def test_the_first_step_is_a_hundredth_of_the_points_length():
    for w, length in (([30.0, 40.0], 0.5), ([0.0, 0.0], 0.01)):
        ended, _ = LBFGS(1).step(
            np.array(w), np.array([-6e8, 8e8]), tuple(np.zeros((5, 2))), 1.0, 1
        )
        np.testing.assert_allclose(ended - w, np.array([0.6, -0.8]) * length, rtol=1e-12)


def test_the_first_step_may_be_given_its_scale():
    w, g = np.array([30.0, 40.0]), np.array([-6.0, 8.0])
    optimizer = LBFGS(1, initial=0.5)
    ended, memory = optimizer.step(w, g, tuple(np.zeros((5, 2))), 1.0, 1)
    np.testing.assert_allclose(ended, w - 0.5 * g)
    # from the second step on the bend that was met counts
    ended, _ = optimizer.step(w + 1.0, g + 2.0, memory, 1.0, 2)
    expected, _ = LBFGS(1).step(w + 1.0, g + 2.0, memory, 1.0, 2)
    np.testing.assert_allclose(ended, expected)


def test_a_move_along_which_the_gradient_falls_is_forgotten():
    optimizer = LBFGS(2)
    g = np.array([1.0, 1.0])
    _, known = optimizer.step(np.zeros(2), g, tuple(np.zeros((7, 2))), 1.0, 1)
    _, known = optimizer.step(np.array([1.0, 0.0]), g + np.array([2, 0]), known, 1.0, 2)
    bent_down = optimizer.step(np.array([1.0, 1.0]), g + np.array([2, -1]), known, 1.0, 3)[0]
    # one over the curvature along the first axis, its scale along the other
    np.testing.assert_allclose(bent_down, [1 - 3 / 2, 1 - 0 / 2])


@pytest.mark.parametrize("d", [2, 5, 10])
def test_a_quadratic_takes_a_few_steps_a_coordinate(d):
    curvatures = np.logspace(0, 3, d)

    def bowl(w):
        return np.sum(curvatures * (w - 1) ** 2)

    descent = minimize(bowl, np.zeros(d), optimizer="lbfgs")
    assert descent.status == "converged"
    assert descent.nit <= 8 * d
    np.testing.assert_allclose(descent.x, 1, atol=1e-8)
