"""Formula text is read as people write it, and anything else is refused in one line, quickly."""

# ruff: noqa: RUF001  (formulas are typed with such signs)

import math
import string
import time

import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from descend.objectives.formulas.formula import Formula
from descend.objectives.formulas.names import natural
from descend.objectives.formulas.parsing import parse
from descend.objectives.formulas.vocabulary import WORDS, written

x, y = sympy.symbols("x y", real=True)

READ = {
    "x + y": x + y,
    "x - y - x*y": x - y - x * y,
    "-x^2": -(x**2),
    "x**3**1": x**3,
    "2^3*x": 8 * x,
    "x / y / 4": x / y / 4,
    "x − y × x ÷ 2": x - y * x / 2,
    "x² + y³": x**2 + y**3,
    "x⁻²": x**-2,
    "x¹⁰": x**10,
    "π·x": math.pi * x,
    "√(x)": sympy.sqrt(x),
    "+x": x,
    "--x": x,
    "x\n+\ty": x + y,
    "  x ": x,
    "sin(x)*cos(y)": sympy.sin(x) * sympy.cos(y),
    "e**x": sympy.exp(x),
    "ln(x)": sympy.log(x),
    "log(x)": sympy.log(x),
    "1e2*x + .5": 100 * x + 0.5,
    "(x + 1)*(y - 1)": (x + 1) * (y - 1),
    # products without a sign
    "2x^2": 2 * x**2,
    "-2x^2": -2 * x**2,
    "2 x y": 2 * x * y,
    "x y^2": x * y**2,
    "x²y": x**2 * y,
    "x^2y - y^2x": x**2 * y - y**2 * x,
    "x^-1y": y / x,
    "3(x+1)": 3 * (x + 1),
    "x(y+1)": x * (y + 1),
    "2x(y - 1)²": 2 * x * (y - 1) ** 2,
    "(x+1)(y-1)": (x + 1) * (y - 1),
    "(x)(y)": x * y,
    "2x/3": 2 * x / 3,
    "(1/2)x": x / 2,
    "2πx": 2 * math.pi * x,
    "π(x + 1)": math.pi * (x + 1),
    "πr²": math.pi * sympy.Symbol("r", real=True) ** 2,
    "2e^x": 2 * sympy.exp(x),
    "2e-x": 2 * math.e - x,
    "2e3*x": 2000 * x,
    "e²x": math.e**2 * x,
    "10³x": 1000 * x,
    "e^x y": sympy.exp(x) * y,
    "2j": 2 * sympy.Symbol("j", real=True),
    "100(y-x²)²+(1-x)²": 100 * (y - x**2) ** 2 + (1 - x) ** 2,
    # functions without parentheses
    "sin x": sympy.sin(x),
    "sin 2x": sympy.sin(2 * x),
    "cos 2πx": sympy.cos(2 * math.pi * x),
    "sin x^2": sympy.sin(x**2),
    "ln 2x²": sympy.log(2 * x**2),
    "x sin x": x * sympy.sin(x),
    "2sin x + 1": 2 * sympy.sin(x) + 1,
    "sin x cos y": sympy.sin(x) * sympy.cos(y),
    "sin x*cos y": sympy.sin(x) * sympy.cos(y),
    "sin x/cos y": sympy.sin(x) / sympy.cos(y),
    "1/sin x": 1 / sympy.sin(x),
    "sin cos x": sympy.sin(sympy.cos(x)),
    "sin(x)y": sympy.sin(x) * y,
    "sin(x)cos(y)": sympy.sin(x) * sympy.cos(y),
    "sin(x)^2": sympy.sin(x) ** 2,
    "e^x sin y": sympy.exp(x) * sympy.sin(y),
    "e^sin x": sympy.exp(sympy.sin(x)),
    "√x": sympy.sqrt(x),
    "√x/2": sympy.sqrt(x) / 2,
    "√2*x": sympy.sqrt(2) * x,
    "x√y": x * sympy.sqrt(y),
    "∛x": sympy.cbrt(x),
    "log₂x": sympy.log(x) / sympy.log(2),
    "log_10(x)": sympy.log(x) / sympy.log(10),
    # powers of functions
    "sin^2(x)": sympy.sin(x) ** 2,
    "sin^2 x + cos^2 x": 1,
    "sin²x": sympy.sin(x) ** 2,
    "x sin²(y)": x * sympy.sin(y) ** 2,
    "sin²x cos²y": sympy.sin(x) ** 2 * sympy.cos(y) ** 2,
    # bars
    "|x|": abs(x),
    "|x - 1|²": abs(x - 1) ** 2,
    "2|x|": 2 * abs(x),
    "x|y|": x * abs(y),
    "|x|y": abs(x) * y,
    "|x||y|": abs(x) * abs(y),
    "||x| - 1|": abs(abs(x) - 1),
    "|x + |y| - 3|": abs(x + abs(y) - 3),
    "|x|y + |y|": abs(x) * y + abs(y),
    "sin|x|": sympy.sin(abs(x)),
    "|sin x|": abs(sympy.sin(x)),
    "(|x|)|y|": abs(x) * abs(y),
    # functions of several
    "max(x, y, 1)": sympy.Max(x, y, 1),
    "min(x, 1, y, 0.5)": sympy.Min(x, y, 0.5),
    "max(2, 5)x": 5 * x,
    # other signs
    "−x": -x,
    "x∙y": x * y,
    "x⁄y": x / y,
    "∣x∣": abs(x),
    "x\u200b + y": x + y,
}


