"""Rows that come soon are asked for, and nothing else happens."""

import numpy as np
import pytest
import scipy.sparse
from numba import njit

from descend.kernels.lookahead import AHEAD, look_ahead
from descend.kernels.rows import CSR


@njit
def _visit(X, y, order):
    for k in range(order.shape[0]):
        look_ahead(X, y, order, k)


@pytest.mark.parametrize("n_rows", [0, 1, AHEAD, AHEAD + 3])
def test_rows_stay_as_they_are_whatever_their_number(n_rows):
    matrix = scipy.sparse.eye_array(n_rows, 40, k=2, format="csr")
    matrix.data[::2] = 3.0
    before = matrix.copy()
    empty = CSR(matrix.data[:0], matrix.indices[:0], 0 * matrix.indptr)
    y = np.arange(2.0 * n_rows).reshape(n_rows, 2)
    order = np.arange(n_rows)[::-1].copy()
    for rows in (CSR(matrix.data, matrix.indices, matrix.indptr), empty):
        _visit(rows, y[:, 0], order)
        look_ahead(rows, y[:, 0], order, 0)
    np.testing.assert_array_equal(matrix.toarray(), before.toarray())
    np.testing.assert_array_equal(y.ravel(), np.arange(2.0 * n_rows))


def test_compiled_loops_ask_for_targets_numbers_and_columns():
    matrix = scipy.sparse.eye_array(3, format="csr")
    _visit(CSR(matrix.data, matrix.indices, matrix.indptr), np.zeros(3), np.arange(3))
    code = _visit.inspect_llvm()
    assert all(text.count("call void @llvm.prefetch") >= 3 for text in code.values())
