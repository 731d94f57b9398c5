"""Formulas against SymPy's own derivatives, finite differences and autograd."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from descend.objectives.formulas.formula import Formula
from descend.protocols import Objective

SMOOTH = [
    "sin(x)*sin(y)",
    "(1 - x)**2 + 100*(y - x**2)**2",
    "x**2/y + y**-3 + sqrt(x)*y**1.5",
    "exp(-x*y)*log(x + y) - log2(x) + log10(y)",
    "tan(x/3) + asin(x/4) + acos(y/4) + atan(x*y)",
    "sinh(x) - cosh(y) + tanh(x*y) + asinh(x) + acosh(y + 2) + atanh(x/5)",
    "atan2(y, x) + x**y + 2**x + cbrt(x*y)",
    "sigmoid(x - y) + softplus(3*x) + sigmoid(-x)**2",
    "x**7*y**5 - x**-0.5/(1 + y**4)",
    "3*x - 2*y + 7",
    "(x*y)**3/(x + y)**2",
    "e**x + pi*y",
]
KINKED = ["abs(x - 1.7)*y", "max(x, y)**2 + min(x, 2*y)", "relu(x - y) + sign(x)*y", "step(x)*x"]
POINTS = np.array([[1.3, 0.7], [0.4, 2.2], [2.1, 1.9]])


def reference(formula, point):
    """SymPy's value, gradient and Hessian at a point, by its own functions."""
    plain = (
        formula.expression.replace(
            lambda part: getattr(part, "spelling", "") == "softplus",
            lambda part: sympy.log(1 + sympy.exp(part.args[0])),
        )
        .replace(
            lambda part: getattr(part, "spelling", "") == "sigmoid",
            lambda part: 1 / (1 + sympy.exp(-part.args[0])),
        )
        .replace(
            lambda part: getattr(part, "spelling", "") == "cbrt",
            lambda part: part.args[0] ** sympy.Rational(1, 3),
        )
    )
    places = dict(zip(formula.symbols, point, strict=True))

    def number(expression):
        return float(expression.evalf(30, subs=places))

    gradient = [plain.diff(symbol) for symbol in formula.symbols]
    hessian = [[g.diff(symbol) for symbol in formula.symbols] for g in gradient]
    return (
        number(plain),
        np.array([number(g) for g in gradient]),
        np.array([[number(h) for h in row] for row in hessian]),
    )


