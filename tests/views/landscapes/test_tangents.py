"""Tangents, gradients and steps, against slopes worked out by hand."""

import numpy as np
import pytest

import descend
from descend import views


@pytest.mark.parametrize(
    ("formula", "at", "rate", "slope", "then"),
    [("x^2", 3.0, 0.1, 6, 2.4), ("x^2", -1.0, 0.75, -2, 0.5), ("exp(x)", 0.0, 0.5, 1, -0.5)],
)
def test_the_tangent_has_the_slope_and_the_step_goes_down(formula, at, rate, slope, then):
    ax = views.tangent(formula, at, rate=rate)
    lines = {line.get_label(): line for line in ax.lines}
    x, y = lines[f"tangent, slope {slope}".replace("-", "−")].get_data()  # noqa: RUF001
    assert np.diff(y) / np.diff(x) == pytest.approx(slope)
    assert np.interp(at, x, y) == pytest.approx(descend.minimize(formula, at, steps=0).fun)
    tips = [note.xy for note in ax.texts if note.arrow_patch is not None]
    assert tips[1][0] == pytest.approx(then)
    assert np.sign(tips[0][0] - at) == np.sign(slope)
    left, right = ax.get_xlim()
    assert left < min(at, then)
    assert max(at, then) < right


def test_a_stationary_point_has_no_arrows():
    ax = views.tangent("x^2", 0.0)
    assert [note for note in ax.texts if note.arrow_patch is not None] == []
    assert "tangent, slope 0" in ax.get_legend_handles_labels()[1]


def test_the_step_of_a_record_is_the_one_it_took():
    descent = descend.minimize("x^2", 3, optimizer="adam", learning_rate=0.5, steps=5)
    ax = views.tangent(descent, step=2)
    tip = [note.xy for note in ax.texts if note.arrow_patch is not None][1]
    assert tip[0] == descent.points[3, 0]


def test_in_two_variables_there_is_a_plane():
    ax = views.tangent("x^2 + 2*y^2", [2, 1.5], rate=0.1)
    assert ax.name == "3d"
    labels = ax.get_legend_handles_labels()[1]
    assert labels[:3] == ["minimum", "tangent plane", "gradient, of size 7.21"]
    assert labels[3].endswith("gradient to (1.6, 0.9)")


@pytest.mark.parametrize("at", [[2.0, 1.5], [-1.0, 0.5], [0.3, -2.0]])
def test_the_gradient_is_at_right_angles_to_the_level_line(at):
    ax = views.level_line("x^2 + 2*y^2", at, rate=0.05)
    lines = {line.get_label(): line for line in ax.lines}
    along = np.diff(lines["its tangent"].get_xydata(), axis=0)[0]
    tips = [np.array(note.xy) - at for note in ax.texts if note.arrow_patch is not None]
    gradient = np.array([2 * at[0], 4 * at[1]])
    for tip in tips:
        assert abs(along @ tip) < 1e-12 * np.linalg.norm(along)
    assert tips[0] @ gradient > 0
    np.testing.assert_allclose(tips[1], -0.05 * gradient, rtol=1e-12)
    assert ax.get_aspect() == 1


@pytest.mark.parametrize(
    ("view", "arguments", "options", "told"),
    [
        (views.tangent, ("x^2",), {}, "needs the point"),
        (views.tangent, ("x*y*z", [1, 1, 1]), {}, "this one has 3"),
        (views.tangent, ("x^2", [1, 2]), {}, "at="),
        (views.tangent, ("log(x)", -1.0), {}, "no gradient"),
        (views.level_line, ("x^2", 1.0), {}, "this one has 1"),
        (
            views.tangent,
            (descend.minimize("x^2", 3, learning_rate=0.1, steps=3),),
            {"step": 7},
            "0 to 2",
        ),
        (views.tangent, (descend.minimize("x^2", 3, record="values"),), {}, 'record="all"'),
        (views.tangent, (descend.minimize("x^2", [[3], [2]]),), {}, "choose one with run"),
    ],
)
def test_refusals(view, arguments, options, told):
    with pytest.raises(ValueError, match=told):
        view(*arguments, **options)
