"""The curvature and the stable rate of adaptive optimizers, against closed forms."""

from typing import NamedTuple

import numpy as np
import pytest
from bowls import Quadratic

from descend import diagnose, minimize
from descend.diagnosis.fixed_scale_stability import fixed_scale_stability
from descend.optimizers import (
    AdaGrad,
    Adam,
    AMSGrad,
    RMSProp,
)


class Own(NamedTuple):
    """An optimizer of one's own that nobody knows: half a velocity over the largest gradient."""

    @property
    def memory(self):
        return ("speed", "highest")

    def step(self, w, g, memory, rate, t):
        speed, highest = memory
        highest = np.maximum(0.99 * highest, np.abs(g) + 1e-12)
        speed = 0.5 * speed + 0.5 * g / highest
        return w - rate * speed, (speed, highest)


class InPlace(NamedTuple):
    """RMSProp as one may write it oneself: the memory is written where it is."""

    @property
    def memory(self):
        return ("square",)

    def step(self, w, g, memory, rate, t):
        (square,) = memory
        square *= 0.9
        square += 0.1 * g * g
        return w - rate * g / (np.sqrt(square) + 1e-8), (square,)


def scale_of(optimizer, gradients):
    """Return what the last step was divided by, from its definition."""
    total = np.zeros(gradients.shape[1])
    largest = total
    for g in gradients:
        if isinstance(optimizer, AdaGrad):
            total = total + g * g
        elif isinstance(optimizer, RMSProp):
            total = optimizer.rho * total + (1 - optimizer.rho) * g * g
        elif isinstance(optimizer, Own):
            total = np.maximum(0.99 * total, np.abs(g) + 1e-12)
        else:
            total = optimizer.beta2 * total + (1 - optimizer.beta2) * g * g
        largest = np.maximum(largest, total)
    if isinstance(optimizer, Own):
        return total
    if isinstance(optimizer, AdaGrad | RMSProp):
        return np.sqrt(total) + optimizer.eps
    square = largest if isinstance(optimizer, AMSGrad) else total
    return np.sqrt(square / (1 - optimizer.beta2 ** len(gradients))) + optimizer.eps


CURVATURES = {"two": [5.0, 1.0], "five": [400.0, 30.0, 2.0, 1.0, 0.1]}


# 2 (1 + beta) / (1 - beta), where beta is the share of a mean that stays
ADAPTIVE = [
    (Adam(), 38.0),
    (Adam(beta1=0.5, beta2=0.9), 6.0),
    (AMSGrad(), 38.0),
    (RMSProp(), 2.0),
    (RMSProp(rho=0.9), 2.0),
    (AdaGrad(), 2.0),
    (Own(), 6.0),
]


@pytest.mark.parametrize("curvatures", CURVATURES)
@pytest.mark.parametrize(("optimizer", "numerator"), ADAPTIVE, ids=[repr(a) for a, _ in ADAPTIVE])
def test_curvature_and_rate_are_those_of_the_definition(optimizer, numerator, curvatures):
    objective = Quadratic(CURVATURES[curvatures], seed=3)
    start = np.linspace(-1, 2.3, len(objective.H))
    run = minimize(objective, start, optimizer=optimizer, learning_rate=0.05, steps=60, tol=0)
    told = diagnose(run)
    scale = scale_of(optimizer, objective.value_and_gradient(run.points[:-1])[1])
    bent = np.linalg.eigvalsh(objective.H / np.sqrt(np.outer(scale, scale)))[-1]
    assert told.scaled_curvature == pytest.approx(bent, rel=1e-2)
    assert told.stable_rate == pytest.approx(numerator / bent, rel=1e-2)


def test_a_memory_may_be_written_in_place():
    options = {"learning_rate": 0.05, "steps": 60, "tol": 0}
    own, known = (
        diagnose(
            minimize(Quadratic([5.0, 1.0], seed=3), [0.0, 2.0], optimizer=optimizer, **options)
        )
        for optimizer in (InPlace(), RMSProp(rho=0.9))
    )
    assert own.stable_rate == pytest.approx(known.stable_rate, rel=1e-6)


@pytest.mark.parametrize("share", [0.9, 1.1])
@pytest.mark.parametrize("beta1", [0.0, 0.5, 0.9])
def test_with_its_scale_held_adam_settles_below_the_named_rate_alone(beta1, share):
    objective = Quadratic(CURVATURES["five"], seed=3)
    optimizer = Adam(beta1=beta1)
    run = minimize(objective, np.zeros(5), optimizer=optimizer, learning_rate=0.05, steps=80, tol=0)
    scale = scale_of(optimizer, objective.value_and_gradient(run.points[:-1])[1])
    rate = share * diagnose(run).stable_rate
    away = 1e-6 * np.random.default_rng(0).standard_normal(5)
    mean = np.zeros(5)
    for _ in range(4000):
        mean = beta1 * mean + (1 - beta1) * (objective.H @ away)
        away = away - rate * mean / scale
        if np.abs(away).max() > 1.0:
            break
    assert (np.abs(away).max() > 1.0) == (share > 1)
    assert (np.abs(away).max() < 1e-6) == (share < 1)


@pytest.mark.parametrize("record", ["values", None, 7])
def test_without_all_points_nothing_is_said_of_scales(record):
    run = minimize(
        "rosenbrock",
        [-1.2, 1.0],
        optimizer=Adam(beta2=0.9),
        learning_rate=0.1,
        steps=500,
        record=record,
    )
    told = diagnose(run)
    assert (told.stable_rate, told.scaled_curvature) == (None, None)
    assert "scale" not in str(told)


@pytest.mark.parametrize("optimizer", ["noisysgd", "signsgd", "lion", "lamb", "momo", "rprop"])
def test_nothing_is_said_of_what_has_no_scales_to_hold(optimizer):
    run = minimize("ellipse", [3.0, 1.0], optimizer=optimizer, learning_rate=0.05, steps=60, tol=0)
    assert fixed_scale_stability(run) is None


def test_coordinates_at_a_bound_do_not_count():
    run = minimize(
        "x^2 + 1000*(y + 3)^2",
        [2.0, 0.0],
        optimizer="adam",
        learning_rate=0.05,
        steps=60,
        bounds=[(None, None), (0.0, None)],
    )
    scale = scale_of(Adam(), run.objective.value_and_gradient(run.points[:-1])[1])
    assert diagnose(run).scaled_curvature == pytest.approx(2 / scale[0], rel=1e-2)
