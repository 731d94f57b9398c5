"""Optimizers without a peer in PyTorch and optax step as their papers and as Keras say.

Each rule is written out once more here, coordinate by coordinate, from the paper or from Keras'
documentation, and walks with rates that change on the way.
"""

from math import copysign, sqrt

import numpy as np
import pytest

from descend.optimizers import (
    FTRL,
    QHM,
    Adadelta,
    AdaGrad,
    Adam,
    AMSGrad,
    DAdaptSGD,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
)


class Quasi:
    """Ma and Yarats (2019), equation 3."""

    def __init__(self, nu, beta):
        self.nu, self.beta, self.buffer = nu, beta, 0.0

    def step(self, w, g, rate, t):
        self.buffer = self.beta * self.buffer + (1 - self.beta) * g
        return w - rate * ((1 - self.nu) * g + self.nu * self.buffer)


class Proximal:
    """McMahan et al. (2013), algorithm 1, whose w is the leader before each step."""

    def __init__(self, l1, l2, beta):
        self.l1, self.l2, self.beta, self.z, self.n = l1, l2, beta, 0.0, 0.0

    def step(self, w, g, rate, t):
        sigma = (sqrt(self.n + g * g) - sqrt(self.n)) / rate
        self.z += g - sigma * w
        self.n += g * g
        if abs(self.z) <= self.l1:
            return 0.0
        inverse = (self.beta + sqrt(self.n)) / rate + self.l2
        return -(self.z - copysign(self.l1, self.z)) / inverse


class KerasSGD:
    def __init__(self, momentum, nesterov):
        self.momentum, self.nesterov, self.m = momentum, nesterov, 0.0

    def step(self, w, g, rate, t):
        self.m = self.momentum * self.m - rate * g
        return w + self.momentum * self.m - rate * g if self.nesterov else w + self.m


class KerasAdam:
    def __init__(self, amsgrad, eps=1e-7):
        self.eps = eps
        self.amsgrad, self.m, self.v, self.v_hat = amsgrad, 0.0, 0.0, 0.0

    def step(self, w, g, rate, t):
        alpha = rate * sqrt(1 - 0.999**t) / (1 - 0.9**t)
        self.m += (g - self.m) * (1 - 0.9)
        self.v += (g * g - self.v) * (1 - 0.999)
        self.v_hat = max(self.v_hat, self.v)
        return w - alpha * self.m / (sqrt(self.v_hat if self.amsgrad else self.v) + self.eps)


