"""The compiled steps of many runs at once on a formula's tape, a block of runs at a time.

All that a block needs stays in the cache for all of its steps, and the optimizer's own step is
compiled into the loop. Runs that end are swapped with the last active one, so that the active runs
are side by side.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import typeof, types
from numba.extending import overload

from descend.kernels.batched.acceptance import compiled_acceptance, layout
from descend.kernels.batched.tapes import TAPE, interpreter_of
from descend.kernels.beside import compiled_beside
from descend.kernels.cache import kept
from descend.kernels.dispatch import FORCED, bare, called, read, write
from descend.protocols import Array, Memory, verbs


class BatchedRuns(NamedTuple):
    """The runs of a block: one column a run, the active ones first.

    `numbers` `(rows, runs)` is in the order of `acceptance.Layout`, and the arrays up to `memory`
    are views of it: `w`, `g`, `best_w` and those of the memory `(d, runs)`, the values and the
    largest norm of a gradient met `(runs,)`. `indices` says which of all runs each column is.
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
    """What is recorded at each step; arrays without rows are not.

    `values` and `norms` are `(steps + 1, runs)`, `rates` `(steps, runs)`, and `points` `(kept,
    runs, d)` those of every `every`-th step.
    """

    values: Array
    norms: Array
    rates: Array
    points: Array
    every: int


# Exact but for rounding: a division may become a product with the reciprocal, and a product and a
# sum may be rounded once. NaN and infinities are respected.
@called(error_model="numpy", fastmath={"arcp", "contract"})
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
    scratch: Any,
) -> Any:  # fmt: skip
    """Take steps in all active runs, each as if it were alone, and return how many stay active.

    `run_tape` and `accept_steps` are compiled callbacks; the tape is that of value and gradient,
    its slots rows `(n_slots, runs)`. `runs` are `BatchedRuns`, updated in place, the first `n`
    active; `rates` are `(count or 1, runs or 1)`, and `t` is the count of the first of `count`
    steps; `track` is None where nothing is recorded. The loop works in `scratch` `(4, runs)`.
    """
    d = runs.w.shape[0]
    norm, within, converged, rate = scratch[0], scratch[1], scratch[2], scratch[3]
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
            for i in range(n - 1, -1, -1):
                if (converged[i] != 0.0) | (within[i] == 0.0):
                    n -= 1
                    for row in range(runs.numbers.shape[0]):
                        numbers = runs.numbers[row]
                        numbers[i], numbers[n] = numbers[n], numbers[i]
                    runs.indices[i], runs.indices[n] = runs.indices[n], runs.indices[i]
                    runs.steps[n] = step
                    runs.converged[n] = converged[i] != 0.0
                    runs.diverged[n] = within[i] == 0.0
    for i in range(n):
        runs.steps[i] = t + count - 1
    return n


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


def _record_typed(runs: Any, norm: Any, rate: Any, step: Any, n: Any, track: Any) -> Any:
    if track == types.none:
        return lambda runs, norm, rate, step, n, track: None
    return bare(_record)


overload(_record, jit_options=FORCED)(bare(_record_typed))

cached_descend_runs = kept(descend_runs, nogil=True, error_model="numpy")


def compiled_callbacks(*arguments: Any) -> tuple[Any, Any]:
    """Return compiled interpreter and acceptance, for loops with the other `arguments`.

    On a fresh machine another process compiles the interpreter, while this one compiles the rest.
    """
    compiled, interpreter = interpreter_of(arguments[0])
    with compiled_beside(compiled, interpreter) as elsewhere:
        acceptance = compiled_acceptance()
        if elsewhere:
            kinds = (types.FunctionType(TAPE), *map(typeof, (acceptance, *arguments)))
            cached_descend_runs.compile(kinds)
    return compiled(), acceptance
