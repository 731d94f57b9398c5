"""Basins: each place in the colour of the minimum that a descent from there reaches."""

import numpy as np
import pytest

import descend
from descend import views
from descend.views.landscapes.attraction import COLOURED

WELL = "(x^2 - 1)^2 + y^2"
WINDOW = ((-2, 2), (-1, 1))


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_each_place_has_the_colour_of_where_its_own_descent_ends():
    ax = views.basins(WELL, window=WINDOW, points=6, learning_rate=0.05)
    (image,) = ax.images
    pixels = np.asarray(image.get_array())
    colours = {}
    for i, y in enumerate(np.linspace(-1, 1, 6)):
        for j, x in enumerate(np.linspace(-2, 2, 6)):
            end = descend.minimize(WELL, [x, y], optimizer="sgd", learning_rate=0.05).x
            colours.setdefault(tuple(pixels[i, j].round(6)), set()).add(round(float(end[0])))
    assert sorted(colours.values(), key=min) == [{-1}, {1}]
    stars = next(c for c in ax.collections if c.get_label() == "minimum").get_offsets()
    np.testing.assert_allclose(sorted(stars.tolist()), [[-1, 0], [1, 0]], atol=1e-4)
    assert sorted(text.split(" ", 1)[1] for text in legend(ax)) == [
        "(1, 0): value 0, 50 % of starts",
        "(−1, 0): value 0, 50 % of starts",  # noqa: RUF001
    ]
    # letters as well as colours
    assert sorted(text.get_text() for text in ax.texts) == ["A", "B"]


def test_the_limits_of_the_picture_are_stated():
    ax = views.basins(WELL, window=WINDOW, points=5, optimizer="adam", learning_rate=0.5, steps=300)
    told = ax.get_title(loc="right")
    assert told.startswith("adam, rate 0.5, up to 300 steps from 5")
    assert (ax.get_xlim(), ax.get_ylim()) == WINDOW


@pytest.mark.parametrize(
    ("formula", "window", "options", "told"),
    [
        ("x^3 - 3*x + y^2", ((-3, 3), (-1, 1)), {"learning_rate": 0.05}, "left for infinity"),
        ("himmelblau", ((0, 6), (-1, 6)), {"learning_rate": 0.01}, "to a minimum outside"),
        (WELL, WINDOW, {"learning_rate": 0.05, "points": 15}, "not arrived"),  # the saddle
        ("log(x)^2 + y^2", ((-1, 2), (-1, 1)), {"learning_rate": 0.05}, "not arrived"),
    ],
)
def test_starts_that_reach_no_minimum_in_the_window_are_told(formula, window, options, told):
    ax = views.basins(formula, window=window, **{"points": 16, **options})
    assert any(text.startswith(told) for text in legend(ax))


def test_of_a_record_it_is_the_function_where_it_went():
    descent = descend.minimize(WELL, [[1.5, 0.5], [-1.5, 0.5]], optimizer="sgd", learning_rate=0.05)
    ax = views.basins(descent, points=8, learning_rate=0.05)
    assert len(ax.texts) == 2


def test_of_many_minima_the_colour_is_the_value():
    ax = views.basins("rastrigin", points=24, window=((-2.4, 2.4), (-2.4, 2.4)))
    stars = next(c for c in ax.collections if c.get_label() == "minimum").get_offsets()
    assert len(stars) > COLOURED
    assert legend(ax)[0] == f"{len(stars)} minima"
    assert not list(ax.texts)
    assert len(ax.figure.axes) == 2


@pytest.mark.parametrize(
    ("objective", "options", "told"),
    [
        ("x^2", {}, "this one has 1"),
        ("x + y", {"points": 4}, "no start in the window"),
        (WELL, {"points": 1}, "at least 2"),
        (WELL, {"points": 4, "optimizer": "adamm"}, "adam"),
        (WELL, {"points": 4, "steps": -1}, "steps"),
    ],
)
def test_refusals(objective, options, told):
    with pytest.raises(ValueError, match=told):
        views.basins(objective, **options)
