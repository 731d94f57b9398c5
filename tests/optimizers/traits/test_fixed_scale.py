"""Optimizers with their scales held: what turns with the gradient, and which rates are stable."""

from typing import NamedTuple

import numpy as np
import pytest

from descend.optimizers import (
    ADOPT,
    FTRL,
    LAMB,
    LARS,
    SGD,
    AdaBelief,
    Adadelta,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    AMSGrad,
    Clipped,
    Lion,
    Lookahead,
    Momentum,
    NAdam,
    Nesterov,
    RMSProp,
    Rprop,
    ScheduleFree,
    SignSGD,
    Signum,
    Yogi,
    by_name,
    names,
)
from descend.optimizers.traits import depends_on_rate, stable_rate
from descend.optimizers.traits.fixed_scale import linearised_step, odd_memories
from descend.protocols import verbs

LATE = 1e6 + 1
"""A step at which corrections for the start are over, and no Lookahead meets."""

ROOT = 0.3
"""The root of the mean square that scales the steps below."""


class OwnScale(NamedTuple):
    """An optimizer of one's own: a velocity over the largest gradient so far."""

    @property
    def memory(self):
        return ("speed", "highest")

    def step(self, w, g, memory, rate, t):
        speed, highest = memory
        highest = np.maximum(highest, np.abs(g))
        speed = 0.5 * speed + g / highest
        return w - rate * speed, (speed, highest)


def held(optimizer, scales, rate=0.1, t=LATE):
    """Return the optimizer with these scales, and nothing that turns, in one coordinate."""
    memory = tuple(np.full(1, scales.get(name, 0.0)) for name in optimizer.memory)
    return linearised_step(optimizer, memory, d=1, rate=rate, t=t)


SQUARE = {"square": ROOT**2}
CLOSED_FORMS = [
    (SGD(), {}, 2),
    (Momentum(0.9), {}, 3.8),
    (Nesterov(0.9), {}, 2 * 1.9 / 2.8),
    (Adam(), SQUARE, 38 * ROOT),
    (Adam(beta1=0.0), SQUARE, 2 * ROOT),
    (Adam(beta1=0.5), SQUARE, 6 * ROOT),
    (AMSGrad(), {"largest": ROOT**2}, 38 * ROOT),
    (AdaMax(), {"largest": ROOT}, 38 * ROOT),
    (AdaBelief(), {"surprise": ROOT**2}, 38 * ROOT),
    (ADOPT(), SQUARE, 38 * ROOT),
    (Yogi(), SQUARE, 38 * (ROOT + 1e-3)),
    (NAdam(drop=0.0), SQUARE, 38 * ROOT / 2.8),
    (RMSProp(), SQUARE, 2 * ROOT),
    (RMSProp(rho=0.9, momentum=0.9), SQUARE, 3.8 * ROOT),
    (RMSProp(centered=True), SQUARE, 2 * ROOT),
    (AdaGrad(), {"total": ROOT**2}, 2 * ROOT),
    (FTRL(), {"total": ROOT**2}, 2 * (1 + ROOT)),
    (Clipped(SGD(), value=1.0), {}, 2),
    (Clipped(Adam(), norm=1.0), SQUARE, 38 * ROOT),
    (Lookahead(Adam()), SQUARE, 38 * ROOT),
    (OwnScale(), {"highest": ROOT}, 3 * ROOT),
]


@pytest.mark.parametrize("curvature", [1e-4, 1.0, 3e5])
@pytest.mark.parametrize(
    ("optimizer", "scales", "numerator"), CLOSED_FORMS, ids=[repr(row[0]) for row in CLOSED_FORMS]
)
def test_the_stable_rate_is_the_closed_form(optimizer, scales, numerator, curvature):
    told = held(optimizer, scales).stable_rate(curvature, 0, numerator / curvature)
    assert told * curvature == pytest.approx(numerator, rel=1e-3)


@pytest.mark.parametrize(
    "optimizer", [SGD(), Momentum(0.5), Momentum(0.9), Nesterov(0.8)], ids=repr
)
def test_without_scales_it_is_the_stable_rate_of_a_linear_optimizer(optimizer):
    assert held(optimizer, {}).stable_rate(7.0, 0, 0.1) == pytest.approx(
        stable_rate(optimizer, 7.0), rel=1e-4
    )


