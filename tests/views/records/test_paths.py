"""Which steps are marked on a path, and where it is cut."""

import numpy as np
import pytest
from descents import BOWL, descended

from descend import minimize, views
from descend.views.records.paths import MARKED_STEPS, emptiest_corner, marked_steps
from descend.views.records.trajectories import trajectories_of


@pytest.mark.parametrize("steps", [1, 59, 60, 61, 100, 500, 1000, 12345])
def test_steps_are_marked_at_round_numbers_however_many_there_are(steps):
    descent = descended(BOWL, [3.0, 2.0], 0.01, steps)
    marked, every = marked_steps(trajectories_of(descent))
    assert str(every).strip("0") in ("1", "2", "5")
    np.testing.assert_array_equal(marked, np.arange(every, steps + 1, every))
    assert min(steps, MARKED_STEPS / 2.5) <= len(marked) <= MARKED_STEPS


@pytest.mark.parametrize(
    ("steps", "told"), [(40, False), (61, "every 2 steps"), (300, "every 5 steps")]
)
def test_the_key_says_how_far_dots_are_apart(steps, told):
    ax = views.plot(descended(BOWL, [3.0, 2.0], 0.01, steps)).axes[0]
    labels = ax.get_legend_handles_labels()[1]
    assert (told in labels) if told else not any(label.startswith("every") for label in labels)
    dots = max(
        (line for line in ax.lines if line.get_marker() == "o"), key=lambda x: len(x.get_xdata())
    )
    assert len(dots.get_xdata()) >= 30


def test_a_record_of_every_third_step_marks_steps_of_the_descent():
    descent = minimize(
        "x^2 + 5*y^2", [3, 2], optimizer="sgd", learning_rate=0.001, steps=300, record=3
    )
    marked, every = marked_steps(trajectories_of(descent))
    assert len(marked)
    assert (descent.point_steps[marked] % every == 0).all()


def test_a_path_that_leaves_ends_at_the_edge():
    descent = minimize("(5x^2 + y^2)/2", [3, 3], optimizer="sgd", learning_rate=0.5, steps=100)
    ax = views.contours(descent)
    path = ax.lines[0].get_xydata()
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    out = (path[:, 0] < left) | (path[:, 0] > right) | (path[:, 1] < bottom) | (path[:, 1] > top)
    assert out[-1]
    assert not out[-2]
    assert len(path) < len(descent.points)


@pytest.mark.parametrize("corner", ["upper left", "upper right", "lower left", "lower right"])
def test_the_key_is_in_the_corner_without_marks(corner):
    from matplotlib.figure import Figure

    ax = Figure().subplots()
    places = {
        "upper left": (0, 1),
        "upper right": (1, 1),
        "lower left": (0, 0),
        "lower right": (1, 0),
    }
    taken = np.array([place for name, place in places.items() if name != corner])
    ax.scatter(*taken.T)
    assert emptiest_corner(ax) == corner
