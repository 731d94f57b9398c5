"""Maps of functions of two variables, with paths and without."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import descend
from descend import views
from descend.objectives.landmarks import LANDMARKS

BOWL = "(x - 1)^2 + 5*y^2"


@pytest.mark.parametrize("name", LANDMARKS)
def test_a_landmark_is_drawn_in_its_window_with_its_minima(name):
    landmark = LANDMARKS[name]
    ax = views.contours(name)
    assert (ax.get_xlim(), ax.get_ylim()) == landmark.window
    handles, labels = ax.get_legend_handles_labels()
    assert labels == (["minimum"] if landmark.minima else [])
    if landmark.minima:
        drawn = sorted(map(tuple, handles[0].get_offsets().tolist()))
        np.testing.assert_allclose(drawn, sorted(m.point for m in landmark.minima))


def test_a_record_has_its_path_its_start_its_end_and_the_minimum():
    descent = descend.minimize(BOWL, {"y": 2.0, "x": 4.0}, optimizer="sgd", learning_rate=0.05)
    ax = views.contours(descent)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("y", "x")
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), descent.points)
    handles, labels = ax.get_legend_handles_labels()
    seen = dict(zip(labels, handles, strict=True))
    np.testing.assert_array_equal(seen["start"].get_offsets(), descent.points[:1])
    np.testing.assert_array_equal(seen["end"].get_offsets(), descent.points[-1:])
    np.testing.assert_allclose(seen["minimum"].get_offsets(), [[0, 1]], atol=1e-5)
    start, end = seen["start"].get_facecolor()[0], seen["end"].get_facecolor()[0]
    assert start.min() > 0.99
    assert end.min() < 0.2


def test_given_axes_are_drawn_into_and_titled():
    ax = Figure().subplots()
    assert views.contours("sphere", ax=ax, title="a sphere") is ax
    assert ax.get_title(loc="left") == "a sphere"


def test_a_python_function_is_drawn_in_a_window():
    ax = views.contours(lambda w: (w**2).sum(), window=((-1, 2), (-3, 4)))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1, 2), (-3, 4))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("w[0]", "w[1]")


WITHOUT_POINTS = descend.minimize(BOWL, [4, 2], record="values")
UNKNOWN = descend.minimize(lambda w: (w**2).sum(), [4.0, 2.0]).changed(objective=None)


@pytest.mark.parametrize(
    "view",
    [views.contours, views.surface, views.side_by_side, views.field],
    ids=lambda v: v.__name__,
)
@pytest.mark.parametrize(
    ("what", "told"),
    [
        (WITHOUT_POINTS, 'run it again with record="all"'),
        (UNKNOWN, "does not know"),
        (descend.minimize("x^2 + y^2 + z^2", [1, 1, 1]), "this one has 3: views.landscape"),
        (descend.minimize("x^2", 1.0), "this one has 1: views.tangent"),
        ("x^2", "this one has 1"),
        ("x*y*z*u", "this one has 4"),
        ("rosenbrok", "did you mean"),
        (3, "cannot be minimised"),
    ],
)
def test_what_cannot_be_drawn_is_said_with_what_can(view, what, told):
    with pytest.raises(ValueError, match=told):
        view(what)


@pytest.mark.parametrize("window", [(0, 1), ((1, 0), (0, 1)), ((0, np.nan), (0, 1))])
def test_windows_that_do_not_fit_are_refused(window):
    with pytest.raises(ValueError, match="window must be"):
        views.contours("sphere", window=window)
