"""`/api/function`: the heights of a function over a window."""

from __future__ import annotations

import numpy as np

from descend.api.random_starts import WINDOW
from descend.objectives import Problem
from descend.playground import limits, texts
from descend.playground.buffer import packed
from descend.playground.descents import Check
from descend.playground.fields import Fields, RefusedError
from descend.playground.questions import read_problem
from descend.protocols import Array

Window = tuple[tuple[float, float], ...]

ROWS = 40
"""Rows of heights between two questions whether to go on."""


def answer(fields: Fields, check: Check) -> bytes:
    """Return the function that is asked for."""
    problem = read_problem(fields)
    seen = read_window(fields, problem)
    resolution = fields.whole("resolution", 2, limits.MOST_RESOLUTION, 160)
    fields.done()
    assert problem.formula is not None
    heights = heights_over(problem, seen, resolution, resolution, check)
    if not np.isfinite(heights).any():
        raise RefusedError(texts.NOWHERE, "window")
    header = {
        "names": problem.names,
        "formula": problem.formula,
        "window": seen,
        "minimum": float(np.nanmin(heights)),
        "maximum": float(np.nanmax(heights)),
    }
    return packed(header, {"heights": heights})


def read_window(fields: Fields, problem: Problem) -> Window:
    """Read the window, or return the landmark's, or the usual one."""
    assert problem.names is not None
    if fields.is_given("window"):
        return fields.window("window", len(problem.names))
    return problem.window or (WINDOW,) * len(problem.names)


def heights_over(problem: Problem, window: Window, width: int, height: int, check: Check) -> Array:
    """Return the values over a window, a row a `y` from low to high, NaN where there are none."""
    x = np.linspace(*window[0], width)
    if len(window) == 1:
        grid = x[:, None]
    else:
        grid = np.stack(np.meshgrid(x, np.linspace(*window[1], height)), axis=-1)
    heights = np.empty(grid.shape[:-1])
    with np.errstate(all="ignore"):
        for first in range(0, len(grid), ROWS if len(window) == 2 else len(grid)):
            check()
            part = slice(first, first + (ROWS if len(window) == 2 else len(grid)))
            heights[part] = problem.objective.value(grid[part])
    return np.where(np.isfinite(heights), heights, np.nan)
