"""Heights over a window, and the scale of their colours."""

import numpy as np
import pytest
from walked import HILL, ROSENBROCK, Function

from descend.views.landscape import survey


def test_levels_show_the_valley_of_rosenbrock():
    landscape = survey(ROSENBROCK, ((-2, 2), (-1, 3)))
    # The floor of the valley spans a hundredth of the heights, and several of the 22 levels.
    floor, slope = landscape.share(np.array([0.0, 25.0]))
    assert slope - floor > 4 / 22
    assert landscape.high > 2000


def test_levels_of_waves_are_even_and_a_pole_does_not_take_all_colours():
    assert survey(HILL, ((-4, 4), (-4, 4))).power == pytest.approx(1, abs=0.05)
    pole = Function(lambda x, y: 1 / (x * x + y * y), lambda x, y: (x, y))
    assert survey(pole, ((-1, 1), (-1, 1))).high < 500


def test_where_the_objective_raises_or_is_not_finite_the_landscape_is_masked():
    def root(x, y):
        if np.ndim(x):
            raise ValueError("math domain error")
        if x < 0:
            raise ValueError("math domain error")
        return np.sqrt(x) + y * y

    landscape = survey(Function(root, lambda x, y: (x, y)), ((-1, 1), (-1, 1)))
    assert np.isnan(landscape.heights[:, landscape.x < 0]).all()
    assert np.isfinite(landscape.heights[:, landscape.x >= 0]).all()
    with pytest.raises(ValueError, match="finite nowhere"):
        survey(Function(lambda x, y: x + y + np.nan, lambda x, y: (x, y)), ((-1, 1), (-1, 1)))
