"""Pictures of several runs on a column of 3.5 inches: nothing is cut off, nothing is squeezed."""

import numpy as np
import pytest

import descend
from descend import views
from descend.views.figures.panels import figure_of
from descend.views.figures.style import paper_of

BOWL, START = "(5x^2 + y^2)/2", [3, 3]
RATES = np.geomspace(1e-3, 0.5, 12)
SWEEP = descend.sweep(BOWL, START, optimizer="sgd", learning_rate=RATES, steps=30, record="all")
RUN = descend.minimize(BOWL, START, optimizer="sgd", learning_rate=0.2, steps=30)
NAMED = {f"a rather long name {i}": RUN for i in range(5)}
OPTIMIZERS = descend.sweep(BOWL, START, optimizer=["sgd", "adam"], learning_rate=[0.01, 0.1, 0.3])
RACE = descend.race("rosenbrock", [-1.2, 1.0], steps=30)

PICTURES = {
    "race": lambda: views.race(RACE),
    "twelve rates": lambda: views.compare(SWEEP),
    "long names": lambda: views.compare(NAMED),
    "sweep": lambda: views.sweep(OPTIMIZERS),
    "side by side": lambda: views.side_by_side(RUN),
    "rates": lambda: views.rate_test(descend.find_rate(BOWL, START)),
    "slices": lambda: figure_of(views.slices(NAMED, "x")),
}


@pytest.mark.parametrize("draw", PICTURES.values(), ids=PICTURES)
def test_all_is_in_the_picture_and_no_panel_is_squeezed(draw):
    with paper_of(3.5):
        figure = draw()
    figure.canvas.draw()
    width, height = figure.bbox.size
    assert figure.get_figwidth() <= 3.5
    keys = [*figure.legends, *filter(None, (ax.get_legend() for ax in figure.axes))]
    for key in keys:
        box = key.get_window_extent()
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1
    panels = [ax for ax in figure.axes if ax.get_label() != "<colorbar>"]
    for ax in panels:
        assert ax.get_window_extent().width > 0.25 * width
        for key in figure.legends:
            assert not key.get_window_extent().overlaps(ax.get_window_extent())


def test_a_race_shows_the_minimum_and_strokes_beside_colours():
    figure = views.race(RACE)
    (star,) = [mark for mark in figure.axes[0].collections if mark.get_label() == "minimum"]
    np.testing.assert_array_equal(star.get_offsets(), [[1, 1]])
    best = figure.axes[-1].get_lines()[:10]
    assert len({line.get_linestyle() for line in best}) == 4
