"""The minima that belong in a picture: known ones, those reached, and those ahead of a run."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from descend.api.minimization import minimize
from descend.diagnosis.minima import curves_down
from descend.objectives.landmarks import LANDMARKS
from descend.objectives.negative import opposite
from descend.protocols import Array, Objective
from descend.records.descent import Descent
from descend.views.records.trajectories import LARGEST_DRAWN, objective_of

MOST_RUNS = 8
"""Of more runs the ends show where the minima are, and none is looked for."""

STEPS = 200
"""How far to look for the minimum ahead of a run."""


def targets_of(descent: Descent) -> Array:
    """Return the minima `(n, d)`, of an ascent the maxima, that a record went for.

    A run that has not arrived is continued from its best point, as an untuned descent does, to
    where it was going; if that finds no minimum, none is returned for it.
    """
    ends = np.atleast_2d(descent.x)
    arrived = np.atleast_1d(np.asarray(descent.status)) == "converged"
    found = [*ends[arrived]]
    if len(ends) <= MOST_RUNS and not arrived.all():
        found += _ahead(descent, np.flatnonzero(~arrived))
    return np.array(found, dtype=float).reshape(-1, len(descent.names))


def known_minima(formula: str | None, names: tuple[str, ...], *, maximised: bool = False) -> Array:
    """Return the minima of the landmark with this formula, `(n, d)`, in the order of the names.

    None of an ascent are known.
    """
    if maximised:
        return np.empty((0, len(names)))
    for landmark in LANDMARKS.values():
        if landmark.formula == formula:
            places = [dict(zip(("x", "y"), m.point, strict=True)) for m in landmark.minima]
            return np.array([[p[name] for name in names] for p in places]).reshape(-1, 2)
    return np.empty((0, len(names)))


def _ahead(descent: Descent, runs: npt.NDArray[np.intp]) -> list[Array]:
    """Return the minima to which runs would have come, without those that find none."""
    objective = objective_of(descent)
    if objective is None:
        return []
    first = descent.points[0] if descent.points is not None else descent.best_x
    best = np.where(_is_usable(descent.best_x), descent.best_x, first)
    starts = np.atleast_2d(best)[runs]
    return minima_ahead(objective, starts, maximised=descent.maximised)


def minima_ahead(objective: Objective, starts: Array, *, maximised: bool = False) -> list[Array]:
    """Return the minima to which an untuned descent comes from starts `(k, d)`, if it does."""
    goal = opposite(objective, None) if maximised else objective
    try:
        found = minimize(goal, starts, steps=STEPS, record=None)
    except (ArithmeticError, ValueError, NotImplementedError):
        # there is a picture without it, too
        return []
    return list(found.x[np.asarray(found.status) == "converged"])


def _is_usable(points: Array) -> npt.NDArray[np.bool_]:
    """Say of which points all coordinates are finite and not huge, `(..., 1)`."""
    return np.asarray((np.abs(points) < LARGEST_DRAWN**0.5).all(axis=-1, keepdims=True))


def saddles_of(descent: Descent) -> Array:
    """Return where runs stalled at a saddle, `(n, d)`, each place once."""
    objective = objective_of(descent)
    stalled = np.atleast_1d(np.asarray(descent.status)) == "stalled"
    ends = np.unique(np.atleast_2d(descent.x)[stalled].round(6), axis=0)
    if objective is None or descent.maximised:
        return ends[:0]
    return ends[[curves_down(objective, end) for end in ends]] if len(ends) else ends
