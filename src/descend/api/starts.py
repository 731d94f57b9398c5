"""Where descents of functions begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from descend.api.bounds import Limits
from descend.api.names import named, names_of
from descend.api.random_starts import Seed, random_starts
from descend.objectives import Gradient, Problem, as_problem
from descend.objectives.formulas.spelling import matched
from descend.objectives.functions.pointwise import floats
from descend.protocols import Array

Start: TypeAlias = Any
"""`(d,)`, `(k, d)`, a number for one variable, a mapping of names to numbers or arrays `(k,)`."""


def posed(objective: Any, start: Start, gradient: Gradient = None) -> Problem:
    """Return an objective as a problem in the variables that the start names, if it names any."""
    return as_problem(objective, gradient=gradient, names=names_of(start, objective))


def size_of(start: Start, problem: Problem) -> int | None:
    """Return the number of coordinates, if the problem or the start says it."""
    if problem.names is not None:
        return len(problem.names)
    return None if np.ndim(start) == 0 else np.shape(start)[-1]


def starting_points(
    start: Start,
    problem: Problem,
    seed: Seed,
    limits: Limits | None = None,
    starts: int | None = None,
) -> Array:
    """Return the starts as `(d,)` or `(k, d)`, in floating point, moved inside the limits."""
    size = size_of(start, problem) if limits is None else len(limits.lower)
    count = _count(start, starts, size)
    if count is None:
        return given_points(start, problem, limits)
    if size is None:
        raise ValueError(
            "random starts need a formula or a landmark, or bounds=, which say how many variables "
            "there are: else give the starts as an array (k, d)"
        )
    return random_starts(count, size, problem, seed, limits)


def count_note(start: Start, points: Array) -> tuple[str, ...]:
    """Say that a number counted random starts, if one did."""
    if not _is_whole(start) or points.shape[-1] == 1:
        return ()
    return (
        f"The start {start} was taken as a count of random starts, since one number is no point of "
        f"{points.shape[-1]} variables: write starts={start} to say so.",
    )


def _count(start: Start, starts: int | None, size: int | None) -> int | None:
    """Return the number of random starts, None if the start is a point or points."""
    if starts is not None and start is not None:
        raise ValueError(
            f"start={start!r} and starts={starts!r} exclude each other: give one of them"
        )
    if start is None and starts is None:
        raise ValueError("where to begin? Give start=, a point, or starts=, a count of random ones")
    if starts is None and not (_is_whole(start) and size is not None and size > 1):
        return None
    name, count = ("start", start) if starts is None else ("starts", starts)
    if not _is_whole(count) or count < 1:
        raise ValueError(f"{name}={count!r} must be a whole number, at least 1, to count starts")
    return int(count)


def _is_whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool)


def given_points(start: Start, problem: Problem, limits: Limits | None = None) -> Array:
    """Return a start that is no count as `(d,)` or `(k, d)`, moved inside the limits."""
    by_name = named(start)
    try:
        numbers = _plain(start) if by_name is None else _columns(by_name, problem)
        points = floats(numbers).copy()
    except (TypeError, ValueError):
        raise ValueError(
            f"the start {start!r} is not an array of numbers, a mapping of names to numbers, or a "
            "number for a function of one variable"
        ) from None
    if points.ndim == 0 and not isinstance(start, bool):
        points = points.reshape(1)
    if points.ndim not in (1, 2) or points.size == 0:
        raise ValueError(
            f"the start has shape {points.shape}; give (d,) for one run or (k, d) for k runs"
        )
    if problem.names is not None and points.shape[-1] != len(problem.names):
        plural = "" if points.shape[-1] == 1 else "s"
        raise ValueError(
            f"the start has {points.shape[-1]} coordinate{plural}, but the objective has "
            f"{len(problem.names)}: {', '.join(problem.names)}"
        )
    if not np.isfinite(points).all():
        raise ValueError(f"the start holds {points[~np.isfinite(points)][0]}: give finite numbers")
    return points if limits is None else np.clip(points, *limits).astype(points.dtype)


def _columns(start: Mapping[str, Any], problem: Problem) -> Array:
    """Return numbers by name as `(d,)`, or arrays by name as `(k, d)`."""
    names = tuple(start) if problem.names is None else problem.names
    own = {matched(name, names): numbers for name, numbers in start.items()}
    numbers = [np.asarray(own[name], dtype=float) for name in names]
    return np.stack(np.broadcast_arrays(*numbers), axis=-1)


def _plain(start: Start) -> Array:
    """Return a start as an array of NumPy, lists of numbers in double precision."""
    if type(start).__module__.partition(".")[0] == "torch":
        start = start.detach().cpu().numpy()
    numbers = np.asarray(start, dtype=float if isinstance(start, Sequence) else None)
    if np.iscomplexobj(numbers) or numbers.dtype == bool:
        raise TypeError("complex numbers and answers are no coordinates")
    return numbers


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
