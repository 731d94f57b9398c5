"""The compiled walk of many runs at once, a block of lanes at a time, by a formula's tape.

All that a block needs stays in the cache for as long as it walks, and the optimizer's very own step
is compiled into the loop. Lanes that end change places with the last one that still walks, so that
those that walk are side by side.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit, types

from descend.kernels.cache import kept, kept_callback
from descend.kernels.dispatch import read, write
from descend.protocols import Array, Memory, verbs


class Lanes(NamedTuple):
    """Where the runs of a block are: one column a run, those that walk first.

    Attributes
    ----------
    numbers
        `(rows, lanes)`: all that follow up to `memory`; they are its rows, in this order.
    w, g, best_w
        `(d, lanes)`: point, gradient there, and the point of the lowest value met.
    value, best_value, steepest
        `(lanes,)`: the value, the lowest, and the largest norm of a gradient met.
    memory
        What the optimizer remembers: arrays `(d, lanes)`.
    run
        `(lanes,)`: which run each column is.
    steps
        `(lanes,)`: the steps that it took.
    arrived, lost
        `(lanes,)`: whether it has converged, or diverged.
    """

    numbers: Array
    w: Array
    g: Array
    best_w: Array
    value: Array
    best_value: Array
    steepest: Array
    memory: Memory
    run: npt.NDArray[np.int64]
    steps: npt.NDArray[np.int64]
    arrived: npt.NDArray[np.bool_]
    lost: npt.NDArray[np.bool_]


class Limits(NamedTuple):
    """When a lane ends.

    Attributes
    ----------
    tol, short
        It has arrived when the norm of its gradient is at most `tol` times the largest that it has
        met, and no coordinate has moved by more than `short` times itself or, if that is larger, 1.
    largest
        It is lost, and stays where it was, when a coordinate, a slope or the value is not below
        this.
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
    """Try one step along a coordinate in each of the lanes."""
    for i in range(n):
        tried[i], remembered = verbs.step(optimizer, w[i], g[i], read(memory, i), rate[i], t)
        write(memory, i, remembered)


def judge(
    numbers: Any,
    slots: Any,
    outputs: Any,
    scratch: Any,
    tol: Any,
    short: Any,
    largest: Any,
    n: Any,
) -> Any:
    """Move the lanes to the points tried, but for those that are lost, and count the ended.

    Parameters
    ----------
    numbers
        Those of `Lanes`.
    slots, outputs
        The tape's, after it was run at the points tried.
    scratch
        `(3, lanes)`: becomes the gradients' norms, whether the lanes are within the limits, and
        whether they have arrived.
    tol, short, largest
        See `Limits`.
    n
        How many lanes walk.
    """
    d = outputs.shape[0] - 1
    norm, within, arrived = scratch[0], scratch[1], scratch[2]
    own_value, best_value, steepest = numbers[3 * d], numbers[3 * d + 1], numbers[3 * d + 2]
    value = slots[outputs[0]]
    # "&" and not "and", and counting what is outside before asking where it is: without branches,
    # several lanes are judged at once
    outside = 0
    for i in range(n):
        outside += not (abs(value[i]) < largest)
        norm[i] = 0.0
    for j in range(d):
        w, g = slots[j], slots[outputs[1 + j]]
        for i in range(n):
            outside += not ((abs(w[i]) < largest) & (abs(g[i]) < largest))
            norm[i] += g[i] * g[i]
    lost = 0
    if outside:
        lost = _find_lost(slots, outputs, within, largest, n)
        _stay(numbers, slots, outputs, norm, within, n)
    flat = 0
    for i in range(n):
        norm[i] = np.sqrt(norm[i])
        steepest[i] = norm[i] if norm[i] > steepest[i] else steepest[i]
        flat += norm[i] <= tol * steepest[i]
    if flat:
        if not lost:
            within[:n] = 1.0
        _arrive(numbers, slots, scratch, tol, short, d, n)
        flat = 0
        for i in range(n):
            flat += arrived[i] != 0.0
    elif lost:
        arrived[:n] = 0.0
    for j in range(d):
        w, own_w = slots[j], numbers[j]
        for i in range(n):
            own_w[i] = w[i]
        g, own_g = slots[outputs[1 + j]], numbers[d + j]
        for i in range(n):
            own_g[i] = g[i]
        best_w = numbers[2 * d + j]
        for i in range(n):
            tried, best = w[i], best_w[i]
            best_w[i] = tried if value[i] < best_value[i] else best
    for i in range(n):
        own_value[i] = value[i]
        best_value[i] = value[i] if value[i] < best_value[i] else best_value[i]
    return lost + flat


@njit(error_model="numpy")
def _find_lost(slots: Any, outputs: Any, within: Any, largest: Any, n: Any) -> Any:
    """Note which lanes are within the limits, and return how many are not."""
    for i in range(n):
        within[i] = abs(slots[outputs[0], i]) < largest
    for j in range(outputs.shape[0] - 1):
        w, g = slots[j], slots[outputs[1 + j]]
        for i in range(n):
            inside = (abs(w[i]) < largest) & (abs(g[i]) < largest)
            within[i] = within[i] if inside else 0.0
    lost = 0
    for i in range(n):
        lost += within[i] == 0.0
    return lost


