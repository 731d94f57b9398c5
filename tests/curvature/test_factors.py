"""Triangles are solved as SciPy solves them."""

import numpy as np
import pytest
from scipy.linalg import LinAlgError, solve_triangular

from descend.curvature.factors import CholeskyFactor, cholesky_factor

TYPES = [(np.float64, np.float64), (np.float64, np.float32), (np.float32, np.float32)]


@pytest.mark.parametrize(("of_factor", "of_rows"), TYPES)
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("rows", [1, 4])
def test_solutions_are_scipys_to_the_bit(of_factor, of_rows, order, rows):
    random = np.random.default_rng(0)
    A = random.standard_normal((9, 9))
    L = np.asarray(cholesky_factor(A @ A.T), dtype=of_factor, order=order)
    v = random.standard_normal((rows, 9)).astype(of_rows)
    factor = CholeskyFactor(L)
    for found, trans in ((factor.solve(v), "T"), (factor.solve_transpose(v), "N")):
        expected = solve_triangular(L, v.T, lower=True, trans=trans).T
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(("runs", "size"), [(0, 3), (2, 0)])
def test_nothing_is_solved_by_nothing(runs, size):
    assert CholeskyFactor(np.eye(size)).solve(np.ones((runs, size))).shape == (runs, size)


def test_a_singular_triangle_is_refused():
    with pytest.raises(LinAlgError, match="its diagonal is zero in row 1"):
        CholeskyFactor(np.diag([1.0, 0.0])).solve(np.ones((1, 2)))
