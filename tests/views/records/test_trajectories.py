"""Which steps are shown, if not all."""

import numpy as np
import pytest

from descend.views.records.trajectories import keyframes


@pytest.mark.parametrize("count", [2, 3, 10, 120])
@pytest.mark.parametrize(
    "movement", [np.zeros(500), 0.9 ** np.arange(500), np.ones(500), np.eye(1, 500, 250)[0]]
)
def test_keyframes_have_both_ends_in_order_and_no_more_than_asked(movement, count):
    chosen = keyframes(movement, count)
    assert chosen[0] == 0
    assert chosen[-1] == 500
    assert (np.diff(chosen) > 0).all()
    assert len(chosen) <= count


def test_keyframes_are_closer_where_there_is_more_movement():
    chosen = keyframes(0.97 ** np.arange(1000), 100)
    assert (chosen < 200).sum() > 55
    np.testing.assert_array_equal(keyframes(np.ones(5), 100), np.arange(6))
