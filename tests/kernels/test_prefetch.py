"""A prefetch changes no row, whatever their number and length."""

import numpy as np
import pytest
import scipy.sparse
from numba import njit

from descend.kernels.prefetch import AHEAD, NEAR, prefetch_next, prefetch_rows
from descend.kernels.rows import compressed

NARROW, WIDE = 3, NEAR // 8 + 3


@njit
def _visit(X, y, order):
    for k in range(order.shape[0]):
        prefetch_next(X, y, order, k)


@njit
def _visit_at_once(X, y, order):
    prefetch_rows(X, y, order)


@pytest.mark.parametrize("n_rows", [0, 1, AHEAD, AHEAD + 3])
def test_rows_stay_as_they_are_whatever_their_number(n_rows):
    matrix = scipy.sparse.eye_array(n_rows, 40, k=2, format="csr")
    matrix.data[::2] = 3.0
    before = matrix.copy()
    empty = scipy.sparse.csr_array((n_rows, 40))
    dense = [np.ones((n_rows, n_features)) for n_features in (0, 1, NARROW, WIDE)]
    y = np.arange(2.0 * n_rows).reshape(n_rows, 2)
    order = np.arange(n_rows)[::-1].copy()
    for rows in (compressed(matrix), compressed(empty), *dense):
        _visit(rows, y[:, 0], order)
        _visit_at_once(rows, y, order)
        prefetch_next(rows, y[:, 0], order, 0)
        prefetch_rows(rows, y, order)
    np.testing.assert_array_equal(matrix.toarray(), before.toarray())
    assert all((rows == 1).all() for rows in dense)
    np.testing.assert_array_equal(y.ravel(), np.arange(2.0 * n_rows))
