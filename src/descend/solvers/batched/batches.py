"""Runs in blocks that fit the cache, each with the hyper-parameters that its runs share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Optimizer
from descend.support.tree import leaves

if TYPE_CHECKING:
    from descend.kernels.batched.runs import BatchedRuns
    from descend.kernels.batched.tapes import Program
    from descend.solvers.run_state import RunState

CACHE_BYTES = 131_072
"""Bytes that the numbers of a block may take, within a second-level cache."""

LEAST_RUNS = 16
"""Runs of a block however many numbers each has: with fewer, calls take longer than arithmetic."""


class Batch(NamedTuple):
    """Some of the runs, their optimizer, and the slots of the tape for them."""

    runs: BatchedRuns
    optimizer: Optimizer
    slots: Array


def batches_of(
    state: RunState, optimizer: Optimizer, program: Program, parts: int
) -> Iterator[Batch]:
    """Yield batches of runs that have the same hyper-parameters and fit the cache together.

    Runs that are alike make at least `parts` batches, one a thread, if there are as many runs.
    """
    from descend.kernels.batched.runs import allocated, n_rows

    d, n_memory = state.w.shape[1], len(optimizer.memory)
    run_bytes = 8 * (n_rows(d, n_memory) + len(program.slots))
    fitting = max(LEAST_RUNS, CACHE_BYTES // run_bytes // 8 * 8)
    for own, members in _alike(optimizer, state.index):
        size = min(fitting, -(-len(members) // parts))
        for begin in range(0, len(members), size):
            places = members[begin : begin + size]
            runs = allocated(state.index[places], d, n_memory)
            runs.w[:] = runs.best_w[:] = state.w[places].T
            runs.g[:] = state.g[places].T
            runs.value[:] = runs.best_value[:] = state.value[places]
            runs.largest_norm[:] = state.largest_norm[places]
            yield Batch(runs, own, np.repeat(program.slots[:, None], len(places), axis=1))


def _alike(
    optimizer: Optimizer, index: npt.NDArray[np.intp]
) -> Iterator[tuple[Optimizer, npt.NDArray[np.intp]]]:
    """Yield the different settings of an optimizer, and which of the runs in `index` have each."""
    if not len(index):
        return
    varied = [part[index] for part in leaves(optimizer) if isinstance(part, np.ndarray)]
    if not varied:
        yield of_run(optimizer, 0), np.arange(len(index))
        return
    _, first, group = np.unique(
        np.concatenate(varied, axis=1), axis=0, return_index=True, return_inverse=True
    )
    order = np.argsort(group, kind="stable")
    edges = np.searchsorted(group[order], np.arange(1, len(first)))
    for place, members in zip(first, np.split(order, edges), strict=True):
        yield of_run(optimizer, index[place]), members


def of_run(optimizer: Any, run: int | np.intp) -> Any:
    """Return the optimizer of a run, its hyper-parameters plain numbers.

    Where the default is a float, they are floats: loops are compiled once for each type.
    """
    defaults = optimizer._field_defaults
    own: list[Any] = []
    for field, part in zip(optimizer._fields, optimizer, strict=True):
        plain = part[run].item() if isinstance(part, np.ndarray) else part
        if isinstance(plain, tuple):
            plain = of_run(plain, run)
        own.append(float(plain) if isinstance(defaults.get(field), float) else plain)
    return type(optimizer)(*own)
