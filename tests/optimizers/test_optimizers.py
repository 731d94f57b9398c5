"""Optimizers step as PyTorch's and optax's do, and are stable exactly as far as they say."""

import re
from typing import NamedTuple

import numpy as np
import pytest
import torch
from conventions import OURS, ROWS
from optimizer_paths import ON, PROBLEMS, largest_difference, optax_path, our_path, torch_path

from descend import minimize
from descend.optimizers import (
    FTRL,
    LBFGS,
    SGD,
    AdaGrad,
    Adam,
    Momentum,
    RAdam,
    RMSProp,
    Rprop,
    SignSGD,
    by_name,
    names,
    recommended_rate,
)
from descend.optimizers.traits import (
    effective_step_gain,
    is_elementwise,
    is_scale_free,
    stable_rate,
)
from descend.protocols import Optimizer

PEERS = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)


@pytest.fixture
def in_double():
    # PyTorch's ASGD keeps its rate in the default precision
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def rate_of(row, problem):
    return row.rates[PROBLEMS.index(problem)]


@ON
@PEERS
def test_each_of_1000_steps_is_that_of_torch_and_of_optax(in_double, problem, row):
    rate = rate_of(row, problem)
    ours = our_path(problem, row.ours, rate)
    assert np.abs(ours[-1] - ours[0]).max() > 0.05  # it went somewhere
    if row.torch is not None:
        assert largest_difference(ours, torch_path(problem, row.torch, rate)) < 1e-10
    if row.optax is not None:
        assert largest_difference(ours, optax_path(problem, row.optax(rate))) < 1e-10


def test_the_table_meets_every_optimizer():
    elementwise = {type(by_name(name)) for name in names() if is_elementwise(by_name(name))}
    assert {type(optimizer) for optimizer in OURS} == elementwise


@PEERS
def test_float32_stays_float32_and_near_float64(row):
    rate = row.rates[2]
    single = our_path(PROBLEMS[2], row.ours, rate, np.float32, steps=60)
    assert single.dtype == np.float32
    assert np.abs(single - our_path(PROBLEMS[2], row.ours, rate, steps=60)).max() < 1e-3


EACH = pytest.mark.parametrize("optimizer", OURS, ids=repr)


@EACH
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


@EACH
def test_a_step_leaves_its_arguments_alone(optimizer):
    w, g = np.array([1.0, 2.0]), np.array([3.0, -4.0])
    memory = tuple(np.array([0.5, 0.25]) for _ in optimizer.memory)
    optimizer.step(w, g, memory, 0.1, 2)
    assert w.tolist() == [1, 2]
    assert g.tolist() == [3, -4]
    assert all(array.tolist() == [0.5, 0.25] for array in memory)


@EACH
def test_all_are_optimizers(optimizer):
    assert isinstance(optimizer, Optimizer)
    assert len(set(optimizer.memory)) == len(optimizer.memory)
    assert recommended_rate(optimizer) > 0
    assert is_elementwise(optimizer)


# RAdam's first steps are plain descent, and FTRL adds one to its root
FOLLOW_THE_SCALE = {"sgd", "momentum", "nesterov", "qhm", "asgd", "radam", "ftrl"}


@pytest.mark.parametrize("name", [name for name in names() if is_elementwise(by_name(name))])
def test_the_scale_of_the_gradients_matters_to_few(name):
    assert is_scale_free(by_name(name)) == (name not in FOLLOW_THE_SCALE)


@pytest.mark.parametrize("optimizer", [SGD(), Momentum(0.5), Momentum(0.9)], ids=repr)
def test_gain_is_how_far_one_gradient_moves_in_the_end(optimizer):
    w, rate = 0.0, 0.01
    memory = tuple(0.0 for _ in optimizer.memory)
    for t in range(1, 400):
        w, memory = optimizer.step(w, 1.0 if t == 1 else 0.0, memory, rate, t)
    assert -w / rate == pytest.approx(effective_step_gain(optimizer), rel=1e-9)


def test_what_is_not_linear_has_no_stable_rate():
    assert stable_rate(Adam(), 1.0) is None
    assert effective_step_gain(Adam()) == 1


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
    [
        ("sgd", SGD()),
        ("momentum", Momentum()),
        ("Adam", Adam()),
        ("SGD", SGD()),
        ("AdaGrad", AdaGrad()),
        ("sign_sgd", SignSGD()),
    ],
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


@pytest.mark.parametrize("wrong", [Adam, 3, None, [], "quantum"], ids=repr)
def test_what_is_no_optimizer_is_refused(wrong):
    with pytest.raises(ValueError, match="optimizer") as caught:
        by_name(wrong)
    assert "adam" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (Adam(beta1=1.0), "Adam(beta1=1.0): beta1 must be a number in [0, 1)"),
        (Adam(beta1=-0.1), "Adam(beta1=-0.1): beta1 must be a number in [0, 1)"),
        (Adam(eps=float("nan")), "Adam(eps=nan): eps must be a number at least 0"),
        (Adam(eps=float("inf")), "Adam(eps=inf): eps must be a number at least 0"),
        (Adam(beta1="0.9"), "Adam(beta1='0.9'): beta1 must be a number in [0, 1)"),
        (Adam(beta1=None), "Adam(beta1=None): beta1 must be a number in [0, 1)"),
        (Adam(beta1=False), "Adam(beta1=False): beta1 must be a number in [0, 1)"),
        (Adam(epsilon_hat=1), "Adam(epsilon_hat=1): epsilon_hat must be True or False"),
        (RMSProp(centered="no"), "RMSProp(centered='no'): centered must be True or False"),
        (RAdam(beta2=0.6), "RAdam(beta2=0.6): beta2 must be a number in (0.6, 1)"),
        (Rprop(eta_plus=1), "Rprop(eta_plus=1): eta_plus must be a number above 1"),
        (Adam(beta1=None), "Adam(beta1=None): beta1 must be a number"),
        (LBFGS(initial=0), "LBFGS(initial=0): initial must be a number above 0"),
        (FTRL(beta=-1), "FTRL(beta=-1): beta must be a number at least 0"),
    ],
    ids=lambda x: repr(x) if isinstance(x, tuple) else "",
)
def test_hyper_parameters_out_of_their_range_are_refused_when_given(wrong, told):
    with pytest.raises(ValueError, match=re.escape(told)):
        by_name(wrong)
    with pytest.raises(ValueError, match=re.escape(told)):
        minimize("x^2", [1.0], optimizer=wrong)


def test_hyper_parameters_at_their_bounds_pass():
    for optimizer in (Adam(0, 0, 0), FTRL(beta=100.0), Adam(np.float32(0.9)), *OURS):
        assert by_name(optimizer) is optimizer


@pytest.mark.parametrize("name", names())
def test_every_hyper_parameter_has_a_range(name):
    optimizer = by_name(name)
    for field, value in zip(optimizer._fields, optimizer, strict=True):
        wrong = optimizer._replace(**{field: "x"})
        assert value is None or isinstance(value, float | int)
        with pytest.raises(ValueError, match=f"{field} must be"):
            by_name(wrong)
