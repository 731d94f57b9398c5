"""The compiled steps of many runs at once on a formula's tape, a block of runs at a time.

All that a block needs stays in the cache for all of its steps, and the optimizer's own step is
compiled into the loop. Runs that end are swapped with the last active one, so that the active runs
are side by side.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

from descend.kernels.batched.acceptance import layout
from descend.kernels.cache import kept
from descend.kernels.dispatch import inlined, read, write
from descend.protocols import Array, Memory, verbs


class BatchedRuns(NamedTuple):
    """The runs of a block: one column a run, the active ones first.

    Attributes
    ----------
    numbers
        `(rows, runs)`, in the order of `acceptance.Layout`; the arrays up to `memory` are views.
    w, g, best_w
        `(d, runs)`: point, gradient there, and the point of the lowest value met.
    value, best_value, largest_norm
        `(runs,)`: the value, the lowest, and the largest norm of a gradient met.
    memory
        What the optimizer remembers: arrays `(d, runs)`.
    indices
        `(runs,)`: which of all runs each column is.
    steps
        `(runs,)`: the steps taken.
    converged, diverged
        `(runs,)`: how it ended, both false if it is active.
    """

    numbers: Array
    w: Array
    g: Array
    best_w: Array
    value: Array
    best_value: Array
    largest_norm: Array
    memory: Memory
    indices: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]
    converged: npt.NDArray[np.bool_]
    diverged: npt.NDArray[np.bool_]


def allocated(indices: npt.NDArray[np.int64], d: int, n_memory: int) -> BatchedRuns:
    """Return the active runs of these numbers, all their quantities zero."""
    at = layout(d)
    numbers = np.zeros((n_rows(d, n_memory), len(indices)))
    w, g, best_w = (numbers[row : row + d] for row in (at.w, at.g, at.best_w))
    value, best_value, largest_norm = numbers[at.value : at.memory]
    memory = tuple(numbers[row : row + d] for row in range(at.memory, len(numbers), d))
    steps = np.zeros(len(indices), dtype=np.int64)
    converged, diverged = np.zeros((2, len(indices)), dtype=np.bool_)
    return BatchedRuns(
        numbers, w, g, best_w, value, best_value, largest_norm, memory,
        indices, steps, converged, diverged,
    )  # fmt: skip


def n_rows(d: int, n_memory: int) -> int:
    """Return the number of rows of `BatchedRuns.numbers`."""
    return int(layout(d).memory) + n_memory * d


class Track(NamedTuple):
    """What is recorded of each run at each step; arrays without rows are not.

    Attributes
    ----------
    values, norms
        `(steps + 1, runs)`.
    rates
        `(steps, runs)`.
    points
        `(kept, runs, d)`: those of every `every`-th step.
    every
        At least 1.
    """

    values: Array
    norms: Array
    rates: Array
    points: Array
    every: int


# Exact but for rounding: a division may become a product with the reciprocal, and a product and a
# sum may be rounded once. NaN and infinities are respected.
@njit(error_model="numpy", fastmath={"arcp", "contract"})
def _step_row(
    w: Any, tried: Any, g: Any, memory: Any, optimizer: Any, rate: Any, t: Any, n: Any
) -> None:
    """Try one step along a coordinate in each of the runs."""
    for i in range(n):
        tried[i], remembered = verbs.step(optimizer, w[i], g[i], read(memory, i), rate[i], t)
        write(memory, i, remembered)


def descend_runs(
    run_tape: Any, accept_steps: Any, instructions: Any, slots: Any, outputs: Any,
    runs: Any, optimizer: Any, rates: Any, t: Any, count: Any, n: Any, limits: Any, track: Any,
) -> Any:  # fmt: skip
    """Take steps in all active runs, each as if it were alone, and return how many stay active.

    Parameters
    ----------
    run_tape, accept_steps
        `tapes.compiled_tape()` and `acceptance.compiled_acceptance()`.
    instructions, slots, outputs
        The tape of value and gradient: see `tapes.Program`; here the slots are rows
        `(n_slots, runs)`.
    runs
        `BatchedRuns`, updated in place.
    optimizer
        An element-wise one.
    rates
        `(count or 1, runs or 1)`.
    t, count
        The count of the first step, and how many to take.
    n
        How many runs are active.
    limits, track
        When a run ends (`acceptance.Limits`), and the record.
    """
    d, size = runs.w.shape
    scratch = np.empty((3, size))
    norm, within, converged = scratch[0], scratch[1], scratch[2]
    rate = np.empty(size)
    stale = True
    for step in range(t, t + count):
        if n == 0:
            break
        if stale:
            row = step - t if rates.shape[0] > 1 else 0
            for i in range(n):
                rate[i] = rates[row, runs.indices[i] if rates.shape[1] > 1 else 0]
            stale = rates.shape[0] > 1
        for j in range(d):
            memory = read(runs.memory, j)
            _step_row(runs.w[j], slots[j], runs.g[j], memory, optimizer, rate, float(step), n)
        run_tape(instructions, slots, n)
        ended = accept_steps(
            runs.numbers, slots, outputs, scratch, limits.tol, limits.short, limits.largest, n
        )
        _record(runs, norm, rate, step, n, track)
        if ended:
            stale = True
            for i in range(n):
                runs.steps[i] = step
                runs.converged[i] = converged[i] != 0.0
                runs.diverged[i] = within[i] == 0.0
            for i in range(n - 1, -1, -1):
                if runs.converged[i] or runs.diverged[i]:
                    n -= 1
                    _swap(runs, i, n)
    for i in range(n):
        runs.steps[i] = t + count - 1
    return n


@inlined
def _record(runs: Any, norm: Any, rate: Any, step: Any, n: Any, track: Any) -> None:
    """Record the values, norms and rates of a step, and its points, if they are kept."""
    if len(track.values):
        for i in range(n):
            run = runs.indices[i]
            track.values[step, run] = runs.value[i]
            track.norms[step, run] = norm[i]
            track.rates[step - 1, run] = rate[i]
    if len(track.points) and step % track.every == 0:
        for i in range(n):
            for j in range(runs.w.shape[0]):
                track.points[step // track.every, runs.indices[i], j] = runs.w[j, i]


@inlined
def _swap(runs: Any, i: Any, k: Any) -> None:
    """Let two runs change places."""
    for row in range(runs.numbers.shape[0]):
        numbers = runs.numbers[row]
        numbers[i], numbers[k] = numbers[k], numbers[i]
    for each in (runs.indices, runs.steps):
        each[i], each[k] = each[k], each[i]
    for each in (runs.converged, runs.diverged):
        each[i], each[k] = each[k], each[i]


cached_descend_runs = kept(descend_runs, nogil=True, error_model="numpy")
