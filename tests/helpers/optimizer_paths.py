"""Paths of optimizers on three problems: ours, PyTorch's and optax's."""

import jax
import numpy as np
import optax
import pytest
import torch

from descend.protocols import verbs

jax.config.update("jax_enable_x64", True)

STEPS = 1000


class Quadratic:
    """An ill-conditioned parabola in rotated coordinates: curvatures from 1e-2 to 1e2."""

    start = np.array([1.0, -2.0, 3.0, -4.0])

    def __init__(self):
        rotation, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))
        self.H = rotation @ np.diag([1e-2, 1.0, 10.0, 1e2]) @ rotation.T
        self.target = np.array([0.3, -0.7, 1.1, 2.0])

    def value(self, w):
        return (w - self.target) @ self.H @ (w - self.target) / 2

    def gradient(self, w):
        return self.H.astype(w.dtype) @ (w - self.target.astype(w.dtype))


class Rosenbrock:
    """A curved valley."""

    start = np.array([-1.2, 1.0])

    def value(self, w):
        x, y = w
        return (1 - x) ** 2 + 100 * (y - x * x) ** 2

    def gradient(self, w):
        x, y = w
        excess = y - x * x
        return np.array([-2 * (1 - x) - 400 * x * excess, 200 * excess], dtype=w.dtype)


class Logistic:
    """A logistic regression on columns of different size."""

    start = np.zeros(5)

    def __init__(self):
        random = np.random.default_rng(1)
        self.X = random.standard_normal((80, 5)) * [1, 2, 0.5, 3, 0.1]
        self.y = (self.X @ [1, -1, 2, 0.5, 3] + random.standard_normal(80) > 0).astype(float)

    def value(self, w):
        z = self.X @ w
        return np.mean(np.logaddexp(0, z) - self.y * z) + 5e-4 * w @ w

    def gradient(self, w):
        X = self.X.astype(w.dtype)
        p = 1 / (1 + np.exp(-(X @ w)))
        return X.T @ (p - self.y.astype(w.dtype)) / w.dtype.type(len(X)) + w.dtype.type(1e-3) * w


PROBLEMS = [Quadratic(), Rosenbrock(), Logistic()]
ON = pytest.mark.parametrize(
    "problem",
    [*PROBLEMS[:2], pytest.param(PROBLEMS[2], marks=pytest.mark.thorough)],
    ids=["quadratic", "rosenbrock", "logistic"],
)


def our_path(problem, optimizer, rate, dtype=np.float64, steps=STEPS):
    w = problem.start.astype(dtype)
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    path = [w]
    for t in range(1, steps + 1):
        valued = verbs.at(optimizer, np.asarray(problem.value(w))[None])
        w, memory = valued.step(w, problem.gradient(w), memory, rate, t)
        assert {array.dtype for array in memory} <= {w.dtype}
        path.append(w)
    return np.array(path)


def torch_path(problem, peer, rate):
    w = torch.tensor(problem.start)
    optimizer = peer(w, rate)
    path = [w.numpy().copy()]
    for _ in range(STEPS):
        w.grad = torch.from_numpy(problem.gradient(w.numpy()))
        optimizer.step()
        path.append(w.numpy().copy())
    return np.array(path)


def optax_path(problem, transform):
    w = jax.numpy.asarray(problem.start)
    state = transform.init(w)

    @jax.jit
    def advance(w, g, state):
        updates, state = transform.update(g, state, w)
        return optax.apply_updates(w, updates), state

    path = [np.asarray(w)]
    for _ in range(STEPS):
        w, state = advance(w, problem.gradient(np.asarray(w)), state)
        path.append(np.asarray(w))
    return np.array(path)


def largest_difference(ours, theirs):
    """Return the largest difference between two paths, relative to the largest coordinate."""
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    assert np.isfinite(ours).all()
    return np.abs(ours - theirs).max() / np.abs(theirs).max()