@pytest.mark.parametrize("text", READ)
def test_reads_what_it_says(text):
    found = parse(f"{text} + 0*r + 0*j").expression
    expected = sympy.sympify(READ[text])
    others = {sympy.Symbol("r", real=True): 0.7, sympy.Symbol("j", real=True): 1.3}
    for point in [(0.3, 1.7), (2.0, 0.25)]:
        places = {**dict(zip((x, y), point, strict=True)), **others}
        assert float(found.subs(places)) == pytest.approx(float(expected.subs(places)), rel=1e-14)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("x10 + x2 + x1", ("x1", "x2", "x10")),
        ("b*a", ("a", "b")),
        ("α + β₁", ("alpha", "beta1")),
        ("theta_2 + theta_10", ("theta_2", "theta_10")),
        ("λ + lambda", ("lamda",)),
        ("αβ", ("alpha", "beta")),
        ("πx₁y₂", ("x1", "y2")),
        ("θ₁ + θ_2", ("theta1", "theta_2")),
        ("x - x", ("x",)),
        ("w_1*pi", ("w_1",)),
    ],
)
def test_finds_the_variables(text, names):
    assert parse(text).names == names


def test_declared_names_keep_their_order_and_may_be_words():
    assert parse("width*height", ("width", "height")).names == ("width", "height")
    assert parse("y + x", ("y", "x", "z")).names == ("y", "x", "z")
    assert parse("e**2 + α", ("e", "α")).names == ("e", "alpha")


