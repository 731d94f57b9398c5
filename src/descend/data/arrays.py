"""Arrays in memory, as blocks of rows."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from descend.typing import Array, Block

CACHE_BYTES = 1024 * 1024
"""The size of a block: its rows stay in the cache from the product with `w` to that with `r`."""


class ArrayBlocks:
    """Rows of a dense array or a CSR matrix, with targets and weights, in blocks for the cache.

    Parameters
    ----------
    X
        `(n, d)` array or CSR matrix.
    y
        `(n, outputs)`.
    weight
        `(n,)` with mean 1, or None for equal weights.
    """

    def __init__(self, X: Any, y: Array, weight: Array | None = None) -> None:
        self.X = X
        self.y = y
        self.weight = weight
        self.n_rows, self.n_features = X.shape
        # slices of a sparse matrix are copies, so it is one block
        dense = isinstance(X, np.ndarray)
        row_bytes = max(1, self.n_features * X.dtype.itemsize)
        self._rows = max(64, CACHE_BYTES // row_bytes) if dense else self.n_rows

    def __iter__(self) -> Iterator[Block]:
        """Iterate over the blocks, in order."""
        return self.between(0, self.n_rows)

    def between(self, first: int, after: int) -> Iterator[Block]:
        """Iterate over the blocks of the rows from `first` to the one before `after`."""
        for begin in range(first, after, self._rows):
            rows = slice(begin, min(begin + self._rows, after))
            weight = None if self.weight is None else self.weight[rows]
            everything = rows == slice(0, self.n_rows)
            yield Block(self.X if everything else self.X[rows], self.y[rows], weight)

    def sample(self, size: int, random: np.random.Generator) -> Block:
        """Return `size` rows drawn without replacement (all of them, if there are no more)."""
        if size >= self.n_rows:
            return Block(self.X, self.y, self.weight)
        rows = np.sort(random.choice(self.n_rows, size, replace=False))
        return Block(self.X[rows], self.y[rows], None if self.weight is None else self.weight[rows])
