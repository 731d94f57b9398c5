"""Which optimizer and which learning rate a caller's words mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from descend.optimizers import LBFGS, SGD, has_recommended_rate, recommended_rate
from descend.protocols import Adaptive, Array, Optimizer, Schedule, Search
from descend.rates import Constant, Monotone, WholeStep, by_text, refuse_out_of_range
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Batched
from descend.solvers.contract import Solver
from descend.solvers.rate_trials import RateTrials

MOST_PAIRS = 200
"""The most steps that "auto" remembers: each costs two passes over the coordinates a step."""

REMEMBERED = 2**27
"""Bytes that "auto" may remember before it is content with the last ten steps."""


def is_auto(given: Any) -> bool:
    """Say whether a choice is left to us."""
    return isinstance(given, str) and given.lower() == "auto"


def automatic(points: Array, untuned: bool) -> Optimizer:
    """Return the optimizer that "auto" is, from these points, with a learning rate and without."""
    return LBFGS(_pairs(points)) if untuned else SGD()


def _pairs(points: Array) -> int:
    """Return how many steps to remember: twice the coordinates, if there is room for that."""
    room = REMEMBERED // (2 * points.nbytes)
    return int(min(max(2 * points.shape[-1], 5), max(10, min(room, MOST_PAIRS))))


def untuned(optimizer: Optimizer) -> Solver:
    """Return the solver of an optimizer without a learning rate: one that finds it.

    Where the paper recommends the rate 1, the optimizer finds the length of its steps itself.
    """
    if isinstance(optimizer, SGD | LBFGS):
        search = Monotone() if isinstance(optimizer, SGD) else WholeStep()
        return Batched(ArrayLoop(optimizer, search))
    customary = recommended_rate(optimizer) if has_recommended_rate(optimizer) else None
    if customary == 1:
        return Batched(ArrayLoop(optimizer, Constant(customary)))
    return RateTrials(optimizer, customary)


def rate_of(learning_rate: Any, points: Array, steps: int) -> Schedule | Adaptive | Search:
    """Return a schedule, an adaptive rate or a search from what the caller gave."""
    if isinstance(learning_rate, str):
        return by_text(learning_rate, steps)
    if isinstance(learning_rate, Adaptive) or callable(learning_rate):
        if isinstance(learning_rate, type):
            raise ValueError(f"learning_rate={learning_rate!r} is a class: give an instance of it")
        refuse_out_of_range(learning_rate)
        chosen: Schedule | Adaptive | Search = learning_rate
        return chosen
    try:
        rate = np.asarray(None if isinstance(learning_rate, bool) else learning_rate, dtype=float)
    except (TypeError, ValueError):
        rate = np.asarray(np.nan)
    if rate.ndim > 1 or not np.isfinite(rate).all() or not (rate > 0).all():
        raise ValueError(f"learning_rate={learning_rate!r} must be positive and finite")
    if rate.ndim == 1 and (points.ndim == 1 or len(rate) != len(points)):
        runs = 1 if points.ndim == 1 else len(points)
        raise ValueError(f"there are {len(rate)} learning rates for {runs} run(s): give one a run")
    return Constant(float(rate) if rate.ndim == 0 else rate)
