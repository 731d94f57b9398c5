"""The compiled steps of many runs at once on a formula's tape, a block of runs at a time.

All that a block needs stays in the cache for all of its steps, and the optimizer's own step is
compiled into the loop. Runs that end are swapped with the last active one, so that the active runs
are side by side.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit, types

from descend.kernels.cache import kept, kept_callback
from descend.kernels.dispatch import inlined, read, write
from descend.protocols import Array, Memory, verbs


class Layout(NamedTuple):
    """In which row of `BatchedRuns.numbers` each quantity begins.

    Those of `w`, `g` and `best_w` have `d` rows, as has each array of the memory.
    """

    w: int
    g: int
    best_w: int
    value: int
    best_value: int
    steepest: int
    memory: int


@inlined
def layout(d: Any) -> Any:
    """Return the layout for runs of `d` coordinates."""
    return Layout(0, d, 2 * d, 3 * d, 3 * d + 1, 3 * d + 2, 3 * d + 3)


class BatchedRuns(NamedTuple):
    """The runs of a block: one column a run, the active ones first.

    Attributes
    ----------
    numbers
        `(rows, runs)`, laid out as `Layout` says; the arrays up to `memory` are views of it.
    w, g, best_w
        `(d, runs)`: point, gradient there, and the point of the lowest value met.
    value, best_value, steepest
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
    steepest: Array
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
    value, best_value, steepest = numbers[at.value : at.memory]
    memory = tuple(numbers[row : row + d] for row in range(at.memory, len(numbers), d))
    steps = np.zeros(len(indices), dtype=np.int64)
    converged, diverged = np.zeros((2, len(indices)), dtype=np.bool_)
    return BatchedRuns(
        numbers, w, g, best_w, value, best_value, steepest, memory,
        indices, steps, converged, diverged,
    )  # fmt: skip


def n_rows(d: int, n_memory: int) -> int:
    """Return the number of rows of `BatchedRuns.numbers`."""
    return int(layout(d).memory) + n_memory * d


class Limits(NamedTuple):
    """When a run ends.

    Attributes
    ----------
    tol, short
        It has converged by the rule of `descend.solvers.stopping.GradientShrunk`, of which these
        are the `tol` and the `short(np.float64)`.
    largest
        It has diverged, and stays where it was, when a coordinate, a partial derivative or the
        value is not below this.
    """

    tol: float
    short: float
    largest: float


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


def accept_steps(
    numbers: Any, slots: Any, outputs: Any, scratch: Any, tol: Any, short: Any, largest: Any, n: Any
) -> Any:
    """Move the runs to the points tried, unless they diverge there; return how many ended.

    Parameters
    ----------
    numbers
        Those of `BatchedRuns`.
    slots, outputs
        The tape's, after it was run at the points tried.
    scratch
        `(3, runs)`: becomes the gradients' norms, whether the runs are within the limits, and
        whether they have converged.
    tol, short, largest
        See `Limits`.
    n
        How many runs are active.
    """
    d = outputs.shape[0] - 1
    at = layout(d)
    norm, within, converged = scratch[0], scratch[1], scratch[2]
    own_value, best_value = numbers[at.value], numbers[at.best_value]
    steepest = numbers[at.steepest]
    value = slots[outputs[0]]
    # "&" and not "and", and counting what is outside before finding where it is: without branches,
    # several runs are compared at once
    outside = 0
    for i in range(n):
        outside += not (abs(value[i]) < largest)
        norm[i] = 0.0
    for j in range(d):
        w, g = slots[j], slots[outputs[1 + j]]
        for i in range(n):
            outside += not ((abs(w[i]) < largest) & (abs(g[i]) < largest))
            norm[i] += g[i] * g[i]
    n_diverged = 0
    if outside:
        n_diverged = _find_diverged(slots, outputs, within, largest, n)
        _restore_diverged(numbers, slots, outputs, norm, within, n)
    small_gradients = 0
    for i in range(n):
        norm[i] = np.sqrt(norm[i])
        steepest[i] = norm[i] if norm[i] > steepest[i] else steepest[i]
        small_gradients += norm[i] <= tol * steepest[i]
    n_converged = 0
    if small_gradients:
        if not n_diverged:
            within[:n] = 1.0
        _find_converged(numbers, slots, scratch, tol, short, d, n)
        for i in range(n):
            n_converged += converged[i] != 0.0
    elif n_diverged:
        converged[:n] = 0.0
    for j in range(d):
        w, own_w = slots[j], numbers[at.w + j]
        for i in range(n):
            own_w[i] = w[i]
        g, own_g = slots[outputs[1 + j]], numbers[at.g + j]
        for i in range(n):
            own_g[i] = g[i]
        best_w = numbers[at.best_w + j]
        for i in range(n):
            tried, best = w[i], best_w[i]
            best_w[i] = tried if value[i] < best_value[i] else best
    for i in range(n):
        own_value[i] = value[i]
        best_value[i] = value[i] if value[i] < best_value[i] else best_value[i]
    return n_diverged + n_converged


