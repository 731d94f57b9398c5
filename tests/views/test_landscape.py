"""Heights over a window, and the scale of their colours."""

import numpy as np
import pytest
from descents import HILL, ROSENBROCK, Function

import descend
from descend.views.landscape import sample_landscape


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
