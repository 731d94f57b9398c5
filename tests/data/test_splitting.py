"""Rows held out: each class gives its share, and the seed decides which."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from descend.data.splitting import hold_out


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.floats(0, 0.9),
    st.integers(0, 100),
)
def test_held_out_rows_are_stratified(labels, share, seed):
    classes = np.array(labels)
    rows = np.arange(len(classes))
    stay, out = hold_out(rows, share, np.random.default_rng(seed), classes)
    np.testing.assert_array_equal(np.sort(np.concatenate([stay, out])), rows)
    for label in np.unique(classes):
        wanted = share * (classes == label).sum()
        assert abs((classes[out] == label).sum() - wanted) <= 1 + 1e-9
        assert (classes[stay] == label).any()


def test_held_out_rows_differ_by_seed_and_repeat_with_it():
    rows = np.arange(100)
    first, again, other = (
        hold_out(rows, 0.2, np.random.default_rng(seed))[1] for seed in (0, 0, 1)
    )
    assert len(first) == 20
    np.testing.assert_array_equal(first, again)
    assert set(first) != set(other)
