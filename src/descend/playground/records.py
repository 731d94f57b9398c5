"""A recorded descent as one buffer, from which a notebook shows it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.objectives.landmarks import LANDMARKS
from descend.playground import limits, texts
from descend.playground.buffer import packed
from descend.playground.catalogue import label_of
from descend.playground.runs import padded
from descend.protocols import Array
from descend.records.descent import Descent
from descend.support.numbers import counted
from descend.views.landscapes.heights import GRID_POINTS, heights_at, sample_landscape
from descend.views.landscapes.subjects import Subject, subject_of, value_at
from descend.views.records.trajectories import Trajectories, rates_of, trajectories_of

CURVE_POINTS = 600
"""Heights of a function of one variable."""

MOST_COLUMNS = 12
"""Coordinates that a table of the path has room for."""


def packed_record(descent: Descent) -> bytes:
    """Return a record with what is drawn under it, as `buffer.packed` does.

    Raises
    ------
    ValueError
        If it recorded nothing, or has more runs than are shown at once.
    """
    trajectories = trajectories_of(descent)
    if trajectories.n_runs > limits.MOST_BALLS:
        raise ValueError(
            texts.TOO_MANY_RUNS.format(runs=trajectories.n_runs, most=limits.MOST_BALLS)
        )
    path = _path(descent, trajectories)
    ground = _ground(descent)
    header = {
        "names": descent.names,
        "title": _title(descent),
        "summary": repr(descent),
        "explanation": descent.explain(),
        "unit": trajectories.unit,
        "measured": trajectories.measured,
        "recorded": path.recorded,
        "notes": ground.notes,
        "window": ground.window,
        "minima": ground.minima,
        "saddles": ground.saddles,
        "runs": _runs(descent, trajectories, path.steps),
    }
    return packed(header, {**path.arrays, **ground.arrays})


def _title(descent: Descent) -> str:
    """Return a landmark's name, the formula, or the coordinates' names."""
    for landmark in LANDMARKS.values():
        if descent.formula is not None and landmark.formula == descent.formula:
            return label_of(landmark)
    names = descent.names
    return descent.formula or ", ".join(names[:MOST_COLUMNS]) + ", ..." * (
        len(names) > MOST_COLUMNS
    )


class Path(NamedTuple):
    """The recorded places that are shown: at which `steps`, of so many `recorded`."""

    steps: npt.NDArray[np.int64]
    recorded: int
    arrays: dict[str, Any]


def _path(descent: Descent, trajectories: Trajectories) -> Path:
    """Return the path: all that is recorded, or as much as is shown at once."""
    points, runs = trajectories.points, trajectories.n_runs
    shown = points is not None and points.shape[2] <= MOST_COLUMNS
    places = np.arange(len(trajectories.values)) if points is None else trajectories.point_steps
    dimensions = points.shape[2] if points is not None and shown else 0
    most = min(limits.MOST_STEPS + 1, limits.MOST_NUMBERS // (runs * max(dimensions, 1)))
    kept = np.unique(np.linspace(0, len(places) - 1, min(len(places), most)).astype(np.int64))
    steps = places[kept]
    own = points[kept] if points is not None and shown else np.empty((len(steps), runs, 0))
    # the rate of the step from each place on; there is none from the last
    rates = np.concatenate([rates_of(descent)[1:], np.full((1, runs), np.nan)])
    rows = {
        "points": own,
        "values": trajectories.values[steps],
        "gradient_norms": trajectories.gradient_norms[steps],
        "rates": rates[steps],
    }
    arrays = {name: padded(array, len(steps)) for name, array in rows.items()}
    return Path(steps, len(places), {"steps": steps, **arrays})


def _runs(
    descent: Descent, trajectories: Trajectories, steps: npt.NDArray[np.int64]
) -> list[dict[str, Any]]:
    """Return what is said of each run."""
    optimizer = (
        texts.NO_OPTIMIZER if descent.optimizer is None else type(descent.optimizer).__name__
    )
    statuses, messages = np.atleast_1d(descent.status), np.atleast_1d(descent.message)
    return [
        {
            "optimizer": optimizer,
            "start": i,
            "status": str(status),
            "steps": int(np.searchsorted(steps, taken)),
            "taken": int(taken),
            "sentence": texts.ENDED.format(
                status=texts.ENDS[str(status)],
                steps=counted(int(taken), trajectories.unit),
                message=message,
            ),
        }
        for i, (status, message, taken) in enumerate(
            zip(statuses, messages, trajectories.last, strict=True)
        )
    ]


class Ground(NamedTuple):
    """What lies under the path: a window, heights, minima and saddles; or notes why nothing is."""

    window: Any = None
    minima: tuple[dict[str, Any], ...] = ()
    saddles: tuple[dict[str, Any], ...] = ()
    arrays: dict[str, Array] = {}
    notes: tuple[str, ...] = ()


def _ground(descent: Descent) -> Ground:
    """Return what lies under the path of a descent of one or two variables."""
    if len(descent.names) > 2:
        return Ground(notes=(texts.NO_LANDSCAPE.format(count=len(descent.names)),))
    try:
        subject = subject_of(descent, "landscape", variables=None)
        heights = _heights(subject)
    except ValueError as error:
        return Ground(notes=(str(error),))
    minima, saddles = (_valued(subject, points) for points in (subject.minima, subject.saddles))
    return Ground(subject.window, minima, saddles, {"heights": heights})


def _heights(subject: Subject) -> Array:
    """Return the heights over the window, a row a `y` from low to high."""
    if len(subject.window) == 1:
        return heights_at(subject.objective, np.linspace(*subject.window[0], CURVE_POINTS)[:, None])
    return sample_landscape(subject.objective, subject.window, GRID_POINTS).heights


def _valued(subject: Subject, points: Array) -> tuple[dict[str, Any], ...]:
    """Return points with the values there."""
    return tuple({"point": point, "value": value_at(subject.objective, point)} for point in points)
