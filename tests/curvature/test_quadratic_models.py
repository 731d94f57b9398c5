"""Quadratic models of sparse risks: their sums, and what they hold."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from descend import DescentClassifier, DescentRegressor
from descend.curvature import quadratic_models
from descend.curvature.safe_rate import squared


@settings(max_examples=30, deadline=None)
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


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
# by columns once more; for a loss whose curvature differs, their numbers a third time
@pytest.mark.parametrize(
    ("model", "most"),
    [
        (DescentRegressor(penalty="elasticnet", alpha=1e-2, l1_ratio=0.5), 1.2),
        (DescentClassifier(penalty="l1", alpha=1e-3), 1.9),
        (DescentClassifier(alpha=1e-3), 1.2),
    ],
)
def test_a_sparse_fit_holds_no_more_copies_than_it_says(model, most):
    random = np.random.default_rng(0)
    n, d, filled = 20_000, 3_000, 60
    columns = random.integers(0, d, n * filled, dtype=np.int32)
    starts = np.arange(0, n * filled + 1, filled, dtype=np.int32)
    X = scipy.sparse.csr_matrix((random.standard_normal(n * filled), columns, starts), (n, d))
    X.sum_duplicates()
    y = X[:, :20] @ random.standard_normal(20) > 0
    model.set_params(max_iter=3, record=None).fit(X[:100], y[:100])
    tracemalloc.start()
    try:
        model.fit(X, y)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= most * (X.data.nbytes + X.indices.nbytes + X.indptr.nbytes)
