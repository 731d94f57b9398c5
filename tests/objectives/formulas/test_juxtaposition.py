"""What stands side by side is read where its meaning is plain; else hints say what to write."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.objectives.formulas.formula import Formula
from descend.objectives.formulas.parsing import parse

UNCLEAR = {
    "1/2x": ["1/(2*x)", "1/2*x"],
    "1/2 x": ["1/(2*x)", "1/2*x"],
    "a*b/2c": ["b/(2*c)", "b/2*c"],
    "x/2(y+1)": ["x/(2*(y+1))", "x/2*(y+1)"],
    "e^2x": ["e^(2*x)", "e^2*x"],
    "e^-2x": ["e^(-2*x)", "e^-2*x"],
    "2^3 x": ["2^(3*x)", "2^3*x"],
    "e^x(y+1)": ["e^(x*(y+1))", "e^x*(y+1)"],
    "x^y(z+1)": ["x^(y*(z+1))", "x^y*(z+1)"],
    "-e^2x": ["-e^(2*x)", "-e^2*x"],
    "sin x y": ["sin(x)*y", "sin(x*y)"],
    "sin 2x y": ["sin(2x)*y", "sin(2x*y)"],
    "sin x (y+1)": ["sin(x)*(y+1)", "sin(x*(y+1))"],
    "√2x": ["sqrt(2)*x", "sqrt(2*x)"],
    "√x y": ["sqrt(x)*y", "sqrt(x*y)"],
    "2e3x": ["2e3*x"],
    "2e-3x": ["2e-3*x"],
    "2 3": ["2*3"],
    "x 2": ["x*2", "x^2"],
    "(x)2": ["(x)*2"],
    "x.5": ["x*.5", "x^.5"],
    "x(y)": ["x*(y)"],
    "x(2)": ["x*(2)"],
    "f(x)": ["f*(x)"],
    "f(x+1)²": ["f*(x+1)^(2)"],
    "log 10 x": ["log(10*x)"],
    "sin 2e3x": ["sin(2000*x)"],
    "sin^-1 x": ["asin(x)", "1/sin(x)"],
    "sin⁻¹(x)": ["asin(x)", "1/sin(x)"],
}


@pytest.mark.parametrize("text", UNCLEAR)
def test_hints_are_what_one_may_write(text):
    with pytest.raises(ValueError, match="write") as refusal:
        parse(text)
    hint = str(refusal.value).partition("write ")[2]
    assert all(written in hint for written in UNCLEAR[text]), hint
    for written in UNCLEAR[text]:
        parse(f"{written} + 0*x")


@pytest.mark.parametrize(
    "text",
    [
        "sin x*y",
        "sin x/2",
        "sin x * (y + 1)",
        "sin 2 cos x",
        "2^sin x cos y",
        "1/√2π",
        "1/sin x cos y",
        "sin x^2 y",
        "sin^2 x y",
        "√x^2",
        "√x sin y",
        "sin^n(x)",
        "sin^0.5(x)",
        "sin^2(x)^3",
        "|x|y|",
        "|x|y|z|",
        "|2|x|-1|",
        "|a|b + c|d|",
        "2(x)3",
        "sin 2 3",
    ],
)
def test_nothing_is_guessed(text):
    with pytest.raises(ValueError, match=r"unclear|write|two ways|parentheses"):
        parse(text)


# trees as (what people write, what Python evaluates)
VARIABLES = st.sampled_from([("x", "x"), ("y", "y"), ("θ", "t")])
NUMBERS = st.sampled_from([("2", "2"), ("0.5", "0.5"), ("π", "pi"), ("10", "10")])


def _operations(part):
    # x(y) would look like a function
    group = part.map(lambda p: (f"({p[0]} + 1)", f"({p[1]} + 1)"))
    atom = VARIABLES | group
    power = st.tuples(atom, st.sampled_from(["²", "^2", "**2"])).map(
        lambda p: (p[0][0] + p[1], f"({p[0][1]}**2)")
    )
    bars = part.map(lambda p: (f"|{p[0]}|", f"abs({p[1]})"))
    bare = st.tuples(st.sampled_from(["sin", "cos"]), NUMBERS | st.just(("", "1")), VARIABLES).map(
        lambda p: (f"{p[0]} {p[1][0]}{p[2][0]}", f"{p[0]}({p[1][1]}*{p[2][1]})")
    )
    called = st.tuples(st.sampled_from(["sin", "cos"]), group).map(
        lambda p: (f"{p[0]}{p[1][0]}", f"{p[0]}{p[1][1]}")
    )
    raised = called.map(lambda p: (f"{p[0][:3]}²{p[0][3:]}", f"({p[1]}**2)"))
    root = st.tuples(part).map(lambda p: (f"√(|{p[0][0]}|)", f"sqrt(abs({p[0][1]}))"))
    factor = power | VARIABLES | bars.map(lambda p: (f"({p[0]})", p[1])) | raised | root
    product = st.tuples(NUMBERS, factor, factor).map(
        lambda p: (f"{p[0][0]}{p[1][0]} {p[2][0]}", f"({p[0][1]}*{p[1][1]}*{p[2][1]})")
    )
    ended = st.tuples(factor, bare).map(
        lambda p: (f"{p[0][0]} {p[1][0]}", f"({p[0][1]}*{p[1][1]})")
    )
    term = product | ended | bare | bars
    return st.tuples(term, st.sampled_from("+-"), term).map(
        lambda p: (f"{p[0][0]} {p[1]} {p[2][0]}", f"({p[0][1]} {p[1]} {p[2][1]})")
    )


@given(st.recursive(VARIABLES, _operations, max_leaves=6))
def test_what_people_write_is_what_they_mean(pair):
    written, meant = pair
    point = {"x": 0.7, "y": -1.3, "t": 0.4}
    names = {"sin": np.sin, "cos": np.cos, "sqrt": np.sqrt, "abs": abs, "pi": np.pi}
    if len(written) > 900:
        return
    try:
        found = Formula(f"{written} + 0*x + 0*y + 0*θ")
    except ValueError as refusal:
        assert "levels" in str(refusal)  # noqa: PT017
        return
    expected = eval(meant, {**names, **point})
    value = found.value(np.array([point[name] for name in ("t", "x", "y")]))
    assert found.names == ("theta", "x", "y")
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9), written


def test_declared_names_may_stand_before_parentheses():
    assert parse("f(x + 1)", ("f", "x")).names == ("f", "x")
    assert parse("width(height + 1)", ("width", "height")).names == ("width", "height")


def test_the_column_is_that_of_the_text_as_typed():
    for text, column in [("  π² + 1/2x", 11), ("√x + x 2", 8), ("θ₁² + |y", 7)]:
        with pytest.raises(ValueError, match=re.escape(f"at column {column}:")):
            parse(text)
