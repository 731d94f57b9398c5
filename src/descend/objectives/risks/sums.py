"""Sums over many rows: in parts, a thread each, or of sparse rows by compiled passes.

The parts are added in order, so that no result depends on the number of threads.
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


def threadable(blocks: Blocks) -> Rows | None:
    """Return the blocks if they are dense rows enough for several threads, else None."""
    if not isinstance(blocks, Rows) or blocks.sparse:
        return None
    return blocks if blocks.X.size >= 2 * DENSE_PART else None


def compilable(model: Linear, loss: Loss, blocks: Blocks, w: Array) -> Rows | None:
    """Return the blocks if they are rows over which passes are better compiled, else None.

    These are many sparse rows in the precision of `w`, a single run, and a loss of the library: a
    user's own would be compiled anew in each process.
    """
    if not isinstance(blocks, Rows) or not blocks.sparse:
        return None
    single = w.size == model.n_parameters and isinstance(loss, tuple)
    same_dtype = blocks.X.dtype == blocks.y.dtype == w.dtype
    if not (single and same_dtype and blocks.X.nnz * model.n_outputs >= WORTH_LOADING):
        return None
    from descend.kernels.cache import is_ours

    return blocks if is_ours(loss) else None


def compiled_sums(model: Linear, loss: Loss, blocks: Rows, w: Array) -> tuple[Array, Array]:
    """Return the sum of sparse rows' losses and its gradient, shaped like `w`, in one pass."""
    from descend.kernels.dispatch import in_precision
    from descend.kernels.rows import compressed
    from descend.kernels.sparse_passes import cached_add_rows

    X, y, weight = blocks.X, blocks.y, blocks.weight
    rows = compressed(X)
    own, point = in_precision(loss, w.dtype), np.ascontiguousarray(model.by_output(w.ravel()))
    kind = loss.normalised or None, model.n_features

    def part(begin: int, end: int) -> tuple[Array, Array]:
        g = np.zeros_like(point)
        total = cached_add_rows(rows, y, weight, point, own, *kind, begin, end, g)
        return np.full(w.shape[:-1], total), g.reshape(w.shape)

    return sum_of_parts(part, sparse_boundaries(X, model.width))


def compiled_squares(model: Linear, blocks: Rows, curvatures: Array) -> Array:
    """Return the sum over sparse rows of their curvatures times their squares, `(d,)`."""
    from descend.kernels.rows import compressed
    from descend.kernels.sparse_passes import cached_add_squares

    rows = compressed(blocks.X)

    def part(begin: int, end: int) -> tuple[Array]:
        diagonal = np.zeros((model.n_outputs, model.width), dtype=curvatures.dtype)
        cached_add_squares(rows, curvatures, model.n_features, begin, end, diagonal)
        return (diagonal.ravel(),)

    return sum_of_parts(part, sparse_boundaries(blocks.X, model.width))[0]


def sum_of_parts(part: Callable[[int, int], Sums], boundaries: list[int]) -> Sums:
    """Return the sums of the arrays that `part(begin, end)` returns between each two boundaries."""
    if len(boundaries) == 2:
        return part(*boundaries)
    futures = [pool().submit(part, *ends) for ends in pairwise(boundaries)]
    total: Any = futures[0].result()
    for future in futures[1:]:
        total = tuple(a + b for a, b in zip(total, future.result(), strict=True))
    sums: Sums = total
    return sums


def dense_boundaries(blocks: Rows, least: int = DENSE_PART) -> list[int]:
    """Return the first row of each part of dense rows, of `least` numbers, and the row count."""
    return _whole(np.linspace(0, blocks.n_rows, _n_parts(blocks.X.size // least) + 1))


def sparse_boundaries(X: Any, width: int) -> list[int]:
    """Return the same of sparse rows: parts of about as many stored numbers each."""
    n_parts = _n_parts(X.nnz // max(PART, PART_SHARE * width))
    boundaries = np.searchsorted(X.indptr, np.linspace(0, X.nnz, n_parts + 1))
    boundaries[0], boundaries[-1] = 0, X.shape[0]
    return _whole(boundaries)


def _n_parts(wanted: int) -> int:
    """Return a power of two, which threads share well, of about so many parts."""
    return int(2 ** np.floor(np.log2(np.clip(wanted, 1, MOST_PARTS))))


def _whole(boundaries: Any) -> list[int]:
    rows: list[int] = np.asarray(boundaries).astype(int).tolist()
    return rows