@pytest.mark.parametrize("text", SMOOTH)
def test_agrees_with_sympy(text):
    formula = Formula(text, ("x", "y"))
    values, gradients = formula.value_and_gradient(POINTS)
    v = np.array([0.6, -1.1])
    products = formula.hessian_product(POINTS, v)
    for i, point in enumerate(POINTS):
        value, gradient, hessian = reference(formula, point)
        assert values[i] == pytest.approx(value, rel=1e-12, abs=1e-12)
        np.testing.assert_allclose(gradients[i], gradient, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(products[i], hessian @ v, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("text", SMOOTH + KINKED)
def test_agrees_with_finite_differences(text):
    formula = Formula(text, ("x", "y"))
    _, gradients = formula.value_and_gradient(POINTS)
    h = 1e-6
    for j, e in enumerate(np.eye(2)):
        slope = (formula.value(POINTS + h * e) - formula.value(POINTS - h * e)) / (2 * h)
        np.testing.assert_allclose(gradients[:, j], slope, rtol=1e-6, atol=1e-6)
        change = (
            formula.value_and_gradient(POINTS + h * e)[1]
            - formula.value_and_gradient(POINTS - h * e)[1]
        ) / (2 * h)
        np.testing.assert_allclose(formula.hessian_product(POINTS, e), change, rtol=1e-5, atol=1e-5)


def test_agrees_with_autograd():
    formula = Formula("exp(-x**2)*sin(3*y) + log(1 + x**2*y**2)")

    def same(w):
        x, y = w
        return anp.exp(-(x**2)) * anp.sin(3 * y) + anp.log(1 + x**2 * y**2)

    for point in POINTS:
        np.testing.assert_allclose(
            formula.value_and_gradient(point)[1], autograd.grad(same)(point), rtol=1e-12
        )


@pytest.mark.parametrize("text", [*SMOOTH, *KINKED, "x + 0*y", "x - x + 0*y"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (0,)])
def test_shapes_and_precision(text, dtype, shape):
    formula = Formula(text, ("x", "y"))
    rng = np.random.default_rng(0)
    w = rng.uniform(0.5, 2, (*shape, 2)).astype(dtype)
    value, gradient = formula.value_and_gradient(w)
    product = formula.hessian_product(w, np.ones_like(w))
    alone = formula.value(w)
    assert value.shape == alone.shape == shape
    assert gradient.shape == product.shape == w.shape
    assert value.dtype == alone.dtype == gradient.dtype == product.dtype == dtype
    np.testing.assert_array_equal(value, alone)
    for index in np.ndindex(shape):
        np.testing.assert_allclose(value[index], formula.value(w[index]), rtol=1e-5)
        np.testing.assert_allclose(
            gradient[index], formula.value_and_gradient(w[index])[1], rtol=1e-4, atol=1e-6
        )


def test_is_an_objective_and_takes_integers():
    formula = Formula("x**2/y")
    assert isinstance(formula, Objective)
    value, gradient = formula.value_and_gradient([3, 2])
    assert value == 4.5
    assert gradient.tolist() == [3.0, -2.25]


@pytest.mark.parametrize("shape", [(3,), (4, 1), ()])
def test_refuses_points_of_another_length(shape):
    with pytest.raises(ValueError, match=r"2 variables \(x, y\)"):
        Formula("x*y").value(np.ones(shape))


@pytest.mark.parametrize(
    ("text", "point", "gradient"),
    [
        ("abs(x)", [0.0], [0.0]),
        ("sqrt(x**2)", [0.0], [0.0]),
        ("max(x, y)", [1.0, 1.0], [0.5, 0.5]),
        ("min(x, y)", [1.0, 1.0], [0.5, 0.5]),
        ("relu(x)", [0.0], [0.5]),
        ("sign(x) + step(x)", [0.0], [0.0]),
    ],
)
def test_subgradients_at_kinks(text, point, gradient):
    formula = Formula(text)
    assert formula.value_and_gradient(np.array(point))[1].tolist() == gradient
    product = formula.hessian_product(np.array(point), np.ones(len(point)))
    assert product.tolist() == [0.0] * len(point)


@pytest.mark.parametrize(
    ("text", "point", "gradient"),
    [
        ("sqrt(x**2 + y**2)", [0, 0], [0, 0]),
        ("-3*sqrt(x**2 + y**2)", [0, 0], [0, 0]),
        ("(x**2 + y**2)**0.1", [0, 0], [0, 0]),
        ("x + sqrt(x**2 + y**2)", [0, 0], [1, 0]),
        ("sin(sqrt(x**2 + y**2)) + 2*y", [0, 0], [0, 2]),
        ("sqrt(1 - cos(x))", [0], [0]),
        ("sqrt(sqrt(x**2 + y**4))", [0, 0], [0, 0]),
        ("sqrt((x - 1)**2*y)", [1, 4], [0, 0]),
        # At the edge of its domain, where it is steep, a root has no subgradient that helps.
        ("sqrt(x)", [0], [np.inf]),
        ("x - sqrt(x)", [0], [-np.inf]),
        ("sqrt(x*y)", [0, 1], [np.inf, 0]),
        # A cube root goes on below 0: its slope is not 0 here, and cannot be told.
        ("cbrt(x**3)", [0], [np.nan]),
    ],
)
def test_roots_are_flat_where_what_is_under_them_touches_zero(text, point, gradient):
    for dtype in (np.float32, np.float64):
        found = Formula(text).value_and_gradient(np.array(point, dtype))[1]
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, gradient)


@given(st.floats(0.01, 3), st.floats(0, 6.28), st.sampled_from([0.1, 0.5, 0.9]))
def test_roots_away_from_zero_have_their_own_slope(r, angle, power):
    point = np.array([r * np.cos(angle), r * np.sin(angle)])
    formula = Formula(f"(x**2 + y**2)**{power}")
    value, gradient = formula.value_and_gradient(point)
    assert value == pytest.approx(r ** (2 * power), rel=1e-12)
    slope = 2 * power * r ** (2 * power - 2)
    np.testing.assert_allclose(gradient, slope * point, rtol=1e-9, atol=1e-12)
    # around the centre the gradient rotates with the point, and its norm does not change
    across = np.array([-point[1], point[0]])
    product = formula.hessian_product(point, across)
    np.testing.assert_allclose(product, slope * across, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("x", [-800.0, -40.0, 40.0, 800.0])
def test_sigmoid_and_softplus_keep_their_digits(x):
    value, gradient = Formula("softplus(x)").value_and_gradient(np.array([x]))
    assert value == pytest.approx(max(x, 0.0) + np.log1p(np.exp(-abs(x))), rel=1e-14)
    assert gradient[0] == pytest.approx(np.exp(min(x, 0.0)), rel=1e-14)
    slope = Formula("sigmoid(x)").value_and_gradient(np.array([x]))[1][0]
    assert slope == pytest.approx(np.exp(-abs(x)), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "point", "complaint"),
    [
        ("x + 2*log(x)", [-1.0], "log(x) of -1 is not a number"),
        ("log(x)", [0.0], "log(x) of 0 is infinite"),
        ("1/x", [0.0], "1/x: division by zero"),
        ("1 + y/(x - 2)", [2.0, 1.0], "y/(x - 2): division by zero"),
        ("sqrt(x - 4)", [0.0], "sqrt(x - 4) of -4 is not a number"),
        ("x**0.3", [-2.0], "x**0.3 of -2 is not a number"),
        ("asin(2*x)", [1.0], "asin(2*x) of 2 is not a number"),
        ("exp(x)", [1000.0], "exp(x) of 1000 overflows"),
        ("x*y", [1e200, 1e200], "x*y overflows"),
        ("x**2", [float("nan")], "x is nan"),
        ("sqrt(x)", [0.0], "the value is finite, but its derivative by x is infinite"),
        ("x**2", [1.0], None),
        ("max(x, log(y))", [1.0, 2.0], None),
    ],
)
def test_complaint(text, point, complaint):
    assert Formula(text).complaint(np.array(point)) == complaint


def test_long_products_cost_a_small_multiple_of_their_length():
    text = "*".join(f"x{i}" for i in range(150))
    formula = Formula(text)
    w = np.linspace(0.9, 1.1, 150)
    value, gradient = formula.value_and_gradient(w)
    np.testing.assert_allclose(gradient, value / w, rtol=1e-12)
    v = np.cos(np.arange(150.0))
    exact = value / w * (np.sum(v / w) - v / w)
    np.testing.assert_allclose(formula.hessian_product(w, v), exact, rtol=1e-11)
    assert len(formula.gradient_tape.instructions) < 5 * 150


def test_slots_are_used_again():
    formula = Formula("+".join(f"sin({i}*x)" for i in range(1, 80)))
    results = {instruction.out for instruction in formula._value_tape.instructions}
    assert len(formula._value_tape.instructions) > 150
    assert len(results) < 5


POLYNOMIALS = st.lists(
    st.tuples(st.integers(-5, 5), st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=5
)


@given(POLYNOMIALS, st.floats(-2, 2), st.floats(-2, 2))
def test_polynomials_in_closed_form(terms, x, y):
    formula = Formula(" + ".join(f"({c})*x**{i}*y**{j}" for c, i, j in terms), ("x", "y"))
    value, gradient = formula.value_and_gradient(np.array([x, y]))
    assert value == pytest.approx(sum(c * x**i * y**j for c, i, j in terms), abs=1e-9)
    by_x = sum(c * i * x ** max(i - 1, 0) * y**j for c, i, j in terms)
    by_y = sum(c * j * x**i * y ** max(j - 1, 0) for c, i, j in terms)
    np.testing.assert_allclose(gradient, [by_x, by_y], atol=1e-9)


class TestFromExpression:
    x, y = sympy.symbols("x y")

    @pytest.mark.parametrize(
        ("expression", "value"),
        [
            (x**2 + sympy.pi * y, 4 + 3 * np.pi),
            (sympy.Abs(x - 5) + sympy.Max(x, y, 7), 10.0),
            (sympy.Rational(1, 3) * x + sympy.E, 2 / 3 + np.e),
            (sympy.Heaviside(x) + sympy.Min(x, y), 3.0),
            (sympy.exp(x) * sympy.sign(y), np.exp(2)),
        ],
    )
    def test_value(self, expression, value):
        formula = Formula.from_expression(expression, ("x", "y"))
        assert formula.value(np.array([2.0, 3.0])) == pytest.approx(value, rel=1e-15)
        again = Formula(formula.text, ("x", "y"))
        assert again.value(np.array([2.0, 3.0])) == pytest.approx(value, rel=1e-6)

    def test_names_are_in_natural_order(self):
        x10, x2 = sympy.symbols("x10 x2")
        assert Formula.from_expression(x10 + x2).names == ("x2", "x10")

    @pytest.mark.parametrize(
        ("expression", "why"),
        [
            (sympy.gamma(x), "gamma has no place"),
            (sympy.Piecewise((x, x > 0), (0, True)), "Piecewise has no place|has no place"),
            (sympy.Integer(3), "no symbol"),
            (sympy.I * x, "complex"),
            (sympy.Function("f")(x), "f has no place"),
            (x + sympy.Symbol("x", real=True), "same name"),
        ],
    )
    def test_refuses(self, expression, why):
        with pytest.raises(ValueError, match=why):
            Formula.from_expression(expression)

    def test_refuses_names_that_lack_a_symbol(self):
        with pytest.raises(ValueError, match="symbol 'y', but the names are x"):
            Formula.from_expression(self.x + self.y, ("x",))
