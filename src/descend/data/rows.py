"""The examples that a model learns from: rows in memory, and what a solver asks of any rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from descend.protocols import Array

CACHE_BYTES = 4 * 1024 * 1024
"""The size of a block: its rows stay in the cache that cores share from the product with `w` to the
one with `r`. Of blocks that fit a core's own, threads wait half of the time for the interpreter.
"""

LEAST_ROWS = 64
"""Rows of a block however wide: with fewer, calls take longer than the arithmetic."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of an array or CSR matrix `X` `(n, d)`, with targets `y` `(n, outputs)` and weights.

    The weights `(n,)` have mean 1; None is for equal ones. Iterating yields the rows in blocks that
    fit the cache, in order, any number of times.
    """

    X: Any
    y: Array
    weight: Array | None = None

    @property
    def n_rows(self) -> int:
        """The number of examples."""
        return int(self.X.shape[0])

    @property
    def n_features(self) -> int:
        """The number of columns of `X`."""
        return int(self.X.shape[1])

    @property
    def sparse(self) -> bool:
        """Whether `X` is a CSR matrix."""
        return not isinstance(self.X, np.ndarray)

    def __iter__(self) -> Iterator[Rows]:
        """Iterate over the blocks, in order."""
        return self.between(0, self.n_rows)

    def between(self, first: int, after: int) -> Iterator[Rows]:
        """Iterate over the blocks of the rows from `first` to the one before `after`."""
        row_bytes = max(1, self.n_features * self.X.dtype.itemsize)
        # slices of a sparse matrix are copies, so it is one block
        size = self.n_rows if self.sparse else max(LEAST_ROWS, CACHE_BYTES // row_bytes)
        for begin in range(first, after, size):
            end = min(begin + size, after)
            whole = (begin, end) == (0, self.n_rows)
            yield self if whole else self.at(slice(begin, end))

    def at(self, which: Any) -> Rows:
        """Return some of the rows, by a slice or by their numbers."""
        weight = None if self.weight is None else self.weight[which]
        return Rows(self.X[which], self.y[which], weight)

    def sample(self, size: int, random: np.random.Generator) -> Rows:
        """Return `size` rows drawn without replacement, or all if there are no more."""
        if size >= self.n_rows:
            return self
        return self.at(np.sort(random.choice(self.n_rows, size, replace=False)))

    def weighted(self) -> Rows:
        """Return the rows of positive weight, with weights of mean 1, as a sample's may not be."""
        if self.weight is None:
            return self
        positive = self.weight > 0
        rows, weight = self if positive.all() else self.at(positive), self.weight[positive]
        return replace(rows, weight=weight / weight.mean())

    def densified(self) -> Rows:
        """Return the rows with `X` as an array."""
        return replace(self, X=self.X.toarray()) if self.sparse else self


class Blocks(Protocol):
    """Examples, block by block, any number of times, in memory or on disk."""

    @property
    def n_rows(self) -> int:
        """The number of examples."""

    @property
    def n_features(self) -> int:
        """The number of columns of `X`."""

    @property
    def sparse(self) -> bool:
        """Whether the blocks hold CSR matrices."""

    def __iter__(self) -> Iterator[Rows]:
        """Iterate over the blocks, in order."""

    def sample(self, size: int, random: np.random.Generator) -> Rows:
        """Return `size` rows drawn without replacement, or all if there are no more."""
