"""Each landmark's minima are its lowest points, and its rate goes downhill."""

import numpy as np
import pytest

from descend import minimize
from descend.objectives.landmarks import LANDMARKS, landmark

NAMES = sorted(LANDMARKS)
LOWEST = [(name, minimum) for name in NAMES for minimum in LANDMARKS[name].minima]
# Ackley's minimum is the tip of a cone.
POINTED = {"ackley"}


def grid(name, n):
    axes = [np.linspace(lowest, highest, n) for lowest, highest in LANDMARKS[name].window]
    return np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize(("name", "minimum"), LOWEST)
def test_minima_are_flat_and_as_low_as_stated(name, minimum):
    objective = LANDMARKS[name].objective()
    point = np.array(minimum.point)
    for coordinate, (lowest, highest) in zip(point, LANDMARKS[name].window, strict=True):
        assert lowest <= coordinate <= highest
    assert objective.value(point) == pytest.approx(minimum.value, abs=1e-12)
    if name in POINTED:
        around = point + 1e-3 * np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
        assert (objective.value(around) > minimum.value + 1e-3).all()
    else:
        assert np.abs(objective.value_and_gradient(point)[1]).max() < 1e-8


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_the_window_is_lower_and_no_minimum_is_missing(name):
    objective, minima = LANDMARKS[name].objective(), LANDMARKS[name].minima
    points = grid(name, 701)
    values = objective.value(points)
    if not minima:
        assert values.min() < 0 == objective.value(np.zeros(2))
        return
    (value,) = {minimum.value for minimum in minima}
    assert values.min() >= value - 1e-12
    width = np.array([highest - lowest for lowest, highest in LANDMARKS[name].window])
    near = np.array([minimum.point for minimum in minima])
    far = (np.abs(points[:, None] - near) > 0.12 * width).any(axis=2).all(axis=1)
    # Away from the stated minima every value is clearly higher.
    assert values[far].min() > value + 1e-3


@pytest.mark.parametrize("name", [name for name in NAMES if LANDMARKS[name].minima])
def test_the_rate_goes_downhill_from_anywhere(name):
    objective, rate = LANDMARKS[name].objective(), LANDMARKS[name].rate
    w = grid(name, 16)
    value, g = objective.value_and_gradient(w)
    first = value
    for _ in range(150):
        w = w - rate * g
        value, g = objective.value_and_gradient(w)
        assert (value <= first + 1e-9 * (1 + np.abs(first))).all()
    assert value.mean() < first.mean()


@pytest.mark.parametrize(("name", "minimum"), LOWEST)
@pytest.mark.parametrize("optimizer", ["auto", "adam"])
def test_a_descent_that_begins_in_a_minimum_stays_there(name, minimum, optimizer):
    descent = minimize(name, minimum.point, optimizer=optimizer, steps=20)
    assert descent.best_fun == pytest.approx(minimum.value, abs=1e-9)
    np.testing.assert_allclose(descent.x, minimum.point, atol=0.03)
    if name == "ackley":
        assert (descent.status, descent.nit) == ("converged", 0)


def test_there_are_all_of_them():
    assert len(LANDMARKS) == 22


@pytest.mark.parametrize(
    "name", ["rosenbrock", "Rosenbrock", "goldstein-price", "Three hump camel"]
)
def test_names_are_forgiving(name):
    assert landmark(name).name == name.lower().replace("-", "_").replace(" ", "_")


def test_refuses_an_unknown_name_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'rosenbrock'"):
        landmark("rosenbrok")
    with pytest.raises(ValueError, match="there are sphere, ellipse"):
        landmark("qqqq")