@njit(error_model="numpy")
def _find_diverged(slots: Any, outputs: Any, within: Any, largest: Any, n: Any) -> Any:
    """Record which runs are within the limits, and return how many are not."""
    for i in range(n):
        within[i] = abs(slots[outputs[0], i]) < largest
    for j in range(outputs.shape[0] - 1):
        w, g = slots[j], slots[outputs[1 + j]]
        for i in range(n):
            inside = (abs(w[i]) < largest) & (abs(g[i]) < largest)
            within[i] = within[i] if inside else 0.0
    diverged = 0
    for i in range(n):
        diverged += within[i] == 0.0
    return diverged


@njit(error_model="numpy")
def _restore_diverged(
    numbers: Any, slots: Any, outputs: Any, norm: Any, within: Any, n: Any
) -> None:
    """Replace the points tried by diverged runs with those where they were."""
    d = outputs.shape[0] - 1
    at = layout(d)
    for i in range(n):
        if within[i] == 0.0:
            slots[outputs[0], i] = numbers[at.value, i]
            norm[i] = 0.0
            for j in range(d):
                norm[i] += numbers[at.g + j, i] ** 2
    for i in range(n):
        if within[i] == 0.0:
            for j in range(d):
                slots[outputs[1 + j], i] = numbers[at.g + j, i]
    for i in range(n):
        if within[i] == 0.0:
            for j in range(d):
                slots[j, i] = numbers[at.w + j, i]


@njit(error_model="numpy")
def _find_converged(
    numbers: Any, slots: Any, scratch: Any, tol: Any, short: Any, d: Any, n: Any
) -> None:
    """Record which runs have converged: those with a small gradient after a short step."""
    at = layout(d)
    norm, within, converged = scratch[0], scratch[1], scratch[2]
    steepest = numbers[at.steepest]
    for i in range(n):
        small = (norm[i] <= tol * steepest[i]) & (within[i] != 0.0)
        converged[i] = 1.0 if small else 0.0
    for j in range(d):
        w, own_w = slots[j], numbers[at.w + j]
        for i in range(n):
            size = abs(w[i]) if abs(w[i]) > 1.0 else 1.0
            still = (abs(w[i] - own_w[i]) <= short * size) | (norm[i] == 0.0)
            converged[i] = converged[i] if still else 0.0


@cache
def compiled_acceptance() -> Any:
    """Return `accept_steps` compiled, once for all optimizers, to be passed to `descend_runs`."""
    rows = types.float64[:, ::1]
    number = types.float64
    signature = types.int64(rows, rows, types.int64[::1], rows, number, number, number, types.int64)
    return kept_callback(accept_steps, signature, error_model="numpy")


def descend_runs(
    run_tape: Any, accept_steps: Any, instructions: Any, slots: Any, outputs: Any,
    runs: Any, optimizer: Any, rates: Any, t: Any, count: Any, n: Any, limits: Any, track: Any,
) -> Any:  # fmt: skip
    """Take steps in all active runs, each as if it were alone, and return how many stay active.

    Parameters
    ----------
    run_tape, accept_steps
        `descend.kernels.tapes.compiled_tape()` and `compiled_acceptance()`.
    instructions, slots, outputs
        The tape of value and gradient: see `descend.kernels.tapes.Program`; here the slots are rows
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
        When a run ends, and the record.
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
