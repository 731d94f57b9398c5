"""The threshold lies between a rate that diverges and one that does not, from any first guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.experiments.divergence_threshold import PRECISION, divergence_threshold

RATES = st.floats(1e-6, 1e6)


@given(RATES, RATES)
def test_it_lies_just_above_the_largest_rate_that_does_not_diverge(largest, guess):
    tried = []

    def diverges(rate):
        tried.append(rate)
        return rate > largest

    found = divergence_threshold(diverges, guess, 1e-6, 1e6 * PRECISION)
    if largest < 1e6 * PRECISION and largest >= 1e-6 * PRECISION:
        assert largest < found <= largest * PRECISION * (1 + 1e-12)
    assert len(tried) < 25


@pytest.mark.parametrize(("always", "found"), [(True, 1e-3), (False, None)])
def test_outside_its_range_it_is_the_end_or_none(always, found):
    assert divergence_threshold(lambda rate: always, 1.0, 1e-3, 1e3) == found
