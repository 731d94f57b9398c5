"""The stable rate of adaptive optimizers: its number against closed forms, its words on runs."""

import re
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest
from bowls import Quadratic

from descend import diagnose, minimize, rates
from descend.diagnosis.fixed_scale_stability import fixed_scale_stability
from descend.diagnosis.replay import last_step
from descend.optimizers import (
    SAGA,
    SGD,
    SVRG,
    AdaGrad,
    Adam,
    AMSGrad,
    Clipped,
    Momentum,
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


EDGE = [
    ("rosenbrock", [-1.2, 1.0], Adam(beta2=0.9), 0.1, 1000),
    ("rastrigin", [2.2, 1.1], Adam(beta2=0.99), 0.2, 800),
    ("rosenbrock", [-1.2, 1.0], RMSProp(), 0.01, 1000),
    ("x^2 + 100*y^2", [1.0, 1.0], Adam(beta2=0.9), 0.1, 300),
    ("sin(x)*sin(y)", [1.0, 2.0], RMSProp(), 0.1, 300),
    ("ackley", [2.0, 1.0], Adam(), 1.0, 1000),
]


@pytest.mark.parametrize(
    ("formula", "start", "optimizer", "rate", "steps"),
    EDGE,
    ids=[f"{row[0]}-{row[2]!r}" for row in EDGE],
)
def test_a_run_at_the_edge_of_stability_is_told_the_bound_and_the_remedy(
    formula, start, optimizer, rate, steps
):
    """Adaptive methods come to the edge by themselves, as Cohen et al. found in 2022."""
    run = minimize(formula, start, optimizer=optimizer, learning_rate=rate, steps=steps)
    told = diagnose(run)
    assert 0.7 < rate / told.stable_rate < 1.4
    name = type(optimizer).__name__
    numerator = f"{told.stable_rate * told.scaled_curvature:.3g}"
    assert numerator == ("38" if name == "Adam" else "2")
    said = re.search(
        rf"he rate (\S+) is (\S+) times the largest that is stable, {numerator}/L = (\S+), "
        rf"where L = (\S+) is the curvature in {name}'s own scale\.",
        str(told),
    )
    share = rate / told.stable_rate
    numbers = (rate, share, told.stable_rate, told.scaled_curvature)
    assert [float(each) for each in said.groups()] == pytest.approx(numbers, rel=5e-3)
    assert "larger learning rate" not in str(told)
    assert "let the rate fall, as rates.Cosine does" in str(told)
    falling = minimize(
        formula, start, optimizer=optimizer, learning_rate=rates.Cosine(rate, steps), steps=steps
    )
    assert falling.gradient_norms[-1] < run.gradient_norms[-1]


def test_scales_that_never_shrink_settle_by_themselves():
    told = str(diagnose(minimize("x^2", [1.0], optimizer=AdaGrad(), learning_rate=0.5, steps=40)))
    assert "shrinks with the gradients" not in told


@pytest.mark.parametrize(
    ("formula", "start", "optimizer", "rate", "steps"),
    [
        ("himmelblau", [0.0, 0.0], "adam", 0.1, 300),
        ("himmelblau", [0.0, 0.0], "momentum", 0.01, 300),
        ("x^2", [2.0], "adam", 0.5, 30),
        ("x^2 + 100*y^2", [1.0, 1.0], "momentum", 0.018, 100),
        ("beale", [1.0, 1.0], "adam", 0.5, 300),
    ],
)
def test_waves_that_fall_are_told_to_go_on(formula, start, optimizer, rate, steps):
    options = {"optimizer": optimizer, "learning_rate": rate}
    run = minimize(formula, start, steps=steps, **options)
    told = str(diagnose(run))
    assert "The value falls in waves: more steps would lead further." in told
    assert "settle" not in told
    assert minimize(formula, start, steps=2 * steps, **options).fun < 0.5 * run.fun


def test_a_wave_that_rises_again_comes_back():
    options = {"optimizer": "momentum", "learning_rate": 0.01}
    run = minimize("x^2", [1.0], steps=21, **options)
    assert (np.diff(run.values[-5:]) > 0).all()
    assert f"had fallen to {run.values.min():.4g} and was rising again" in str(diagnose(run))
    assert minimize("x^2", [1.0], steps=36, **options).fun < run.fun


def test_the_curvature_counts_that_a_walk_to_and_fro_crosses():
    # two points in turn: the mean curvature between them is 2 / rate along the step
    run = minimize("himmelblau", [0.0, 0.0], optimizer="sgd", learning_rate=0.03, steps=300)
    told = diagnose(run)
    assert told.cosine < -0.9
    assert told.curvature >= 2 / 0.03
    assert told.stable_rate < 0.03
    assert "is the largest curvature that they cross" in str(told)


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


def test_the_replayed_memory_is_that_of_the_run():
    run = minimize("rosenbrock", [-1.2, 1.0], optimizer="adam", learning_rate=0.1, steps=150)
    w, memory = run.points[0], (np.zeros(2), np.zeros(2))
    for t in range(1, 151):
        before = memory
        _, g = run.objective.value_and_gradient(w)
        w, memory = Adam().step(w, g, memory, 0.1, float(t))
    last = last_step(run)
    np.testing.assert_allclose(last.arrived, w, rtol=1e-12)
    np.testing.assert_allclose(last.before, before, rtol=1e-12)
    np.testing.assert_allclose(last.memory, memory, rtol=1e-12)
    assert (last.rate, last.t) == (0.1, 150.0)


@pytest.mark.parametrize("optimizer", ["noisysgd", "signsgd", "lion", "lamb", "momo", "rprop"])
def test_nothing_is_said_of_what_has_no_scales_to_hold(optimizer):
    run = minimize("ellipse", [3.0, 1.0], optimizer=optimizer, learning_rate=0.05, steps=60, tol=0)
    assert fixed_scale_stability(run) is None


def test_clipped_steps_are_as_stable_as_what_they_clip_once_they_are_whole():
    near = minimize(
        "(5*x^2 + y^2)/2",
        [0.1, 0.1],
        optimizer=Clipped(Momentum(0.5), value=1.0),
        learning_rate=0.55,
        steps=60,
        tol=0,
    )
    assert diagnose(near).stable_rate == pytest.approx(3 / 5, rel=1e-3)
    far = minimize(
        "(5*x^2 + y^2)/2",
        [90.0, 90.0],
        optimizer=Clipped(SGD(), value=1.0),
        learning_rate=0.3,
        steps=60,
        tol=0,
    )
    assert diagnose(far).stable_rate is None


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


@pytest.mark.parametrize("optimizer", ["dog", "prodigy", "rprop"])
def test_who_finds_its_own_rate_is_not_told_to_change_it(optimizer):
    run = minimize("rosenbrock", [-1.2, 1.0], optimizer=optimizer, learning_rate=1.0, steps=40)
    assert "learning rate would" not in str(diagnose(run))


def test_a_search_is_not_told_to_change_its_rate():
    told = str(diagnose(minimize("rosenbrock", [-1.2, 1.0], steps=12)))
    assert "more steps would lead further" in told


def test_who_looks_uphill_is_not_told_to_settle():
    run = minimize("sphere", [1.0, 0.3], optimizer="sam:sgd", learning_rate=0.1, steps=60)
    told = str(diagnose(run))
    assert "The value goes up and down, since SAM looks uphill before it steps." in told
    assert "settle" not in told


def test_on_a_plateau_only_who_needs_it_is_told_of_steps_that_do_not_shrink():
    for optimizer, told in [("sgd", True), ("adam", False), ("lion", False)]:
        run = minimize("-exp(-x^2)", [6.0], optimizer=optimizer, learning_rate=1e-3, steps=20)
        assert "It is on a plateau" in str(diagnose(run))
        assert ("such as adam" in str(diagnose(run))) == told


def test_a_value_that_hardly_changes_is_told_so():
    run = minimize("3 + x^2", [1.0], optimizer="sgd", learning_rate=1e-13, steps=20)
    assert "The value hardly changes: by" in str(diagnose(run))


@pytest.mark.parametrize("optimizer", [SAGA(), SVRG()], ids=repr)
@pytest.mark.parametrize("values", [np.linspace(3, 1, 13), np.tile([1.0, 2.0], 7)])
@pytest.mark.parametrize("status", ["stopped", "converged", "diverged"])
def test_walks_along_rows_are_explained_though_no_step_can_be_tried(optimizer, values, status):
    run = minimize("sphere", [1.0, 2.0], optimizer="sgd", learning_rate=0.01, steps=12)
    along = replace(
        run, jac=None, optimizer=optimizer, values=values, status=status, fun=values[-1]
    )
    assert str(diagnose(along)).startswith(f"It {status}")


def test_each_of_several_runs_is_explained_by_its_own_hyper_parameters():
    run = minimize(
        "x^2 + 100*y^2",
        np.ones((3, 2)),
        optimizer=Momentum(np.array([[0.5], [0.7], [0.9]])),
        learning_rate=[0.1, 0.2, 1.0],
        steps=40,
    )
    told = diagnose(run)
    assert told.stable_rate == pytest.approx(3 / 200, rel=1e-6)
    assert "Momentum is stable below 3/L = 0.015." in str(told)
