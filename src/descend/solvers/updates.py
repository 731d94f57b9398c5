"""How the array loop takes its steps: by NumPy, or compiled where the vectors are long."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from descend.optimizers.traits import is_elementwise
from descend.penalties import NoPenalty
from descend.protocols import Array, Memory, Optimizer, Penalty, Schedule, verbs
from descend.solvers.run_state import has_arrays
from descend.support.threads import pool, workers

LONG = 10_000
"""Coordinates from which one compiled pass beats NumPy's pass for each operation."""

WORTH_LOADING = 1e8
"""Coordinates times steps that pay for loading the compiled step."""

PART = 100_000
"""Coordinates that are worth a thread of their own."""

Update = Callable[[Optimizer, Array, Array, Memory, Array, float], tuple[Array, Memory]]
"""Takes a step of some runs: optimizer, `w` and `g` `(k, d)`, memory, rates `(k,)`, and `t`."""


def update_for(optimizer: Optimizer, penalty: Penalty, w: Array, steps: int) -> Update:
    """Return how to step `w` `(k, d)`: compiled where that pays and the result is the same."""
    long = w.shape[1] >= LONG and w.size * steps >= WORTH_LOADING
    if long and isinstance(penalty, NoPenalty) and _can_be_compiled(optimizer):
        return compiled

    if isinstance(penalty, NoPenalty):
        return plainly

    def by_arrays(
        own: Optimizer, w: Array, g: Array, memory: Memory, rate: Array, t: float
    ) -> tuple[Array, Memory]:
        return verbs.advance(own, penalty, w, g, memory, rate[:, None], t)

    return by_arrays


def plainly(
    own: Optimizer, w: Array, g: Array, memory: Memory, rate: Array, t: float
) -> tuple[Array, Memory]:
    """Return the next `w` and memory of some runs by the optimizer's own step."""
    return verbs.step(own, w, g, memory, rate[:, None], t)


def compiled(
    optimizer: Optimizer, w: Array, g: Array, memory: Memory, rate: Array, t: float
) -> tuple[Array, Memory]:
    """Return the next `w` and memory of some runs, each array read and written once."""
    from descend.kernels.dispatch import in_precision

    own = in_precision(optimizer, w.dtype)
    g = np.ascontiguousarray(g, dtype=w.dtype)
    w, memory = w.copy(), tuple(array.copy() for array in memory)
    for run in range(len(w)):
        step_in_place(own, w[run], g[run], tuple(each[run] for each in memory), rate[run], t)
    return w, memory


def step_in_place(
    optimizer: Optimizer, w: Array, g: Array, memory: Memory, rate: Array, t: float
) -> None:
    """Step `w` and the memory `(d,)` where they are, by a thread for each part of a long vector.

    The optimizer is one of the library's element-wise ones, its numbers in the precision of `w`.
    The result is the same for any number of threads.
    """
    from descend.kernels.step import cached_step_all

    def step_part(part: slice) -> None:
        remembered = tuple(array[part] for array in memory)
        cached_step_all(w[part], g[part], remembered, optimizer, rate, float(t))

    if len(w) < 2 * PART:
        cached_step_all(w, g, memory, optimizer, rate, float(t))
        return
    parts = min(workers(), len(w) // PART)
    edges = np.linspace(0, len(w), parts + 1).astype(int)
    first, *others = (slice(*pair) for pair in pairwise(edges))
    waiting = [pool().submit(step_part, part) for part in others]
    step_part(first)
    for each in waiting:
        each.result()


def rates_at(schedule: Schedule, t: int, n_runs: int) -> Array:
    """Return the rates of step `t`, one for all runs or one a run, or refuse what is neither."""
    given = schedule(np.asarray(float(t)))
    try:
        rates = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        rates = np.asarray(np.nan)
    if rates.shape not in ((), (n_runs,)) or not ((rates >= 0) & (rates < np.inf)).all():
        raise ValueError(
            f"the learning rate of step {t} is {given!r}: let the schedule return a finite number, "
            "at least 0, or an array of one a run"
        )
    return rates


def _can_be_compiled(optimizer: Optimizer) -> bool:
    """Say whether the library's own compiled step serves: numbers for all, no norms."""
    numbers = isinstance(optimizer, tuple) and not has_arrays(optimizer)
    if not numbers or not is_elementwise(optimizer):
        return False
    from descend.kernels.cache import is_ours

    return is_ours(optimizer)
