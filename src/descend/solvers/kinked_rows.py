"""Rows whose losses have one kink each, and what a step along the central path asks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from descend.curvature.hessian import gram_matrices, refuse_overflow
from descend.data.rows import Rows
from descend.objectives.risks.sums import Sums, dense_boundaries, sum_of_parts
from descend.protocols import Array

PART = 2**19
"""The numbers of a part of the rows."""


class KinkedRows(NamedTuple):
    """Rows, and of each the loss `max(lowest * r, highest * r)`, `r = z - place`.

    `rows` are dense; `place, lowest, highest` are `(n,)`, the slopes times the rows' weights: so
    all rows come to their kinks alike. With `intercept` each row has a one at its end. Parts of the
    rows are worked on by a thread each, and added in order.
    """

    rows: Rows
    place: Array
    lowest: Array
    highest: Array
    intercept: bool

    @property
    def width(self) -> int:
        """The number of parameters."""
        return self.rows.n_features + self.intercept

    def scores(self, w: Array) -> Array:
        """Return `X @ w`, `(n,)`."""
        z, weights = np.empty(len(self.place)), w[:-1] if self.intercept else w

        def part(begin: int, end: int) -> tuple[Array, ...]:
            for X, which in self._blocks(begin, end):
                z[which] = X @ weights
            return ()

        self._summed(part)
        if self.intercept:
            z += w[-1]
        return z

    def losses(self, r: Array) -> Array:
        """Return the losses for residuals, `(n,)`."""
        return np.maximum(self.lowest * r, self.highest * r)

    def pullback(self, each: Array) -> Array:
        """Return the mean of `each * x` over the rows `x`: `(..., n)` to `(..., d)`."""

        def part(begin: int, end: int) -> tuple[Array]:
            total = np.zeros((*each.shape[:-1], self.rows.n_features))
            for X, which in self._blocks(begin, end):
                total += each[..., which] @ X
            return (total,)

        total = self._summed(part)[0]
        if self.intercept:
            total = np.append(total, each.sum(axis=-1, keepdims=True), axis=-1)
        total /= self.rows.n_rows
        return total

    def hessian(self, curvature: Array) -> Array:
        """Return the mean of `curvature * outer(x, x)` over the rows `x`, `(d, d)`."""

        def part(begin: int, end: int) -> tuple[Array]:
            H = np.zeros((self.width, self.width))
            for X, which in self._blocks(begin, end):
                of_block = gram_matrices(X, curvature[which, None], self.intercept, np.float64)[0]
                H += of_block * (len(X) / self.rows.n_rows)
                refuse_overflow(H, X)
            return (H,)

        return self._summed(part)[0]

    def _summed(self, part: Callable[[int, int], Sums]) -> Sums:
        """Return the sums over all rows of the arrays that `part(begin, end)` returns."""

        def quiet(begin: int, end: int) -> Sums:
            with np.errstate(all="ignore"):  # a thread does not inherit it
                return part(begin, end)

        return sum_of_parts(quiet, dense_boundaries(self.rows, PART))

    def _blocks(self, begin: int, end: int) -> Iterator[tuple[Array, slice]]:
        """Iterate over blocks of rows from `begin` to `end`, and where they stand among all."""
        for block in self.rows.between(begin, end):
            yield block.X, slice(begin, begin + block.n_rows)
            begin += block.n_rows
