"""Coefficients that the National Institute of Standards and Technology certifies.

https://www.itl.nist.gov/div898/strd/lls/lls.shtml; `benchmarks/certified.py` has more of the data.
"""

import numpy as np
import pytest

from descend import DescentRegressor

POWERS = np.vander(np.arange(21.0), 6, increasing=True)[:, 1:]
NOISE = np.array(
    [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048,
     2048, -2048, 2523, -2048, 2048, -2048, 759]
)  # fmt: skip
TENTHS = 0.1 ** np.arange(6)
SETTINGS = {"penalty": None, "tol": 0.0}


@pytest.mark.parametrize(
    ("name", "X", "y", "certified"),
    [
        ("NoInt1", np.arange(60.0, 71)[:, None], np.arange(130.0, 141), [2.07438016528926]),
        ("NoInt2", np.array([[4.0], [5], [6]]), np.array([3.0, 4, 4]), [0.727272727272727]),
    ],
)
def test_lines_through_the_origin(name, X, y, certified):
    model = DescentRegressor(fit_intercept=False, **SETTINGS).fit(X, y)
    np.testing.assert_allclose(model.coef_, certified, rtol=1e-13)


@pytest.mark.parametrize(
    ("name", "certified", "noise"),
    [("Wampler1", np.ones(6), 0), ("Wampler2", TENTHS, 0), ("Wampler3", np.ones(6), 1),
     ("Wampler4", np.ones(6), 100)],
)  # fmt: skip
def test_quintics_in_their_own_units(name, certified, noise):
    y = certified[0] + POWERS @ certified[1:] + noise * NOISE
    model = DescentRegressor(**SETTINGS).fit(POWERS, y)
    found = np.append(model.intercept_, model.coef_)
    np.testing.assert_allclose(found, certified, rtol=1e-7)
