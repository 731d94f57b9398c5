"""Right gradients pass the check, and each wrong coordinate is found and named."""

import numpy as np
import pytest
from scipy.optimize import rosen, rosen_der

import descend
from descend.objectives.landmarks import LANDMARKS


@pytest.mark.parametrize("name", LANDMARKS)
def test_landmarks_have_the_right_gradient_everywhere(name):
    low, high = np.array(LANDMARKS[name].window).T
    for point in np.random.default_rng(0).uniform(low, high, size=(20, 2)):
        check = descend.check_gradient(name, point)
        assert check.ok, str(check)
        assert bool(check)
        scale = np.abs(check.analytic).max()
        assert check.largest_error < 1e-6 * scale + 1e-9


@pytest.mark.parametrize("j", range(5))
@pytest.mark.parametrize("wrong", [1e-5, 1e-3, 1.0, -2.0])
def test_each_wrong_coordinate_is_found(j, wrong):
    def slope(w):
        g = rosen_der(w)
        g[j] *= 1 + wrong
        return g

    point = np.array([-1.2, 1.0, 0.5, 2.0, -0.7])
    check = descend.check_gradient(rosen, point, slope)
    assert not check.ok
    assert np.flatnonzero(check.wrong).tolist() == [j]
    assert f"by w[{j}] at w[{j}]={point[j]:g} is wrong" in str(check)
    assert descend.check_gradient(rosen, point, rosen_der).ok


@pytest.mark.parametrize(
    ("factor", "told"),
    [
        (-1.0, "its sign is wrong"),
        (0.5, "it lacks the factor 2"),
        (3.0, "it has a factor 3 too many"),
        (0.9, "differences say 4."),
    ],
)
def test_usual_mistakes_are_named(factor, told):
    check = descend.check_gradient(lambda w: w @ w, [2.0], lambda w: 2 * factor * w)
    assert told in str(check)


@pytest.mark.parametrize("scale", [1e-12, 1e-3, 1.0, 1e6])
@pytest.mark.parametrize("place", [1e-6, 1.0, 1e5])
def test_any_scale(scale, place):
    """The step follows the coordinate, and errors are relative."""
    right = descend.check_gradient(
        lambda w: scale * np.sin(w[0] / place),
        [0.5 * place],
        lambda w: scale * np.cos(w / place) / place,
    )
    if place < 1e-3:
        assert not right.ok  # it turns 100,000 times faster than the steps can see
        return
    assert right.ok
    wrong = descend.check_gradient(
        lambda w: scale * np.sin(w[0] / place),
        [0.5 * place],
        lambda w: scale * np.sin(w / place) / place,
    )
    assert wrong.wrong.tolist() == [True]


def test_a_gradient_derived_by_hand_beside_a_formula():
    right = descend.check_gradient(
        "x^2*y", {"x": 1.5, "y": 2.0}, lambda w: np.array([2 * w[0] * w[1], w[0] ** 2])
    )
    assert right.ok
    assert "largest of its 2 errors" in str(right)
    wrong = descend.check_gradient("x^2*y", {"x": 1.5, "y": 2.0}, lambda w: np.ones(2))
    assert wrong.wrong.tolist() == [True, True]
    assert "by x at x=1.5" in str(wrong)


def test_a_zero_gradient_is_right_at_a_minimum():
    assert descend.check_gradient("rosenbrock", [1.0, 1.0]).ok
    assert descend.check_gradient("3 + 0*x + (y - 1)^4", [5.0, 1.0]).ok is True


@pytest.mark.parametrize("scale", [1.0, 1e4])
@pytest.mark.parametrize("kinked", ["abs(x)", "x^2 + 0.01*abs(x)", "max(x, 2*x)", "exp(-abs(x))"])
def test_a_kink_is_told(kinked, scale):
    # differences to both sides agree with a slope between those of either side
    check = descend.check_gradient(f"{scale}*({kinked}) + y", [0.0, 1.0])
    assert check.unsettled.tolist() == [True, False]
    assert descend.check_gradient(f"{scale}*({kinked}) + y", [0.3, 1.0]).ok


def test_a_jump_is_told():
    check = descend.check_gradient(lambda w: float(w[0] > 1.0), [1.0], lambda w: np.zeros(1))
    assert not check.ok
    assert "do not settle" in str(check)


def test_a_function_that_changes_its_mind_is_told():
    random = np.random.default_rng(0)
    with pytest.raises(ValueError, match="at the same point"):
        descend.check_gradient(lambda w: w @ w + random.standard_normal(), [1.0], lambda w: 2 * w)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("x^2", [[1.0], [2.0]]), r"one point \(d,\)"),
        (("log(x)", [-1.0]), "not finite at the start x=-1"),
        (("x^2", [1.0], lambda w: np.ones(2)), "shape"),
        (("x^2", [1.0, 2.0]), "2 coordinates"),
    ],
)
def test_refusals(arguments, told):
    with pytest.raises(ValueError, match=told):
        descend.check_gradient(*arguments)
    for tolerance in (0, "small"):
        with pytest.raises(ValueError, match=r"tolerance=.* must be a number above 0"):
            descend.check_gradient("x^2", [1.0], tolerance=tolerance)
