"""Each combination of a sweep is the run that it would be alone."""

import re
from time import perf_counter, sleep

import numpy as np
import pytest

import descend
from descend.optimizers import SGD, Adam, Clipped, Momentum, by_name, names
from descend.rates import Cosine, Monotone

START = np.array([-1.2, 1.0])


@pytest.mark.parametrize("name", names())
def test_a_combination_is_its_single_run(name):
    rates = [1e-4, 1e-3, 1e-2, 0.3]
    result = descend.sweep("rosenbrock", START, optimizer=[name], learning_rate=rates, steps=60)
    for rate in rates:
        alone = descend.minimize(
            "rosenbrock", START, optimizer=name, learning_rate=rate, steps=60, record="values"
        )
        point = result[name, rate]
        assert (point.status, point.nit, point.nfev) == (alone.status, alone.nit, alone.nfev)
        np.testing.assert_allclose(point.values, alone.values, rtol=1e-9)
        np.testing.assert_allclose(point.x, alone.x, rtol=1e-9)
        assert point.optimizer == by_name(name)
        assert point.learning_rate == alone.learning_rate


def numbers(optimizer):
    """Return the hyper-parameters that are numbers, with two values each."""
    found = {}
    for field in getattr(optimizer, "_fields", ()):
        value = getattr(optimizer, field)
        if isinstance(value, float):
            found[field] = [value, 0.97 * value or 0.01]
    return found


@pytest.mark.parametrize("name", names())
def test_any_hyper_parameter_may_be_swept(name):
    for field, values in numbers(by_name(name)).items():
        result = descend.sweep(
            "himmelblau",
            [[0.5, 1.0], [-3.0, 2.0]],
            optimizer=name,
            learning_rate=0.01,
            hyper={field: values},
            steps=30,
        )
        starts = [[0.5, 1.0], [-3.0, 2.0]]
        count = len(values)
        assert len(result) == 2 * count
        for value in values:
            for j, start in enumerate(starts):
                alone = descend.minimize(
                    "himmelblau",
                    start,
                    optimizer=by_name(name)._replace(**{field: value}),
                    learning_rate=0.01,
                    steps=30,
                )
                point = result[name, 0.01, value, j]
                np.testing.assert_allclose(point.values, alone.values, rtol=1e-9)
                assert point.optimizer == alone.optimizer


def test_every_combination_keeps_the_bounds():
    bounds = {"x": (2.0, None)}
    result = descend.sweep(
        "(x - 1)^2 + y^2", 3, learning_rate=[0.01, 0.1], bounds=bounds, seed=0, record="all"
    )
    for point in result:
        alone = point.descent
        assert alone.points[:, 0].min() >= 2
        single = descend.minimize(
            "(x - 1)^2 + y^2",
            alone.points[0],
            optimizer=point.optimizer,
            learning_rate=point.setting["learning_rate"],
            bounds=bounds,
        )
        np.testing.assert_array_equal(alone.x, single.x)


@pytest.fixture(scope="module")
def grid():
    return descend.sweep(
        "booth",
        [5.0, 5.0],
        optimizer=["sgd", "momentum", Adam(beta1=0.8)],
        learning_rate=[0.01, 0.1, 10.0],
        hyper={"mu": [0.5, 0.9]},
        steps=300,
    )


def test_hyper_parameters_apply_to_those_that_have_them(grid):
    assert len(grid) == 3 + 3 * 2 + 3
    assert grid.axes == {
        "optimizer": ("sgd", "momentum", repr(Adam(beta1=0.8))),
        "learning_rate": (0.01, 0.1, 10.0),
        "mu": (0.5, 0.9),
    }
    assert grid["momentum", 0.1, 0.9].optimizer == Momentum(mu=0.9)
    assert grid[Adam(beta1=0.8), 0.1].optimizer == Adam(beta1=0.8)
    assert len(grid["momentum", 0.1]) == 2
    assert len(grid["sgd"]) == 3


def test_one_that_diverges_does_not_hold_up_its_neighbours(grid):
    assert grid["sgd", 10.0].status == "diverged"
    assert grid["sgd", 0.1].status == "converged"


def test_select(grid):
    part = grid.select(optimizer=["sgd", "momentum"], learning_rate=0.1)
    assert [tuple(point.setting.values()) for point in part] == [
        ("sgd", 0.1),
        ("momentum", 0.1, 0.5),
        ("momentum", 0.1, 0.9),
    ]
    assert part.axes["learning_rate"] == (0.1,)
    assert "mu" not in grid.select(optimizer="sgd").axes
    assert len(grid.select(mu=0.5)) == 3


def test_best_is_the_lowest_that_did_not_diverge(grid):
    best = grid.best()
    steady = [point for point in grid if point.status != "diverged"]
    assert best.value == min(point.value for point in steady)
    assert best.descent.fun == best.value
    lost = descend.sweep("x^2", [1.0], optimizer="sgd", learning_rate=[30.0, 40.0], steps=50)
    assert lost.best().status == "diverged"


