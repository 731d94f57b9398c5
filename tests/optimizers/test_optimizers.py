"""Optimizers step as PyTorch's and optax's do, and are stable exactly as far as they say."""

from typing import NamedTuple

import jax
import numpy as np
import optax
import pytest
import torch

from descend import verbs
from descend.optimizers import SGD, Adam, Momentum, by_name, recommended_rate
from descend.optimizers.traits import gain, is_elementwise, is_scale_free, stable_rate
from descend.typing import Optimizer

jax.config.update("jax_enable_x64", True)

STEPS = 1000


class Quadratic:
    """An ill-conditioned parabola in turned coordinates: curvatures from 1e-2 to 1e2."""

    rates = {"sgd": 0.015, "momentum": 0.015, "adam": 0.05, "slow": 0.005}
    start = np.array([1.0, -2.0, 3.0, -4.0])

    def __init__(self):
        turn, _ = np.linalg.qr(np.random.default_rng(0).standard_normal((4, 4)))
        self.H = turn @ np.diag([1e-2, 1.0, 10.0, 1e2]) @ turn.T
        self.target = np.array([0.3, -0.7, 1.1, 2.0])

    def gradient(self, w):
        return self.H.astype(w.dtype) @ (w - self.target.astype(w.dtype))


class Rosenbrock:
    """A curved valley."""

    rates = {"sgd": 1e-3, "momentum": 1e-4, "adam": 0.02, "slow": 0.002}
    start = np.array([-1.2, 1.0])

    def gradient(self, w):
        x, y = w
        bend = y - x * x
        return np.array([-2 * (1 - x) - 400 * x * bend, 200 * bend], dtype=w.dtype)


class Logistic:
    """A logistic regression on columns of different size."""

    rates = {"sgd": 0.3, "momentum": 0.05, "adam": 0.03, "slow": 0.003}
    start = np.zeros(5)

    def __init__(self):
        random = np.random.default_rng(1)
        self.X = random.standard_normal((80, 5)) * [1, 2, 0.5, 3, 0.1]
        self.y = (self.X @ [1, -1, 2, 0.5, 3] + random.standard_normal(80) > 0).astype(float)

    def gradient(self, w):
        X = self.X.astype(w.dtype)
        p = 1 / (1 + np.exp(-(X @ w)))
        return X.T @ (p - self.y.astype(w.dtype)) / w.dtype.type(len(X)) + w.dtype.type(1e-3) * w


PROBLEMS = [Quadratic(), Rosenbrock(), Logistic()]


# each row: our optimizer, PyTorch's, optax's
def torch_sgd(w, rate):
    return torch.optim.SGD([w], lr=rate)


def torch_momentum(w, rate):
    return torch.optim.SGD([w], lr=rate, momentum=0.9)


def torch_adam(w, rate):
    return torch.optim.Adam([w], lr=rate)


TABLE = [
    ("sgd", SGD(), torch_sgd, optax.sgd),
    ("momentum", Momentum(0.9), torch_momentum, lambda rate: optax.sgd(rate, momentum=0.9)),
    ("adam", Adam(), torch_adam, optax.adam),
    (
        "slow",
        Adam(0.8, 0.99, 1e-3),
        lambda w, rate: torch.optim.Adam([w], lr=rate, betas=(0.8, 0.99), eps=1e-3),
        lambda rate: optax.adam(rate, b1=0.8, b2=0.99, eps=1e-3),
    ),
    (
        "momentum",
        Momentum(0.5),
        lambda w, rate: torch.optim.SGD([w], lr=rate, momentum=0.5),
        lambda rate: optax.sgd(rate, momentum=0.5),
    ),
]
PEERS = pytest.mark.parametrize(
    ("name", "optimizer", "torch_peer", "optax_peer"),
    TABLE,
    ids=["sgd", "momentum", "adam", "adam-own", "momentum-own"],
)
ON = pytest.mark.parametrize("problem", PROBLEMS, ids=["quadratic", "rosenbrock", "logistic"])


