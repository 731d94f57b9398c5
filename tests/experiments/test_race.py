"""A race compares what single runs do, and says how it was run."""

import numpy as np
import pytest

import descend
from descend.experiments.race import HEADER
from descend.optimizers import SGD, Adam, names, recommended_rate

VALLEY = "(1 - x)^2 + 100*(y - x^2)^2"


START = {"x": -1.2, "y": 1.0}


@pytest.mark.parametrize("learning_rate", ["recommended", 1e-3])
def test_each_entry_is_its_single_run(learning_rate):
    result = descend.race(VALLEY, START, optimizers=["sgd", "adam"], learning_rate=learning_rate)
    for entry in result.entries:
        optimizer = {"sgd": SGD(), "adam": Adam()}[entry.name]
        rate = recommended_rate(optimizer) if learning_rate == "recommended" else learning_rate
        alone = descend.minimize(VALLEY, START, optimizer=optimizer, learning_rate=rate)
        assert entry.rate == rate
        assert np.array_equal(entry.descent.values, alone.values)
        assert entry.evaluations == alone.nfev


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
