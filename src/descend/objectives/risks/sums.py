"""Sums over many rows: in parts, each by a thread of its own; of sparse rows by compiled passes.

The parts follow from the data alone and are added in turn, so that no result depends on the number
of threads.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from descend.data.rows import Blocks, Rows
from descend.models import Linear
from descend.protocols import Array, Loss
from descend.support.threads import pool

Sums = TypeVar("Sums", bound=tuple[Array, ...])

MOST_PARTS = 16
"""The most parts, as many as threads that may work at once."""

WORTH_LOADING = 2**22
"""Stored numbers times outputs from which on a fit's passes pay for loading compiled ones."""

PART, PART_SHARE = 2**19, 4
"""The stored numbers of a part: at least so many, and so many times the parameters of an output."""

DENSE_PART = 2**22
"""The numbers of a part of dense rows: with fewer, threads wait for the interpreter."""

WIDEST = 1_024
"""Columns of dense rows up to which threads are ours: of wider ones BLAS takes care."""


def many_dense_rows(blocks: Blocks) -> Rows | None:
    """Return the blocks if they are dense rows enough for several threads, else None."""
    if not isinstance(blocks, Rows) or not isinstance(blocks.X, np.ndarray):
        return None
    many = blocks.X.size >= 2 * DENSE_PART and blocks.n_features <= WIDEST
    return blocks if many else None


def many_sparse_rows(model: Linear, loss: Loss, blocks: Blocks, w: Array) -> Rows | None:
    """Return the blocks if they are rows over which passes are better compiled, else None.

    So it is with many sparse rows in the precision of `w`, a single run, and a loss of the
    library's own: one's own would be compiled anew in each process.
    """
    if not isinstance(blocks, Rows) or isinstance(blocks.X, np.ndarray):
        return None
    X = blocks.X
    single = w.size == model.n_parameters and isinstance(loss, tuple)
    alike = X.dtype == blocks.y.dtype == w.dtype
    if not (single and alike and X.nnz * model.n_outputs >= WORTH_LOADING):
        return None
    from descend.kernels.cache import is_ours

    return blocks if is_ours(loss) else None


def sums(model: Linear, loss: Loss, blocks: Rows, w: Array) -> tuple[Array, Array]:
    """Return the sum of sparse rows' losses and its gradient, shaped like `w`, in one pass."""
    from descend.kernels.dispatch import in_precision
    from descend.kernels.rows import compressed
    from descend.kernels.sparse_passes import cached_add_rows

    X, y, weight = blocks.X, blocks.y, blocks.weight
    rows = compressed(X)
    own, point = in_precision(loss, w.dtype), np.ascontiguousarray(model.by_output(w.ravel()))
    kind = loss.normalised, model.n_features

    def part(begin: int, end: int) -> tuple[Array, Array]:
        g = np.zeros_like(point)
        total = cached_add_rows(rows, y, weight, point, own, *kind, begin, end, g)
        return np.full(w.shape[:-1], total), g.reshape(w.shape)

    return added(part, sparse_edges(X, model.width))


def squares(model: Linear, blocks: Rows, curvatures: Array) -> Array:
    """Return the sum over sparse rows of their curvatures times their squares, `(d,)`."""
    from descend.kernels.rows import compressed
    from descend.kernels.sparse_passes import cached_add_squares

    X = blocks.X
    rows = compressed(X)

    def part(begin: int, end: int) -> tuple[Array]:
        diagonal = np.zeros((model.n_outputs, model.width), dtype=curvatures.dtype)
        cached_add_squares(rows, curvatures, model.n_features, begin, end, diagonal)
        return (diagonal.ravel(),)

    (diagonal,) = added(part, sparse_edges(X, model.width))
    return diagonal


def added(part: Callable[[int, int], Sums], edges: list[int]) -> Sums:
    """Return the sums of the arrays that `part(begin, end)` returns between each two edges."""
    waiting = [pool().submit(part, *ends) for ends in pairwise(edges)]
    total: Any = waiting[0].result()
    for each in waiting[1:]:
        total = tuple(a + b for a, b in zip(total, each.result(), strict=True))
    found: Sums = total
    return found


def dense_edges(blocks: Rows) -> list[int]:
    """Return the first row of each part of dense rows, and how many rows there are."""
    return _rounded(np.linspace(0, blocks.n_rows, _count(blocks.X.size // DENSE_PART) + 1))


def sparse_edges(X: Any, width: int) -> list[int]:
    """Return the same of sparse rows: parts of about as many stored numbers each."""
    count = _count(X.nnz // max(PART, PART_SHARE * width))
    edges = np.searchsorted(X.indptr, np.linspace(0, X.nnz, count + 1))
    edges[0], edges[-1] = 0, X.shape[0]
    return _rounded(edges)


def _count(parts: int) -> int:
    """Return a power of two, which threads share well, of about so many parts."""
    return int(2 ** np.floor(np.log2(np.clip(parts, 1, MOST_PARTS))))


def _rounded(edges: Any) -> list[int]:
    numbers: list[int] = np.asarray(edges).astype(int).tolist()
    return numbers
