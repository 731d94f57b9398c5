"""Derivatives as people read them: right at every point, short, and never endless."""

import itertools
import time

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from descend.objectives.formulas.derivatives import Derivatives
from descend.objectives.formulas.differentiation import Differentiator
from descend.objectives.formulas.exact_numbers import with_exact_numbers
from descend.objectives.formulas.formula import Formula
from descend.objectives.formulas.simplification import simplified
from descend.objectives.landmarks import LANDMARKS

x, y = sympy.symbols("x y", real=True)

WRITTEN = {
    "x^2 + 3*x*y": {"x": "2*x + 3*y", "y": "3*x"},
    "x/3 + x^2/4": {"x": "x/2 + 1/3"},
    "sin(2*pi*x)": {"x": "2*pi*cos(2*pi*x)"},
    "x/pi": {"x": "1/pi"},
    "0.26*x^2 - 0.48*x*y": {"x": "0.52*x - 0.48*y", "y": "-0.48*x"},
    "2^x": {"x": "2**x*log(2)"},
    "abs(x)": {"x": "sign(x)"},
    "max(x, y)": {"x": "step(x - y)", "y": "step(-x + y)"},
    "x*sin(x)^2 + x*cos(x)^2": {"x": "1"},
    "x^0.3": {"x": "0.3/x**0.7"},
}


@pytest.mark.parametrize("formula", WRITTEN)
def test_slopes_read_as_in_a_textbook(formula):
    told = Derivatives(Formula(formula)).to_json()
    assert told["gradient"] == WRITTEN[formula]


def slopes(formula, w):
    """Return the gradient and the Hessian of a formula at a point."""
    hessian = [formula.hessian_product(w, axis) for axis in np.eye(len(formula.names))]
    return formula.value_and_gradient(w)[1], np.stack(hessian)


def has_digits(formula, w):
    """Say whether a formula's derivatives are finite at a point, and more than rounding.

    A change in the last digits of the point must not change them: `sin(x^64)` has no digits at 1.9.
    """
    here, beside = slopes(formula, w), slopes(formula, w * (1 + 1e-14))
    return all(
        np.isfinite(a).all() and np.allclose(a, b, rtol=1e-8, atol=1e-8 * (1 + np.abs(a).max()))
        for a, b in zip(here, beside, strict=True)
    )


def touches_a_root(formula, w):
    """Say whether what lies under a root is 0: written out, the derivative there is 0/0."""
    places = dict(zip(formula.symbols, w, strict=True))
    roots = (part for part in formula.expression.atoms(sympy.Pow) if not part.exp.is_Integer)
    return any(abs(complex(root.base.subs(places).evalf())) < 1e-300 for root in roots)


def agrees(formula, w, tolerance=1e-8):
    """Compare text, code and SymPy with the gradient and Hessian of the formula itself.

    False says that these are not finite there, or nothing but rounding.
    """
    if not has_digits(formula, w) or touches_a_root(formula, w):
        return False
    gradient, hessian = slopes(formula, w)
    derived = Derivatives(formula)
    told = derived.to_json()
    places = dict(zip(formula.symbols, w, strict=True))
    space = {}
    exec(derived.code(), space)
    size = 1 + np.abs(gradient).max()
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(space["value"](w), formula.value(w), rtol=tolerance)
        np.testing.assert_allclose(
            space["gradient"](w), gradient, rtol=tolerance, atol=tolerance * size
        )
        np.testing.assert_allclose(
            space["hessian"](w),
            hessian,
            rtol=tolerance,
            atol=tolerance * (1 + np.abs(hessian).max()),
        )
    for j, name in enumerate(formula.names):
        again = float(Formula(told["gradient"][name], formula.names).value(w))
        exact = float(derived.gradient[name].subs(places).evalf())
        for found in (again, exact):
            assert found == pytest.approx(gradient[j], rel=tolerance, abs=tolerance * size)
    return True


@pytest.mark.parametrize("name", LANDMARKS)
def test_landmarks_have_the_derivatives_that_are_walked(name):
    landmark = LANDMARKS[name]
    random = np.random.default_rng(0)
    low, high = np.array(landmark.window).T
    for w in random.uniform(low, high, size=(3, 2)):
        assert agrees(landmark.objective(), w)


LEAVES = st.sampled_from(["x", "y", "2", "0.5", "3", "pi", "1.7", "x^2"])
FORMULAS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds("({}{}{})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds(
            "{}({})".format,
            st.sampled_from(["sin", "exp", "sqrt", "abs", "sigmoid", "tanh", "cbrt", "log"]),
            inner,
        ),
        st.builds("({})^{}".format, inner, st.sampled_from(["2", "3", "64", "0.5", "-1", "1.3"])),
        st.builds("max({},{})".format, inner, inner),
    ),
    max_leaves=8,
)
# points in general position: two roundings of 1/sin(pi*x) have nothing in common at a whole x
POINTS = st.integers(0, 999).map(lambda seed: np.random.default_rng(seed).uniform(0.1, 2, 2))
MANY_EXAMPLES = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@MANY_EXAMPLES
@given(FORMULAS, POINTS)
@example("(((3)^0.5-max(0.5,max(3,y))))^0.5", np.array([1.0, 0.1]))
def test_any_formula_is_derived_rightly_and_soon(text, w):
    try:
        formula = Formula(text, ("x", "y"))
    except ValueError:
        assume(False)
    began = time.thread_time()
    try:
        Derivatives(formula).text()
    except ValueError as error:
        assert "written out" in str(error)  # noqa: PT017
        assume(False)
    assert time.thread_time() - began < 2
    agrees(formula, w, tolerance=1e-6)


