"""The picture of a race has a curve an optimizer."""

import pytest

import descend
from descend import views

VALLEY = "(1 - x)^2 + 100*(y - x^2)^2"


START = {"x": -1.2, "y": 1.0}


@pytest.mark.parametrize(
    ("formula", "start", "panels"), [(VALLEY, START, 2), ("x^2", [1.0], 1), ("x*x+y*y+z*z", 1, 1)]
)
def test_the_picture_has_a_curve_an_optimizer(formula, start, panels):
    result = descend.race(formula, start, steps=20, seed=0)
    figure = result.plot()
    assert len(figure.axes) == panels
    curves = figure.axes[-1].get_lines()
    assert len(curves) == len(result.entries)
    told = [curve.get_label().removesuffix(" (diverged)") for curve in curves]
    assert told[:10] == [entry.name for entry in result.entries[:10]]
    shown = [text.get_text().removesuffix(" (diverged)") for text in figure.legends[0].get_texts()]
    assert shown == [*told[:10], f"{len(result.entries) - 10} others"]
    colours = [curve.get_color() for curve in curves]
    assert len(set(colours[:10])) == 10
    assert set(colours[10:]).isdisjoint(colours[:10])
    assert len(set(colours[10:])) == 1


def test_the_picture_is_written(tmp_path):
    result = descend.race(VALLEY, START, steps=50)
    assert views.save(result.plot(), tmp_path / "race.png").stat().st_size > 10_000
