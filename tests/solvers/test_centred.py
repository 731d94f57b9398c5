"""What is descended in centred columns is recorded and told in the user's own parameters."""

import numpy as np
import pytest
from risks import risk_of
from solving import untuned

from descend.losses import AbsoluteError, Huber, SquaredError
from descend.penalties import L1, L2

RANDOM = np.random.default_rng(0)
N = 60
TIMES = 1.7e12 + 86_400e3 * RANDOM.random(N)
X = np.column_stack([TIMES, RANDOM.standard_normal(N)])
Y = (TIMES - TIMES.mean()) / TIMES.std() + X[:, 1] + 0.1 * RANDOM.standard_t(2, N)


@pytest.mark.parametrize("loss", [SquaredError(), Huber(0.1), AbsoluteError()], ids=repr)
@pytest.mark.parametrize("penalty", [L2(1e-6), L1(1e-12)], ids=repr)
def test_the_record_is_in_the_users_parameters(loss, penalty):
    risk, told = risk_of(X, Y, loss, penalty), []
    descent = untuned(
        risk,
        np.zeros(3),
        record="all",
        tol=1e-6,
        callback=lambda step: told.append((step.w[0], step.value[0])),
    )
    assert descent.status == "converged"
    assert descent.objective is risk
    np.testing.assert_allclose(descent.values, risk.value(descent.points), rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose([w for w, _ in told], descent.points[1:])
    np.testing.assert_allclose([value for _, value in told], descent.values[1:])
    assert risk.value(descent.x) == pytest.approx(descent.fun, rel=1e-6)
    np.testing.assert_array_equal(descent.best_x, descent.x)
    # going on from there finds nothing lower
    again = untuned(risk, descent.x, tol=1e-6)
    assert again.fun == pytest.approx(descent.fun, rel=1e-5)
