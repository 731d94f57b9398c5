"""`/api/stationary`: the minima and saddles of a function in a window."""

from __future__ import annotations

from typing import Any

import numpy as np

from descend.api.minimization import minimize
from descend.diagnosis.minima import distinct_minima
from descend.diagnosis.saddles import saddles_in
from descend.objectives import Problem
from descend.objectives.landmarks import LANDMARKS
from descend.playground.descents import Check, Interruptible
from descend.playground.fields import Fields
from descend.playground.functions import Window, read_window
from descend.playground.questions import read_problem
from descend.protocols import Array

SEARCHED = 12
"""Starts in each direction, from which minima are looked for."""

SEARCH_STEPS = 200


def answer(fields: Fields, check: Check) -> dict[str, Any]:
    """Return the stationary points that are asked for."""
    problem = read_problem(fields)
    seen = read_window(fields, problem)
    fields.done()
    minima, saddles = stationary_points(problem, seen, check)
    return {"minima": minima, "saddles": saddles}


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