def our_path(problem, optimizer, rate, dtype):
    w = problem.start.astype(dtype)
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    path = [w]
    for t in range(1, STEPS + 1):
        w, memory = verbs.step(optimizer, w, problem.gradient(w), memory, dtype(rate), t)
        path.append(w)
    return np.array(path)


def torch_path(problem, peer, rate, dtype):
    w = torch.tensor(problem.start.astype(dtype))
    optimizer = peer(w, rate)
    path = [w.numpy().copy()]
    for _ in range(STEPS):
        w.grad = torch.from_numpy(problem.gradient(w.numpy()))
        optimizer.step()
        path.append(w.numpy().copy())
    return np.array(path)


def optax_path(problem, peer, rate, dtype):
    transform = peer(rate)
    w = jax.numpy.asarray(problem.start.astype(dtype))
    state = transform.init(w)

    @jax.jit
    def advance(w, g, state):
        updates, state = transform.update(g, state)
        return optax.apply_updates(w, updates), state

    path = [np.asarray(w)]
    for _ in range(STEPS):
        w, state = advance(w, problem.gradient(np.asarray(w)), state)
        path.append(np.asarray(w))
    return np.array(path)


def furthest(ours, theirs):
    """Return the largest difference between two paths, relative to the largest coordinate."""
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    assert np.isfinite(ours).all()
    return np.abs(ours - theirs).max() / np.abs(theirs).max()


@ON
@PEERS
def test_each_of_1000_steps_is_that_of_torch_and_of_optax(
    problem, name, optimizer, torch_peer, optax_peer
):
    rate = problem.rates[name]
    ours = our_path(problem, optimizer, rate, np.float64)
    assert np.abs(ours[-1] - ours[0]).max() > 0.05  # it went somewhere
    assert furthest(ours, torch_path(problem, torch_peer, rate, np.float64)) < 1e-10
    assert furthest(ours, optax_path(problem, optax_peer, rate, np.float64)) < 1e-10


@ON
@PEERS
def test_float32_stays_float32_and_near_torch(problem, name, optimizer, torch_peer, optax_peer):
    rate = problem.rates[name]
    ours = our_path(problem, optimizer, rate, np.float32)
    assert ours.dtype == np.float32
    assert furthest(ours, torch_path(problem, torch_peer, rate, np.float32)) < 1e-4


