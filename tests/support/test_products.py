"""Products by blocks are NumPy's, by any number of threads."""

import numpy as np
import pytest

from descend.support import products
from descend.support.products import COLUMNS, column_products

SIZES = [0, 1, 5, COLUMNS, COLUMNS + 1, 2 * COLUMNS, 2 * COLUMNS + 77]


def rows(columns, dtype=float):
    return np.random.default_rng(columns).standard_normal((40, columns)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("p", SIZES)
@pytest.mark.parametrize("q", SIZES)
def test_it_is_the_product(p, q, dtype):
    left, right = rows(p, dtype), rows(q, dtype)
    found = column_products(left, right)
    assert found.dtype == dtype
    rounding = 40 * np.finfo(dtype).eps
    np.testing.assert_allclose(found, left.T @ right, rtol=0, atol=8 * rounding)


@pytest.mark.parametrize("p", SIZES)
@pytest.mark.parametrize("given", [np.asarray, np.asfortranarray])
def test_half_of_a_symmetric_product_is_the_other_half(p, given):
    left = given(rows(p))
    c = np.linspace(-1, 1, 40)[:, None]
    found = column_products(left * c, left, symmetric=True)
    np.testing.assert_allclose(found, (left * c).T @ left, rtol=0, atol=1e-13)
    if p > COLUMNS:
        np.testing.assert_array_equal(found[:COLUMNS, COLUMNS:], found[COLUMNS:, :COLUMNS].T)


@pytest.mark.parametrize("symmetric", [False, True])
def test_the_bits_are_the_same_by_any_number_of_threads(symmetric, monkeypatch):
    left = rows(3 * COLUMNS + 1)
    found = []
    for count in (1, 2, 3):
        monkeypatch.setattr(products, "workers", lambda count=count: count)
        found.append(column_products(left, left, symmetric=symmetric))
    for each in found[1:]:
        np.testing.assert_array_equal(each, found[0])


def test_what_the_caller_says_of_overflow_holds_in_the_threads():
    left = rows(COLUMNS + 1) * 1e200
    with np.errstate(all="ignore"):
        assert not np.isfinite(column_products(left, left)).all()
    with pytest.raises(FloatingPointError), np.errstate(all="raise"):
        column_products(left, left)
