"""The landscape of an objective of many parameters, on two directions through a point."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.estimators.base import LinearEstimator
from descend.experiments.landscapes.directions import (
    Directions,
    Normalization,
    given_directions,
    principal_directions,
    random_directions,
)
from descend.experiments.landscapes.grid import values_on_grid
from descend.experiments.landscapes.loss_landscape import LossLandscape
from descend.experiments.landscapes.plane import Plane
from descend.experiments.landscapes.projected_path import projected_path, usual_points
from descend.objectives import as_problem
from descend.objectives.risks.torch_module import ModuleRisk
from descend.protocols import Array, Objective
from descend.records.descent import Descent
from descend.solvers.progress import share_bar

POINTS = 51
"""Points of the grid along each direction."""

ROOM = 0.15
"""The room around a path, as a share of its extent."""

LEAST_EXTENT = 0.25
"""The least extent of a window, as a share of the larger one."""


def landscape(
    what: Any,
    centre: npt.ArrayLike | None = None,
    *,
    directions: str | npt.ArrayLike = "auto",
    normalization: Normalization = "auto",
    reach: float | None = None,
    points: int = POINTS,
    seed: int | np.random.Generator | None = 0,
    progress: bool = False,
) -> LossLandscape:
    r"""Evaluate an objective of many parameters on two directions through a point.

    `value(centre + a * directions[0] + b * directions[1])` on a grid of `a` and `b`, with the path
    of a record: where its points' nearest ones on the plane are, and how the values there differ
    from the true ones.

    Parameters
    ----------
    what
        A record; a fitted estimator; or an objective as `descend.minimize` takes it, such as a
        `descend.ModuleRisk`.
    centre
        The point `(d,)` at the middle. By default the end of a record, the best if it left for
        infinity or has several runs; the parameters that a module has; any other objective needs
        one.
    directions
        "path": the principal components of the recorded points, whose shares of the variance are
        told; "random"; or two vectors `(2, d)`. "auto": the path's if there is one.
    normalization
        Of random directions: "filter" (Li et al., 2018) makes each filter of a convolution, each
        row of a matrix and each vector as long as the centre's, "tensor" each tensor of a module;
        "unit" makes the whole length 1. "auto": "filter" for modules, "unit" for others.
    reach
        How far the grid goes from the centre along each direction. By default as far as the path
        does; or 1 for directions normalised by filters or tensors, else the centre's own length.
    points
        Points of the grid along each direction.
    seed
        Of random directions: the same seed gives the same picture.
    progress
        Whether to show a bar on standard error.

    Raises
    ------
    ValueError
        If there are fewer than two parameters, the directions span no plane, no centre is known,
        or "path" is asked for where no points were recorded.

    References
    ----------
    Li, Xu, Taylor, Studer, Goldstein, "Visualizing the loss landscape of neural nets", 2018.

    Examples
    --------
    >>> import descend
    >>> found = descend.minimize("(a - 1)^2 + 10*(b + a)^2 + (c - b)^2 + d^2", [4, 3, 2, 1])
    >>> seen = descend.landscape(found, points=21)
    >>> seen.values.shape, round(float(seen.explained_variance.sum()), 2) > 0.9
    ((21, 21), True)
    """
    subject = _subject_of(what, centre)
    d = len(subject.centre)
    if d < 2:
        raise ValueError("a landscape needs two parameters or more, and here is one: use plot()")
    if isinstance(points, bool) or not isinstance(points, int | np.integer) or points < 2:
        raise ValueError(f"points={points!r} must be a whole number of 2 or more along each side")
    if reach is not None and not 0 < reach < np.inf:
        raise ValueError(f"reach={reach!r} must be a finite number above 0")
    chosen = _directions(subject, directions, normalization, np.random.default_rng(seed))
    plane = Plane(subject.centre, chosen.directions)
    window = _window(subject, plane, chosen, reach)
    x, y = (np.linspace(low, high, points) for low, high in window)
    with share_bar("landscape") if progress else nullcontext() as told:
        values = values_on_grid(subject.objective, plane, x, y, told)
    if np.isnan(values).all():
        raise ValueError("the objective is finite nowhere on this plane: give a smaller reach")
    path = None
    if subject.path is not None:
        path = projected_path(subject.path, subject.objective, plane)
    return LossLandscape(
        x, y, values, *plane, chosen.names, subject.objective, chosen.explained, path, subject.path
    )


class _Subject(NamedTuple):
    """What is evaluated, around where, and the record whose points are known."""

    objective: Objective
    centre: Array
    path: Descent | None = None


def _subject_of(what: Any, centre: npt.ArrayLike | None) -> _Subject:
    if isinstance(what, LinearEstimator):
        if not isinstance(getattr(what, "descent_", None), Descent):
            raise ValueError(f"this {type(what).__name__} is not fitted yet: call fit first")
        what = what.descent_
    if isinstance(what, Descent):
        if what.objective is None and what.formula is None:
            raise ValueError(
                "a landscape needs the function, which this record does not know, as a file keeps "
                "formulas alone: run it again"
            )
        known = what.objective
        objective = as_problem(what.formula, names=what.names).objective if known is None else known
        middle = _end_of(what) if centre is None else _point(centre, len(what.names))
        return _Subject(objective, middle, None if what.points is None else what)
    problem = as_problem(what)
    objective = problem.objective
    if isinstance(objective, ModuleRisk):
        start = objective.start
        middle = start if centre is None else _point(centre, len(start)).astype(start.dtype)
        return _Subject(objective, middle)
    if centre is None:
        raise ValueError(
            "the landscape of a function needs a point in its middle: give centre=[...], or the "
            "record of its descent"
        )
    return _Subject(
        objective, _point(centre, None if problem.names is None else len(problem.names))
    )


def _end_of(descent: Descent) -> Array:
    """Return the end of a record, or its best point if it has several or left for infinity."""
    ends, best = np.atleast_2d(descent.x), np.atleast_2d(descent.best_x)
    values = np.atleast_1d(np.asarray(descent.best_fun, dtype=float))
    run = int(np.nanargmax(values) if descent.maximised else np.nanargmin(values))
    is_end = descent.n_runs is None and np.isfinite(ends[run]).all()
    left = str(np.atleast_1d(np.asarray(descent.status))[run]) in ("diverged", "unbounded")
    return np.array(ends[run] if is_end and not left else best[run])


def _point(centre: npt.ArrayLike, d: int | None) -> Array:
    point = np.array(centre, dtype=float)
    if point.ndim != 1 or (d is not None and len(point) != d) or not np.isfinite(point).all():
        count = "one finite number" if d is None else f"{d} finite numbers, one"
        raise ValueError(f"centre must have {count} a parameter, got {centre!r:.60}")
    return point


def _directions(
    subject: _Subject, wished: Any, normalization: Normalization, random: np.random.Generator
) -> Directions:
    if normalization not in ("auto", "filter", "tensor", "unit"):
        raise ValueError(
            f'normalization={normalization!r} must be "auto", "filter", "tensor" or "unit"'
        )
    d = len(subject.centre)
    if isinstance(wished, str) and wished == "auto":
        has_path = subject.path is not None and len(usual_points(subject.path)) > 2
        wished = "path" if has_path else "random"
    if not isinstance(wished, str):
        return given_directions(wished, d)
    if wished == "path":
        if subject.path is None:
            raise ValueError(
                "no points were recorded, and so there is no path to take directions from: run it "
                'again with record="all" (an estimator: record="epoch"), or give '
                'directions="random"'
            )
        return principal_directions(usual_points(subject.path))
    if wished != "random":
        return given_directions(wished, d)
    shapes = subject.objective.shapes if isinstance(subject.objective, ModuleRisk) else None
    if normalization == "auto":
        normalization = "unit" if shapes is None else "filter"
    if shapes is None and normalization != "unit":
        raise ValueError(
            f"normalization={normalization!r} needs the shapes of the parameters, which only a "
            'module has: give a descend.ModuleRisk, or normalization="unit"'
        )
    return random_directions(subject.centre, normalization, shapes, random)


def _window(
    subject: _Subject, plane: Plane, chosen: Directions, reach: float | None
) -> list[tuple[float, float]]:
    """Return the lowest and highest coordinate along each direction."""
    if reach is not None:
        return [(-float(reach), float(reach))] * 2
    lengths = np.linalg.norm(plane.directions, axis=1)
    seen = np.zeros((1, len(subject.centre)))
    if subject.path is not None:
        seen = usual_points(subject.path) - subject.centre
    along = plane.coordinates(subject.centre + seen)
    low, high = np.minimum(along.min(axis=0), 0.0), np.maximum(along.max(axis=0), 0.0)
    extent = (high - low) * lengths
    if chosen.is_random or not extent.any():
        # at right angles to nearly any path: on them it is a dot
        far = np.linalg.norm(seen, axis=1).max() or np.linalg.norm(subject.centre) or 1.0
        reached = np.ones(2) if chosen.is_relative else far / lengths
        low, high = np.minimum(low, -reached), np.maximum(high, reached)
        return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    extent = np.maximum(extent, LEAST_EXTENT * extent.max()) / lengths
    middle, half = low / 2 + high / 2, (0.5 + ROOM) * extent
    return [(float(m - h), float(m + h)) for m, h in zip(middle, half, strict=True)]
