"""The front door to derivatives takes formulas in every form."""

import pytest
import sympy

import descend


@pytest.mark.parametrize(
    "formula", ["x**2 + y**2", "sphere", sympy.Symbol("x") ** 2 + sympy.Symbol("y") ** 2]
)
def test_formulas_in_every_form(formula):
    derived = descend.derive(formula)
    assert derived.to_json() == {
        "formula": "x**2 + y**2",
        "names": ["x", "y"],
        "by": ["x", "y"],
        "gradient": {"x": "2*x", "y": "2*y"},
        "hessian": {"x": {"x": "2", "y": "0"}, "y": {"x": "0", "y": "2"}},
    }


def test_names_declare_words():
    derived = descend.derive("slope*x", names=["slope", "x"], wrt="slope")
    assert str(derived) == "f = slope*x\ndf/dslope = x\nd2f/dslope2 = 0"


def test_a_python_function_has_no_symbols():
    with pytest.raises(ValueError, match="no symbols to derive by"):
        descend.derive(lambda w: w[0] ** 2)
