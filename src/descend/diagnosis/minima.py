"""The distinct minima that many starts found."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.objectives.composite import Bounded, Slice
from descend.objectives.negative import turned
from descend.protocols import Array, Objective
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent
from descend.support.numerics import norms

SAME_PLACE = 1e-3
"""Ends closer than this share of the searched width, in every coordinate, are one minimum."""

SAME_VALUE = 1e-3
"""Ends of one minimum differ in value by less than this, relative to 1 plus the value."""

FLAT = 1e-6
"""A gradient of at most this share of the largest of its run counts as zero."""

SETTLED = 1e-6
"""A run has settled if its value varied by less than this share of all its fall at the end."""

RADII = (1.0, 1 / 30, 1 / 1000)
"""How far around a steep end to look, in units of what `SAME_PLACE` allows."""

DIRECTIONS = 256
"""In how many directions to look, at least."""

BALANCED = 1e-6
"""A mean of gradients of at most this share of the largest counts as zero."""


class Minimum(NamedTuple):
    """A minimum that runs ended at: the lowest of their ends `(d,)`, its value, and which runs."""

    point: Array
    value: float
    runs: tuple[int, ...]


def distinct_minima(descent: Descent) -> list[Minimum]:
    """Return the minima at which the runs of a descent came to rest, each once, the lowest first.

    A run has come to rest if it converged, or ended with a gradient that is as good as zero, or
    settled: its last steps changed the value no more. Not all of these ends are minima:

    - Where the gradient is as good as zero, no curvature may be negative, as on a saddle or a top.
    - Where it is not, as on the kink of `abs(x)`, or where all curvatures are zero, there must be a
      minimum nearby, no farther away than ends of one minimum may be from each other: see
      `encircled`. That leaves out runs that crawl, and those that are stuck in a kinked valley.

    Coordinates that a bound holds back do not count in this. Of an ascent it returns the maxima.

    >>> import descend
    >>> found = distinct_minima(descend.minimize("himmelblau", starts=40, seed=0))
    >>> [minimum.point.round(2).tolist() for minimum in sorted(found, key=lambda m: m.point[0])]
    [[-3.78, -3.28], [-2.81, 3.13], [3.0, 2.0], [3.58, -1.85]]
    """
    if descent.maximised:
        return [top._replace(value=-top.value) for top in distinct_minima(turned(descent))]
    ends = np.atleast_2d(descent.x)
    values = np.atleast_1d(np.asarray(descent.fun, dtype=float))
    status = np.atleast_1d(np.asarray(descent.status))
    flat = _flat(descent, len(ends))
    at_rest = flat | (status == "converged") | (status == "stalled") | _settled(descent, len(ends))
    resting = np.flatnonzero(at_rest & ~np.isin(status, ENDLESS) & np.isfinite(values))
    reach = SAME_PLACE * _searched_width(descent, ends[resting])
    minima = []
    for place in _places(ends, values, resting, reach):
        lowest = place[0]
        run = descent if descent.n_runs is None else descent.run(lowest)
        if _is_minimum(run, bool(flat[lowest]), reach):
            minima.append(Minimum(ends[lowest], float(values[lowest]), tuple(sorted(place))))
    return minima


def _places(
    ends: Array, values: Array, runs: npt.NDArray[np.intp], reach: Array
) -> list[list[int]]:
    """Group runs by where they ended; the lowest comes first in its group, and the lowest group."""
    places: list[list[int]] = []
    lowest = np.empty(0, dtype=np.intp)
    for run in runs[np.argsort(values[runs], kind="stable")]:
        close = (np.abs(ends[run] - ends[lowest]) <= reach).all(axis=1)
        margin = SAME_VALUE * (1 + np.abs(values[lowest]))
        same = np.flatnonzero(close & (values[run] - values[lowest] <= margin))
        if len(same):
            places[same[0]].append(int(run))
        else:
            places.append([int(run)])
            lowest = np.append(lowest, run)
    return places


def _is_minimum(run: Descent, flat: bool, reach: Array) -> bool:
    """Say whether a run has ended in a minimum, as far as its objective is known."""
    if run.objective is None:
        return flat or run.status == "converged"
    free = _free_coordinates(run)
    if not len(free):
        return True
    objective, point = Slice(run.objective, run.x, free), run.x[free]
    known = len(run.values) > 0
    if flat or not known:
        curvatures = _curvatures(objective, point)
        if np.isfinite(curvatures).all() and curvatures.any():
            return not curves_down(objective, point)
    fall = float(run.values[0] - run.fun) if known else 0.0
    return encircled(objective, point, np.broadcast_to(reach, run.x.shape)[free], fall)


def _free_coordinates(run: Descent) -> npt.NDArray[np.intp]:
    """Return the places of the coordinates that no bound holds back."""
    if not isinstance(run.objective, Bounded):
        return np.arange(run.x.size)
    g = run.objective.value_and_gradient(run.x)[1]
    held = ((run.x <= run.objective.lower) & (g > 0)) | ((run.x >= run.objective.upper) & (g < 0))
    return np.flatnonzero(~held)


def curves_down(objective: Objective, point: Array) -> bool:
    """Say whether some curvature is negative: then a stationary point is no minimum.

    >>> from descend.objectives import as_problem
    >>> curves_down(as_problem("saddle").objective, np.zeros(2))
    True
    """
    curvatures = _curvatures(objective, point)
    return bool(curvatures[0] < -1e-6 * max(1e-12, np.abs(curvatures).max()))


def _curvatures(objective: Objective, point: Array) -> Array:
    """Return the Hessian's eigenvalues, the lowest first; NaN where it is not finite."""
    hessian = np.stack([objective.hessian_product(point, e) for e in np.eye(len(point))])
    if not np.isfinite(hessian).all():
        return np.full(len(point), np.nan)
    return np.linalg.eigvalsh((hessian + hessian.T) / 2)