ALL = [SGD(), Momentum(), Momentum(0.5), Adam(), Adam(0.5, 0.9, 1e-4)]


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
@pytest.mark.parametrize("shape", [(), (3,), (4, 3), (2, 4, 3)], ids=str)
@pytest.mark.parametrize("own_rates", [False, True])
def test_many_runs_step_as_each_alone(optimizer, shape, own_rates):
    random = np.random.default_rng(3)
    w = random.standard_normal(shape)
    rate = random.uniform(0.01, 0.1, (*shape[:-1], 1)) if own_rates and shape else 0.05
    memory = tuple(np.zeros_like(w) for _ in optimizer.memory)
    start = w
    gradients = random.standard_normal((7, *shape))
    for t, g in enumerate(gradients, start=1):
        w, memory = optimizer.step(w, g, memory, rate, t)
    assert np.shape(w) == shape
    assert all(np.shape(array) == shape for array in memory)
    for index in np.ndindex(*shape):
        alone, kept = start[index], tuple(0.0 for _ in optimizer.memory)
        own = np.broadcast_to(rate, shape)[index]
        for t, g in enumerate(gradients, start=1):
            alone, kept = optimizer.step(alone, g[index], kept, own, t)
        # NumPy's scalar and vector powers may differ in the last bit
        np.testing.assert_allclose(w[index], alone, rtol=1e-13, atol=1e-15)
        for array, number in zip(memory, kept, strict=True):
            np.testing.assert_allclose(array[index], number, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
def test_a_step_leaves_its_arguments_alone(optimizer):
    w, g = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    memory = tuple(np.array([0.5, 0.25]) for _ in optimizer.memory)
    optimizer.step(w, g, memory, 0.1, 2)
    assert w.tolist() == [1, 2]
    assert g.tolist() == [3, -4]
    assert all(array.tolist() == [0.5, 0.25] for array in memory)


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
def test_all_are_optimizers(optimizer):
    assert isinstance(optimizer, Optimizer)
    assert len(set(optimizer.memory)) == len(optimizer.memory)
    assert recommended_rate(optimizer) > 0
    assert is_elementwise(optimizer)
    assert is_scale_free(optimizer) == isinstance(optimizer, Adam)


@pytest.mark.parametrize("optimizer", [SGD(), Momentum(0.5), Momentum(0.9)], ids=repr)
def test_gain_is_how_far_one_gradient_moves_in_the_end(optimizer):
    w, rate = 0.0, 0.01
    memory = tuple(0.0 for _ in optimizer.memory)
    for t in range(1, 400):
        w, memory = optimizer.step(w, 1.0 if t == 1 else 0.0, memory, rate, t)
    assert -w / rate == pytest.approx(gain(optimizer), rel=1e-9)


def test_what_is_not_linear_has_no_stable_rate():
    assert stable_rate(Adam(), 1.0) is None
    assert gain(Adam()) == 1


class Clipping(NamedTuple):
    """A step of at most one: what norms do to an optimizer."""

    @property
    def memory(self):
        return ()

    def step(self, w, g, memory, rate, t):
        norm = np.linalg.norm(g, axis=-1, keepdims=True)
        return w - rate * g / np.maximum(1, norm), memory


def test_an_optimizer_from_elsewhere_is_known_by_its_step():
    assert not is_elementwise(Clipping())
    assert not is_scale_free(Clipping())
    with pytest.raises(ValueError, match="Clipping: give learning_rate="):
        recommended_rate(Clipping())


@pytest.mark.parametrize(
    "optimizer", [SGD(), Momentum(0.0), Momentum(0.5), Momentum(0.9)], ids=repr
)
@pytest.mark.parametrize("curvature", [1e-3, 1.0, 4e5])
def test_the_stable_rate_parts_convergence_from_divergence(optimizer, curvature):
    def end(rate):
        w = 1.0
        memory = tuple(0.0 for _ in optimizer.memory)
        for t in range(1, 4001):
            w, memory = optimizer.step(w, curvature * w, memory, rate, t)
        return abs(w)

    bound = stable_rate(optimizer, curvature)
    assert end(0.99 * bound) < 1e-3
    assert end(1.01 * bound) > 1e3


@pytest.mark.parametrize(
    ("name", "optimizer"),
    [("sgd", SGD()), ("momentum", Momentum()), ("adam", Adam()), ("Adam", Adam()), ("SGD", SGD())],
)
def test_names_give_optimizers(name, optimizer):
    assert by_name(name) == optimizer
    assert type(by_name(name)) is type(optimizer)


def test_instances_pass_through():
    own = Adam(beta1=0.5)
    assert by_name(own) is own


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("adm", "adam"), ("momentun", "momentum"), ("sdg", "sgd"), ("Adamm", "adam")],
)
def test_unknown_names_name_the_nearest(name, nearest):
    with pytest.raises(ValueError, match=f"{name!r}.*Did you mean {nearest!r}"):
        by_name(name)


@pytest.mark.parametrize("wrong", [Adam, 3, None, object(), "quantum"], ids=repr)
def test_what_is_no_optimizer_is_refused(wrong):
    with pytest.raises(ValueError, match="optimizer") as caught:
        by_name(wrong)
    assert "sgd, momentum, adam" in str(caught.value)
    assert "\n" not in str(caught.value)
