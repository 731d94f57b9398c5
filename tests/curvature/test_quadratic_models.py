"""Quadratic models of sparse risks: their sums, and what they hold."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from descend.curvature import quadratic_models
from descend.curvature.safe_rate import squared


@settings(max_examples=30)
@given(st.integers(0, 20), st.integers(1, 12), st.floats(0, 1), st.integers(0, 100))
def test_sums_of_squares_are_those_of_the_columns(rows, columns, density, seed):
    X = scipy.sparse.random_array((rows, columns), density=density, rng=seed).tocsc()
    most = quadratic_models.SQUARED_AT_ONCE
    try:
        quadratic_models.SQUARED_AT_ONCE = 7
        sums = quadratic_models._sums_of_squares(X.data, X.indptr)
    finally:
        quadratic_models.SQUARED_AT_ONCE = most
    np.testing.assert_allclose(sums, (X.toarray() ** 2).sum(axis=0))


@pytest.mark.parametrize("duplicates", [False, True])
def test_squares_of_sparse_rows_are_those_of_dense_ones(duplicates):
    parts = ([1.0, 2.0, -3.0], [0, 0 if duplicates else 2, 1], [0, 2, 3])
    X = scipy.sparse.csr_array(parts, shape=(2, 3))
    np.testing.assert_array_equal(squared(X).toarray(), X.toarray() ** 2)


@pytest.mark.parametrize(("constant", "most"), [(True, 0.2), (False, 1.2)])
def test_scaled_columns_hold_their_numbers_at_most_once_more(constant, most):
    X = scipy.sparse.random_array((10_000, 2_000), density=0.05, rng=0).tocsc()
    root = np.ones(10_000) if constant else np.linspace(1, 2, 10_000)
    tracemalloc.start()
    try:
        data = quadratic_models._scaled_data(X, root)
        quadratic_models._sums_of_squares(data, X.indptr)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= most * X.data.nbytes
    assert (data is X.data) is constant
