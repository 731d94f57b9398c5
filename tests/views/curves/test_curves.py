"""Values against steps: what is drawn, on which axes."""

import numpy as np
import pytest
from descents import BOWL, CUBE, HILL, ROSENBROCK, Function, descended

from descend import views

CONVERGED = descended(HILL, [1.0, -1.0], 0.2, 200)
STOPPED = descended(HILL, [1.0, -1.0], 0.01, 20)


def test_the_loss_is_the_recorded_values():
    descent = descended(BOWL, [3.0, 2.0])
    loss = views.plot(descent).axes[1]
    np.testing.assert_array_equal(loss.lines[0].get_ydata(), descent.values)
    assert (loss.get_yscale(), loss.get_ylabel()) == ("log", "value")


@pytest.mark.parametrize(
    ("descent", "log", "scale", "label"),
    [
        (CONVERGED, "auto", "log", "value − best"),  # noqa: RUF001
        (CONVERGED, False, "linear", "value"),
        (STOPPED, "auto", "linear", "value"),
        (STOPPED, True, "log", "value − best"),  # noqa: RUF001
        (descended(BOWL, [3.0, 2.0], 0.01, 5), "auto", "linear", "value"),
        (descended(BOWL, [3.0, 2.0], 0.01, 5), True, "log", "value"),
    ],
)
def test_the_scale_of_values(descent, log, scale, label):
    loss = views.plot(descent, log=log).axes[1]
    assert (loss.get_yscale(), loss.get_ylabel()) == (scale, label)


def test_a_diverged_neighbour_does_not_flatten_the_loss_of_others():
    loss = views.plot(descended(BOWL, [[3.0, 2.0], [3e9, 1e9]], 0.3, 40)).axes[1]
    lonely = views.plot(descended(ROSENBROCK, [[0, 0], [9, 9]], 0.001, 50)).axes[1]
    assert loss.get_ylim()[1] > 1e18
    assert lonely.get_ylim()[1] < 10


def test_a_value_of_zero_leaves_a_logarithm_at_the_bottom():
    descent = descended(CUBE, [[1, 2, 3], [0, 0, 1]], 0.5, 2, names="xyz")
    loss = views.plot(descent).axes[0]
    assert loss.get_yscale() == "log"
    for line in loss.lines:
        values = line.get_ydata()
        assert 0 < values[-1] < loss.get_ylim()[0] < values[0]


def test_values_that_fall_without_end_leave_at_the_bottom():
    saddle = Function(lambda x, y: x * x - y * y, lambda x, y: (2 * x, -2 * y))
    status = np.array(["diverged", "diverged"])
    descent = descended(saddle, [[1.0, 0.5], [1.0, -1.0]], 1.0, 200, status=status)
    assert descent.values[-1].max() < -1e90
    low, high = views.plot(descent).axes[1].get_ylim()
    assert -1e4 < low < -1
    assert high > 0.75


@pytest.mark.parametrize(("low", "high"), [(5.0, 50.0), (2.0, 3.0), (1.0, 90.0), (1e-9, 1e9)])
def test_a_logarithm_has_several_labels(low, high):
    ax = views.loss_curves({"a": [high, low]}, log=True).axes[0]
    ax.figure.canvas.draw()
    bottom, top = ax.get_ylim()
    assert sum(bottom <= tick <= top for tick in ax.get_yticks()) >= 2


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 30])
def test_steps_are_whole_and_each_is_told_once(steps):
    for ax in views.plot(descended(CUBE, [1, 2, 3], steps=steps, names="xyz")).axes:
        ax.figure.canvas.draw()
        ticks = [tick for tick in ax.get_xticks() if tick <= ax.get_xlim()[1]]
        assert ticks == sorted({round(tick) for tick in ticks})
