"""Each pixel of a basin map is where a descent from its middle ends."""

import numpy as np
import pytest
from asking import answer, refusal

import descend

FIELDS = {
    "formula": "himmelblau", "optimizer": {"name": "momentum"}, "rate": 0.005, "width": 4,
    "height": 3, "steps": 400,
}  # fmt: skip


def test_each_pixel_is_the_end_of_a_descent_from_there():
    header, arrays = answer("basins", **FIELDS)
    assert arrays["basins"].shape == (3, 4)
    (left, right), (low, high) = header["window"]
    minima = np.array([each["point"] for each in header["minima"]])
    for row, y in enumerate(np.linspace(low, high, 3)):
        for column, x in enumerate(np.linspace(left, right, 4)):
            end = descend.minimize(
                "himmelblau", [x, y], optimizer="momentum", learning_rate=0.005, steps=400
            )
            place = int(arrays["basins"][row, column])
            if place >= 0:
                np.testing.assert_allclose(end.x, minima[place], atol=0.05)
            else:
                assert (place == -2) == (end.status == "diverged")


@pytest.mark.parametrize(
    ("changes", "reached"),
    [({"rate": 5.0}, {-2}), ({"rate": 1e-9, "steps": 3}, {-1})],
    ids=["diverged", "too short"],
)
def test_what_comes_to_no_minimum_is_told_apart(changes, reached):
    _, arrays = answer("basins", **{**FIELDS, **changes})
    assert set(np.unique(arrays["basins"]).astype(int)) == reached


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"formula": "x^2"}, "formula"), ({"width": 1}, "width"), ({"steps": 0}, "steps"),
     ({"width": 400, "height": 401}, "width"), ({"window": [[1, 0], [0, 1]]}, "window")],
)  # fmt: skip
def test_refusals_name_the_field(changes, field):
    assert refusal("basins", {**FIELDS, **changes})[1] == field
