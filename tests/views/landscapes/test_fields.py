"""Arrows of the field, against the gradient by hand."""

import numpy as np
import pytest
from matplotlib.quiver import Quiver

import descend
from descend import views


def arrows(ax):
    return next(c for c in ax.collections if isinstance(c, Quiver))


@pytest.mark.parametrize("upwards", [False, True])
def test_arrows_are_the_gradients_directions_and_their_colours_its_size(upwards):
    start = [1.0, 1.0]
    verb = descend.maximize if upwards else descend.minimize
    descent = verb("sin(x)*sin(y)", start, optimizer="sgd", learning_rate=0.1, steps=5)
    drawn = arrows(views.field(descent, arrows=9))
    x, y = drawn.XY.T
    gradient = np.stack([np.cos(x) * np.sin(y), np.sin(x) * np.cos(y)])
    size = np.hypot(*gradient)
    sign = 1 if upwards else -1
    np.testing.assert_allclose([drawn.U, drawn.V], sign * gradient / size, atol=1e-9)
    np.testing.assert_allclose(drawn.get_array(), size)
    assert len(x) == 9 * 7


def test_where_there_is_no_gradient_there_is_no_arrow():
    drawn = arrows(views.field("log(x) + y^2", window=((-1, 1), (-1, 1)), arrows=10))
    assert len(drawn.XY) == 5 * 8
    assert (drawn.XY[:, 0] > 0).all()
    with pytest.raises(ValueError, match="finite nowhere"):
        views.field("log(x) + y^2", window=((-2, -1), (-1, 1)))
    with pytest.raises(ValueError, match="at least 2"):
        views.field("sphere", arrows=1)


def test_paths_lie_on_the_field():
    descent = descend.minimize(
        "rosenbrock", [-1.2, 1.0], optimizer="adam", learning_rate=0.1, steps=20
    )
    ax = views.field(descent)
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), descent.points)
