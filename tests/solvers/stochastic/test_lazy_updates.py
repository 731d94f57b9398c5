"""Which steps without a gradient may be deferred is found by trying."""

from typing import NamedTuple

import numpy as np
import pytest
from deferring import DEFERRED

from descend.optimizers import SGD, AdaGrad, Adam, Averaged, Momentum, Nesterov, SignSGD
from descend.penalties import L1, L2, NoPenalty
from descend.solvers.stochastic.lazy_updates import can_defer

IMMEDIATE = [
    (Momentum(), NoPenalty()),
    (Nesterov(), NoPenalty()),
    (Adam(), L1(0.02)),
    (AdaGrad(), L2(0.3)),
    (AdaGrad(initial=0.1), NoPenalty()),
    (SignSGD(), L2(0.3)),
    (Averaged(SGD()), NoPenalty()),
]


@pytest.mark.parametrize(("optimizer", "penalty"), DEFERRED, ids=repr)
def test_steps_may_be_deferred(optimizer, penalty):
    assert can_defer(optimizer, penalty)


@pytest.mark.parametrize(("optimizer", "penalty"), IMMEDIATE, ids=repr)
def test_steps_of_what_moves_without_a_gradient_may_not(optimizer, penalty):
    assert not can_defer(optimizer, penalty)


class Cubic(NamedTuple):
    """A penalty whose gradient is not a multiple of `w`."""

    def value(self, w):
        return np.abs(w) ** 3 / 3

    def gradient(self, w):
        return np.abs(w) * w

    def curvature(self, w):
        return 2 * np.abs(w)

    def prox(self, w, rate):
        return w


class Capped(Cubic):
    """A penalty with a proximal step of its own, and no kink that it states."""

    def gradient(self, w):
        return 0.0 * w

    def prox(self, w, rate):
        return w / (1 + rate)


@pytest.mark.parametrize("penalty", [Cubic(), Capped()], ids=["cubic", "own prox"])
def test_those_under_a_users_penalty_of_another_kind_may_not(penalty):
    assert not can_defer(SGD(), penalty)
