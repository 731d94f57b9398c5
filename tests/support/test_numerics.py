"""Norms, products and masks against the plain formulas of NumPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from descend.support.numerics import inner_product, norms, rounding_unit, some, squared_norm


@given(arrays(np.bool_, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5)), st.data())
def test_some_is_any_of_any_part(mask, data):
    step = data.draw(st.sampled_from([1, 2, -1]))
    for part in (mask, mask[::step], mask.T, mask == np.bool_(data.draw(st.booleans()))):
        assert some(part) is bool(part.any())


@given(arrays(np.float64, (2, 3, 4), elements=st.floats(-1e3, 1e3)))
def test_products_are_sums_of_products_of_coordinates(pair):
    one, other = pair
    expected = (one * other).sum(axis=-1, keepdims=True)
    np.testing.assert_allclose(inner_product(one, other), expected, rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(inner_product(one, other[0]), one @ other[0][:, None], atol=1e-9)
    np.testing.assert_allclose(squared_norm(one), (one**2).sum(axis=-1, keepdims=True))


@pytest.mark.parametrize("size", [1e-3, 1e200])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_norms_of_large_numbers_are_finite(shape, size):
    v = np.arange(1.0, 4.0) * np.ones((*shape, 3))
    found = norms(v * size)
    assert found.shape == shape
    np.testing.assert_allclose(found / size, np.linalg.norm(v, axis=-1), rtol=1e-14)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_one_and_less_than_its_rounding_is_one(kind):
    unit = kind(rounding_unit(kind))
    assert kind(1) + unit > 1
    assert kind(1) + unit / 2 == 1
    assert inner_product(np.ones(2, kind), np.ones(2, kind)).dtype == kind
