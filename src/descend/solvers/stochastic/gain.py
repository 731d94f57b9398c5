"""What is left to gain where steps by batches have settled."""

from __future__ import annotations

import warnings
from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgWarning

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Smoothable, Step, verbs
from descend.solvers.contract import Observer, Options
from descend.solvers.optimality import ROUNDINGS
from descend.solvers.untuned import solver_from

SEARCH_STEPS = 100
"""The most steps in which is looked for something lower."""

SEARCH_TOL = 1e-3
"""The share of the risk to which that is precise: a tenth of what must be told."""


class GainLeft(NamedTuple):
    """At least how far a descent is above the minimum, by why it is.

    `noise` is what averaging or a shorter step gains, `slow` what steps in other coordinates find.
    Each is zero where it is no more than was asked for.
    """

    noise: float
    slow: float


def gain_left(risk: EmpiricalRisk, w: Array, mean: Array, share: float) -> GainLeft:
    """Return what is left to gain at `w` `(d,)` if it is more than a `share` of the risk there.

    The risk is compared with that at two points: at the `mean` of the last ones, in which noise
    cancels; and, since all of those are off alike where the rows come in the same order each epoch,
    at the end of the best step along the gradient `g` over all rows, `w - (g @ g) / (g @ H @ g) g`.

    If neither is lower, directions may be left in which the risk bends little: there steps at a
    rate that is safe for the others hardly move, and the losses stand still far above the minimum.
    So a few steps are taken in coordinates of the curvature, in which all directions are alike. A
    loss like the perceptron's, zero for parameters of zero, has nothing to gain but a direction.
    """
    value, g = risk.value_and_gradient(w)
    enough = share * abs(float(value)) + ROUNDINGS * float(risk.value_rounding(w))
    bend = float(g @ risk.hessian_product(w, g))
    stepped = within_bounds(risk, w - (float(g @ g) / bend if bend > 0 else 0.0) * g)
    reached = risk.value(np.stack([mean, stepped]))
    lowest = float(np.min(reached, where=np.isfinite(reached), initial=float(value)))
    if value - lowest > enough:
        return GainLeft(float(value - lowest), 0.0)
    direction_only = isinstance(risk.loss, Smoothable) and not risk.value(np.zeros_like(w))
    slow = 0.0 if direction_only else float(value) - _lower(risk, w, float(value) - enough)
    return GainLeft(0.0, slow if slow > enough else 0.0)


def _lower(risk: EmpiricalRisk, w: Array, level: float) -> float:
    """Return a risk below `level`, or the lowest that some steps from `w` lead to."""
    search = Search(level)
    options = Options(steps=SEARCH_STEPS, tol=SEARCH_TOL, record=None)
    with warnings.catch_warnings():
        # of features that depend on each other: batches do not mind
        warnings.simplefilter("ignore", LinAlgWarning)
        solver_from(risk).solve(risk, w, options, search)
    return search.lowest


class Search(Observer):
    """Notes the lowest value of a descent, and ends it below a level."""

    def __init__(self, level: float) -> None:
        super().__init__()
        self._level, self.lowest = level, np.inf

    @property
    def active(self) -> bool:
        """Whether anybody listens: it does itself."""
        return True

    def tell(self, step: Step) -> bool:
        """Note the value."""
        self.lowest = min(self.lowest, float(step.value[0]))
        return self.lowest >= self._level


def within_bounds(risk: EmpiricalRisk, point: Array) -> Array:
    """Return a point `(d,)` with its weights in the penalty's interval, if it has one."""
    w = risk.model.by_output(point).copy()
    features = slice(risk.model.n_features)
    w[:, features] = verbs.prox(risk.penalty, w[:, features], 0.0)
    return w.ravel()
