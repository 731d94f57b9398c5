"""Runs in blocks that fit the cache, each with the hyper-parameters that its runs share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Optimizer
from descend.support.tree import leaves

if TYPE_CHECKING:
    from descend.kernels.batched_runs import Lanes
    from descend.kernels.tapes import Program
    from descend.solvers.run_state import RunState

CACHE = 131_072
"""Bytes that a block of lanes may take."""


class Block(NamedTuple):
    """Some of the runs, their optimizer, and the slots of the tape for them."""

    lanes: Lanes
    optimizer: Optimizer
    slots: Array


def blocks_of(
    walkers: RunState, optimizer: Optimizer, program: Program, parts: int
) -> Iterator[Block]:
    """Yield blocks of runs that have the same hyper-parameters and fit the cache together.

    Runs that are alike are at least so many `parts`, if there are as many: one for each thread.
    """
    from descend.kernels.batched_runs import Lanes

    d = walkers.w.shape[1]
    n_memory = len(optimizer.memory)
    rows = 3 * d + 3 + n_memory * d
    fitting = max(16, CACHE // (8 * (rows + len(program.slots))) // 8 * 8)
    for own, members in _alike(optimizer, walkers.index):
        size = min(fitting, -(-len(members) // parts))
        for begin in range(0, len(members), size):
            places = members[begin : begin + size]
            numbers = np.zeros((rows, len(places)))
            w, g, best_w = (numbers[j * d : (j + 1) * d] for j in range(3))
            value, best_value, steepest = numbers[3 * d : 3 * d + 3]
            memory = tuple(numbers[begin : begin + d] for begin in range(3 * d + 3, rows, d))
            w[:] = best_w[:] = walkers.w[places].T
            g[:] = walkers.g[places].T
            value[:] = best_value[:] = walkers.value[places]
            steepest[:] = walkers.largest_norm[places]
            lanes = Lanes(
                numbers,
                w,
                g,
                best_w,
                value,
                best_value,
                steepest,
                memory,
                run=walkers.index[places],
                steps=np.zeros(len(places), dtype=np.int64),
                arrived=np.zeros(len(places), dtype=np.bool_),
                lost=np.zeros(len(places), dtype=np.bool_),
            )
            yield Block(lanes, own, np.repeat(program.slots[:, None], len(places), axis=1))


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