def test_the_table(grid):
    assert repr(grid) == str(grid)
    told = repr(grid["sgd"].points[0])
    assert told.startswith("SweepPoint(optimizer='sgd', learning_rate=")
    assert re.search(r"\): \w+ after \d+ steps; value \S+$", told)
    assert grid.lanes == grid.points
    lines = str(grid).splitlines()
    assert lines[0].split() == ["optimizer", "learning_rate", "mu", "value", "steps", "status"]
    shown = min(len(grid), 12)
    assert len(lines) == 1 + shown + (len(grid) > shown)
    assert float(lines[1].split()[-3]) == pytest.approx(grid.best().value, rel=1e-5)
    frame = grid.to_frame()
    assert frame.columns.tolist() == [
        "optimizer", "learning_rate", "mu", "value", "best_value", "steps", "gradients", "status",
        "x", "y",
    ]  # fmt: skip
    assert frame["mu"].isna().sum() == 6
    assert frame["value"].min() == min(point.value for point in grid)
    many = descend.sweep("x^2", [1.0], optimizer="sgd", learning_rate=np.logspace(-4, -1, 40))
    assert str(many).splitlines()[-1] == "... and 28 more: to_frame() has them all"


def test_schedules_and_searches_are_swept_too():
    rates = [0.01, Cosine(0.05, steps=100), Monotone(), "auto"]
    result = descend.sweep("ellipse", [1.0, 2.0], optimizer="sgd", learning_rate=rates, steps=100)
    for rate in rates:
        alone = descend.minimize(
            "ellipse", [1.0, 2.0], optimizer="sgd", learning_rate=rate, steps=100
        )
        assert result["sgd", rate].fun == pytest.approx(alone.fun, rel=1e-12)


def test_the_optimizer_inside_another_is_swept():
    result = descend.sweep(
        "ellipse",
        [1.0, 2.0],
        optimizer=[Clipped(Momentum(), norm=1.0)],
        learning_rate=0.01,
        hyper={"mu": [0.5, 0.9], "norm": [0.5, 2.0]},
        steps=20,
    )
    point = result.select(mu=0.5, norm=2.0).best()
    assert point.optimizer == Clipped(Momentum(mu=0.5), norm=2.0)
    alone = descend.minimize(
        "ellipse", [1.0, 2.0], optimizer=point.optimizer, learning_rate=0.01, steps=20
    )
    np.testing.assert_allclose(point.descent.values, alone.values, rtol=1e-12)


def test_float32_stays():
    start = np.array([1.0, 2.0], dtype=np.float32)
    result = descend.sweep(
        "ellipse", start, optimizer="adam", learning_rate=[0.1, 0.2], hyper={"beta1": [0.5, 0.9]}
    )
    assert result.best().descent.x.dtype == np.float32


def test_an_optimizer_of_ones_own():
    class Own:
        memory = ()

        def step(self, w, g, memory, rate, t):
            return w - rate * g, memory

    own = Own()
    result = descend.sweep("x^2", [1.0], optimizer=[own, "sgd"], learning_rate=[0.1, 0.2], steps=9)
    assert result[own, 0.1].fun == result["sgd", 0.1].fun


def test_random_starts_and_no_history():
    result = descend.sweep(
        "himmelblau", 5, optimizer="adam", learning_rate=[0.1, 0.2], steps=50, record=None, seed=1
    )
    starts = descend.minimize("himmelblau", 5, steps=0, seed=1).x
    for j, start in enumerate(starts):
        alone = descend.minimize("himmelblau", start, optimizer="adam", learning_rate=0.2, steps=50)
        assert result["adam", 0.2, j].fun == pytest.approx(alone.fun, rel=1e-9)
        assert result["adam", 0.2, j].values.size == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"optimizer": []}, "optimizer is empty"),
        ({"learning_rate": [0.1, 0.1]}, "learning_rate has 0.1 twice"),
        ({"learning_rate": [0.1, -1.0]}, "must be positive and finite"),
        ({"hyper": ["beta1"]}, r"hyper=\['beta1'\] must hold values by name"),
        ({"hyper": {"beta7": [1.0]}}, "has a hyper-parameter 'beta7'"),
        ({"hyper": {"mu": [0.5, 1.5]}}, r"mu must be a number in \[0, 1\)"),
        ({"optimizer": ["adm"]}, "(?i)did you mean 'adam'"),
        ({"optimizer": [SGD]}, "instance"),
    ],
)
def test_refusals(options, told):
    with pytest.raises(ValueError, match=told):
        descend.sweep("x^2", [1.0], **{"optimizer": ["momentum"], "learning_rate": 0.1, **options})


def test_addresses_that_were_not_swept(grid):
    with pytest.raises(KeyError, match="nothing was swept at"):
        grid["sgd", 0.5]
    with pytest.raises(ValueError, match="no axis 'beta1'"):
        grid.select(beta1=0.9)
    with pytest.raises(ValueError, match="nothing was swept"):
        grid.select(learning_rate=7.0)


@pytest.mark.parametrize("rate", ["auto", 1e-3])
def test_auto_is_that_of_minimize(rate):
    result = descend.sweep("rosenbrock", START, optimizer=["auto", "adam"], learning_rate=[rate])
    alone = descend.minimize("rosenbrock", START, learning_rate=rate)
    assert result["auto", rate].optimizer == alone.optimizer
    np.testing.assert_array_equal(result["auto", rate].values, alone.values)


def test_a_time_budget_is_shared_out():
    began = perf_counter()
    result = descend.sweep(
        lambda w: (sleep(1e-3), w @ w)[1],
        [1.0],
        optimizer=["sgd", "momentum", "adam"],
        learning_rate=[1e-6],
        steps=10**6,
        seconds=0.3,
        gradient=lambda w: 2 * w,
    )
    assert perf_counter() - began < 3
    for name in ("sgd", "momentum", "adam"):
        assert "time budget" in result[name, 1e-6].message
        assert result[name, 1e-6].nit > 0
    with pytest.raises(ValueError, match="seconds=-1 must be a number above 0"):
        descend.sweep("x^2", [1.0], seconds=-1)