REFUSED = {
    "": "empty",
    "   ": "empty",
    "x" * 1001: "1,001 characters",
    "x" * 10_000: "at most 1,000",
    "1 + 1": "no variable",
    "sinn(x)": "did you mean 'sin'",
    "foo(x)": "unknown function 'foo'",
    "foo + x": "unknown name 'foo'",
    "sin": "needs its argument",
    "sin*x": r"'sin' at column 1: it is a function and needs its argument: write sin\(\.\.\.\)",
    "sin -x": "needs its argument",
    "x sin": "needs its argument",
    "sinx": r"did you mean sin\(x\)",
    "sqrtx": r"did you mean sqrt\(x\)",
    "2sinx": r"did you mean sin\(x\)",
    "xsin(y)": r"write x\*sin\(\.\.\.\)",
    "xy": r"unknown name 'xy' \(for a product write x\*y\)",
    "3x2y": r"write x2\*y",
    "xyz": r"products of names need a sign, x\*y",
    "cot(x)": r"write 1/tan\(x\)",
    "max x": r"write its arguments in parentheses: max\(x, y\)",
    "max x, y": r"write its arguments in parentheses: max\(x, y\)",
    "2,5x": r"a number has a point: write 2\.5",
    "0x1f": r"write 0\*x1f",
    "Δx": r"write Δ\*x",
    "2₁": "belongs to no name",
    "x₁2": r"write x1\*2",
    "³√x": "raises",
    "2³√x": r"write cbrt\(x\)",
    "x ²": "raises",
    "|x": r"'\|' at column 1: it is never closed",
    "(|x)|": r"'\|' at column 2: it is never closed",
    "sin(x, y)": "takes 1 argument, not 2",
    "max(x)": "takes 2 or more arguments, not 1",
    "sin()": "takes 1 argument, not 0",
    "x.real": "attributes",
    "().__class__": "attributes",
    "x.__class__": "attributes",
    "'x'": "text in quotes",
    '"x"': "text in quotes",
    'b"x"': "text in quotes",
    "f'{x}'": "text in quotes",
    "x[0]": "square brackets",
    "{x}": "curly",
    "x < y": "comparison",
    "x == y": "no = in formulas",
    "x := 2": "no functions to define",
    "sin(x=2)": "no = in formulas",
    "lambda: x": "lambda",
    "x if y else x": "column 3: 'if' is a word of Python",
    "x and y": "'and'",
    "True*x": "'True'",
    "None": "'None'",
    "x // 2": "floor division",
    "x()": "'x' is not a function, and there is nothing",
    "x % 2": "remainder",
    "x @ y": "'@'",
    "~x": "'~'",
    "x; y": "';'",
    "x # y": "comments",
    "x\\": "not part",
    "x, y": "comma",
    "()": "nothing between",
    "*x": r"'\*' at column 1: there is nothing before it",
    "sin(*x)": r"'\*' at column 5: something is missing between '\(' and it",
    "sin(**x)": r"'\^' at column 5: something is missing between '\(' and it",
    "x +": r"ends too early at column 4: something is missing after '\+'",
    "(x": "never closed",
    "x)": "closes nothing",
    "x**": "ends too early",
    "1_000*x": "'_' at column 2",
    "x∞": "is not part of formulas",
    "x\0": "is not part of formulas",
    "ｘ": "is not part of formulas",
    "9**9**9 + x": "overflows",
    "1e999*x": "overflows",
    "9" * 400 + "*x": "overflows",
    "exp(1000)*x": "overflows",
    "log(0)*x": "overflows|not a",
    "x/0": "division by zero",
    "x/(y - y)": "division by zero",
    "0**-1*x": "division by zero",
    "sqrt(-1)*x": "not a real number",
    "(-8)**0.5*x": "not a real number",
    "(-x**2)**0.5": "complex",
    "__import__": "'_'",
    "x.__class__.__bases__[0].__subclasses__()": "attributes",
    "eval(x)": "unknown function 'eval'",
    "-" * 900 + "x": "60 levels",
    "x**" * 200 + "x": "60 levels",
    "(" * 300 + "x" + ")" * 300: "60 levels",
    "sin(" * 100 + "x" + ")" * 100: "60 levels",
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:30]))
def test_refuses_in_one_line(text):
    with pytest.raises(ValueError, match=REFUSED[text]) as refusal:
        parse(text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "names", "why"),
    [
        ("x + z", ("x", "y"), "unknown name 'z': the variables are x, y"),
        ("x", (), "names is empty"),
        ("x", ("x", "x"), "must differ"),
        ("x", ("x", "1"), "'1' cannot name"),
        ("x", ("x", ""), "'' cannot name"),
        ("x", ("x", "sin"), "'sin' cannot name"),
    ],
)
def test_refuses_names(text, names, why):
    with pytest.raises(ValueError, match=why):
        parse(text, names)


def test_columns_are_those_of_the_text_as_typed():
    with pytest.raises(ValueError, match="column 10: unknown name 'foo'"):
        parse("  x² + π*foo")


@pytest.mark.parametrize(
    "text",
    [
        "((((9*x)**64)**64)**64)**64",
        "((9*x)**1e300)**1e300",
        "(x + 9)**64" + "**64" * 3,
        "(((((9 + x)**64)**64)**64)**64)**64",
        "((x**64)**64)**64",
        "*".join(["x**64"] * 160),
        "(x + y)**10000000",
        "+".join(f"x{i}" for i in range(200)),
        "*".join(f"x{i}" for i in range(200)),
        "max(" * 55 + "x" + ",y)" * 55,
        "abs(" * 55 + "x" + ")" * 55,
        "(" * 28 + "x" + "+1)**2" * 28,
        "/".join(["x"] * 400),
        "tan(" * 50 + "x" + ")" * 50,
        "sinh((3+sqrt(x*((x*x)**64*0.5)))**64)*abs(x)*acosh(x)",
        "x*tan(cosh((x2-(x3-log(x6+x8)*(x4-x5)-x6**x7*x1/x9))**10)-x1)",
    ],
    ids=lambda text: text[:25],
)
def test_nothing_hangs(text):
    begun = time.thread_time()
    try:
        parse(text)
    except ValueError as refusal:
        assert "overflows" in str(refusal)  # noqa: PT017
    assert time.thread_time() - begun < 2


