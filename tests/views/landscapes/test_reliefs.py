"""Surfaces with paths, alone and beside their map."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import descend
from descend import views

SINES = descend.minimize("sin(x)*sin(y)", [1.0, -0.5], optimizer="sgd", learning_rate=0.2, steps=60)


def test_the_path_is_on_the_surface_at_its_heights():
    ax = views.surface(SINES, window=((-3, 3), (-3, 3)))
    x, y, z = np.concatenate([np.array(line.get_data_3d()) for line in ax.lines], axis=1)
    on = np.isfinite(x)
    drawn = {(round(a, 9), round(b, 9)) for a, b in zip(x[on], y[on], strict=True)}
    assert drawn == {tuple(point.round(9)) for point in SINES.points}
    # heights are shares of -1..1, but for a lift off the surface
    np.testing.assert_allclose(z[on], (np.sin(x[on]) * np.sin(y[on]) + 1) / 2, atol=0.05)
    labels = ax.get_legend_handles_labels()[1]
    assert labels == ["minimum", "start", "end"]


def test_what_the_surface_hides_is_dotted():
    descent = descend.minimize(
        "sin(x)*sin(y)", starts=30, seed=1, optimizer="sgd", learning_rate=0.1
    )
    ax = views.surface(descent)
    hidden = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert any(np.isfinite(line.get_data_3d()[0]).any() for line in hidden)


def test_both_views_stand_side_by_side_with_the_same_edges():
    figure = views.side_by_side(SINES, title="two hills")
    solid, flat = figure.axes[:2]
    assert (solid.name, flat.name) == ("3d", "rectilinear")
    np.testing.assert_allclose(solid.get_xlim(), flat.get_xlim())
    np.testing.assert_allclose(solid.get_ylim(), flat.get_ylim())
    assert figure.get_suptitle() == "two hills"


@pytest.mark.parametrize(
    ("formula", "window"), [("x^2 + y^2", None), ("rosenbrock", None), ("sin(x)*sin(y)", None)]
)
def test_the_lowest_height_is_called_zero_where_it_is(formula, window):
    solid, _, bar = views.side_by_side(formula, window=window).axes
    told = [text.get_text() for text in (*bar.get_yticklabels(), *solid.get_zticklabels())]
    assert not any("10⁻" in text for text in told), told


def test_axes_of_two_dimensions_are_refused_and_the_other_way_round():
    with pytest.raises(ValueError, match='projection="3d"'):
        views.surface("sphere", ax=Figure().subplots())
    solid = Figure().add_subplot(projection="3d")
    with pytest.raises(ValueError, match="two dimensions"):
        views.contours("sphere", ax=solid)
    assert views.surface("sphere", ax=solid) is solid
