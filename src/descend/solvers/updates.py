"""How the array loop takes its steps: by NumPy, or compiled where the vectors are long."""

from __future__ import annotations

from collections.abc import Callable
from sys import getrefcount

import numpy as np

from descend.optimizers.traits import is_elementwise
from descend.penalties import NoPenalty
from descend.protocols import Array, Memory, Optimizer, Penalty, Schedule, verbs
from descend.solvers.run_state import has_arrays
from descend.support.threads import share, workers

LONG = 10_000
"""Coordinates from which one compiled pass beats NumPy's pass for each operation."""

WORTH_LOADING = 1e8
"""Coordinates times steps that pay for loading the compiled step."""

PART = 2**17
"""Coordinates that a thread steps at a time: whole vectors of the processor.

What is left over at the end is stepped one by one and rounded differently: so it is the same
coordinates, however many threads there are.
"""

Update = Callable[[Optimizer, Array, Array, Memory, Array, float], tuple[Array, Memory]]
"""Takes a step of some runs: optimizer, `w` and `g` `(k, d)`, memory, rates `(k, 1)`, and `t`.

`w` stays as it is. The memory may not: whoever steps owns it, and goes on from the one returned.
"""


def update_for(optimizer: Optimizer, penalty: Penalty, w: Array, steps: int) -> Update:
    """Return how to step `w` `(k, d)`: compiled where that pays and the result is the same."""
    long = w.shape[1] >= LONG and w.size * steps >= WORTH_LOADING
    if long and isinstance(penalty, NoPenalty) and _can_be_compiled(optimizer):
        return CompiledSteps()

    if isinstance(penalty, NoPenalty):
        return verbs.step

    def by_arrays(
        own: Optimizer, w: Array, g: Array, memory: Memory, rate: Array, t: float
    ) -> tuple[Array, Memory]:
        return verbs.advance(own, penalty, w, g, memory, rate, t)

    return by_arrays


class CompiledSteps:
    """Steps of some runs that read and write each array once, and make none.

    Where a step leads is written over a point of an earlier step that nobody holds any more: the
    loop looks back a step, and so two arrays take turns. The memory is updated in place.
    """

    def __init__(self) -> None:
        self._points: list[Array] = []

    def __call__(
        self, optimizer: Optimizer, w: Array, g: Array, memory: Memory, rate: Array, t: float
    ) -> tuple[Array, Memory]:
        """Return the next `w` and memory of some runs."""
        from descend.kernels.dispatch import in_precision

        own = in_precision(optimizer, w.dtype)
        g = np.ascontiguousarray(g, dtype=w.dtype)
        ended = self._free_like(w)
        for run in range(len(w)):
            remembered = tuple(each[run] for each in memory)
            step_to(ended[run], own, w[run], g[run], remembered, rate[run, 0], t)
        return ended, memory

    def _free_like(self, w: Array) -> Array:
        """Return an array like `w` that nobody else holds, nor any view of it."""
        points = self._points
        for place in range(len(points)):
            fits = points[place].shape == w.shape and points[place].dtype == w.dtype
            if fits and _holders(points, place) == ALONE:
                return points[place]
        free = np.empty(w.shape, dtype=w.dtype)
        self._points = [*points[-1:], free]
        return free


def _holders(arrays: list[Array], place: int) -> int:
    """Return how many refer to an array of a list, in the way that `getrefcount` counts."""
    return getrefcount(arrays[place])


ALONE = _holders([np.empty(0)], 0)
"""How many refer to an array that is in one list alone."""


def step_to(
    ended: Array,
    optimizer: Optimizer,
    w: Array,
    g: Array,
    memory: Memory,
    rate: Array,
    t: float,
) -> None:
    """Step from `w` to `ended` `(d,)`, and the memory where it is; long vectors by threads.

    The optimizer is one of the library's element-wise ones, its numbers in the precision of `w`.
    The result is the same for any number of threads.
    """
    from descend.kernels.step import cached_step_all

    def step_part(part: slice) -> None:
        remembered = tuple(array[part] for array in memory)
        cached_step_all(w[part], g[part], remembered, optimizer, rate, float(t), ended[part])

    threads = min(workers(), len(w) // PART)
    if threads <= 1:
        cached_step_all(w, g, memory, optimizer, rate, float(t), ended)
        return
    share([slice(begin, begin + PART) for begin in range(0, len(w), PART)], step_part, threads)


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
