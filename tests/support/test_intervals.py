"""A single number is in an interval exactly if it is as an element of an array."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from descend.support.intervals import Interval

BOUNDS = st.sampled_from([-np.inf, -1.0, 0.0, 0.5, 1.0, np.inf])
NUMBERS = st.one_of(BOUNDS, st.floats(), st.integers(), st.booleans(), st.just("1"), st.none())


@given(NUMBERS, st.builds(Interval, BOUNDS, BOUNDS, st.booleans(), st.booleans(), st.booleans()))
def test_one_number_is_judged_like_an_array(value, interval):
    assert interval.holds(value) is bool(interval.inside([value]).all())
