"""Sums over many sparse rows: in parts, each by a compiled pass in a thread of its own."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from descend.data.arrays import ArrayBlocks
from descend.models import Linear
from descend.typing import Array, Blocks, Loss

WORTH_LOADING = 2**21
"""Stored numbers times outputs from which on a fit's passes pay for loading compiled ones."""

MOST_PARTS, PART_SHARE = 16, 4
"""The most parts, and how many times the parameters' number of stored numbers each has at least.

They follow from the data alone, and are added in turn: so no result depends on the threads."""


def many_sparse_rows(model: Linear, loss: Loss, blocks: Blocks, w: Array) -> ArrayBlocks | None:
    """Return the blocks if they are rows over which passes are better compiled, else None.

    So it is with many sparse rows in the precision of `w`, a single run, and a loss of the
    library's own: one's own would be compiled anew in each process.
    """
    if not isinstance(blocks, ArrayBlocks) or isinstance(blocks.X, np.ndarray):
        return None
    X = blocks.X
    single = w.size == model.n_parameters and isinstance(loss, tuple)
    alike = X.dtype == blocks.y.dtype == w.dtype
    if not (single and alike and X.nnz * model.n_outputs >= WORTH_LOADING):
        return None
    from descend.kernels.cache import is_ours

    return blocks if is_ours(loss) else None


def sums(model: Linear, loss: Loss, blocks: ArrayBlocks, w: Array) -> tuple[Any, Array]:
    """Return the sum of the rows' losses and its gradient, shaped like `w`, in one pass."""
    from descend.kernels.dispatch import in_precision
    from descend.kernels.passes import cached_add_rows
    from descend.kernels.rows import CSR

    X, y, weight = blocks.X, blocks.y, blocks.weight
    rows = CSR(X.data, X.indices, X.indptr)
    own, point = in_precision(loss, w.dtype), np.ascontiguousarray(model.by_output(w.ravel()))
    kind = loss.normalised, model.n_features

    def add(begin: int, end: int, g: Array) -> float:
        return float(cached_add_rows(rows, y, weight, point, own, *kind, begin, end, g))

    totals, g = _added(add, X.indptr, point.shape, w.dtype)
    return np.full(w.shape[:-1], sum(totals)), g.reshape(w.shape)


def squares(model: Linear, blocks: ArrayBlocks, curvatures: Array) -> Array:
    """Return the sum over the rows of their curvatures times their squares, `(d,)`."""
    from descend.kernels.passes import cached_add_squares
    from descend.kernels.rows import CSR

    X = blocks.X
    rows = CSR(X.data, X.indices, X.indptr)
    shape = model.n_outputs, model.width

    def add(begin: int, end: int, sums: Array) -> None:
        cached_add_squares(rows, curvatures, model.n_features, begin, end, sums)

    _, diagonal = _added(add, X.indptr, shape, curvatures.dtype)
    return diagonal.ravel()


def _added(
    add: Callable[[int, int, Array], Any], indptr: Any, shape: tuple[int, int], dtype: Any
) -> tuple[list[Any], Array]:
    """Return what `add(begin, end, sums)` returns for each part of the rows, and the sums of all.

    Parts have about as many stored numbers each, and sums `(outputs, width)` of their own.
    """
    stored = int(indptr[-1])
    count = int(np.clip(stored // (PART_SHARE * shape[1]), 1, MOST_PARTS))
    edges = np.searchsorted(indptr, np.linspace(0, stored, count + 1)).tolist()
    edges[0], edges[-1] = 0, len(indptr) - 1

    def part(begin: int, end: int) -> tuple[Any, Array]:
        sums = np.zeros(shape, dtype=dtype)
        return add(begin, end, sums), sums

    pool = _pool(os.getpid())
    waiting = [pool.submit(part, *edge) for edge in pairwise(edges)]
    told, (first, *others) = zip(*(each.result() for each in waiting), strict=True)
    for sums in others:
        first += sums
    return list(told), first


@cache
def _pool(process: int) -> ThreadPoolExecutor:
    """Return the threads of a process: a forked one has none of those before it.

    They are as many as processors, or as the usual variable says.
    """
    told = os.environ.get("OMP_NUM_THREADS", "")
    processors = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    )
    threads = int(told) if told.isdigit() and int(told) else processors or 1
    return ThreadPoolExecutor(threads, thread_name_prefix="descend-pass")
