"""Curvature from a sample of the rows."""

import numpy as np
import pytest
from risks import risk_of

from descend.curvature.subsampling import (
    FREQUENT_INTERVALS,
    NEWTON_INTERVALS,
    SubsampledHessian,
    curvature_along,
    rows_for,
)
from descend.losses import LogLoss, SquaredError
from descend.penalties import L2


@pytest.mark.parametrize(
    ("n", "size", "rows"),
    [
        (400, 6, 5_000),  # all there are
        (500_000, 50, 20_000),
        (5_000_000, 50, 26_843),
        (500_000, 100, 6_710),
        (500_000, 1_000, 10_000),
    ],
)
def test_of_many_rows_a_share_is_sampled_where_that_is_quick(n, size, rows):
    assert rows_for(n, size) == rows


@pytest.mark.parametrize("loss", [SquaredError(), LogLoss()], ids=repr)
def test_the_curvature_along_a_direction_is_the_hessians(loss):
    random = np.random.default_rng(0)
    X = random.standard_normal((1_500, 20)) * np.logspace(-2, 2, 20)
    risk = risk_of(X, random.integers(2, size=1_500), loss, L2(1e-3), random.random(1_500))
    w, v = random.standard_normal((2, 21)) / 100
    expected = v @ risk.hessian_product(w, v)
    assert curvature_along(risk, w, v, random) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("n", "d", "intervals"),
    [(500, 30, FREQUENT_INTERVALS), (6_000, 25, FREQUENT_INTERVALS), (6_000, 40, NEWTON_INTERVALS)],
)
def test_a_small_hessian_is_made_anew_sooner(n, d, intervals):
    random = np.random.default_rng(0)
    risk = risk_of(random.standard_normal((n, d)), random.integers(2, size=n), LogLoss(), L2(1e-3))
    assert SubsampledHessian(risk, random).intervals == intervals
