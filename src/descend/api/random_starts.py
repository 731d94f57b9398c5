"""Starts that are drawn at random, inside the domain of the function."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from descend.api.bounds import Limits
from descend.objectives import Problem
from descend.protocols import Array

WINDOW = (-5.0, 5.0)
"""Where random starts are drawn, for each coordinate of an objective without a window."""

DRAWS = 1000
"""How often a start is drawn before its domain is taken for empty."""

Seed: TypeAlias = int | np.random.Generator | None
"""Where random numbers come from."""


def random_starts(
    count: int, size: int, problem: Problem, seed: Seed, limits: Limits | None
) -> Array:
    """Return starts `(count, size)` in the problem's window; those outside the domain are redrawn.

    A ValueError says so if some are still outside after many draws.
    """
    low, high = np.array(problem.window or [WINDOW] * size, dtype=float).T
    if limits is not None:
        low, high = _within(low, high, limits)
    try:
        random = np.random.default_rng(seed)
    except (TypeError, ValueError):
        raise ValueError(
            f"seed={seed!r} must be a whole number, at least 0, or a numpy.random.Generator"
        ) from None
    points = random.uniform(low, high, size=(count, size))
    outside = _outside(problem, points)
    draws = 1
    while outside.any() and draws < DRAWS:
        points[outside] = random.uniform(low, high, size=(int(outside.sum()), size))
        outside[outside] = _outside(problem, points[outside])
        draws += 1
    if outside.any():
        _refuse(problem, points, outside, low, high)
    return points


def _outside(problem: Problem, points: Array) -> npt.NDArray[np.bool_]:
    """Say at which points the function or its gradient is not finite."""
    with np.errstate(all="ignore"):
        value, g = problem.objective.value_and_gradient(points)
    return np.asarray(~(np.isfinite(value) & np.isfinite(g).all(axis=-1)))


def _refuse(
    problem: Problem, points: Array, outside: npt.NDArray[np.bool_], low: Array, high: Array
) -> None:
    """Say that too few starts were found inside the domain, and why one of them is not."""
    found, count = len(points) - int(outside.sum()), len(points)
    point = points[outside][0]
    names = problem.names or tuple(f"w[{j}]" for j in range(len(point)))
    window = ", ".join(
        f"{name} in [{a:.6g}, {b:.6g}]" for name, a, b in zip(names, low, high, strict=True)
    )
    where = ", ".join(f"{name}={x:.6g}" for name, x in zip(names, point, strict=True))
    why = problem.complaint(point) or "the function is not finite"
    raise ValueError(
        f"{found or 'none'} of {count} random starts lie{'s' * (count == 1)} inside the function's "
        f"domain after {DRAWS:,} draws of each with {window}: at {where}, {why}; give start=, or "
        "bounds= around the domain"
    )


def _within(low: Array, high: Array, limits: Limits) -> tuple[Array, Array]:
    """Return a window cut to the limits, after a move to their edge if it lies beyond."""
    lower, upper = limits
    short = np.where(lower >= high, lower - low, 0.0)
    over = np.where(upper <= low, upper - high, 0.0)
    return np.clip(low + short + over, lower, upper), np.clip(high + short + over, lower, upper)