class KerasNAdam:
    def __init__(self):
        self.m, self.v, self.product = 0.0, 0.0, 1.0

    def step(self, w, g, rate, t):
        u, u_next = (0.9 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
        self.product *= u
        self.m += (g - self.m) * (1 - 0.9)
        self.v += (g * g - self.v) * (1 - 0.999)
        m_hat = u_next * self.m / (1 - self.product * u_next) + (1 - u) * g / (1 - self.product)
        return w - m_hat * rate / (sqrt(self.v / (1 - 0.999**t)) + 1e-7)


class KerasAdagrad:
    def __init__(self):
        self.accumulator = 0.1

    def step(self, w, g, rate, t):
        self.accumulator += g * g
        return w - rate * g / sqrt(self.accumulator + 1e-7)


class KerasRMSprop:
    def __init__(self, centered):
        self.centered, self.square, self.mean = centered, 0.0, 0.0

    def step(self, w, g, rate, t):
        self.square = 0.9 * self.square + (1 - 0.9) * g * g
        self.mean = 0.9 * self.mean + (1 - 0.9) * g
        under = self.square - self.mean**2 if self.centered else self.square
        return w - rate * g / sqrt(under + 1e-7)


class KerasAdadelta:
    def __init__(self):
        self.grad, self.delta = 0.0, 0.0

    def step(self, w, g, rate, t):
        self.grad = 0.95 * self.grad + (1 - 0.95) * g * g
        delta = -sqrt(self.delta + 1e-7) / sqrt(self.grad + 1e-7) * g
        self.delta = 0.95 * self.delta + (1 - 0.95) * delta * delta
        return w + rate * delta


RULES = [
    (QHM(), lambda: Quasi(0.7, 0.999)),
    (QHM(0.3, 0.8), lambda: Quasi(0.3, 0.8)),
    (FTRL(), lambda: Proximal(0.0, 0.0, 1.0)),
    (FTRL(0.7, 0.5, 2.0), lambda: Proximal(0.7, 0.5, 2.0)),
    (Momentum(0.9, rate_inside=True), lambda: KerasSGD(0.9, False)),
    (Nesterov(0.9, rate_inside=True), lambda: KerasSGD(0.9, True)),
    (Adam(eps=1e-7, epsilon_hat=True), lambda: KerasAdam(False)),
    (NAdam(eps=1e-7, psi=1.0), KerasNAdam),
    (AdaGrad(0.1, 1e-7, eps_inside=True), KerasAdagrad),
    (RMSProp(0.9, eps=1e-7, eps_inside=True), lambda: KerasRMSprop(False)),
    (RMSProp(0.9, eps=1e-7, centered=True, eps_inside=True), lambda: KerasRMSprop(True)),
    (Adadelta(0.95, 1e-7), KerasAdadelta),
]


@pytest.mark.parametrize(("optimizer", "rule"), RULES, ids=[repr(rule[0]) for rule in RULES])
@pytest.mark.parametrize("scale", [1e-3, 1.0])
def test_each_of_300_steps_is_that_of_the_rule(optimizer, rule, scale):
    random = np.random.default_rng(0)
    gradients = scale * random.normal([0.5, -1.0, 2.0, 0.0], 1.0, (300, 4))
    gradients[::7, 3] = 0
    w = np.zeros(4)
    memory = tuple(np.zeros(4) for _ in optimizer.memory)
    each, rules = [0.0] * 4, [rule() for _ in range(4)]
    for t, g in enumerate(gradients, start=1):
        rate = 0.1 / sqrt(t)
        w, memory = optimizer.step(w, g, memory, rate, t)
        each = [
            own.step(at, float(pull), rate, t) for own, at, pull in zip(rules, each, g, strict=True)
        ]
        np.testing.assert_allclose(w, each, rtol=1e-10, atol=1e-13)


def test_d_adaptation_is_its_algorithm():
    """Defazio and Mishchenko (2023), the variant for stochastic gradients, with momentum."""
    H, target = np.diag([0.1, 1.0, 5.0]), np.array([1.0, -2.0, 0.5])
    ours, w = DAdaptSGD(mu=0.8, d=1e-4), np.zeros(3)
    memory = tuple(np.zeros(3) for _ in ours.memory)
    x, s, z, d, products = np.zeros(3), np.zeros(3), np.zeros(3), 1e-4, 0.0
    first = np.linalg.norm(H @ (x - target))
    for t in range(1, 301):
        w, memory = ours.step(w, H @ (w - target), memory, 0.7, t)
        g = H @ (x - target)
        step = d * 0.7 / first
        products += step * (g @ s)
        s, z = s + step * g, z - step * g
        x = 0.8 * x + 0.2 * z
        d = max(d, 2 * products / np.linalg.norm(s))
        np.testing.assert_allclose(w, x, rtol=1e-10)
    assert d > 0.5


def test_keras_amsgrad_takes_the_maximum_of_the_uncorrected_square():
    # its eps is before the correction, PyTorch's after: without any, both are ours
    optimizer, keras = AMSGrad(eps=0.0), KerasAdam(True, eps=0.0)
    w, memory = np.zeros(1), tuple(np.zeros(1) for _ in range(3))
    other = 0.0
    for t, g in enumerate([3.0, -0.1, 0.2, 0.1, -4.0, 0.3], start=1):
        w, memory = optimizer.step(w, np.array([g]), memory, 0.1, t)
        other = keras.step(other, g, 0.1, t)
        assert w[0] == pytest.approx(other, rel=1e-12)


def test_keras_and_torch_momentum_part_when_the_rate_changes():
    # two gradients of one, at the rates 0.1 and 0.01
    ends = []
    for rate_inside in (False, True):
        optimizer = Momentum(0.9, rate_inside)
        w, memory = np.zeros(1), (np.zeros(1),)
        for t, rate in ((1, 0.1), (2, 0.01)):
            w, memory = optimizer.step(w, np.ones(1), memory, rate, t)
        ends.append(w[0])
    assert ends == pytest.approx([-0.119, -0.2], rel=1e-12)


def test_ftrl_is_adagrad_without_penalties_from_any_start():
    w = other = np.array([2.0, -3.0, 0.0])
    ours, theirs = FTRL(beta=0.5), AdaGrad(eps=0.5)
    memory, total = (np.zeros(3), np.zeros(3)), (np.zeros(3),)
    for t in range(1, 50):
        w, memory = ours.step(w, w - 1, memory, 0.3, t)
        other, total = theirs.step(other, other - 1, total, 0.3, t)
        np.testing.assert_allclose(w, other, rtol=1e-12)


def test_ftrl_leaves_weights_at_zero_whose_gradients_stay_small():
    w, memory = np.zeros(2), (np.zeros(2), np.zeros(2))
    for t in range(1, 20):
        w, memory = FTRL(l1=1.0).step(w, np.array([0.01, 1.0]), memory, 0.1, t)
    assert w[0] == 0
    assert w[1] < -0.1
