"""Slices, against the function's own values."""

import numpy as np
import pytest

import descend
from descend import views

FOUND = descend.minimize("(x - 1)^2 + 10*(y + 2)^2 + z^2", [5, 5, 5])


def test_every_coordinate_has_a_curve_through_the_end():
    ax = views.slices(FOUND)
    assert [line.get_label() for line in ax.lines] == ["along x", "along y", "along z"]
    for line, curvature in zip(ax.lines, (1, 10, 1), strict=True):
        t, values = line.get_data()
        np.testing.assert_allclose(values, curvature * t**2, atol=1e-6)
        assert 0.0 in t
    assert ax.get_xlabel() == "distance from the end"


def test_along_one_coordinate_the_axis_is_the_coordinate_and_all_ends_stand_on_it():
    other = descend.minimize("(x - 3)^2 + y^2 + z^2 + 1", [5, 5, 5])
    ax = views.slices({"one": FOUND, "two": other}, "x")
    assert ax.get_xlabel() == "x"
    x, values = ax.lines[1].get_data()
    np.testing.assert_allclose(values, (x - 3) ** 2 + 1, atol=1e-6)
    ends = [tuple(c.get_offsets()[0].round(4)) for c in ax.collections]
    assert ends == [(1, 0), (3, 1)]
    assert ax.lines[0].get_xdata()[[0, -1]].tolist() == x[[0, -1]].tolist()


@pytest.mark.parametrize("direction", [[1, 1, 0], [0, 0, -2], np.array([3.0, -4.0, 0.0])])
def test_a_direction_is_of_length_one(direction):
    (line,) = views.slices(FOUND, direction, reach=2.0).lines
    unit = np.asarray(direction) / np.linalg.norm(direction)
    t, values = line.get_data()
    np.testing.assert_allclose(values, (unit**2 @ [1, 10, 1]) * t**2, atol=1e-6)
    assert t[[0, -1]].tolist() == [-2, 2]


def test_models_on_data_are_cut_in_the_units_of_their_weights():
    random = np.random.default_rng(0)
    X = random.uniform(-2, 2, (100, 1))
    straight, bent = 2 * X[:, 0] + 1, X[:, 0] ** 2
    fits = {
        name: descend.DescentRegressor().fit(X, y).descent_
        for name, y in (("straight", straight), ("bent", bent))
    }
    ax = views.slices(fits, "x0")
    low, high = (c.get_offsets()[0][1] for c in ax.collections)
    assert low < 1e-3 < 0.5 < high


@pytest.mark.parametrize(
    ("what", "along", "options", "told"),
    [
        (FOUND, "u", {}, "no coordinate 'u'.*x, y, z"),
        (FOUND, [1, 0], {}, "a number for each of the 3"),
        (FOUND, [0, 0, 0], {}, "not all of them zero"),
        (FOUND, None, {"reach": 0}, "above 0"),
        ([FOUND] * 5, None, {}, "at most 12 curves, and these are 15"),
        (FOUND.changed(objective=None, formula=None), None, {}, "does not know"),
        (descend.minimize("x^3", -1.0, optimizer="sgd", learning_rate=1.0), None, {}, "infinity"),
    ],
)
def test_refusals(what, along, options, told):
    with pytest.raises(ValueError, match=told):
        views.slices(what, along, **options)


def test_fitted_models_are_named_by_their_names_alone():
    X = np.random.default_rng(0).uniform(-2, 2, (60, 1))
    models = {
        name: descend.DescentRegressor(alpha=0).fit(X, y)
        for name, y in (("of a line", 2 * X[:, 0] + 1), ("of a parabola", X[:, 0] ** 2))
    }
    ax = views.slices(models, "x0")
    assert [line.get_label() for line in ax.lines] == list(models)
    for line, model in zip(ax.lines, models.values(), strict=True):
        x, values = line.get_data()
        curve = np.mean(X**2) / 2 * (x - model.coef_[0]) ** 2 + model.descent_.fun
        np.testing.assert_allclose(values, curve, rtol=1e-3, atol=1e-4)
    with pytest.raises(ValueError, match="got int at 'b'"):
        views.slices({"a": models["of a line"], "b": 3}, "x0")
