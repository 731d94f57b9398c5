"""A race compares what single runs do, and says how it was run."""

from time import perf_counter

import numpy as np
import pytest

import descend
from descend.experiments.race import HEADER
from descend.optimizers import by_name, names, recommended_rate

VALLEY = "(1 - x)^2 + 100*(y - x^2)^2"


START = {"x": -1.2, "y": 1.0}


def bowl(w):
    return (w[0] - 1) ** 2 + 3 * (w[0] + w[1]) ** 2


PROBLEMS = {
    "formula": (VALLEY, START, 40),
    "all converge or diverge": ("x^2 + 30*y^2", {"x": 3.0, "y": 0.1}, 60),
    "function": (bowl, [3.0, -2.0], 20),
    "three variables, single precision": (
        "exp(x) + exp(-x) + (y - z)^4 + y^2", np.array([1, 2, -1], np.float32), 30,
    ),
    "already there": ("sphere", [0.0, 0.0], 20),
    "no step": ("booth", [1.0, 1.0], 0),
}  # fmt: skip

FIELDS = (
    "x", "fun", "jac", "nit", "nfev", "status", "message", "ending", "best_x", "best_fun", "points",
    "point_steps", "values", "gradient_norms", "learning_rates", "names", "optimizer", "formula",
)  # fmt: skip


@pytest.mark.parametrize("learning_rate", ["recommended", 3e-2])
@pytest.mark.parametrize(("problem", "start", "steps"), PROBLEMS.values(), ids=PROBLEMS.keys())
def test_each_entry_is_its_single_run(problem, start, steps, learning_rate):
    # all optimizers there are, though they step side by side; to the last bit
    result = descend.race(problem, start, learning_rate=learning_rate, steps=steps)
    assert len(result.entries) == 1 + len(names())
    for entry in result.entries:
        if entry.name == "auto":
            continue
        recommended = recommended_rate(by_name(entry.name))
        rate = recommended if learning_rate == "recommended" else learning_rate
        alone = descend.minimize(
            problem, start, optimizer=entry.name, learning_rate=rate, steps=steps
        )
        assert entry.rate == rate
        assert entry.evaluations == alone.nfev
        assert entry.descent.learning_rate == alone.learning_rate
        for field in FIELDS:
            own, expected = getattr(entry.descent, field), getattr(alone, field)
            np.testing.assert_array_equal(own, expected, f"{entry.name}: {field}", strict=True)
        assert len(entry.descent.seconds) == len(alone.seconds)


def test_seconds_side_by_side_are_shared_out():
    began = perf_counter()
    result = descend.race("booth", [5.0, 5.0], optimizers=["lbfgs", "sgd", "lamb"], steps=200)
    took = perf_counter() - began
    assert 0 < sum(entry.seconds for entry in result.entries) < took
    for entry in result.entries:
        assert (np.diff(entry.descent.seconds) > 0).all()


def test_a_mapping_names_the_coordinates_in_any_order():
    # once the numbers went to the names in the formula's order
    result = descend.race("a^2 + 100*(b - 3)^2", {"b": 3.0, "a": 1.0}, optimizers=["sgd"], steps=0)
    assert result.entries[0].descent.fun == 1
    assert result.entries[0].descent.names == ("b", "a")


def test_tuning_picks_the_best_of_the_rates_it_says():
    result = descend.race(
        VALLEY, START, optimizers=["momentum"], learning_rate="tuned", steps=300, trials=9
    )
    (entry,) = result.entries
    rates = 0.01 * np.logspace(-2, 2, 9)
    ends = [
        descend.minimize(VALLEY, START, optimizer="momentum", learning_rate=rate, steps=300)
        for rate in rates
    ]
    steady = [end for end in ends if end.status != "diverged"]
    assert entry.descent.fun == pytest.approx(min(end.fun for end in steady), rel=1e-12)
    assert entry.evaluations == sum(end.nfev for end in ends) + entry.descent.nfev
    assert "9 learning rates" in result.rates


def test_the_goal_and_the_steps_to_it_are_those_of_the_values():
    result = descend.race("booth", [5.0, 5.0], optimizers=["auto", "sgd", "adam"], steps=400)
    values = {entry.name: entry.descent.values for entry in result.entries}
    assert result.goal == min(v.min() for v in values.values())
    near = result.goal + result.tolerance * (values["sgd"][0] - result.goal)
    for entry in result.entries:
        if entry.steps_to_tolerance is None:
            assert (values[entry.name] > near).all()
        else:
            assert values[entry.name][entry.steps_to_tolerance] <= near
            assert (values[entry.name][: entry.steps_to_tolerance] > near).all()


def test_those_who_arrive_come_first_and_those_who_diverge_last():
    result = descend.race("50*x^2", [1.0], optimizers=["adam", "sgd", "auto"], learning_rate=0.5)
    assert result.entries[0].name == "auto"
    assert result.entries[-1].name == "sgd"
    assert result.entries[-1].descent.status == "diverged"


def test_all_optimizers_run_by_default():
    result = descend.race("sphere", 1, steps=5, seed=3)
    assert sorted(entry.name for entry in result.entries) == sorted(["auto", *names()])
    assert len(result.rows()) == 1 + len(names())
    assert all(len(row) == len(HEADER) for row in result.rows())
    assert all(name in str(result) for name in names())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"optimizers": ["adm"]}, "adam"),
        ({"learning_rate": "fast"}, "'recommended', 'tuned'"),
        ({"learning_rate": -1.0}, "positive"),
        ({"start": 3}, "one start"),
        ({"start": [1.0, 2.0, 3.0]}, "3 coordinates"),
    ],
)
def test_what_cannot_be_raced_is_refused(arguments, told):
    with pytest.raises(ValueError, match=told):
        descend.race(**{"objective": "sphere", "start": [1.0, 1.0], **arguments})


def test_a_time_budget_is_each_ones():
    result = descend.race(
        VALLEY, START, optimizers=["auto", "sgd"], learning_rate=1e-6, steps=10**6, seconds=0.05
    )
    sgd = next(entry for entry in result.entries if entry.name == "sgd")
    assert "time budget of 0.05 s" in sgd.descent.message
