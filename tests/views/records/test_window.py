"""The window through which trajectories are seen: all that matters, and no more."""

from dataclasses import replace

import numpy as np
import pytest
from descents import BOWL, ROSENBROCK, descended

from descend import minimize, views
from descend.objectives.landmarks import LANDMARKS
from descend.views.records.trajectories import landmark_window, trajectories_of
from descend.views.records.window import window_of

STARTS = np.random.default_rng(0).uniform(-4, 4, (5, 2))


@pytest.mark.parametrize(
    ("descent", "inside", "largest"),
    [
        (descended(BOWL, [3.0, 3.0], 0.36), [(3, 3), (-2.4, 1.9), (0, 0)], 12),
        (descended(BOWL, [3.0, 3.0], 0.45, 300), [(3, 3), (-3.75, 1.65)], 60),
        (descended(ROSENBROCK, [-1.2, 1.0], 0.001, 500), [(-1.2, 1)], 6),
        (descended(BOWL, [0.0, 0.0]), [(0, 0)], 5),
        (descended(BOWL, [1e6, 0.0], 0.1), [(1e6, 0), (0, 0)], 4e6),
    ],
)
def test_the_window_shows_the_run_and_no_more(descent, inside, largest):
    window = np.array(window_of(trajectories_of(descent)))
    for point in inside:
        assert (window[:, 0] < point).all()
        assert (point < window[:, 1]).all()
    extent = window[:, 1] - window[:, 0]
    assert (extent > 0).all()
    assert extent.max() <= largest


@pytest.mark.parametrize("name", LANDMARKS)
def test_landmarks_are_drawn_with_the_landscape_around(name):
    landmark = LANDMARKS[name]
    descent = minimize(name, 10, optimizer="lbfgs", seed=0, steps=300)
    window = np.array(window_of(trajectories_of(descent), landmark_window(descent)))
    known = np.array(landmark.window)
    assert (window[:, 0] < known[:, 0]).all()
    assert (window[:, 1] > known[:, 1]).all()
    assert (np.ptp(window, axis=1) < 6 * np.ptp(known, axis=1)).all()
    figure = views.plot(descent)
    assert (figure.axes[0].get_xlim(), figure.axes[0].get_ylim()) == tuple(map(tuple, window))
    values = figure.axes[1]
    if values.get_yscale() == "linear":
        # Runs that fall without end leave at the bottom: the axis is about the rest.
        assert values.get_ylim()[0] > -5e3


def test_a_landmark_is_known_by_its_variables_in_any_order():
    descent = minimize("branin", {"y": 1.0, "x": 2.0})
    assert landmark_window(descent) is None
    both = replace(descent, x=descent.x[np.newaxis])
    assert landmark_window(both) == ((0, 15), (-5, 10))
    assert landmark_window(replace(both, formula="y + x")) is None
    assert landmark_window(minimize("branin", [1.0, 2.0])) is None


def test_runs_that_went_far_away_leave_the_picture_and_that_is_said():
    starts = STARTS[:5]
    points = np.stack([starts, starts * 0.5])
    points[1, 2] = 1e15
    descent = descended(BOWL, starts, steps=1, points=points)
    assert np.abs(window_of(trajectories_of(descent))).max() < 20
    handles, labels = views.plot(descent).axes[0].get_legend_handles_labels()
    assert labels == ["start", "end", "on its way out of the picture", "minimum"]
    seen = dict(zip(labels, handles, strict=True))
    assert len(seen["end"].get_offsets()) == 4
    assert seen[labels[2]].get_offsets().tolist() == [starts[2].tolist()]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_few_runs_are_all_shown_however_far_one_went(count):
    starts = STARTS[:count]
    points = np.stack([starts, starts * 0.5])
    points[1, 0] = 1e4
    assert np.max(window_of(trajectories_of(descended(BOWL, starts, steps=1, points=points)))) > 1e4


def test_one_overshoot_does_not_set_the_window():
    descent = descended(BOWL, [1.0, 1.0])
    points = descent.points.copy()
    points[3] = 1e9
    window = np.array(window_of(trajectories_of(descended(BOWL, [1.0, 1.0], points=points))))
    assert np.abs(window).max() < 5
