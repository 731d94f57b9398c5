"""`/api/function`: a function over a window, its derivatives typeset, its minima and saddles."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from descend.api.derivation import derive
from descend.api.minimization import minimize
from descend.api.random_starts import WINDOW
from descend.diagnosis.minima import distinct_minima
from descend.diagnosis.saddles import saddles_in
from descend.objectives import Problem
from descend.objectives.formulas.mathml import mathml
from descend.objectives.formulas.vocabulary import written
from descend.objectives.landmarks import LANDMARKS
from descend.playground import limits, texts
from descend.playground.buffer import packed
from descend.playground.descents import Check, Interruptible
from descend.playground.fields import Fields, RefusedError
from descend.playground.questions import problem_of, read_problem
from descend.protocols import Array

Window = tuple[tuple[float, float], ...]

SEARCHED = 12
"""Starts in each direction, from which minima are looked for."""

SEARCH_STEPS = 200

KEPT_DERIVATIVES = 64

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
    minima, saddles = stationary_points(problem, seen, check)
    header = {
        "names": problem.names,
        "formula": problem.formula,
        "window": seen,
        "minimum": float(np.nanmin(heights)),
        "maximum": float(np.nanmax(heights)),
        **_typeset(problem.formula),
        "minima": minima,
        "saddles": saddles,
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


def stationary_points(
    problem: Problem, window: Window, check: Check
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the minima and the saddles in a window, the lowest first.

    A landmark's global minima are known; others are looked for by descents from a grid of starts.
    """
    low, high = np.array(window).T
    asked = Interruptible(problem.objective, check)
    starts = _grid(window)
    with np.errstate(all="ignore"):
        value, g = asked.value_and_gradient(starts)
    defined = np.isfinite(value) & np.isfinite(g).all(axis=1)
    found = [
        (np.array(minimum.point, dtype=float), float(minimum.value))
        for landmark in LANDMARKS.values()
        if landmark.formula == problem.formula
        for minimum in landmark.minima
    ]
    if defined.any():
        descent = minimize(
            problem._replace(objective=asked), starts[defined], steps=SEARCH_STEPS, record=None
        )
        inside = np.flatnonzero(((descent.x >= low) & (descent.x <= high)).all(axis=1))
        if len(inside):
            found += [(m.point, m.value) for m in distinct_minima(descent.runs(inside))]
    apart: list[dict[str, Any]] = []
    for point, least in found:
        inside_window = ((point >= low) & (point <= high)).all()
        known = any((np.abs(point - p["point"]) <= 1e-3 * (high - low)).all() for p in apart)
        if inside_window and not known:
            apart.append({"point": point, "value": least})
    apart.sort(key=lambda minimum: float(minimum["value"]))
    saddles = [
        {"point": point, "value": float(problem.objective.value(point))}
        for point in saddles_in(asked, window)
    ]
    return apart, saddles


def _grid(window: Window) -> Array:
    """Return starts in the middles of cells, which no symmetry puts on a saddle."""
    count = SEARCHED if len(window) == 2 else SEARCHED**2
    middles = [low + (high - low) * (np.arange(count) + 0.47) / count for low, high in window]
    return np.stack(np.meshgrid(*middles), axis=-1).reshape(-1, len(window))


@lru_cache(KEPT_DERIVATIVES)
def _typeset(formula: str) -> dict[str, Any]:
    """Return a formula and its derivatives as text and as MathML, none if they would fill pages."""
    objective: Any = problem_of(formula).objective
    try:
        found = derive(formula)
        gradient = [
            {"name": name, "text": written(slope), "mathml": mathml(slope)}
            for name, slope in found.gradient.items()
        ]
        entries = {pair: _entry(entry) for pair, entry in found.hessian.items()}
        hessian = [[entries[row, column] for column in found.wrt] for row in found.wrt]
        return {"mathml": mathml(found.expression), "gradient": gradient, "hessian": hessian}
    except ValueError:
        return {"mathml": mathml(objective.expression), "gradient": [], "hessian": []}


def _entry(entry: Any) -> dict[str, str]:
    return {"text": written(entry), "mathml": mathml(entry)}
