"""The path of a descent on a plane, with what is lost by projecting it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.experiments.landscapes.plane import Plane
from descend.protocols import Array, Objective
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent

MOST_POINTS = 500
"""Of more recorded points as many are projected, evenly chosen, the first and the last among them:
each costs an evaluation."""

RISE = 2.0
"""Of runs that left for infinity those points count that rose at most so many times as far above
the best value as the start was."""


class ProjectedPath(NamedTuple):
    """Where the k runs of a descent went on a plane.

    `coordinates` `(m, k, 2)` are those of the nearest points of the plane, at the `steps` `(m,)` of
    the record; `values` `(m, k)` the true values, `projected` those at the nearest points, and
    `distances` how far away these are. The path was recorded at `recorded` steps.
    """

    coordinates: Array
    steps: npt.NDArray[np.int64]
    values: Array
    projected: Array
    distances: Array
    recorded: int

    @property
    def gaps(self) -> Array:
        """The values on the plane without the true ones, `(m, k)`."""
        return self.projected - self.values

    @property
    def largest_gap(self) -> float:
        """The gap that is farthest from 0, NaN if none is finite."""
        finite = self.gaps[np.isfinite(self.gaps)]
        return float(finite[np.abs(finite).argmax()]) if finite.size else float("nan")

    @property
    def end_gap(self) -> float:
        """The gap at the end, of several runs the farthest from 0."""
        ends = self.gaps[-1]
        return float(ends[np.nan_to_num(np.abs(ends), nan=-1.0).argmax()])


def projected_path(descent: Descent, objective: Objective, plane: Plane) -> ProjectedPath:
    """Project the recorded points of a descent, and evaluate the objective there."""
    assert descent.points is not None
    recorded = len(descent.points)
    chosen = np.unique(np.linspace(0, recorded - 1, min(recorded, MOST_POINTS)).round().astype(int))
    points = descent.points[chosen].reshape(len(chosen), -1, len(descent.names))
    with np.errstate(all="ignore"):
        coordinates = plane.coordinates(points)
        nearest = plane.points(coordinates)
        distances = np.linalg.norm(points - nearest, axis=-1)
        flat = np.asarray(objective.value(nearest.reshape(-1, points.shape[-1])), dtype=float)
    steps = descent.point_steps[chosen]
    values = np.asarray(descent.values, dtype=float)[steps].reshape(len(chosen), -1)
    return ProjectedPath(
        coordinates, steps, values, flat.reshape(values.shape), distances, recorded
    )


def usual_points(descent: Descent) -> Array:
    """Return the points `(n, d)` that a path is seen by: without most of runs that left."""
    assert descent.points is not None
    points = descent.points.reshape(len(descent.points), -1, len(descent.names))
    values = np.asarray(descent.values, dtype=float)[descent.point_steps]
    values = values.reshape(points.shape[:2]) * (-1 if descent.maximised else 1)
    # a run that ended before the others repeats its end
    counts = descent.point_steps[:, np.newaxis] <= np.atleast_1d(np.asarray(descent.nit))
    counts &= np.isfinite(points).all(axis=2)
    left = np.isin(np.atleast_1d(np.asarray(descent.status)), ENDLESS)
    best = np.fmin.reduce(values, axis=0)
    with np.errstate(all="ignore"):
        counts &= ~left | (values - best <= RISE * (values[0] - best))
    counts[0] |= np.isfinite(points[0]).all(axis=1)
    return points[counts]
