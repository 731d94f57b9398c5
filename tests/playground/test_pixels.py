"""A map is as fine as there is time for."""

from time import perf_counter

import pytest

from descend.optimizers import by_name
from descend.playground import limits
from descend.playground.pixels import SHARE, most_pixels


@pytest.mark.parametrize("seconds", [0.2, 1.0, 9.0])
def test_a_finer_map_takes_its_share_of_the_time(seconds):
    found = most_pixels(by_name("lamb"), 1600, perf_counter() - seconds)
    expected = SHARE * limits.MOST_SECONDS
    assert found * seconds / 1600 == pytest.approx(expected, rel=0.02)


def test_what_was_possible_stays_so():
    assert most_pixels(by_name("lamb"), 1600, perf_counter() - limits.MOST_SECONDS) == 1600
