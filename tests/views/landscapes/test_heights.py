"""Heights over a window, and the scale of their colours."""

import numpy as np
import pytest
from descents import HILL, ROSENBROCK, Function

import descend
from descend.views.landscapes.heights import Landscape, sample_landscape


def test_levels_show_the_valley_of_rosenbrock():
    landscape = sample_landscape(ROSENBROCK, ((-2, 2), (-1, 3)))
    # The floor of the valley spans a hundredth of the heights, and several of the 22 levels.
    floor, slope = landscape.share(np.array([0.0, 25.0]))
    assert slope - floor > 4 / 22
    assert landscape.high > 2000


def test_levels_of_waves_are_even_and_a_pole_does_not_take_all_colours():
    assert sample_landscape(HILL, ((-4, 4), (-4, 4))).power == pytest.approx(1, abs=0.05)
    pole = Function(lambda x, y: 1 / (x * x + y * y), lambda x, y: (x, y))
    assert sample_landscape(pole, ((-1, 1), (-1, 1))).high < 500


def test_where_the_objective_raises_or_is_not_finite_the_landscape_is_masked():
    def root(x, y):
        if np.ndim(x):
            raise ValueError("math domain error")
        if x < 0:
            raise ValueError("math domain error")
        return np.sqrt(x) + y * y

    landscape = sample_landscape(Function(root, lambda x, y: (x, y)), ((-1, 1), (-1, 1)))
    assert np.isnan(landscape.heights[:, landscape.x < 0]).all()
    assert np.isfinite(landscape.heights[:, landscape.x >= 0]).all()
    with pytest.raises(ValueError, match="finite nowhere"):
        sample_landscape(
            Function(lambda x, y: x + y + np.nan, lambda x, y: (x, y)), ((-1, 1), (-1, 1))
        )


@pytest.mark.parametrize(
    ("formula", "start", "bounds", "edges"),
    [
        ("(x - 1)^2 + (y - 3)^2", [5.0, 5.0], {"x": (2, None)}, {"x": [2]}),
        ("(x - 1)^2 + (y - 3)^2", [5.0, 0.0], {"y": (0.5, 2.5), "x": (-99, 99)}, {"y": [0.5, 2.5]}),
        ("(x - 1)^2", [3.0], [(2, None)], {"x": [2]}),
        ("(x - 1)^2", [3.0], None, {}),
    ],
)
def test_bounds_in_sight_are_drawn_and_what_lies_beyond_is_veiled(formula, start, bounds, edges):
    axes = descend.minimize(formula, start, bounds=bounds).plot().axes[0]
    lines = {"x": [], "y": []}
    for line in axes.lines:
        for axis, data in (("x", line.get_xdata()), ("y", line.get_ydata())):
            if len(data) == 2 and data[0] == data[1] and line.get_linewidth() == 1:
                lines[axis].append(data[0])
    assert {axis: sorted(found) for axis, found in lines.items() if found} == edges
    assert len([patch for patch in axes.patches if patch.get_alpha() == 0.65]) == sum(
        map(len, edges.values())
    )


@pytest.mark.parametrize(
    ("heights", "told"),
    [
        ((9.57e-5, 44.0), ("0", "44")),
        ((-9.84e-5, 724.0), ("0", "720")),
        ((3.31, 33.4), ("3.3", "33.4")),
        ((1000.02, 1000.9), ("1,000", "1,000.9")),
        ((-1.0, 1.0), ("−1", "1")),  # noqa: RUF001
        ((1e-9, 3e-9), ("10⁻⁹", "3×10⁻⁹")),  # noqa: RUF001
    ],
)
def test_heights_are_told_as_exactly_as_they_differ(heights, told):
    low, high = heights
    landscape = Landscape(np.arange(2.0), np.arange(2.0), np.eye(2), low, high, power=1.0)
    assert (landscape.label(0.0), landscape.label(1.0)) == told


def test_a_bar_points_on_where_the_top_colour_means_more_than_one_height():
    pole = descend.views.contours("1/(x^2 + y^2 + 1e-4)", window=((-1, 1), (-1, 1)))
    bowl = descend.views.contours("x^2 + y^2", window=((-1, 1), (-1, 1)))
    assert len(pole.figure.axes[1].patches) + len(pole.figure.axes[1].collections) != len(
        bowl.figure.axes[1].patches
    ) + len(bowl.figure.axes[1].collections)
