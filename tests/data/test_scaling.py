"""Columns on a common scale, and back."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from descend.data.scaling import Scaling


@given(
    arrays.arrays(
        np.float64,
        st.tuples(st.integers(1, 8), st.integers(1, 4)),
        elements=st.floats(-1e200, 1e200, allow_subnormal=False).filter(
            lambda x: x == 0 or abs(x) > 1e-200
        ),
    )
)
def test_standardised_columns_have_mean_0_and_deviation_1(X):
    scaling = Scaling.fit(X)
    standardised = scaling.apply(X)
    largest = np.abs(X).max(axis=0)
    # Columns that differ by less than their rounding have no deviation to speak of.
    clear = X.max(axis=0) - X.min(axis=0) > 1e-6 * largest
    np.testing.assert_allclose(standardised[:, clear].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(standardised[:, clear].std(axis=0), 1, rtol=1e-6)
    constant = X.max(axis=0) == X.min(axis=0)
    np.testing.assert_array_equal(scaling.scale[constant], 1)


def test_weights_in_own_units_predict_the_same():
    generator = np.random.default_rng(0)
    X = generator.normal(size=(20, 3)) * [1, 1e4, 1e-4] + [5, 1e3, 1]
    coef, intercept = generator.normal(size=(2, 3)), generator.normal(size=2)
    scaling = Scaling.fit(X)
    own, own_intercept = scaling.unscale(coef, intercept)
    expected = scaling.apply(X) @ coef.T + intercept
    np.testing.assert_allclose(X @ own.T + own_intercept, expected, rtol=1e-9)
