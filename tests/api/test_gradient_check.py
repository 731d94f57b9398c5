"""Right gradients pass the check, and each wrong coordinate is found and named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import rosen, rosen_der

import descend
from descend.objectives import as_problem
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
    """The steps follow the function, and errors are relative."""
    right = descend.check_gradient(
        lambda w: scale * np.sin(w[0] / place),
        [0.5 * place],
        lambda w: scale * np.cos(w / place) / place,
    )
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
    assert "cannot tell: they do not settle" in str(check)


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


RIGHT = [
    ("sin(1000*x)", 0.3),
    ("sin(1e9*x)", 1e-9),
    ("1/x", 1e-3),
    ("max(x, 0)^2", 0.0),
    ("max(x, 0)^2 + 5", 0.0),
    ("x + sin(1e6*x)", 1.0),
    ("x + sin(2*pi*20*x)", 0.1),
    ("sqrt(x)", 1e-12),
    ("exp(x)", 100.0),
    ("(x^2 + 1e8) - 1e8", 1.0),
    ("(x - 1e8)^2", 1e8 + 1),
    ("tanh(1e4*(x - 1))", 1.0),
    ("1e-30*x^2", 1e-5),
    ("sqrt(x^2 + 1e-20)", 0.0),
]


@pytest.mark.parametrize(("formula", "place"), RIGHT)
@pytest.mark.parametrize("form", ["formula", "python"])
def test_right_gradients_are_right_at_any_scale(formula, place, form):
    own = as_problem(formula).objective
    if form == "formula":
        assert descend.check_gradient(formula, [place]).ok
    else:
        values = lambda w: float(own.value(w))  # noqa: E731
        slope = lambda w: own.value_and_gradient(w)[1]  # noqa: E731
        assert descend.check_gradient(values, [place], slope).ok
        exact = slope(np.array([place]))[0]
        wrong = descend.check_gradient(values, [place], lambda w: 1.01 * slope(w) + (exact == 0))
        assert not wrong.ok


@given(
    st.sampled_from(
        ["{a}*sin({k}*x)", "{a}*exp(-({k}*x - 1)^2)", "{a}/(1 + ({k}*x)^2)", "{a}*({k}*x)^3"]
    ),
    st.floats(-12, 12),
    st.floats(-8, 8),
    st.floats(0.2, 1.4),
    st.floats(0, 3),
    st.sampled_from([1.01, 1.5, 0.0, -1.0]),
)
def test_no_right_gradient_is_wrong_and_no_wrong_one_right(
    shape, size, scale, place, above, factor
):
    """Whatever the units of value and coordinate, and a constant beside."""
    a, k = 10.0**size, 10.0**scale
    text = f"{shape.format(a=a, k=k)} + {above * a}"
    own = as_problem(text).objective
    point = [place / k]
    right = descend.check_gradient(text, point)
    assert right.ok, (str(right), right)
    wrong = descend.check_gradient(text, point, lambda w: factor * own.value_and_gradient(w)[1])
    exact = abs(own.value_and_gradient(np.array(point))[1][0])
    if exact > 1e-3 * a * k:
        assert wrong.wrong.any(), str(wrong)


@pytest.mark.parametrize("library", ["jax", "torch", "numpy"])
def test_single_precision_is_not_wrong(library):
    """The gradient and the values are rounded as the library rounds them."""
    random = np.random.default_rng(0)
    function, slope = SINGLE[library]()
    for _ in range(3):
        point = random.normal(size=4)
        right = descend.check_gradient(function, point, slope)
        assert right.ok, str(right)
        wrong = descend.check_gradient(function, point, lambda w: slope(w) * [1, 1, 1.05, 1])
        assert wrong.wrong.tolist() == [False, False, True, False]


def _jax():
    import jax
    import jax.numpy as jnp

    def function(w):
        return jnp.sum(jnp.sin(w) * w**2 + 2 * w)

    compiled, derived = jax.jit(function), jax.jit(jax.grad(function))

    def value(w):
        return float(compiled(np.asarray(w, np.float32)))

    def slope(w):
        return np.asarray(derived(np.asarray(w, np.float32)))

    return value, slope


def _torch():
    import torch

    def value(w):
        v = torch.tensor(w, dtype=torch.float32)
        return float((torch.sin(v) * v**2 + 2 * v).sum())

    def slope(w):
        v = torch.tensor(w, dtype=torch.float32, requires_grad=True)
        (torch.sin(v) * v**2 + 2 * v).sum().backward()
        return v.grad.numpy()

    return value, slope


def _numpy():
    def value(w):
        v = w.astype(np.float32)
        return (np.sin(v) * v**2 + 2 * v).sum()

    def slope(w):
        v = w.astype(np.float32)
        return np.cos(v) * v**2 + 2 * v * np.sin(v) + 2

    return value, slope


SINGLE = {"jax": _jax, "torch": _torch, "numpy": _numpy}


def test_what_cannot_be_told_is_said_so():
    noisy = np.random.default_rng(0).normal(size=1000)
    for values in (
        lambda w: np.floor(10 * w[0]),
        lambda w: w[0] + 0.1 * noisy[hash(float(w[0])) % 1000],
        lambda w: abs(w[0] - 0.7),
    ):
        check = descend.check_gradient(values, [0.7], lambda w: np.zeros(1))
        assert not check.ok
        assert "cannot tell" in str(check)
