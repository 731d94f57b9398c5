"""Where descents of functions begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from descend.objectives import Problem
from descend.typing import Array

WINDOW = (-5.0, 5.0)
"""Where random starts are drawn, for each coordinate of an objective without a window."""

Start = Any
"""`(d,)`, `(k, d)`, a mapping of names to numbers, or a count of random starts."""


def names_of(start: Start) -> tuple[str, ...] | None:
    """Return the names that a mapping of starts declares."""
    return tuple(start) if isinstance(start, Mapping) else None


def starting_points(start: Start, problem: Problem, seed: int | None) -> Array:
    """Return the starts as `(d,)` or `(k, d)`, in floating point."""
    if isinstance(start, int | np.integer) and not isinstance(start, bool):
        return _random_starts(int(start), problem, seed)
    try:
        numbers = list(start.values()) if isinstance(start, Mapping) else start
        points = np.array(numbers, dtype=None if hasattr(numbers, "dtype") else float)
        if points.dtype not in (np.float32, np.float64):
            points = points.astype(float)
    except (TypeError, ValueError):
        raise ValueError(
            f"the start {start!r} is not an array of numbers, a mapping of names to numbers, "
            "or a count of random starts"
        ) from None
    if points.ndim not in (1, 2) or points.size == 0:
        raise ValueError(
            f"the start has shape {points.shape}; give (d,) for one run or (k, d) for k runs"
        )
    if problem.names is not None and points.shape[-1] != len(problem.names):
        raise ValueError(
            f"the start has {points.shape[-1]} coordinates, but the objective has "
            f"{len(problem.names)}: {', '.join(problem.names)}"
        )
    if not np.isfinite(points).all():
        raise ValueError(f"the start holds {points[~np.isfinite(points)][0]}: give finite numbers")
    return points


def _random_starts(count: int, problem: Problem, seed: int | None) -> Array:
    if count < 1:
        raise ValueError(f"start={count} must be at least 1 to count random starts")
    if problem.names is None:
        raise ValueError(
            "random starts need a formula or a landmark, which say how many variables there are: "
            "give the starts as an array (k, d)"
        )
    window = np.array(problem.window or [WINDOW] * len(problem.names))
    random = np.random.default_rng(seed)
    return random.uniform(window[:, 0], window[:, 1], size=(count, len(problem.names)))


def check_finite(problem: Problem, points: Array) -> None:
    """Refuse starts at which the objective or its gradient is not finite."""
    with np.errstate(all="ignore"):
        value, g = problem.objective.value_and_gradient(np.atleast_2d(points))
    bad = ~(np.isfinite(value) & np.isfinite(g).all(axis=-1))
    if not bad.any():
        return
    i = int(np.argmax(bad))
    point = np.atleast_2d(points)[i]
    names = problem.names or tuple(f"w[{j}]" for j in range(len(point)))
    where = ", ".join(f"{name}={x:.6g}" for name, x in zip(names, point, strict=True))
    complaint = problem.complaint(point)
    told = complaint or f"the value is {value[i]}, the gradient {g[i]}"
    raise ValueError(f"not finite at the start {where}: {told}; start inside the function's domain")
