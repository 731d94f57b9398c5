"""NIST's nonlinear problems are typed as certified, and both ways of writing a model agree."""

import numpy as np
import pytest
from nist import REGRESSIONS

from descend.objectives.formulas.formula import Formula
from descend.objectives.functions.function import Function


def least(regression):
    """Return the certified parameters in full precision, by steps of Gauss and Newton."""
    b = regression.certified
    for _ in range(4):
        jacobian = regression.jacobian(b)
        scale = np.linalg.norm(jacobian, axis=0)
        b = b - np.linalg.lstsq(jacobian / scale, regression.residuals(b))[0] / scale
    return b


@pytest.mark.parametrize("regression", REGRESSIONS, ids=repr)
def test_the_data_gives_the_certified_parameters_and_sum(regression):
    # the residuals of the first of Lanczos's sets are rounding, nearly
    digits = 1e-3 if regression.name == "Lanczos1" else 6e-11
    assert regression(least(regression)) == pytest.approx(regression.certified_sum, rel=digits)
    np.testing.assert_allclose(least(regression), regression.certified, rtol=1e-8)


@pytest.mark.parametrize("regression", REGRESSIONS, ids=repr)
def test_the_gradient_is_that_of_the_residuals(regression):
    for start in regression.starts:
        _, gradient = Function(regression).value_and_gradient(start)
        expected = 2 * regression.residuals(start) @ regression.jacobian(start)
        np.testing.assert_allclose(gradient, expected, rtol=1e-8)


@pytest.mark.parametrize(
    "regression", [each for each in REGRESSIONS if len(each.formula) <= 1000], ids=repr
)
def test_the_text_is_the_sum_of_squares(regression):
    for start in regression.starts:
        assert Formula(regression.formula).value(start) == pytest.approx(regression(start))
