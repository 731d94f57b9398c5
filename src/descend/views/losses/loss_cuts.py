"""What the loss over some parameters is cut from: an objective, a point of it, and the paths."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.api.random_starts import WINDOW
from descend.objectives import as_problem
from descend.protocols import Array, Objective
from descend.records.descent import Descent
from descend.views.figures.style import number
from descend.views.landscapes.subjects import Subject, inside
from descend.views.losses.sections import Others, section_of
from descend.views.records.chosen_names import place_of
from descend.views.records.fitted_records import record_in
from descend.views.records.minima import known_minima, minima_ahead, targets_of
from descend.views.records.trajectories import (
    Trajectories,
    drawable,
    landmark_window,
    objective_of,
    trajectories_of,
)
from descend.views.records.window import Window, checked, window_of, with_room

Parameter: TypeAlias = str | int

MOST_TOLD = 2
"""Of more other parameters their number is told, not their values."""


class Ground(NamedTuple):
    """An objective of `names`, the point `at` `(d,)` that is cut through, and the paths on it.

    `targets` `(n, d)` are the minima that are known, `known` is a window to show, if there is one,
    and `place` says what the point is.
    """

    objective: Objective
    names: tuple[str, ...]
    at: Array
    trajectories: Trajectories | None
    targets: Array
    formula: str | None
    known: Window | None
    place: str

    @property
    def maximised(self) -> bool:
        """Whether the record is one of an ascent."""
        return self.trajectories is not None and self.trajectories.maximised

    def places_of(self, parameters: Sequence[Parameter]) -> list[int]:
        """Return the places of parameters by name or number; a ValueError if one is unknown."""
        places = [place_of(self.names, each, "parameter") for each in parameters]
        if len(set(places)) < len(places):
            raise ValueError(f"parameters={list(parameters)!r} must differ from each other")
        return places

    def cut(
        self, free: Sequence[int], others: Others, view: str, window: Sequence[object] | None
    ) -> Subject:
        """Return the objective over the free parameters as a subject, the paths projected on it."""
        section = section_of(self.objective, self.at, free, others, view, maximised=self.maximised)
        places = list(free)
        at, targets = self.at[places], self.targets[:, places]
        if others == "held" and len(free) < len(self.at):
            # with others held elsewhere, the minimum of all is not that of what is shown
            found = minima_ahead(section, at[np.newaxis], maximised=self.maximised)
            targets = np.array(found).reshape(-1, len(free))
        projected = None
        if self.trajectories is not None and self.trajectories.points is not None:
            points = self.trajectories.points[..., places]
            projected = self.trajectories._replace(points=points)
        known = None if self.known is None else tuple(self.known[place] for place in free)
        if window is not None:
            seen = checked(window, len(free))
        elif projected is not None:
            seen = _window(projected, known, targets)
        elif known is not None:
            seen = known
        else:
            corners = np.concatenate([at[np.newaxis], targets])
            seen = with_room(corners.min(axis=0), corners.max(axis=0))
        minima = inside(targets, seen)
        names = tuple(self.names[place] for place in free)
        return Subject(section, names, seen, self.formula, projected, minima, minima[:0])

    def told(self, free: Sequence[int], others: Others) -> str | None:
        """Say what of the other parameters; None if there are none."""
        rest = [place for place in range(len(self.names)) if place not in free]
        if not rest:
            return None
        few = len(rest) <= MOST_TOLD
        which = " and ".join(self.names[place] for place in rest) if few else f"{len(rest)} others"
        if others == "refitted":
            return f"{which} refitted at each point"
        if few:
            which = ", ".join(f"{self.names[place]} = {number(self.at[place])}" for place in rest)
        return f"{which} held {self.place}"


def _window(trajectories: Trajectories, known: Window | None, targets: Array) -> Window:
    """Return the window of paths, each parameter in a unit of its own: as far as the paths went."""
    points = drawable(np.asarray(trajectories.points))
    far = np.quantile(points, 0.95, axis=(0, 1)) - np.quantile(points, 0.05, axis=(0, 1))
    unit = np.where(far > 0, far, far.max() or 1.0)
    scaled = trajectories._replace(points=points / unit)
    inside_units = None if known is None else tuple(map(tuple, np.array(known) / unit[:, None]))
    window = np.array(window_of(scaled, inside_units, targets / unit)) * unit[:, None]
    return tuple((float(low), float(high)) for low, high in window)


def ground_of(what: Any, view: str, at: npt.ArrayLike | Mapping[str, float] | None) -> Ground:
    """Return what is cut: a record, a fitted model's, or an objective with a point of it.

    Raises
    ------
    ValueError
        If it does not know its function, or a point is missing.
    """
    descent = record_in(what)
    if descent is not None:
        return _of_record(descent, view, at)
    if hasattr(what, "get_params"):
        raise ValueError(
            f"views.{view} needs the function that was descended, and {type(what).__name__} has no "
            "record of it: give a fitted model of descend, its descent_, or an objective"
        )
    problem = as_problem(what)
    if at is None and problem.names is None:
        raise ValueError(
            f"views.{view} does not know how many parameters this function has: give the point "
            "that is cut through, at=[...], or a record of its descent"
        )
    d = len(problem.names) if problem.names is not None else np.size(at)  # type: ignore[arg-type]
    names = problem.names or tuple(f"w[{j}]" for j in range(d))
    if at is None and d > 2:
        raise ValueError(
            f"views.{view} cuts through a point of this function of {d}: give it, as "
            f"at={{{names[0]!r}: 0, ...}}, or give a record of its descent"
        )
    window: Window | None = problem.window
    if at is None:
        window = window or (WINDOW,) * d
        point = np.mean(window, axis=1)
        minima = known_minima(problem.formula, names)
    else:
        point = _point(at, names)
        minima = np.array(minima_ahead(problem.objective, point[np.newaxis])).reshape(-1, d)
    return Ground(
        problem.objective, names, point, None, minima, problem.formula, window, "as given"
    )


def _of_record(descent: Descent, view: str, at: Any) -> Ground:
    objective = objective_of(descent)
    if objective is None:
        raise ValueError(
            f"views.{view} needs the function, which this record does not know, as a file keeps "
            "formulas alone: run it again"
        )
    ends = np.atleast_2d(descent.x)
    values = np.atleast_1d(descent.fun)
    best = int(np.nanargmax(values) if descent.maximised else np.nanargmin(values))
    point = ends[best].astype(float) if at is None else _point(at, descent.names)
    if not np.isfinite(point).all():
        raise ValueError(
            "this descent left for infinity: it has no end to cut through; give a point, at=[...]"
        )
    known = known_minima(descent.formula, descent.names, maximised=descent.maximised)
    ended = "at the end" if descent.n_runs is None else "at the best end"
    return Ground(
        objective,
        descent.names,
        point,
        trajectories_of(descent),
        np.concatenate([targets_of(descent), known]),
        descent.formula,
        landmark_window(descent),
        ended if at is None else "as given",
    )


def _point(at: Any, names: Sequence[str]) -> Array:
    """Return a point `(d,)` that may be given by names."""
    if isinstance(at, Mapping):
        missing = [name for name in names if name not in at]
        unknown = [name for name in at if name not in names]
        if missing or unknown:
            wrong = f"lacks {missing[0]!r}" if missing else f"has {unknown[0]!r}, which is none"
            raise ValueError(
                f"at must have a number for each of {', '.join(names[:20])}: it {wrong}"
            )
        at = [at[name] for name in names]
    point = np.asarray(at, dtype=float)
    if point.shape != (len(names),) or not np.isfinite(point).all():
        raise ValueError(f"at={at!r} must have a finite number for each of the {len(names)}")
    return point


def projected_heights(subject: Subject) -> Array:
    """Return the section's values at the recorded points of the paths, `(m, k)`."""
    places = subject.places
    heights = subject.objective.value(places.reshape(-1, places.shape[-1]))
    return drawable(np.asarray(heights).reshape(places.shape[:-1]))
