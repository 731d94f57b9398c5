"""Rows whose losses have one kink each, and what a step along the central path asks of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.curvature.hessian import gram_matrices, refuse_overflow
from descend.protocols import Array


class KinkedRows(NamedTuple):
    """Rows in blocks, and of all rows the losses `max(lowest * r, highest * r)`, `r = z - place`.

    Each block is an array `X` and where its rows stand among all. `place, lowest, highest` are
    `(n,)`, and so are the weights of mean 1, or None. With `intercept` each row has a one at its
    end.
    """

    blocks: tuple[tuple[Array, slice], ...]
    place: Array
    lowest: Array
    highest: Array
    weight: Array | None
    intercept: bool

    @property
    def width(self) -> int:
        """The number of parameters."""
        return int(self.blocks[0][0].shape[1]) + self.intercept

    def scores(self, w: Array) -> Array:
        """Return `X @ w`, `(n,)`."""
        z, weights = np.empty(len(self.place)), w[:-1] if self.intercept else w
        for X, which in self.blocks:
            z[which] = X @ weights
        if self.intercept:
            z += w[-1]
        return z

    def losses(self, r: Array) -> Array:
        """Return the losses for residuals, `(n,)`."""
        return np.maximum(self.lowest * r, self.highest * r)

    def mean(self, each: Array) -> float:
        """Return the weighted mean of numbers `(n,)`."""
        total = each.sum() if self.weight is None else self.weight @ each
        return float(total) / len(each)

    def pullback(self, each: Array) -> Array:
        """Return the mean of `each * x` over the rows `x`, `(d,)`."""
        own = each if self.weight is None else self.weight * each
        total = np.zeros(self.width)
        features = total[:-1] if self.intercept else total
        for X, which in self.blocks:
            features += own[which] @ X
        if self.intercept:
            total[-1] = own.sum()
        total /= len(each)
        return total

    def hessian(self, curvature: Array) -> Array:
        """Return the mean of `curvature * outer(x, x)` over the rows `x`, `(d, d)`."""
        own = curvature if self.weight is None else self.weight * curvature
        H = np.zeros((self.width, self.width))
        for X, which in self.blocks:
            of_block = gram_matrices(X, own[which, None], self.intercept, np.float64)[0]
            H += of_block * (len(X) / len(own))
            refuse_overflow(H, X)
        return H
