"""Walking again, to see what a record does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.engine.loop import walk
from descend.engine.stopping import GradientShrunk
from descend.objectives import as_problem
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.descent import Descent
    from descend.typing import Array, Objective

TRIALS = 40
"""Rates to try, each half the one before, until one does not diverge."""

STEPS_PER_TRIAL = 1_000
"""The most steps of a trial: enough for a rate that is too large to show."""


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
