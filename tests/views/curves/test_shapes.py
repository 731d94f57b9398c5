"""Losses and penalties as curves."""

import numpy as np
import pytest
from matplotlib import pyplot

from descend import losses, penalties, views

LOSSES = {**losses.REGRESSION, **losses.CLASSIFICATION, "cross_entropy": losses.CrossEntropy()}


def curve(ax, label):
    (line,) = [line for line in ax.lines if line.get_label() == label]
    return np.asarray(line.get_xdata()), np.asarray(line.get_ydata())


@pytest.mark.parametrize("name", LOSSES)
def test_the_slope_is_that_of_the_curve(name):
    ax = views.loss_shape(LOSSES[name])
    z, value = curve(ax, "loss")
    _, slope = curve(ax, "slope")
    between = (slope[1:] + slope[:-1]) / 2
    jumps = np.abs(np.diff(slope)) > 0.2
    assert jumps.mean() < 0.1
    np.testing.assert_allclose((np.diff(value) / np.diff(z))[~jumps], between[~jumps], atol=2e-3)


@pytest.mark.parametrize("name", LOSSES)
def test_the_target_is_where_the_prediction_meets_it(name):
    ax = views.loss_shape(LOSSES[name])
    marked = [line for line in ax.lines if line.get_label() == "target"]
    classes = set(losses.CLASSIFICATION) | {"cross_entropy"}
    for line in marked:
        place = np.float64(line.get_xdata()[0])
        _, value = curve(ax, "loss")
        z, _ = curve(ax, "loss")
        assert value[np.argmin(np.abs(z - place))] == pytest.approx(value.min(), abs=1e-3)
    assert bool(marked) == (name not in classes)


def test_a_loss_of_one_s_own_and_a_window():
    class Quartic:
        normalised = False
        largest_curvature = np.inf

        def value(self, y, z):
            return (z - y) ** 4

        def slope(self, y, z):
            return 4 * (z - y) ** 3

        def curvature(self, y, z):
            return 12 * (z - y) ** 2

        def mean(self, z):
            return z

    ax = views.loss_shape(Quartic(), target=2, window=[(1, 4)], title="quartic")
    z, value = curve(ax, "loss")
    np.testing.assert_allclose(value, (z - 2) ** 4)
    assert (z[0], z[-1]) == (1, 4)
    assert ax.get_figure().get_suptitle() == "quartic"


@pytest.mark.parametrize("target", [0.0, 3.0])
def test_counts(target):
    ax = views.loss_shape("poisson", target=target)
    z, value = curve(ax, "loss")
    np.testing.assert_allclose(value, np.exp(z) - target * z)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"loss": "hubber"}, "Did you mean 'huber'"),
        ({"loss": "gamma", "target": 0}, "not defined for target=0"),
        ({"loss": "huber", "window": [(3, 1)]}, "lower < upper"),
    ],
)
def test_bad_input(options, told):
    with pytest.raises(ValueError, match=told):
        views.loss_shape(**options)


@pytest.mark.parametrize(
    ("penalty", "left"),
    [
        ("l2", lambda w: 0.75 * w),
        ("l1", lambda w: np.sign(w) * np.maximum(np.abs(w) - 0.25, 0)),
        (None, lambda w: w),
        (penalties.NonNegative(), lambda w: np.maximum(w, 0)),
    ],
)
def test_what_a_step_leaves_of_a_weight(penalty, left):
    ax = views.penalty_shape(penalty, rate=0.25)
    w, after = curve(ax, "weight after a step at rate 0.25")
    np.testing.assert_allclose(after, left(w), atol=1e-12)


def test_given_axes_are_drawn_into():
    figure, ax = pyplot.subplots()
    assert views.loss_shape("huber", ax=ax) is ax
    assert views.penalty_shape("l1", ax=ax) is ax
    pyplot.close(figure)
