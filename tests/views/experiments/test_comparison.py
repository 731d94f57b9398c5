"""Descents beside one another: the same window, colours and scale, and one key."""

import numpy as np
import pytest

import descend
from descend import views

BOWL, START = "(5x^2 + y^2)/2", [3, 3]


def run(rate, **options):
    return descend.minimize(BOWL, START, optimizer="sgd", learning_rate=rate, steps=60, **options)


RATES = [0.02, 0.2, 0.39, 0.41]
SWEEP = descend.sweep(BOWL, START, optimizer="sgd", learning_rate=RATES, steps=60, record="all")
MANY = descend.minimize(BOWL, [START] * 4, optimizer="sgd", learning_rate=np.array(RATES), steps=60)


@pytest.mark.parametrize(
    ("descents", "names"),
    [
        (SWEEP, ["rate 0.02", "rate 0.2", "rate 0.39", "rate 0.41"]),
        (MANY, ["rate 0.02", "rate 0.2", "rate 0.39", "rate 0.41"]),
        ({"a": run(0.02), "b": run(0.3), "c": run(0.5)}, ["a", "b", "c"]),
        ([run(0.02), run(0.3)], ["SGD, rate 0.02", "SGD, rate 0.3"]),
        ([run(0.02), run(0.02)], ["SGD, rate 0.02 (1)", "SGD, rate 0.02 (2)"]),
    ],
)
def test_each_has_a_panel_with_its_path_and_its_values(descents, names):
    figure = views.compare(descents)
    values, *panels = [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]
    assert [ax.get_title(loc="left").split(":")[0] for ax in panels] == names
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in panels}) == 1
    (left, right), (bottom, top) = panels[0].get_xlim(), panels[0].get_ylim()
    assert left < 0 < 3 < right < 20
    assert bottom < 0 < 3 < top
    for ax in panels:
        np.testing.assert_array_equal(ax.lines[0].get_xydata()[0], START)
        assert "minimum" in ax.get_legend_handles_labels()[1]
    assert [line.get_label() for line in values.lines] == names
    looks = [(line.get_color(), line.get_linestyle()) for line in values.lines]
    assert len(set(looks)) == len(names)
    (key,) = figure.legends
    told = [text.get_text() for text in key.get_texts()]
    assert told[: len(names)] == names
    assert {"start", "minimum"} <= set(told)


def test_values_are_the_records():
    figure = views.compare(SWEEP)
    for line, rate in zip(figure.axes[0].lines, RATES, strict=True):
        np.testing.assert_array_equal(line.get_ydata(), SWEEP["sgd", rate].values)


def test_functions_of_other_variables_have_their_values_alone():
    a, b = (descend.minimize("x^2", 3, learning_rate=rate, steps=20) for rate in (0.1, 0.2))
    (ax,) = views.compare({"slow": a, "fast": b}).axes
    assert [line.get_label() for line in ax.lines] == ["slow", "fast"]


def test_sixteen_look_different():
    runs = {f"{i}": run(0.01 * (i + 1), record="values") for i in range(16)}
    lines = views.compare(runs).axes[0].lines
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 16


@pytest.mark.parametrize(
    ("descents", "options", "told"),
    [
        ([run(0.1)], {}, "2 to 16 descents, got 1"),
        (run(0.1), {}, "2 to 16 descents, got 1"),
        ([run(0.1)] * 17, {}, "got 17"),
        ("himmelblau", {}, "got str"),
        ([1, 2], {}, "got int at 0"),
        ([run(0.1), descend.minimize("sphere", [1, 1])], {}, "one function"),
        ([run(0.1, record=None), run(0.2)], {}, 'record="all"'),
        ([run(0.1, record="values")] * 2, {"window": ((0, 1), (0, 1))}, "no window"),
        ([run(0.1)] * 2, {"window": (0, 1)}, "window must be"),
    ],
)
def test_refusals(descents, options, told):
    with pytest.raises(ValueError, match=told):
        views.compare(descents, **options)