@njit(error_model="numpy")
def _stay(numbers: Any, slots: Any, outputs: Any, norm: Any, within: Any, n: Any) -> None:
    """Put the points where lost lanes were in place of those that they tried."""
    d = outputs.shape[0] - 1
    for i in range(n):
        if within[i] == 0.0:
            slots[outputs[0], i] = numbers[3 * d, i]
            norm[i] = 0.0
            for j in range(d):
                norm[i] += numbers[d + j, i] ** 2
    for i in range(n):
        if within[i] == 0.0:
            for j in range(d):
                slots[outputs[1 + j], i] = numbers[d + j, i]
    for i in range(n):
        if within[i] == 0.0:
            for j in range(d):
                slots[j, i] = numbers[j, i]


@njit(error_model="numpy")
def _arrive(numbers: Any, slots: Any, scratch: Any, tol: Any, short: Any, d: Any, n: Any) -> None:
    """Note which lanes have arrived: those with a small gradient that hardly moved."""
    norm, within, arrived = scratch[0], scratch[1], scratch[2]
    steepest = numbers[3 * d + 2]
    for i in range(n):
        flat = (norm[i] <= tol * steepest[i]) & (within[i] != 0.0)
        arrived[i] = 1.0 if flat else 0.0
    for j in range(d):
        w, own_w = slots[j], numbers[j]
        for i in range(n):
            size = abs(w[i]) if abs(w[i]) > 1.0 else 1.0
            still = (abs(w[i] - own_w[i]) <= short * size) | (norm[i] == 0.0)
            arrived[i] = arrived[i] if still else 0.0


@cache
def compiled_judge() -> Any:
    """Return `judge` compiled, once for all optimizers, to be passed to `cached_walk_lanes`."""
    rows = types.float64[:, ::1]
    number = types.float64
    signature = types.int64(rows, rows, types.int64[::1], rows, number, number, number, types.int64)
    return kept_callback(judge, signature, error_model="numpy")


def walk_lanes(
    run_tape: Any,
    judge: Any,
    instructions: Any,
    slots: Any,
    outputs: Any,
    lanes: Any,
    optimizer: Any,
    rates: Any,
    t: Any,
    count: Any,
    n: Any,
    limits: Any,
    track: Any,
) -> Any:
    """Take steps in all lanes that walk, each as if it were alone, and return how many still do.

    Parameters
    ----------
    run_tape, judge
        `descend.kernels.tapes.compiled_tape()` and `compiled_judge()`.
    instructions, slots, outputs
        The tape of value and gradient: see `descend.kernels.tapes.Program`; here the slots are rows
        `(n_slots, lanes)`.
    lanes
        Updated in place.
    optimizer
        An element-wise one.
    rates
        `(count or 1, runs or 1)`.
    t, count
        The count of the first step, and how many to take.
    n
        How many lanes walk.
    limits
        When a lane ends.
    track
        The record.
    """
    d, size = lanes.w.shape
    scratch = np.empty((3, size))
    norm, within, arrived = scratch[0], scratch[1], scratch[2]
    rate = np.empty(size)
    stale = True
    for step in range(t, t + count):
        if n == 0:
            break
        if stale:
            row = step - t if rates.shape[0] > 1 else 0
            for i in range(n):
                rate[i] = rates[row, lanes.run[i] if rates.shape[1] > 1 else 0]
            stale = rates.shape[0] > 1
        for j in range(d):
            memory = read(lanes.memory, j)
            _step_row(lanes.w[j], slots[j], lanes.g[j], memory, optimizer, rate, float(step), n)
        run_tape(instructions, slots, n)
        ended = judge(
            lanes.numbers, slots, outputs, scratch, limits.tol, limits.short, limits.largest, n
        )
        if len(track.values):
            for i in range(n):
                run = lanes.run[i]
                track.values[step, run] = lanes.value[i]
                track.norms[step, run] = norm[i]
                track.rates[step - 1, run] = rate[i]
        if len(track.points) and step % track.every == 0:
            for i in range(n):
                for j in range(d):
                    track.points[step // track.every, lanes.run[i], j] = lanes.w[j, i]
        if ended:
            stale = True
            for i in range(n):
                lanes.steps[i] = step
                lanes.arrived[i] = arrived[i] != 0.0
                lanes.lost[i] = within[i] == 0.0
            for i in range(n - 1, -1, -1):
                if lanes.arrived[i] or lanes.lost[i]:
                    n -= 1
                    for k in range(lanes.numbers.shape[0]):
                        numbers = lanes.numbers[k]
                        numbers[i], numbers[n] = numbers[n], numbers[i]
                    lanes.run[i], lanes.run[n] = lanes.run[n], lanes.run[i]
                    lanes.steps[i], lanes.steps[n] = lanes.steps[n], lanes.steps[i]
                    lanes.arrived[i], lanes.arrived[n] = lanes.arrived[n], lanes.arrived[i]
                    lanes.lost[i], lanes.lost[n] = lanes.lost[n], lanes.lost[i]
    for i in range(n):
        lanes.steps[i] = t + count - 1
    return n


cached_walk_lanes = kept(walk_lanes, nogil=True, error_model="numpy")
