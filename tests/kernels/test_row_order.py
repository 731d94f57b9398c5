"""Orders are permutations, reproducible, and as good as a full shuffle."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.kernels import row_order
from descend.kernels.cache import kept
from descend.kernels.epochs import descend_rows
from descend.kernels.row_order import (
    BLOCK,
    WINDOW,
    compiled_fill,
    fill_shuffled,
    fresh_order,
    shuffle_few_rows,
    shuffle_rows,
)
from descend.losses import LogLoss
from descend.optimizers import SGD
from descend.penalties import NoPenalty


def shuffled(n, seed):
    order = fresh_order(n)
    shuffle_rows(order, np.uint64(seed))
    return order


FIRST_TEN = [1, 7, 0, 3, 4, 2, 8, 6, 5, 9]
EDGES = [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, WINDOW - 1, WINDOW, WINDOW + 1, 100_000]


@pytest.mark.parametrize("n", EDGES)
def test_every_row_is_visited_once(n):
    assert np.array_equal(np.sort(shuffled(n, 7)), np.arange(n))


@settings(max_examples=60)
@given(n=st.integers(0, 20_000), seed=st.integers(0, 2**64 - 1))
def test_any_number_of_rows_under_any_seed_is_permuted_and_reproducible(n, seed):
    order = shuffled(n, seed)
    assert np.array_equal(np.sort(order), np.arange(n))
    assert np.array_equal(order, shuffled(n, seed))


@pytest.mark.parametrize("n", [20, BLOCK, WINDOW, WINDOW + 1, 50_000])
def test_other_seeds_give_other_orders(n):
    orders = {shuffled(n, seed).tobytes() for seed in range(50)}
    assert len(orders) == 50


def test_the_order_of_a_seed_stays_what_it_is():
    # models are reproducible over releases and machines
    assert shuffled(10, 42).tolist() == FIRST_TEN


def test_small_data_meets_every_permutation_equally_often():
    draws = 24_000
    found, counts = np.unique(
        [shuffled(4, seed) for seed in range(draws)], axis=0, return_counts=True
    )
    assert len(found) == 24
    # 23 degrees of freedom: above 60 once in 30,000
    assert np.sum((counts - draws / 24) ** 2 / (draws / 24)) < 60


@pytest.mark.parametrize("n", [1_000, WINDOW, 5 * BLOCK * 32])
def test_each_row_lands_anywhere(n):
    draws, bins = 1500, 10
    counts = np.zeros((n, bins))
    place = np.arange(n) * bins // n
    for seed in range(draws):
        counts[shuffled(n, seed), place] += 1
    expected = np.bincount(place) * draws / n
    chi_squared = np.sum((counts - expected) ** 2 / expected, axis=1)
    # 9 degrees of freedom, up to 20,480 rows: none is above 60 but by a chance of 1e-5
    assert chi_squared.mean() == pytest.approx(bins - 1, rel=0.05)
    assert chi_squared.max() < 60


def test_a_window_mixes_blocks_from_all_over():
    n = 64 * WINDOW
    first = shuffled(n, 3)[:WINDOW]
    tenths = np.bincount(first * 10 // n, minlength=10)
    assert len(np.unique(first // BLOCK)) == WINDOW // BLOCK
    assert (tenths > 0).sum() >= 8
    # neighbours in the order are not neighbours in the data
    assert (np.abs(np.diff(first)) < BLOCK).mean() < 0.1


# a window takes a block from each part of the data: its shares of the classes are those of all
@pytest.mark.parametrize(("rate", "within"), [(0.001, 0.001), (0.01, 0.005)])
def test_rows_sorted_by_class_are_learnt_as_from_a_full_shuffle(rate, within):
    n = 40_000
    random = np.random.default_rng(0)
    X = random.standard_normal((n, 5))
    y = (X @ [1.0, -1, 2, 0, 0.5] + random.standard_normal(n) > 0).astype(float)
    by_class = np.argsort(y, kind="stable")
    X, y = np.ascontiguousarray(X[by_class]), y[by_class]

    def risk_after_an_epoch(order):
        w = np.zeros(6)
        parts = (SGD(), LogLoss(), NoPenalty())
        rates = np.full(n, rate)
        descend_rows.kept(X, y, None, order.astype(np.int32), w, (), *parts, rates, 1.0)
        z = X @ w[:5] + w[5]
        return np.mean(np.logaddexp(0, z) - y * z)

    ours = [risk_after_an_epoch(shuffled(n, seed)) for seed in range(10)]
    full = [risk_after_an_epoch(np.random.default_rng(seed).permutation(n)) for seed in range(10)]
    assert np.mean(ours) == pytest.approx(np.mean(full), rel=within)
    assert risk_after_an_epoch(np.arange(n)) > 1.2 * np.mean(full)


def test_orders_take_little_room():
    assert fresh_order(10).dtype == np.int32


@pytest.mark.parametrize("n", [*EDGES, 30_000])
def test_few_rows_are_shuffled_as_many(n):
    for seed in (0, 1, 2**63 - 1):
        few = fresh_order(n)
        shuffle_few_rows(few, np.uint64(seed))
        np.testing.assert_array_equal(few, shuffled(n, seed))


@pytest.mark.parametrize("n", EDGES)
def test_the_order_is_the_same_while_another_process_compiles(n, monkeypatch):
    expected = shuffled(n, 11)
    asked = []
    monkeypatch.setattr(row_order, "cached_fill", kept(fill_shuffled))
    monkeypatch.setattr(row_order, "begun_beside", lambda *what: asked.append(what) or True)
    np.testing.assert_array_equal(shuffled(n, 11), expected)
    assert asked == [(compiled_fill, fill_shuffled)]


def test_what_another_process_compiles_is_what_orders_of_an_epoch_need():
    fresh = kept(fill_shuffled)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(row_order, "cached_fill", fresh)
        compiled_fill()
        (signature,) = fresh.signatures
        shuffled(300, 0)
        assert fresh.signatures == [signature]
