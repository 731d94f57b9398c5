"""Products of matrices with many columns, on all threads."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.support.threads import share, workers

Array = npt.NDArray[np.floating[Any]]

COLUMNS = 256
"""Rows and columns of a block of the product: half a megabyte fits a core's own cache."""


def column_products(left: Array, right: Array, *, symmetric: bool = False) -> Array:
    """Return `left.T @ right`, `(p, q)`, for `left` `(n, p)` and `right` `(n, q)`.

    Of a product that is known to be `symmetric` only half is computed.

    Each block of the product is computed by one thread, whole: so its bits are the same by any
    number of threads, where BLAS cuts a product into as many parts as it has threads.
    """
    p, q = left.shape[1], right.shape[1]
    if max(p, q) <= COLUMNS:
        whole: Array = left.T @ right
        return whole
    product = np.empty((p, q), dtype=np.result_type(left, right))
    errors = np.geterr()  # each thread has its own

    def multiply(block: tuple[slice, slice]) -> None:
        rows, columns = block
        with np.errstate(**errors):
            product[rows, columns] = left[:, rows].T @ right[:, columns]
        if symmetric and rows != columns:
            product[columns, rows] = product[rows, columns].T

    blocks = [
        (rows, columns)
        for rows in _slices(p)
        for columns in _slices(q)
        if not symmetric or columns.start <= rows.start
    ]
    share(blocks, multiply, min(workers(), len(blocks)))
    return product


def _slices(size: int) -> Iterator[slice]:
    """Yield the blocks of so many columns."""
    for start in range(0, size, COLUMNS):
        yield slice(start, min(start + COLUMNS, size))
