"""Replays of a run, for what its record does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend.objectives import as_problem
from descend.protocols import verbs
from descend.rates import Constant
from descend.rates.found import constant_rate
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.contract import Options
from descend.solvers.subgradients import nonsmooth_part

if TYPE_CHECKING:
    from descend.protocols import Array, Memory, Objective, Optimizer
    from descend.records.descent import Descent

TRIALS = 40
"""The most rates to try, each half the one before, until one does not diverge."""

STEPS_PER_TRIAL = 1_000
"""The most steps of a trial: enough for a rate that is too large to show."""

MOST_STEPS = 20_000
"""The most steps that are replayed for the optimizer's memory."""

MOST_SECONDS = 10.0
"""The longest run that is replayed, in seconds."""

BLOCK = 64
"""Points whose gradients are computed together."""


class LastStep(NamedTuple):
    """The last step of a run: points `w` and `arrived` `(d,)`, gradient at `w`, memory around it.

    An optimizer that uses values has the one at `w`.
    """

    optimizer: Optimizer
    w: Array
    g: Array
    arrived: Array
    before: Memory
    memory: Memory
    rate: float
    t: float


def last_step(descent: Descent) -> LastStep | None:
    """Return the last step, by a replay of the steps from each of the recorded points.

    None where not all points are recorded, it would take long, or the replay misses the recorded
    end: the optimizer began with a memory, a penalty has a kink, or steps are random.
    """
    points, objective, optimizer = descent.points, descent.objective, descent.optimizer
    if points is None or objective is None or optimizer is None or descent.jac is None:
        return None
    steps = len(points) - 1
    if not 2 <= steps == len(descent.learning_rates) <= MOST_STEPS:
        return None
    if descent.seconds[-1] > MOST_SECONDS:
        return None
    penalty = nonsmooth_part(objective, points[:1])
    if np.any(verbs.kink(penalty)):
        return None
    memory: Memory = tuple(np.zeros((1, points.shape[1])) for _ in optimizer.memory)
    for t, (w, value, g) in enumerate(_evaluated(objective, points[:-1]), start=1):
        rate = float(descent.learning_rates[t - 1])
        own = verbs.at(optimizer, value)
        before = tuple(m.copy() for m in memory)  # a user's step may write in place
        with np.errstate(all="ignore"):
            arrived, memory = verbs.advance(own, penalty, w, g, memory, rate, float(t))
    if not np.allclose(arrived - w, points[-1] - w, rtol=1e-3, atol=0):
        return None
    first, second = (tuple(m[0] for m in each) for each in (before, memory))
    return LastStep(own, w[0], g[0], arrived[0], first, second, rate, float(t))


def _evaluated(objective: Objective, points: Array) -> Iterator[tuple[Array, Array, Array]]:
    """Yield each point, `(1, d)`, with its value and its gradient."""
    for first in range(0, len(points), BLOCK):
        part = points[first : first + BLOCK].astype(float)
        values, gradients = objective.value_and_gradient(part)
        for i in range(len(part)):
            yield part[i : i + 1], values[i : i + 1, None], gradients[i : i + 1]


class Watched:
    """An objective that keeps the first point at which it was not finite."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.lost: Array | None = None

    def value(self, w: Array) -> Array:
        """Return the values."""
        return self.objective.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients, and keep the first point where they are not finite."""
        value, g = self.objective.value_and_gradient(w)
        bad = ~(np.isfinite(value) & np.isfinite(g).all(axis=-1)) & np.isfinite(w).all(axis=-1)
        if self.lost is None and bad.any():
            self.lost = w[bad][0].copy()
        return value, g

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian's products."""
        return self.objective.hessian_product(w, v)


def lost_point(descent: Descent, start: Array) -> Array | None:
    """Return the point at which the function was not finite, found by running again."""
    rate = descent.learning_rate
    if descent.objective is None or descent.optimizer is None:
        return None
    if constant_rate(rate) is None or descent.nit > STEPS_PER_TRIAL:
        return None
    watched = Watched(descent.objective)
    loop = ArrayLoop(descent.optimizer, Constant(float(descent.learning_rates[-1])))
    loop.solve(watched, start, Options(steps=descent.nit, tol=0.0, record=None))
    return watched.lost


def complaint(descent: Descent, w: Array) -> str | None:
    """Return which part of the formula is not finite at a point, if it is known."""
    if descent.formula is None:
        return None
    return as_problem(descent.formula, names=descent.names).complaint(w)


def working_rate(descent: Descent, start: Array, rate: float, bound: float | None) -> float | None:
    """Return a rate that does not diverge from the same start, found by halving."""
    if descent.objective is None or descent.optimizer is None:
        return None
    candidate = rate / 2 if bound is None else min(rate, bound) / 2
    steps = min(max(100, 2 * descent.nit), STEPS_PER_TRIAL)
    for _ in range(TRIALS):
        loop = ArrayLoop(descent.optimizer, Constant(candidate))
        trial = loop.solve(descent.objective, start, Options(steps=steps, record=None))
        if trial.status != "diverged" and trial.fun <= descent.values[0]:
            return candidate
        candidate /= 2
    return None
