"""Walking again, to see what a record does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend import verbs
from descend.engine.loop import walk
from descend.engine.proximal import rough_part
from descend.engine.stopping import GradientShrunk
from descend.objectives import as_problem
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.descent import Descent
    from descend.typing import Array, Memory, Objective, Optimizer

TRIALS = 40
"""Rates to try, each half the one before, until one does not diverge."""

STEPS_PER_TRIAL = 1_000
"""The most steps of a trial: enough for a rate that is too large to show."""


MOST_STEPS = 20_000
"""The most steps whose memory is looked for by walking along them again."""

AT_ONCE = 1_000_000
"""Numbers that the gradients computed together may have."""


class LastStep(NamedTuple):
    """The last step of a run: from where to where, and what the optimizer remembered.

    Attributes
    ----------
    optimizer
        What stepped; one that looks at values knows the one at `w`.
    w, g, arrived
        Where it stepped from, the gradient there, and where it came to, `(d,)`.
    before, memory
        What the optimizer remembered before the step and after it, `(d,)` each.
    rate, t
        The step's rate and count.
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
    """Return the last step, found by stepping again from each of the recorded points.

    None where not all points are recorded, there are too many, or the steps are not those of the
    record: because the optimizer remembered something at the start, a penalty's kink held
    coordinates back, or it steps by chance.
    """
    points, objective, optimizer = descent.points, descent.objective, descent.optimizer
    if points is None or objective is None or optimizer is None or descent.jac is None:
        return None
    steps = len(points) - 1
    if not 2 <= steps == len(descent.learning_rates) <= MOST_STEPS:
        return None
    penalty = rough_part(objective, points[:1])
    if np.any(verbs.kink(penalty)):
        return None
    memory: Memory = tuple(np.zeros((1, points.shape[1])) for _ in optimizer.memory)
    together = max(1, AT_ONCE // points.shape[1])
    for t in range(1, steps + 1):
        if (t - 1) % together == 0:
            part = points[t - 1 : min(t - 1 + together, steps)].astype(float)
            values, gradients = objective.value_and_gradient(part)
        at = (t - 1) % together
        w, g, rate = part[at : at + 1], gradients[at : at + 1], float(descent.learning_rates[t - 1])
        own, before = verbs.at(optimizer, values[at : at + 1, None]), memory
        with np.errstate(all="ignore"):
            arrived, memory = verbs.advance(own, penalty, w, g, memory, rate, float(t))
    if not np.allclose(arrived - w, points[-1] - w, rtol=1e-3, atol=0):
        return None
    return LastStep(
        own,
        w[0],
        g[0],
        arrived[0],
        tuple(m[0] for m in before),
        tuple(m[0] for m in memory),
        rate,
        float(t),
    )


class Watched:
    """An objective that remembers the first point at which it was not finite."""

    def __init__(self, objective: Objective) -> None:
        self.objective = objective
        self.lost: Array | None = None

    def value(self, w: Array) -> Array:
        """Return the values."""
        return self.objective.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients, and note where they are not finite."""
        value, g = self.objective.value_and_gradient(w)
        bad = ~(np.isfinite(value) & np.isfinite(g).all(axis=-1)) & np.isfinite(w).all(axis=-1)
        if self.lost is None and bad.any():
            self.lost = w[bad][0].copy()
        return value, g

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian's products."""
        return self.objective.hessian_product(w, v)


def lost_point(descent: Descent, start: Array) -> Array | None:
    """Return the point at which the function was not finite, found by walking there again."""
    rate = descent.learning_rate
    if descent.objective is None or descent.optimizer is None:
        return None
    if not isinstance(rate, Constant) or descent.nit > STEPS_PER_TRIAL:
        return None
    watched = Watched(descent.objective)
    walk(
        watched,
        start,
        descent.optimizer,
        Constant(float(descent.learning_rates[-1])),
        steps=descent.nit,
        stopping=GradientShrunk(0.0),
        record=None,
    )
    return watched.lost


def complaint(descent: Descent, w: Array) -> str | None:
    """Say which part of the formula is not finite at a point, if it is known."""
    if descent.formula is None:
        return None
    return as_problem(descent.formula, names=descent.names).complaint(w)


def working_rate(descent: Descent, start: Array, rate: float, bound: float | None) -> float | None:
    """Return a rate that does not diverge from the same start, found by trying."""
    if descent.objective is None or descent.optimizer is None:
        return None
    candidate = rate / 2 if bound is None else min(rate, bound) / 2
    for _ in range(TRIALS):
        trial = walk(
            descent.objective,
            start,
            descent.optimizer,
            Constant(candidate),
            steps=min(max(100, 2 * descent.nit), STEPS_PER_TRIAL),
            stopping=GradientShrunk(1e-8),
            record=None,
        )
        if trial.status != "diverged" and trial.fun <= descent.values[0]:
            return candidate
        candidate /= 2
    return None