@pytest.mark.parametrize("curvature", [0.1, 1.0, 100.0])
def test_decay_of_the_weights_takes_its_share_of_the_stable_rate(curvature):
    told = held(AdamW(weight_decay=0.1), SQUARE).stable_rate(curvature, 0, 1.0)
    # where each step turns the point around: rate * curvature / root = 19 (2 - rate * decay)
    assert told * curvature / (ROOT + 1e-8) == pytest.approx(19 * (2 - 0.1 * told), rel=1e-3)


def test_adadelta_is_scaled_by_two_memories():
    scales = {"square": ROOT**2, "moved": 0.04}
    told = held(Adadelta(), scales).stable_rate(5.0, 0, 0.1)
    # the moved are read before they fade, so they count 1 / rho times
    numerator = 2 * np.sqrt(ROOT**2 + 1e-6) / np.sqrt(0.04 / 0.9 + 1e-6)
    assert told * 5.0 == pytest.approx(numerator, rel=1e-3)


@pytest.mark.parametrize("optimizer", [SignSGD(), Signum(), Lion(), Rprop(), LARS()], ids=repr)
def test_steps_that_do_not_shrink_have_no_stable_rate(optimizer):
    assert held(optimizer, {"size": 0.1}) is None


def test_what_looks_at_the_length_of_all_or_weighs_by_the_rate_has_none():
    assert held(LAMB(), SQUARE) is None
    assert held(ScheduleFree(SGD()), {"total": 3.0}) is None


@pytest.mark.parametrize("share", [0.95, 1.05])
@pytest.mark.parametrize("optimizer", [Adam(), Adam(beta1=0.5), RMSProp(), AMSGrad(), OwnScale()])
def test_its_own_steps_from_nearby_settle_below_the_stable_rate_alone(optimizer, share):
    scales = dict.fromkeys(("square", "largest"), ROOT**2) | {"highest": ROOT}
    fixed = held(optimizer, scales)
    rate = share * fixed.stable_rate(2.0, 0, 0.1)
    w = np.full(1, 1e-60)
    memory = tuple(np.full(1, scales.get(name, 0.0)) for name in optimizer.memory)
    kept = memory
    sizes = []
    for _ in range(3000):
        w, memory = verbs.step(optimizer, w, 2.0 * w, memory, rate, LATE)
        memory = tuple(
            m if turns else k for m, k, turns in zip(memory, kept, fixed.odd, strict=True)
        )
        sizes.append(abs(w[0]))
        if sizes[-1] > 1e-40:
            break
    assert (sizes[-1] > 1e-40) == (share > 1)
    assert (sizes[-1] < 1e-65) == (share < 1)


TURNING = {
    "momentum": {"velocity"},
    "nesterov": {"velocity"},
    "adagrad": set(),
    "rmsprop": {"mean", "velocity"},
    "adadelta": set(),
    "ftrl": {"z"},
    "adam": {"mean"},
    "adamw": {"mean"},
    "amsgrad": {"mean"},
    "adamax": {"mean"},
    "nadam": {"mean"},
    "radam": {"mean"},
    "adabelief": {"mean"},
    "yogi": {"mean"},
    "adan": {"mean", "drift", "previous"},
    "ademamix": {"mean", "slow"},
    "rprop": {"previous"},
    "dog": {"start"},
    "prodigy": {"mean", "total", "start"},
    "cocob": {"start", "sum"},
    "lookahead:adam": {"slow", "mean"},
    "averaged:adagrad": {"average"},
}


@pytest.mark.parametrize("name", TURNING)
def test_what_turns_with_the_gradient(name):
    optimizer = by_name(name)
    turns = odd_memories(optimizer)
    assert {m for m, each in zip(optimizer.memory, turns, strict=True) if each} == TURNING[name]


def test_an_optimizer_that_steps_by_chance_turns_nothing():
    assert odd_memories(by_name("noisysgd")) is None


@pytest.mark.parametrize(
    ("optimizer", "fades"),
    [(Adam(), True), (RMSProp(), True), (AdaGrad(), False), (Yogi(), False), (FTRL(), False)],
    ids=repr,
)
def test_which_scales_fade(optimizer, fades):
    assert held(optimizer, SQUARE | {"total": ROOT**2}).decays == fades


@pytest.mark.parametrize("name", names())
def test_the_rate_counts_for_all_but_one(name):
    assert depends_on_rate(by_name(name)) == (name != "rprop")
