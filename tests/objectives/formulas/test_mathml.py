"""MathML is well-formed, of the elements that browsers have, and says what the formula says."""

from xml.etree import ElementTree

import pytest

import descend
from descend.objectives.formulas.mathml import mathml
from descend.objectives.landmarks import LANDMARKS

ELEMENTS = {
    "math": None, "mrow": None, "mi": 0, "mn": 0, "mo": 0, "mfrac": 2, "msup": 2, "msub": 2,
    "msqrt": 1, "mroot": 2,
}  # fmt: skip
"""Each element, and how many it holds."""


def checked(text):
    """Return the root of what was printed, every element with as many parts as it takes."""
    root = ElementTree.fromstring(text)
    for element in root.iter():
        count = ELEMENTS[element.tag]
        assert count is None or len(element) == count, ElementTree.tostring(element)
        assert len(element) or element.text
    return root


def spoken(text):
    """Return what was printed on a line: fractions and powers with signs of their own."""

    def line(element):
        parts = [line(each) for each in element]
        match element.tag:
            case "mfrac":
                return f"[{parts[0]}/{parts[1]}]"
            case "msup":
                return f"{parts[0]}^{parts[1]}"
            case "msub":
                return f"{parts[0]}_{parts[1]}"
            case "msqrt":
                return f"√[{parts[0]}]"
            case "mroot":
                return f"{parts[1]}√[{parts[0]}]"
        return "".join(parts) or element.text

    return line(checked(text)).replace("\u2062", "").replace("\u2061", "").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("2x^2", "2x^2"),
        ("-x", "-x"),
        ("x - y", "x-y"),
        ("x/2", "[x/2]"),
        ("-x/2", "-[x/2]"),
        ("(x + 1)^2", "(x+1)^2"),
        ("y(x + 1)", "y(x+1)"),
        ("x*(-y)", "-xy"),
        ("x^(-2)", "[1/x^2]"),
        ("sqrt(x + y)", "√[x+y]"),
        ("cbrt(x)", "cbrt(x)"),
        ("sin(x)^2", "sin^2(x)"),
        ("exp(-x^2)", "e^-x^2"),
        ("exp(x)^2", "e^2x"),
        ("|x| + |y|", "|x|+|y|"),
        ("log(x)", "ln(x)"),
        ("max(x, y)", "max(x,y)"),
        ("alpha*x1", "αx_1"),
        ("pi*x", "πx"),
        ("1.5e-20*x", "1.5·10^-20x"),
        ("2^x", "2^x"),
        ("x^y^2", "x^y^2"),
        ("(-2)*3*x", "-6x"),
    ],
)
def test_formulas_are_typeset(formula, expected):
    assert spoken(mathml(descend.derive(formula).expression)) == expected


@pytest.mark.parametrize("landmark", LANDMARKS)
def test_derivatives_of_landmarks_are_well_formed(landmark):
    found = descend.derive(landmark)
    for expression in [found.expression, *found.gradient.values(), *found.hessian.values()]:
        checked(mathml(expression))
