"""Where descents of functions begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from descend.api.bounds import Limits
from descend.objectives import Problem
from descend.objectives.functions.pointwise import floats
from descend.protocols import Array

WINDOW = (-5.0, 5.0)
"""Where random starts are drawn, for each coordinate of an objective without a window."""

Start = Any
"""`(d,)`, `(k, d)`, a mapping of names to numbers or arrays `(k,)`, or a count of random starts."""

Seed: TypeAlias = int | np.random.Generator | None
"""Where random numbers come from."""


def names_of(start: Start) -> tuple[str, ...] | None:
    """Return the names that a mapping of starts, or a labelled series or frame, declares."""
    if isinstance(start, Mapping):
        return tuple(start)
    if not _is_of(start, "pandas"):
        return None
    labels = tuple(start.index if start.ndim == 1 else start.columns)
    return labels if labels and all(isinstance(label, str) for label in labels) else None


def size_of(start: Start, problem: Problem) -> int | None:
    """Return the number of coordinates, if the problem or the start says it."""
    if problem.names is not None:
        return len(problem.names)
    return None if np.ndim(start) == 0 else np.shape(start)[-1]


def starting_points(
    start: Start, problem: Problem, seed: Seed, limits: Limits | None = None
) -> Array:
    """Return the starts as `(d,)` or `(k, d)`, in floating point, moved inside the limits."""
    if isinstance(start, int | np.integer) and not isinstance(start, bool):
        return _random_starts(int(start), problem, seed, limits)
    try:
        numbers = _columns(start, problem) if isinstance(start, Mapping) else _plain(start)
        points = floats(numbers).copy()
    except (TypeError, ValueError):
        raise ValueError(
            f"the start {start!r} is not an array of numbers, a mapping of names to numbers, "
            "or a count of random starts"
        ) from None
    if points.ndim == 0:
        raise ValueError(
            f"the start {start!r} is no array: give (d,) for one run, such as [1.0], or (k, d) for "
            "k runs"
        )
    if points.ndim > 2 or points.size == 0:
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
    return points if limits is None else np.clip(points, *limits).astype(points.dtype)


def _columns(start: Mapping[str, Any], problem: Problem) -> Array:
    """Return numbers by name as `(d,)`, or arrays by name as `(k, d)`."""
    names = tuple(start)
    if problem.names is not None and set(problem.names) == set(names):
        names = problem.names
    numbers = [np.asarray(start[name], dtype=float) for name in names]
    return np.stack(np.broadcast_arrays(*numbers), axis=-1)


def _plain(start: Start) -> Array:
    """Return a start as an array of NumPy, lists of numbers in double precision."""
    if _is_of(start, "torch"):
        start = start.detach().cpu().numpy()
    numbers = np.asarray(start, dtype=float if isinstance(start, Sequence) else None)
    if np.iscomplexobj(numbers):
        raise TypeError("complex numbers are no coordinates")
    return numbers


def _is_of(thing: object, library: str) -> bool:
    """Say whether an object is a library's, without importing that."""
    return type(thing).__module__.partition(".")[0] == library


def _random_starts(count: int, problem: Problem, seed: Seed, limits: Limits | None) -> Array:
    if count < 1:
        raise ValueError(f"start={count} must be at least 1 to count random starts")
    size = size_of(count, problem) if limits is None else len(limits.lower)
    if size is None:
        raise ValueError(
            "random starts need a formula or a landmark, or bounds=, which say how many variables "
            f"there are: else give the starts as an array (k, d), or [{count}.0] to begin there"
        )
    window = np.array(problem.window or [WINDOW] * size, dtype=float).T
    low, high = window
    if limits is not None:
        low, high = _within(low, high, limits)
    try:
        random = np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(
            f"seed={seed!r} must be a whole number, at least 0, or a numpy.random.Generator"
        ) from None
    return random.uniform(low, high, size=(count, size))


def _within(low: Array, high: Array, limits: Limits) -> tuple[Array, Array]:
    """Return a window cut to the limits, after a move to their edge if it lies beyond."""
    lower, upper = limits
    short = np.where(lower >= high, lower - low, 0.0)
    over = np.where(upper <= low, upper - high, 0.0)
    return np.clip(low + short + over, lower, upper), np.clip(high + short + over, lower, upper)


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
