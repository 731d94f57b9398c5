"""Arrays made in compiled loops are those that NumPy makes, and written to as such."""

import numpy as np
import pytest
from numba import njit

from descend.kernels.new_arrays import new_array


def filled(like, shape):
    made = new_array(shape, like.dtype)
    counted = new_array((made.size,), np.int64)
    for k in range(made.size):
        made.flat[k] = counted[k] = k
    return made, counted


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.uint64])
@pytest.mark.parametrize("shape", [(0,), (7,), (3, 5), (0, 4), (2, 3, 4)])
def test_they_have_the_shape_and_type_asked_for(shape, dtype):
    like = np.zeros(1, dtype)
    for made, counted in (filled(like, shape), njit(filled)(like, shape)):
        assert (made.shape, made.dtype, counted.dtype) == (shape, dtype, np.int64)
        assert made.flags.c_contiguous
        np.testing.assert_array_equal(made.ravel(), np.arange(made.size))
        np.testing.assert_array_equal(counted, np.arange(made.size))