@MANY_EXAMPLES
@given(FORMULAS, POINTS, st.sampled_from([0.5, 0.3]), st.floats(0.1, 3))
def test_outside_their_domain_roots_have_no_slope(inner, w, power, below):
    """Neither where the branch of a max that counts is constant."""
    try:
        base = Formula(f"-{below} - max(max(x, 3), ({inner})^2)", ("x", "y"))
        formula = Formula(f"(-{below} - max(max(x, 3), ({inner})^2))^{power}", ("x", "y"))
    except ValueError:
        assume(False)
    # IEEE 754: a power of -inf is inf
    assume(np.isfinite(base.value(w)))
    value, gradient = formula.value_and_gradient(w)
    assert np.isnan(value)
    assert np.isnan(gradient).all()
    assert np.isnan(formula.hessian_product(w, np.ones(2))).all()
    assert np.isnan(formula.value_and_gradient(np.stack([w, w]))[1]).all()


@pytest.mark.parametrize(
    "text",
    [
        "((x^64)^64)^64",
        "((x+1)^64)^64*(y+1)^32",
        "9^(x+1000)",
        "9^9^x",
        "x^100000000",
        "9^(x*1e14)",
        "2^x*2^(y+1e10)",
        "(x^2+1)^1e14",
        "(x+y+z+1)^12*(x*y+z*y+2)^10",
        "^".join("x" * 60),
        "*".join(f"x{i}" for i in range(200)),
        "sin(" * 55 + "x" + ")" * 55,
        "((x+y)^64+1)^64+((x-y)^64+1)^64",
        "cosh(acos(z)^64)",
        "sinh((3 + sqrt(x*((x*x)^64*0.5)))^64)*acosh(x)",
        "tan(x - cosh((x2 - (x3 - log(x6 + x8)*(x4 - x5) - x6^x7*x1/x9))^10))",
    ],
)
def test_towers_of_powers_end(text):
    began = time.thread_time()
    try:
        assert Derivatives(Formula(text)).text()
    except ValueError as error:
        assert "written out" in str(error)  # noqa: PT017
    assert time.thread_time() - began < 2


MANY = sympy.symbols("x1:51", real=True)


@pytest.mark.parametrize(
    ("expression", "slope"),
    [
        (sum((each - i) ** 2 for i, each in enumerate(MANY)), "2*x1"),
        (sum(MANY) ** 2, f"2*({' + '.join(sorted(map(str, MANY)))})"),
        (
            sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in itertools.pairwise(MANY)),
            "-400*x1*(-x1**2 + x2) + 2*x1 - 2",
        ),
        (sum(each**2 - 10 * sympy.cos(2 * each) for each in MANY), "2*x1 + 20*sin(2*x1)"),
    ],
    ids=["squares", "square", "rosenbrock", "rastrigin"],
)
def test_fifty_variables_are_derived_at_once(expression, slope):
    formula = Formula.from_expression(expression, [str(each) for each in MANY])
    began = time.thread_time()
    derived = Derivatives(formula)
    assert derived.text().splitlines()[1] == f"df/dx1 = {slope}"
    assert time.thread_time() - began < 2
    w = np.linspace(-1, 2, 50)
    hessian = np.array([formula.hessian_product(w, axis) for axis in np.eye(50)])
    places = dict(zip(MANY, w, strict=True))
    for i, j in ((0, 0), (0, 1), (7, 7), (8, 9), (9, 8), (3, 30)):
        found = derived.hessian[f"x{i + 1}", f"x{j + 1}"].subs(places)
        assert float(found) == pytest.approx(hessian[i, j], rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    "expression",
    [
        x**2 * y + sympy.sin(x * y) / x,
        x**x,
        x**y + y**x,
        sympy.exp(-(x**2) / y) * sympy.log(x + y),
        sympy.atan2(y, x**2),
        (x * y - 1) ** 3 * sympy.sqrt(x) * 2,
        sympy.tanh(sympy.sqrt(x) + sympy.cos(y)) ** 2,
        y**2 + 3,
    ],
    ids=str,
)
def test_slopes_are_those_of_sympy(expression):
    assert Differentiator(x).derivative(expression) == expression.diff(x)


def test_ties_of_what_is_equal_by_way_of_pi_are_ties():
    assert agrees(Formula("max(x^2, max(pi, x^2))"), np.array([2.0]))


