"""The brink lies between a rate that holds and one that does not, wherever the search begins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from descend.experiments.divergence_threshold import CLOSE, brink

RATES = st.floats(1e-6, 1e6)


@given(RATES, RATES)
def test_it_lies_just_above_the_largest_rate_that_holds(largest, guess):
    tried = []

    def blows_up(rate):
        tried.append(rate)
        return rate > largest

    found = brink(blows_up, guess, 1e-6, 1e6 * CLOSE)
    if largest < 1e6 * CLOSE and largest >= 1e-6 * CLOSE:
        assert largest < found <= largest * CLOSE * (1 + 1e-12)
    assert len(tried) < 25


@pytest.mark.parametrize(("always", "found"), [(True, 1e-3), (False, None)])
def test_outside_its_range_it_is_the_end_or_none(always, found):
    assert brink(lambda rate: always, 1.0, 1e-3, 1e3) == found
