"""Which of the points tried become those of the runs, and which runs end: diverged or converged.

The loops have no branches that depend on a run, so that LLVM computes several runs at once.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import types

from descend.kernels.cache import kept_callback
from descend.kernels.dispatch import called, inlined


class Limits(NamedTuple):
    """When a run ends: `tol` and `short` are those of `descend.solvers.stopping.GradientShrunk`.

    It has diverged, and stays where it was, when a coordinate, a partial derivative or the value is
    not below `largest`.
    """

    tol: float
    short: float
    largest: float


class Layout(NamedTuple):
    """In which row of `BatchedRuns.numbers` each quantity begins.

    Those of `w`, `g` and `best_w` have `d` rows, as has each array of the memory.
    """

    w: int
    g: int
    best_w: int
    value: int
    best_value: int
    largest_norm: int
    memory: int


@inlined
def layout(d: Any) -> Any:
    """Return the layout for runs of `d` coordinates."""
    return Layout(0, d, 2 * d, 3 * d, 3 * d + 1, 3 * d + 2, 3 * d + 3)


def accept_steps(
    numbers: Any, slots: Any, outputs: Any, scratch: Any, tol: Any, short: Any, largest: Any, n: Any
) -> Any:
    """Move the runs to the points tried, unless they diverge there; return how many ended.

    `numbers` are those of `BatchedRuns`, the first `n` runs active; `slots` and `outputs` the
    tape's, after it was run at the points tried. The first rows of `scratch` become the gradients'
    norms, whether the runs are within the limits, and whether they have converged.
    """
    d = outputs.shape[0] - 1
    at = layout(d)
    norm, within, converged = scratch[0], scratch[1], scratch[2]
    own_value, best_value = numbers[at.value], numbers[at.best_value]
    largest_norm = numbers[at.largest_norm]
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
        n_diverged = _restore_diverged(numbers, slots, outputs, norm, within, largest, n)
    small_gradients = 0
    for i in range(n):
        norm[i] = np.sqrt(norm[i])
        largest_norm[i] = norm[i] if norm[i] > largest_norm[i] else largest_norm[i]
        small_gradients += norm[i] <= tol * largest_norm[i]
    n_converged = 0
    if small_gradients:
        if not n_diverged:
            for i in range(n):
                within[i] = 1.0
        _find_converged(numbers, slots, scratch, tol, short, d, n)
        for i in range(n):
            n_converged += converged[i] != 0.0
    elif n_diverged:
        for i in range(n):
            converged[i] = 0.0
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


# run by run, and not vectorised: it is seldom run, and compiles in a third of the time
@called(error_model="numpy")
def _restore_diverged(
    numbers: Any, slots: Any, outputs: Any, norm: Any, within: Any, largest: Any, n: Any
) -> Any:
    """Record which runs are within the limits, and return how many are not.

    The points tried by those are replaced with the points where they were.
    """
    d = outputs.shape[0] - 1
    at = layout(d)
    diverged = 0
    for i in range(n):
        inside = abs(slots[outputs[0], i]) < largest
        for j in range(d):
            inside &= (abs(slots[j, i]) < largest) & (abs(slots[outputs[1 + j], i]) < largest)
        within[i] = 1.0 if inside else 0.0
        if inside:
            continue
        diverged += 1
        slots[outputs[0], i] = numbers[at.value, i]
        norm[i] = 0.0
        for j in range(d):
            g = numbers[at.g + j, i]
            norm[i] += g * g
            slots[outputs[1 + j], i] = g
        for j in range(d):
            slots[j, i] = numbers[at.w + j, i]
    return diverged


@called(error_model="numpy")
def _find_converged(
    numbers: Any, slots: Any, scratch: Any, tol: Any, short: Any, d: Any, n: Any
) -> None:
    """Record which runs have converged: those with a small gradient after a short step."""
    at = layout(d)
    norm, within, converged = scratch[0], scratch[1], scratch[2]
    largest_norm = numbers[at.largest_norm]
    for i in range(n):
        small = (norm[i] <= tol * largest_norm[i]) & (within[i] != 0.0)
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
