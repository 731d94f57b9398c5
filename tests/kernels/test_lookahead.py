"""Rows that come soon are asked for, and nothing else happens."""

import numpy as np
import pytest
import scipy.sparse
from numba import njit

from descend.kernels.lookahead import AHEAD, NEAR, look_ahead
from descend.kernels.rows import compressed

NARROW, WIDE = 3, NEAR // 8 + 3


@njit
def _visit(X, y, order):
    for k in range(order.shape[0]):
        look_ahead(X, y, order, k)


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
        look_ahead(rows, y[:, 0], order, 0)
    np.testing.assert_array_equal(matrix.toarray(), before.toarray())
    assert all((rows == 1).all() for rows in dense)
    np.testing.assert_array_equal(y.ravel(), np.arange(2.0 * n_rows))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("stored", "asked"),
    [
        # the target, and a row short or long
        (lambda matrix: matrix.toarray(), 3),
        # the target, numbers, columns
        (compressed, 3),
    ],
    ids=["dense", "sparse"],
)
def test_compiled_loops_ask_and_do_not_count_the_users_of_arrays(stored, asked, dtype):
    rows = stored(scipy.sparse.eye_array(9, format="csr", dtype=dtype))
    _visit(rows, np.zeros(9, dtype), np.arange(9))
    code = _visit.inspect_llvm(_visit.signatures[-1])
    loop = code.split("\ndefine ")[1]
    assert loop.count("call void @llvm.prefetch") >= asked
    assert "NRT_incref" not in loop
