"""What a run near the edge of stability is told."""

import re
from dataclasses import replace

import numpy as np
import pytest

from descend import diagnose, minimize, rates
from descend.optimizers import (
    SAGA,
    SGD,
    SVRG,
    AdaGrad,
    Adam,
    Clipped,
    Momentum,
    RMSProp,
)

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


@pytest.mark.parametrize("share", [0.9, 0.975, 0.999])
def test_an_oscillation_is_told_with_its_share_of_the_bound(share):
    run = minimize(
        "(y^2 + 5*x^2)/2", [1.0, 1.0], optimizer="sgd", learning_rate=0.4 * share, steps=60
    )
    told = diagnose(run)
    assert told.cosine < -0.9
    assert told.coordinates == ("x",)
    assert f"go to and fro along x (cosine {told.cosine:.2g})" in str(told)
    assert f"is {share:.3g} times the largest that is stable, 2/L = 0.4" in str(told)
    assert "a larger learning rate" not in str(told)
    slow = diagnose(
        minimize("(y^2 + 5*x^2)/2", [1.0, 1.0], optimizer="sgd", learning_rate=0.05, steps=60)
    )
    assert slow.cosine > 0.9
    assert "to and fro" not in str(slow)
