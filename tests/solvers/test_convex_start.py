"""A loss with many minima is descended from the one that is meant."""

import numpy as np
import pytest
from risks import risk_of
from solving import untuned

from descend.losses import Cauchy, Huber
from descend.penalties import L2

RANDOM = np.random.default_rng(3)
X = RANDOM.standard_normal((150, 2))
TREND = X @ [2.0, -1.0]
Y = TREND + 0.2 * RANDOM.standard_t(2, 150)


def r2(y, z):
    return 1 - np.sum((y - z) ** 2) / np.sum((y - y.mean()) ** 2)


@pytest.mark.parametrize("unit", [1e-3, 1.0, 1e5])
@pytest.mark.parametrize("offset", [0.0, 50.0, -1e4])
def test_residuals_large_beside_the_scale_lead_to_no_stray_minimum(unit, offset):
    risk = risk_of(X, unit * (Y + offset), Cauchy(1.0))
    descent = untuned(risk, np.zeros(3), tol=1e-6)
    assert descent.status == "converged"
    z = (X @ descent.x[:2] + descent.x[2]) / unit - offset
    assert r2(TREND, z) > 0.99


def test_the_record_is_of_the_risk_itself_and_a_callback_ends_either_part():
    risk, told = risk_of(X, 1e3 * Y, Cauchy(1.0)), []

    def stop_at(step):
        def callback(at):
            told.append(float(at.value[0]))
            assert at.number == len(told)
            if at.number == step:
                raise StopIteration

        return callback

    whole = untuned(risk, np.zeros(3), tol=1e-6, record="all")
    np.testing.assert_allclose(whole.values, risk.value(whole.points), rtol=1e-12)
    first = untuned(risk_of(X, 1e3 * Y, Huber(1.0)), np.zeros(3), tol=1e-3)
    for step in (2, first.nit + 2):
        told.clear()
        descent = untuned(risk, np.zeros(3), tol=1e-6, callback=stop_at(step))
        assert (descent.status, descent.nit) == ("stopped", step)
        assert descent.fun == pytest.approx(risk.value(descent.x), rel=1e-12)
        np.testing.assert_allclose(told, whole.values[1 : step + 1], rtol=1e-9)
        limited = untuned(risk, np.zeros(3), tol=1e-6, max_iter=step)
        assert limited.message == f"all {step} steps were taken"


def test_a_given_start_is_gone_on_from():
    risk = risk_of(X, Y, Cauchy(0.5), L2(1e-3))
    found = untuned(risk, np.zeros(3), tol=1e-8)
    again = untuned(risk, found.x, tol=1e-8)
    assert again.nit <= 2
    np.testing.assert_allclose(again.x, found.x, atol=1e-6)


@pytest.mark.parametrize("alpha", [1e-3, 1.0])
def test_where_the_penalty_rules_it_ends_no_higher_than_zero(alpha):
    risk = risk_of(X, 1e5 * Y + 1e6, Cauchy(1.0), L2(alpha))
    descent = untuned(risk, np.zeros(3), tol=1e-6)
    assert descent.status == "converged"
    assert descent.fun <= risk.value(np.zeros(3))
    assert abs(descent.x[2] / 1e6 - 1) < 0.5