def encircled(objective: Objective, point: Array, reach: Array, fall: float) -> bool:
    """Say whether a minimum lies near a point `(d,)` at which the gradient is not zero.

    That is so if no value on a ring around it, with half-axes of at most `reach` `(d,)`, is lower,
    and some mean of the gradients within is zero. A continuous function has a minimum inside a
    ring of higher values; finitely many directions are a sample of the ring, which misses a narrow
    valley. In a kinked valley that leads down, no mean of the gradients is zero. A value lower by a
    billionth of `fall`, how far the function fell on the way to the point, does not count, since on
    the floor of a slanted valley some always is.

    >>> from descend.objectives import as_problem
    >>> kinked = as_problem("abs(x + y) + abs(x)/10").objective
    >>> encircled(kinked, np.array([0.0, 0.0]), reach=np.full(2, 0.01), fall=1.0)
    True
    >>> encircled(kinked, np.array([2.0, -2.0]), reach=np.full(2, 0.01), fall=1.0)
    False

    Reference: J. Burke, A. Lewis and M. Overton, A robust gradient sampling algorithm (2005).
    """
    value = float(objective.value(point))
    rounding = 8 * np.finfo(np.float64).eps * abs(value)
    random = np.random.default_rng(0)
    directions = _directions(len(point), random)
    for radius in RADII:
        # Smooth functions change with the square of the distance.
        slack = rounding + 1e-9 * fall * radius**2
        axes = radius * reach
        ring = objective.value(point + axes * directions)
        lower = bool((ring < value - slack).any())
        if not lower and _balanced(objective, point, axes * directions, random):
            return True
    return False


def _balanced(
    objective: Objective, point: Array, offsets: Array, random: np.random.Generator
) -> bool:
    """Say whether some mean of the gradients around a point, up to some offsets, is zero."""
    from scipy.optimize import nnls  # takes longer to import than most descents take

    inside = point + offsets * random.random((len(offsets), 1))
    gradients = objective.value_and_gradient(inside)[1] * np.abs(offsets).max(axis=0)
    gradients = gradients[np.isfinite(gradients).all(axis=1)]
    largest = np.abs(gradients).max(initial=0.0)
    if largest == 0:
        return True
    # Weights of at least 0 that add up to 1, as the last row asks, and bring the mean to 0.
    system = np.vstack([gradients.T / largest, np.ones(len(gradients))])
    wanted = np.append(np.zeros(len(point)), 1.0)
    try:
        _, residual = nnls(system, wanted)
    except RuntimeError:  # it did not converge: the answer is unknown
        return False
    return bool(residual <= BALANCED)


def _directions(d: int, random: np.random.Generator) -> Array:
    """Return unit vectors `(n, d)` all around, with each also its opposite."""
    if d == 1:
        return np.repeat([[-1.0], [1.0]], DIRECTIONS // 2, axis=0)
    if d == 2:
        angles = np.linspace(0, 2 * np.pi, DIRECTIONS, endpoint=False)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)
    half = random.standard_normal((max(DIRECTIONS // 2, 2 * d), d))
    half = np.concatenate([np.eye(d), half / np.linalg.norm(half, axis=1, keepdims=True)])
    return np.concatenate([half, -half])


def _settled(descent: Descent, n_runs: int) -> npt.NDArray[np.bool_]:
    """Say which runs' values hardly changed in their last ten steps, or last tenth of all."""
    if not len(descent.values):
        return np.zeros(n_runs, dtype=np.bool_)
    values = descent.values.reshape(-1, n_runs)
    last = np.atleast_1d(np.asarray(descent.nit))
    step = np.arange(len(values))[:, np.newaxis]
    lately = (step >= last - np.maximum(last // 10, 10)) & (step <= last)
    highest = values.max(axis=0, where=lately, initial=-np.inf)
    lowest = values.min(axis=0, where=lately, initial=np.inf)
    with np.errstate(invalid="ignore"):
        settled: npt.NDArray[np.bool_] = highest - lowest <= SETTLED * (values[0] - lowest)
    return settled


def _flat(descent: Descent, n_runs: int) -> npt.NDArray[np.bool_]:
    """Say which runs ended with a gradient that is as good as zero."""
    if descent.jac is None or not len(descent.gradient_norms):
        return np.zeros(n_runs, dtype=np.bool_)
    last = norms(np.atleast_2d(descent.jac))
    history = descent.gradient_norms.reshape(-1, n_runs)
    largest = np.max(history, axis=0, where=np.isfinite(history), initial=0.0)
    flat: npt.NDArray[np.bool_] = last <= FLAT * largest
    return flat


def _searched_width(descent: Descent, ends: Array) -> Array:
    """Return the width of the searched part in each coordinate, of the starts and of most ends.

    A few runs that left for afar do not widen it. Where starts are unknown, or no run moved, it is
    at least 1 plus the largest coordinate.
    """
    starts = np.atleast_2d(descent.x if descent.points is None else descent.points[0])
    spread: Array = np.ptp(starts, axis=0)
    if not len(ends):
        return spread
    typical = np.median(np.abs(ends - np.median(starts, axis=0)), axis=0)
    moved = np.maximum(spread, 2 * typical)
    largest = np.maximum(np.abs(starts).max(axis=0), np.median(np.abs(ends), axis=0))
    least = np.where((descent.points is None) | (moved == 0), 1 + largest, 1e-6 * largest)
    width: Array = np.maximum(moved, least)
    return width