def towered(part, levels):
    """Return a formula nested so many levels: SymPy's time to simplify it is several times more."""
    text = "x*y"
    for _ in range(levels):
        text = part.format(text)
    return text


TOWERS = [
    towered("(tanh({})+x+y)**3", 16),
    towered("tanh(sqrt({})+x)", 15),
    towered("tanh({}+x)/(x+1)", 10),
    towered("(({}+y)**3)**y", 12),
    towered("(({})**0.5+y)**3", 16),
    towered("sqrt(({}+y)**3)", 19),
    towered("sqrt(tanh({})+x)", 8),
    towered("(exp(-{}))/(x+2)", 15),
    towered("(({}+y)**13+y)**0.5", 14),
    "cosh(acos(x+y)**64)",
]


@pytest.mark.parametrize("text", TOWERS, ids=lambda text: text[:25])
def test_towers_are_read_as_written_in_less_than_a_second(text):
    begun = time.process_time()
    found = Formula(text, ("x", "y"))
    value, gradient = found.value_and_gradient(np.array([0.3, 0.2]))
    assert time.process_time() - begun < 1
    expected = eval(
        text,
        {
            "tanh": math.tanh,
            "sqrt": math.sqrt,
            "exp": math.exp,
            "cosh": math.cosh,
            "acos": math.acos,
            "x": 0.3,
            "y": 0.2,
        },
    )
    assert value == pytest.approx(expected, rel=1e-12)
    assert np.isfinite(gradient).all()


def test_small_exponents_stay_exact_and_large_ones_do_not():
    assert parse("x**64").expression == x**64
    assert parse("x**-1.5").expression == x ** sympy.Rational(-3, 2)
    assert isinstance(parse("x**65").expression.exp, sympy.Float)
    assert isinstance(parse("((x + 1)**64)**64").expression.exp, sympy.Float)


ALPHABET = st.sampled_from(
    [
        *WORDS,
        *string.printable,
        *("x", "y", "**", "3.5", "pi", "e", "π", "√", "²", "₁", "α", "'a'", "[0]", "__", "1e9"),
    ]
)


@given(st.lists(ALPHABET, max_size=12).map("".join))
@example("0_7")
@example("1if x else y")
@example("0x1for x in y")
@example(r"'\d'")
def test_any_text_is_read_or_refused_without_a_warning(text):
    try:
        parsed = parse(text)
    except ValueError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017
    else:
        assert {symbol.name for symbol in parsed.expression.free_symbols} <= set(parsed.names)


NUMBERS = st.floats(0.1, 4).map(lambda number: round(number, 3))
TREES = st.recursive(
    st.sampled_from(["x", "y"]) | NUMBERS.map(str),
    lambda part: st.tuples(part, st.sampled_from("+-*/"), part).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=12,
)


@given(TREES)
def test_arithmetic_is_pythons(text):
    place = {"x": 1.3, "y": -0.7}
    try:
        expected = eval(text, {"__builtins__": {}}, dict(place))
        parsed = parse(f"x - x + {text}", ("x", "y"))
    except (ZeroDivisionError, ValueError):
        return
    if not np.isfinite(expected) or abs(expected) > 1e6:
        return
    found = float(parsed.expression.subs({x: place["x"], y: place["y"]}))
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(TREES)
def test_what_is_written_reads_back(text):
    try:
        expression = parse(f"{text} + sin(x)*y**2", ("x", "y")).expression
    except ValueError:
        return
    again = parse(written(expression), ("x", "y")).expression
    places = {x: sympy.Float(0.9), y: sympy.Float(1.1)}
    assert float(again.subs(places)) == pytest.approx(float(expression.subs(places)), rel=1e-6)


def test_natural_order():
    names = ["x10", "x2", "y", "x", "x_1"]
    assert sorted(names, key=natural) == ["x", "x_1", "x2", "x10", "y"]
