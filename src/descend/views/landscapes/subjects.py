"""What a view of a function draws: the function over a window, and where a record went on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from descend.api.random_starts import WINDOW
from descend.objectives import Problem, as_problem
from descend.protocols import Array, Objective
from descend.records.descent import Descent
from descend.views.landscapes.heights import heights_at
from descend.views.records.minima import known_minima, saddles_of, targets_of
from descend.views.records.trajectories import (
    Trajectories,
    drawable,
    landmark_window,
    objective_of,
    trajectories_of,
)
from descend.views.records.window import Window, checked, window_of


class Subject(NamedTuple):
    """A function of `names` over a `window`, and the `trajectories` of a record, if it is one.

    `minima` `(n, d)` are those known in the window, of an ascent the maxima; `saddles` those at
    which runs ended.
    """

    objective: Objective
    names: tuple[str, ...]
    window: Window
    formula: str | None
    trajectories: Trajectories | None
    minima: Array
    saddles: Array

    @property
    def maximised(self) -> bool:
        """Whether the record is one of an ascent."""
        return self.trajectories is not None and self.trajectories.maximised

    @property
    def places(self) -> Array:
        """The recorded points in the picture, `(m, k, d)`."""
        assert self.trajectories is not None
        assert self.trajectories.points is not None
        return drawable(self.trajectories.points)

    @property
    def heights(self) -> Array:
        """The values at the recorded points, `(m, k)`."""
        assert self.trajectories is not None
        return drawable(self.trajectories.values[self.trajectories.point_steps])


def subject_of(
    what: Any, view: str, *, window: Sequence[object] | None = None, variables: int | None = 2
) -> Subject:
    """Return the subject of a view by its name, which draws functions of so many variables.

    `what` is a record, or what `descend.minimize` takes as an objective; `variables=None` takes a
    function of any number.

    Raises
    ------
    ValueError
        If the view cannot draw it, with what can.
    """
    if isinstance(what, Descent):
        return _of_record(what, view, window, variables)
    problem = as_problem(what)
    names = _names(problem, view, window, variables)
    refuse_variables(len(names), view, variables)
    usual = problem.window or (WINDOW,) * len(names)
    seen = checked(usual if window is None else window, len(names))
    minima = known_minima(problem.formula, names)
    known = inside(minima, seen)
    return Subject(problem.objective, names, seen, problem.formula, None, known, known[:0])


def _of_record(
    descent: Descent, view: str, window: Sequence[object] | None, variables: int | None
) -> Subject:
    d = len(descent.names)
    refuse_variables(d, view, variables)
    objective = objective_of(descent)
    if objective is None:
        raise ValueError(
            f"views.{view} needs the function, which this record does not know, as a file keeps "
            "formulas alone: run it again"
        )
    trajectories = trajectories_of(descent)
    if trajectories.points is None:
        raise ValueError(
            f"views.{view} needs the points of the path, and none were recorded: run it again with "
            'record="all"'
        )
    seen = seen_of(descent, trajectories, window)
    return Subject(
        objective,
        descent.names,
        seen.window,
        descent.formula,
        trajectories,
        seen.minima,
        seen.saddles,
    )


class Seen(NamedTuple):
    """The part of a function that the picture of a record shows, and what is known to be in it."""

    window: Window
    minima: Array
    saddles: Array


def seen_of(descent: Descent, trajectories: Trajectories, window: Sequence[object] | None) -> Seen:
    """Return the window that is asked for, or that shows a record's paths and minima."""
    targets = targets_of(descent)
    if window is None:
        shown = window_of(trajectories, landmark_window(descent), targets)
    else:
        shown = checked(window, len(descent.names))
    of_landmark = known_minima(descent.formula, descent.names, maximised=descent.maximised)
    known = np.concatenate([targets, of_landmark])
    return Seen(shown, inside(known, shown), inside(saddles_of(descent), shown))


def refuse_variables(d: int, view: str, variables: int | None) -> None:
    """Raise a ValueError, which names the views that fit, if a view draws other functions."""
    if variables is None or d == variables:
        return
    words = {1: "one variable", 2: "two variables"}
    instead = {
        1: "views.tangent and plot() draw curves",
        2: "views.contours, views.surface and plot() draw landscapes",
    }.get(d, "views.landscape draws it on two directions, and views.slices along each coordinate")
    raise ValueError(
        f"views.{view} draws functions of {words[variables]}, and this one has {d}: {instead}"
    )


def _names(
    problem: Problem, view: str, window: Sequence[object] | None, variables: int | None
) -> tuple[str, ...]:
    """Return the variables' names; of a Python function the window, or the view, counts them."""
    if problem.names is not None:
        return problem.names
    if window is None and variables is None:
        raise ValueError(
            f"views.{view} does not know how many variables this function has: give "
            "window=((lower, upper), ...), a pair for each"
        )
    d = variables if window is None else (len(np.atleast_2d(np.asarray(window, dtype=float))))
    assert d is not None
    return tuple(f"w[{j}]" for j in range(d))


def inside(points: Array, window: Window) -> Array:
    """Return those of some points `(n, d)` that a window shows, each once."""
    low, high = np.array(window).T
    seen = points[((points >= low) & (points <= high)).all(axis=1)]
    apart: list[Array] = []
    for point in seen:
        if all((np.abs(point - other) > 1e-3 * (high - low)).any() for other in apart):
            apart.append(point)
    return np.array(apart).reshape(-1, len(window))


def value_at(objective: Objective, point: Array) -> float:
    """Return the value at a point `(d,)`, NaN where there is none."""
    return float(heights_at(objective, point[np.newaxis])[0])
