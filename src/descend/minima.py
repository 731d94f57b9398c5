"""The distinct minima that many starts have found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.descent import Descent
from descend.typing import Array, Objective

SAME_PLACE = 1e-3
"""Ends closer than this share of the searched width, in every coordinate, are one minimum."""

SAME_VALUE = 1e-3
"""Ends of one minimum differ in value by less than this, relative to 1 plus the value."""

FLAT = 1e-6
"""A gradient this small, relative to the largest of its run, counts as zero."""


class Minimum(NamedTuple):
    """A place where descents came to rest.

    Attributes
    ----------
    point
        The lowest of the ends there, `(d,)`.
    value
        Its value.
    runs
        Which runs ended there, counted from 0.
    """

    point: Array
    value: float
    runs: tuple[int, ...]


def distinct_minima(descent: Descent) -> list[Minimum]:
    """Return where the runs of a descent came to rest, each place once, the lowest first.

    A run has come to rest if it converged, or if it ended otherwise with a gradient that is as good
    as zero. Ends where the function curves down in some direction, a saddle or a top, are left out.

    Parameters
    ----------
    descent
        Of one run or of many.

    Examples
    --------
    >>> import descend
    >>> found = distinct_minima(descend.minimize("himmelblau", 40, seed=0))
    >>> [minimum.point.round(2).tolist() for minimum in sorted(found, key=lambda m: m.point[0])]
    [[-3.78, -3.28], [-2.81, 3.13], [3.0, 2.0], [3.58, -1.85]]
    >>> sum(len(minimum.runs) for minimum in found)
    40
    """
    ends = np.atleast_2d(descent.x)
    values = np.atleast_1d(np.asarray(descent.fun, dtype=float))
    resting = np.flatnonzero(_at_rest(descent, len(ends)) & np.isfinite(values))
    reach = SAME_PLACE * _searched_width(descent, ends[resting])
    places: list[list[int]] = []
    for run in resting[np.argsort(values[resting], kind="stable")]:
        for place in places:
            lowest = place[0]
            close = (np.abs(ends[run] - ends[lowest]) <= reach).all()
            margin = SAME_VALUE * (1 + abs(values[lowest]))
            if close and values[run] - values[lowest] <= margin:
                place.append(int(run))
                break
        else:
            places.append([int(run)])
    return [
        Minimum(ends[place[0]], float(values[place[0]]), tuple(sorted(place)))
        for place in places
        if descent.objective is None or not curves_down(descent.objective, ends[place[0]])
    ]


def curves_down(objective: Objective, point: Array) -> bool:
    """Say whether a function curves down in some direction: then a flat point is no minimum.

    Parameters
    ----------
    objective
        The function; d products with its Hessian are computed.
    point
        `(d,)`.

    Examples
    --------
    >>> from descend.objectives import as_problem
    >>> curves_down(as_problem("saddle").objective, np.zeros(2))
    True
    """
    hessian = np.stack([objective.hessian_product(point, e) for e in np.eye(len(point))])
    if not np.isfinite(hessian).all():
        return False
    curvatures = np.linalg.eigvalsh((hessian + hessian.T) / 2)
    return bool(curvatures[0] < -1e-6 * max(1e-12, np.abs(curvatures).max()))


def _at_rest(descent: Descent, n_runs: int) -> npt.NDArray[np.bool_]:
    """Say which runs converged, or have as good as no gradient left."""
    status = np.atleast_1d(np.asarray(descent.status))
    converged: npt.NDArray[np.bool_] = status == "converged"
    if descent.jac is None or not len(descent.gradient_norms):
        return converged
    norms = np.linalg.norm(np.atleast_2d(descent.jac), axis=1)
    history = descent.gradient_norms.reshape(-1, n_runs)
    largest = np.max(history, axis=0, where=np.isfinite(history), initial=0.0)
    at_rest: npt.NDArray[np.bool_] = converged | (
        (status != "diverged") & (norms <= FLAT * largest)
    )
    return at_rest


def _searched_width(descent: Descent, ends: Array) -> Array:
    """Return how wide the searched part is in each coordinate.

    That is where runs began and came to rest; if it is not known where they began, it is taken to
    be at least 1 plus the largest coordinate.
    """
    starts = descent.x if descent.points is None else descent.points[0]
    places = np.concatenate([ends, np.atleast_2d(starts)])
    largest = np.abs(places).max(axis=0)
    least = 1 + largest if descent.points is None else 1e-6 * largest
    width: Array = np.maximum(np.ptp(places, axis=0), least)
    return width
