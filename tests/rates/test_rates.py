"""Schedules and searches do what they say, seen in the rates of the walks that they leave."""

import numpy as np
import pytest

from descend import minimize
from descend.protocols import Search
from descend.rates import Constant, Monotone


@pytest.mark.parametrize("t", [np.array(1.0), np.arange(1.0, 5.0)], ids=["one", "many"])
def test_a_constant_rate_is_the_same_at_every_step(t):
    assert np.array_equal(Constant(0.25)(t), np.full(t.shape, 0.25))


def test_a_constant_may_differ_from_run_to_run():
    rates = np.array([0.1, 0.2, 0.3])
    assert np.array_equal(Constant(rates)(np.array(7.0)), rates)


def test_a_search_is_known_by_what_it_can():
    assert isinstance(Monotone(), Search)
    assert not isinstance(Constant(0.1), Search)
    assert not callable(Monotone())


@pytest.mark.parametrize(
    ("start", "reach"), [([3.0, 4.0], 0.05), ([0.0, 0.0], 0.01), ([300.0, -400.0], 5.0)]
)
def test_the_first_trial_is_a_hundredth_of_the_way(start, reach):
    # so gentle a slope that the first trial is kept
    formula = "1e-9*(x - 1e4)^2 + 1e-9*(y + 1e4)^2"
    descent = minimize(formula, start, optimizer="sgd", steps=1)
    assert descent.nfev == 2
    assert np.linalg.norm(descent.points[1] - descent.points[0]) == pytest.approx(reach)


@pytest.mark.parametrize("initial", [1e-3, 0.02])
def test_the_first_trial_may_be_given(initial):
    descent = minimize("x^2 + y^2", [3.0, 4.0], learning_rate=Monotone(initial=initial), steps=1)
    assert descent.learning_rates[0] == initial


@pytest.mark.parametrize("curvature", [0.5, 3.0, 4e4])
def test_the_second_trial_is_one_over_the_curvature_met(curvature):
    descent = minimize(f"{curvature}*(x - 1)^2/2", [3.0], optimizer="sgd")
    assert descent.learning_rates[1] == pytest.approx(1 / curvature)
    assert descent.points[2, 0] == pytest.approx(1)


def test_a_trial_too_long_falls_back_to_the_bottom_of_the_parabola():
    descent = minimize("4*(x - 1)^2/2", [3.0], learning_rate=Monotone(initial=0.75), steps=1)
    assert descent.learning_rates[0] == pytest.approx(1 / 4)
    assert descent.nfev == 3 + 3  # and three to see that it is a minimum


def test_where_the_curvature_is_not_positive_the_rate_grows_fourfold():
    for formula in ("-x^2", "-x"):
        descent = minimize(formula, [1.0], optimizer="sgd", steps=5)
        np.testing.assert_allclose(descent.learning_rates[1:] / descent.learning_rates[:-1], 4)


def test_a_step_out_of_the_domain_is_shortened():
    descent = minimize("x - log(x)", [0.5], learning_rate=Monotone(initial=100.0))
    assert descent.status == "converged"
    assert descent.x[0] == pytest.approx(1)
    assert np.isfinite(descent.values).all()


def test_a_larger_share_refuses_what_a_smaller_one_keeps():
    # at 1.8 over the curvature, the step keeps a tenth of what the gradient promised
    keep = minimize("x^2/2", [1.0], learning_rate=Monotone(share=0.09, initial=1.8), steps=1)
    refuse = minimize("x^2/2", [1.0], learning_rate=Monotone(share=0.11, initial=1.8), steps=1)
    assert keep.learning_rates[0] == 1.8
    assert refuse.learning_rates[0] < 1
