"""Variance-reduced steps through rows are those of SVRG's and SAGA's papers."""

import numpy as np
import pytest
import scipy.sparse

from descend.kernels.lazy_rows import SMALLEST_SCALE
from descend.kernels.rows import CSR
from descend.kernels.variance_reduction import (
    descend_variance_reduced,
    find_step_lengths,
    proximal_step,
    repeated_steps,
    room_for_reduced_batches,
)
from descend.kernels.variance_reduction_sparse import (
    descend_variance_reduced_sparse_rows,
    room_for_sparse_rows,
)
from descend.losses import SquaredError
from descend.penalties import L1, L2, ElasticNet, NoPenalty
from descend.solvers.stochastic.variance_reduction import quadratic_strength

N = 300
random = np.random.default_rng(0)
X = random.standard_normal((N, 5)) * (random.random((N, 5)) < 0.6)
Y = X @ [1.0, -2.0, 0.5, 0.0, 3.0] + 1 + random.standard_normal(N)


def by_hand(order, updating, penalty, rate, batch_size, table, mean):
    """Step as the papers say, with whole vectors."""
    w, total = np.array([0.5, -1.0, 0.0, 2.0, 0.1, 0.3]), 0.0
    rows = np.column_stack([X, np.ones(N)])
    free = np.array([1.0, 1, 1, 1, 1, 0])
    for begin in range(0, len(order), batch_size):
        batch = order[begin : begin + batch_size]
        r = rows[batch] @ w - Y[batch]
        total += np.sum(r * r) / 2
        news = (r - table[batch]) @ rows[batch]
        g = news / len(batch) + mean
        moved = w - rate * (g + free * penalty.gradient(w))
        w = np.where(free > 0, penalty.prox(moved, rate), moved)
        if updating:
            mean = mean + news / N
            table = table.copy()
            table[batch] = r
    return w, table, mean, total


@pytest.mark.parametrize("penalty", [NoPenalty(), L2(0.3), L1(0.2), ElasticNet(0.4, 0.5)], ids=repr)
@pytest.mark.parametrize("updating", [True, False])
@pytest.mark.parametrize("batch_size", [1, 4])
def test_any_rows_step_as_the_papers_say(penalty, updating, batch_size):
    """Sparse rows with deferred steps, and dense rows, step as whole vectors do."""
    order = np.random.default_rng(1).permutation(N)[:60].astype(np.int32)
    table = np.random.default_rng(2).standard_normal(N)
    mean = table @ np.column_stack([X, np.ones(N)]) / N
    expected = by_hand(order, updating, penalty, 0.05, batch_size, table, mean)
    csr = scipy.sparse.csr_matrix(X)
    for rows in (X, CSR(csr.data, csr.indices, csr.indptr)):
        w, own_table = np.array([[0.5, -1.0, 0.0, 2.0, 0.1, 0.3]]), table[:, None].copy()
        own_mean, alpha = mean[None].copy(), quadratic_strength(penalty)
        room = room_for_reduced_batches(w, batch_size, 5, -(-len(order) // batch_size), alpha)
        total = descend_variance_reduced.plain(
            rows, Y[:, None], None, order, w, own_table, own_mean, updating, SquaredError(),
            penalty, 0.05, batch_size, False, 5, alpha, room,
        )  # fmt: skip
        for mine, theirs in zip((w[0], own_table[:, 0], own_mean[0], total), expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("penalty", [NoPenalty(), L2(0.3), L2(8.0)], ids=repr)
@pytest.mark.parametrize("updating", [True, False])
def test_sparse_rows_without_deferral_step_as_the_papers_say(penalty, updating):
    """At the largest strength, all coordinates return to the scale one on the way."""
    order = np.random.default_rng(1).permutation(N)[:60].astype(np.int32)
    table = np.random.default_rng(2).standard_normal(N)
    mean = table @ np.column_stack([X, np.ones(N)]) / N
    expected = by_hand(order, updating, penalty, 0.05, 1, table, mean)
    assert penalty != L2(8.0) or (1 - 0.05 * 8.0) ** len(order) < SMALLEST_SCALE
    csr = scipy.sparse.csr_matrix(X)
    w, own_table = np.array([[0.5, -1.0, 0.0, 2.0, 0.1, 0.3]]), table[:, None].copy()
    own_mean = mean[None].copy()
    total = descend_variance_reduced_sparse_rows.plain(
        CSR(csr.data, csr.indices, csr.indptr), Y[:, None], None, order, w, own_table, own_mean,
        updating, SquaredError(), 0.05, False, 5, quadratic_strength(penalty),
        room_for_sparse_rows(w, 5),
    )  # fmt: skip
    for mine, theirs in zip((w[0], own_table[:, 0], own_mean[0], total), expected, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("penalty", [L1(0.2), ElasticNet(0.4, 0.5)], ids=repr)
def test_steps_on_one_side_of_a_kink_are_one(penalty):
    """And those past it are as they are one by one, wherever they begin and lead."""
    rate, alpha = 0.05, quadratic_strength(penalty)
    lengths = np.zeros(41)
    find_step_lengths(lengths, rate, alpha)
    for w in (-1.5, -0.02, 0.0, 0.01, 0.3):
        for g in (-1.0, -0.1, 0.0, 0.15, 0.5):
            one_by_one = w
            for steps in range(41):
                ours = repeated_steps(w, g, penalty, rate, alpha, lengths, steps)
                np.testing.assert_allclose(ours, one_by_one, rtol=1e-12, atol=1e-14)
                one_by_one = proximal_step(one_by_one, g, penalty, rate)