def test_even_powers_of_powers_become_code_that_runs():
    assert agrees(Formula("((x^64)^64)^64"), np.array([0.999]))


def test_the_squared_error_of_a_line():
    """The loss of a line by its slope and intercept, as a reader derives it by hand."""
    derived = Derivatives(Formula("(y - (m*x + c))^2"), wrt=["m", "c"])
    m, c = sympy.symbols("m c", real=True)
    error = y - (m * x + c)
    assert sympy.expand(derived.gradient["m"] - (-2 * x * error)) == 0
    assert sympy.expand(derived.gradient["c"] - (-2 * error)) == 0
    assert derived.hessian == {
        ("m", "m"): 2 * x**2, ("m", "c"): 2 * x, ("c", "m"): 2 * x, ("c", "c"): 2
    }  # fmt: skip
    assert derived.text().splitlines()[1:3] == [
        "df/dm = 2*x*(c + m*x - y)",
        "df/dc = 2*(c + m*x - y)",
    ]


def test_the_chain_rule_of_a_cubic():
    derived = Derivatives(Formula("(a + b*x + c*x^2 + d*x^3 - y)^2"), wrt=["a", "b", "c", "d"])
    outer = derived.gradient["a"]
    assert derived.to_json()["gradient"]["a"] == "2*(a + b*x + c*x**2 + d*x**3 - y)"
    for power, name in enumerate("abcd"):
        assert derived.gradient[name] == sympy.factor_terms(outer * x**power)


def test_code_takes_data_as_arguments():
    """What is not derived by may be columns: the code then is that of a whole data set."""
    space = {}
    exec(Derivatives(Formula("(y - (m*x + c))^2"), wrt=["m", "c"]).code(), space)
    random = np.random.default_rng(0)
    data, target = random.standard_normal((2, 7))
    w = np.array([0.5, -1.0])
    error = target - (w[0] * data + w[1])
    np.testing.assert_allclose(space["value"](w, data, target), error**2)
    np.testing.assert_allclose(
        space["gradient"](w, data, target), [-2 * data * error, -2 * error], rtol=1e-12
    )
    hessian = space["hessian"](w, data, target)
    assert hessian.shape == (2, 2, 7)
    np.testing.assert_allclose(hessian[0, 1], 2 * data, rtol=1e-12)
    assert space["hessian"](w, 1.0, 2.0).shape == (2, 2)


@pytest.mark.parametrize(
    ("text", "names"),
    [("w^2 + sin(w)", None), ("np*w", ["np", "w"]), ("w*w1", None), ("pi*2*x", ["pi", "x"])],
)
def test_code_runs_whatever_the_names(text, names):
    formula = Formula(text, names)
    space = {}
    exec(Derivatives(formula).code(), space)
    w = np.arange(1.0, 1.0 + len(formula.names))
    np.testing.assert_allclose(space["gradient"](w), formula.value_and_gradient(w)[1])


def test_numbers_are_not_written_by_a_variable_named_pi():
    derived = Derivatives(Formula("6.283185307179586*pi*x", ["pi", "x"]))
    assert derived.to_json()["gradient"]["x"] == "6.28318530717959*pi"


def test_latex():
    told = Derivatives(Formula("theta^2*exp(-x/2)")).latex()
    assert r"\frac{\partial f}{\partial \theta} &= 2 \theta e^{- \frac{x}{2}}" in told
    assert told.count(r"\\") == 5


@pytest.mark.parametrize(
    ("number", "exact"),
    [
        (2.0, 2),
        (1 / 3, sympy.Rational(1, 3)),
        (-1.5, sympy.Rational(-3, 2)),
        (3 * np.pi / 4, 3 * sympy.pi / 4),
        (1 / (8 * np.pi), 1 / (8 * sympy.pi)),
        (0.1, 0.1),
        (0.333, 0.333),
        (3.14159, 3.14159),
        (1e300, 1e300),
        (5e-324, 5e-324),
    ],
)
def test_numbers_are_recognised_only_where_they_are_meant(number, exact):
    found = with_exact_numbers(sympy.Float(number) * x, ["x"]).coeff(x)
    assert found == exact
    assert found.is_Float == isinstance(exact, float)


def test_only_what_stays_short_is_multiplied_out():
    short = (x + 1) ** 2 - x**2 - 2 * x
    assert simplified(short) == 1
    long = (x + 1) ** 40 * sympy.sin(x)
    assert simplified(long) == long


@pytest.mark.parametrize(
    ("wrt", "told"),
    [(["z"], "cannot derive by 'z'"), ([], "names is empty"), (["x", "x"], "differ")],
)
def test_refuses_what_is_no_variable(wrt, told):
    with pytest.raises(ValueError, match=told):
        Derivatives(Formula("x + y"), wrt=wrt)


def test_towers_of_functions_are_refused_at_once():
    begun = time.process_time()
    with pytest.raises(ValueError, match="nested more than 6 levels"):
        Derivatives(Formula("tanh(sqrt(" * 12 + "x*y" + ")+x)" * 12))
    assert time.process_time() - begun < 1
