"""The record of a fitted model, wherever it is, and what was recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import Array
from descend.records.descent import Descent


def record_in(what: Any) -> Descent | None:
    """Return a record, or that of a fitted model, of the last step of a pipeline or of a search.

    None of what has none: an objective, a model of another library.
    """
    if isinstance(what, Descent):
        return what
    model = getattr(what, "best_estimator_", what)
    steps = getattr(model, "steps", None)
    last = steps[-1][1] if isinstance(steps, list) and steps else model
    descent = getattr(last, "descent_", None)
    return descent if isinstance(descent, Descent) else None


def whole_record(what: Any) -> Descent:
    """Return a record or that of a fitted model; a ValueError says so if it has none."""
    descent = record_in(what)
    if descent is None:
        raise ValueError(f"a record or a fitted model is needed, got {type(what).__name__}")
    return descent


def recorded_points(descent: Descent) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return the recorded points and their steps; of a record without, the last point alone."""
    if descent.points is None:
        return descent.x[np.newaxis], np.array([descent.nit])
    return descent.points, descent.point_steps


def row_of(point_steps: npt.NDArray[np.int64], step: int) -> int:
    """Return the row of a recorded step; a ValueError names the nearest if it is none."""
    rows = np.flatnonzero(point_steps == step)
    if not len(rows):
        near = int(point_steps[np.abs(point_steps - step).argmin()])
        raise ValueError(f"step {step} was not recorded: the nearest that was is {near}")
    return int(rows[0])


def before_last(what: Any) -> Callable[[Any], Any] | None:
    """Return what a pipeline does to rows before its last step; None if it is no such pipeline."""
    model = getattr(what, "best_estimator_", what)
    steps = getattr(model, "steps", None)
    if not isinstance(steps, list) or len(steps) < 2:
        return None
    before: Callable[[Any], Any] = model[:-1].transform
    return before
