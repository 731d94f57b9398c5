"""Rows that come soon are asked for, and nothing else happens."""

import numpy as np
import pytest
import scipy.sparse
from numba import njit

from descend.kernels.prefetch import AHEAD, NEAR, ask_for_rows, look_ahead
from descend.kernels.rows import compressed

NARROW, WIDE = 3, NEAR // 8 + 3


@njit
def _visit(X, y, order):
    for k in range(order.shape[0]):
        look_ahead(X, y, order, k)


@njit
def _visit_at_once(X, y, order):
    ask_for_rows(X, y, order)


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
        look_ahead(rows, y[:, 0], order, 0)
        ask_for_rows(rows, y, order)
    np.testing.assert_array_equal(matrix.toarray(), before.toarray())
    assert all((rows == 1).all() for rows in dense)
    np.testing.assert_array_equal(y.ravel(), np.arange(2.0 * n_rows))


def _compiled(visit, stored, y, dtype):
    """Return LLVM's code of a visit, its own loop first."""
    rows = stored(scipy.sparse.eye_array(9, format="csr", dtype=dtype))
    visit(rows, y.astype(dtype), np.arange(9))
    return visit.inspect_llvm(visit.signatures[-1]).split("\ndefine ")[1:]


STORED = pytest.mark.parametrize(
    "stored", [lambda matrix: matrix.toarray(), compressed], ids=["dense", "sparse"]
)
DTYPES = pytest.mark.parametrize("dtype", [np.float64, np.float32])


@STORED
@DTYPES
@pytest.mark.parametrize(
    ("visit", "y"), [(_visit, np.zeros(9)), (_visit_at_once, np.zeros((9, 2)))], ids=["one", "all"]
)
def test_compiled_loops_ask_for_targets_and_rows(visit, y, stored, dtype):
    asked = 2 if stored is not compressed else 3
    code = "".join(_compiled(visit, stored, y, dtype))
    assert code.count("call void @llvm.prefetch") >= asked


@STORED
@DTYPES
def test_asking_does_not_count_the_users_of_arrays(stored, dtype):
    assert "NRT_incref" not in _compiled(_visit, stored, np.zeros(9), dtype)[0]
