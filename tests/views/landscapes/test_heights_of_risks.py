"""Heights of losses over rows: exact where they are quadratic, on fewer points of many rows."""

import numpy as np
import pytest

from descend import DescentClassifier, DescentRegressor
from descend.views.landscapes import heights
from descend.views.landscapes.heights import GRID_POINTS, LEAST_POINTS, heights_at, sample_landscape

X = np.random.default_rng(0).standard_normal((300, 1))
Y = 3 * X[:, 0] + 1
WINDOW = ((-2.0, 7.0), (-3.0, 2.0))


@pytest.mark.parametrize(
    "model",
    [
        DescentRegressor(alpha=0.0, penalty=None),
        DescentRegressor(alpha=0.3),
        DescentRegressor(loss="huber"),
        DescentRegressor(penalty="l1", alpha=0.5),
    ],
    ids=repr,
)
def test_they_are_the_objectives_own(model):
    objective = model.fit(X, Y).descent_.objective
    landscape = sample_landscape(objective, WINDOW)
    assert landscape.heights.shape == (GRID_POINTS, GRID_POINTS)
    grid = np.stack(np.meshgrid(landscape.x, landscape.y), axis=-1)
    expected = heights_at(objective, grid.reshape(-1, 2)).reshape(grid.shape[:-1])
    np.testing.assert_allclose(landscape.heights, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("times", "points"), [(1, GRID_POINTS), (40, 52), (400, LEAST_POINTS)])
def test_many_rows_are_asked_at_fewer_points(times, points, monkeypatch):
    asked = []

    def counted(objective, w):
        asked.append(len(w))
        return w[:, 0]

    monkeypatch.setattr(heights, "heights_at", counted)
    rows = np.tile(X, (times, 1))
    model = DescentClassifier().fit(rows, rows[:, 0] > 0)
    assert len(sample_landscape(model.descent_.objective, WINDOW).x) == points
    assert asked == [points**2]
