"""One problem by all its solvers: rungs in turn, until each is near enough or time is over."""

import time
from statistics import median
from typing import Any, NamedTuple

import numpy as np
from objective import polished
from peers import other_libraries
from problems import Problem
from workers import FailedError, TooSlowError, Worker

from solvers import OURS, Solver, ours, scikit_learn

MARKS = 1e-3, 1e-6
WARM, LEAST_WARM = 60.0, 15.0
"""Seconds that preparing may take; and that it may where the problem's time is over."""

REPEATED_BELOW = 3.0
"""Seconds of a fit that is repeated: longer ones vary less."""

REPEATS = 3
OF_GROWTH = (
    OURS, "LogisticRegression lbfgs", "LogisticRegression newton-cholesky", "Snap ML",
)  # fmt: skip
"""The solvers whose growth with the size is shown."""


class Limits(NamedTuple):
    """The most seconds of a fit, and the moment (of `time.monotonic`) at which the problem ends.

    Where preparing took long, fits have `least` seconds all the same.
    """

    fit: float
    end: float
    least: float

    @property
    def next_fit(self) -> float:
        return min(self.fit, self.end - time.monotonic())


class Course:
    """What became of one solver."""

    def __init__(self, problem: Problem, solver: Solver) -> None:
        self.solver = solver
        self.worker: Worker | None = None
        self.seconds: dict[float, list[float]] = {}
        self.processor: dict[float, list[float]] = {}
        self.values: dict[float, float] = {}
        self.memory = 0.0
        self.ended = ""
        self.gave_up_at: float | None = None

        self.problem = problem

    def warm(self, limit: float) -> None:
        """Start the process, and wait until it is ready."""
        self.worker = Worker(self.problem, self.solver)
        try:
            self.worker.warm(limit)
        except FailedError as failure:
            self._close(str(failure))

    def fit(self, rung: float, limit: float) -> None:
        """Measure a rung, unless the solver has ended."""
        if self.worker is None:
            return
        try:
            found = self.worker.fit(rung, limit)
        except TooSlowError as failure:
            if rung not in self.values:
                self.gave_up_at = limit
                self._close(str(failure))
        except FailedError as failure:
            self._close(str(failure))
        else:
            self.seconds.setdefault(rung, []).append(found.seconds)
            self.processor.setdefault(rung, []).append(found.processor)
            self.values.setdefault(rung, found.value)
            self.memory = max(self.memory, found.memory)

    def reached(self, optimum: float, mark: float) -> float | None:
        """Return the rung of least seconds that comes so near."""
        near = [
            rung for rung, value in self.values.items() if value <= optimum + mark * abs(optimum)
        ]
        return min(near, key=lambda rung: median(self.seconds[rung]), default=None)

    def end(self) -> None:
        self._close(self.ended)

    def _close(self, ended: str) -> None:
        self.ended = ended
        if self.worker is not None:
            self.worker.end()
            self.worker = None

    def told(self) -> dict[str, Any]:
        """Return all that was measured, for JSON; values that are not finite as None."""
        fits = [
            {
                "rung": rung,
                "seconds": seconds,
                "processor": self.processor[rung],
                "value": self.values[rung] if np.isfinite(self.values[rung]) else None,
            }
            for rung, seconds in self.seconds.items()
        ]
        return {
            "name": self.solver.name, "setting": self.solver.setting, "fits": fits,
            "memory": self.memory, "ended": self.ended, "gave_up_at": self.gave_up_at,
        }  # fmt: skip


def measure(problem: Problem, group: str, limits: Limits) -> dict[str, Any]:
    """Return what every solver reached in how many seconds."""
    solvers = [*ours(problem), *scikit_learn(problem), *other_libraries(problem)]
    if group != "headline":
        solvers = [each for each in solvers if each.name in OF_GROWTH]
    optimum = reference(problem, solvers[0], limits)
    if optimum is None:
        late = f"{OURS} took longer than {4 * limits.fit:.0f} s to it"
        return refused(group, f"the minimum is not known: {late}")
    courses = [Course(problem, solver) for solver in solvers]
    try:
        for course in courses:
            course.warm(float(np.clip(limits.end - time.monotonic(), LEAST_WARM, WARM)))
        limits = limits._replace(end=max(limits.end, time.monotonic() + limits.least))
        climb(courses, optimum, limits)
        optimum = min([optimum, *(v for c in courses for v in c.values.values() if v == v)])
        repeat(courses, optimum, limits)
    finally:
        for course in courses:
            course.end()
    return {
        "title": problem.title, "shape": problem.shape, "alpha": problem.alpha, "group": group,
        "l1_ratio": problem.l1_ratio, "rows": problem.X.shape[0], "columns": problem.X.shape[1],
        "loss": problem.loss, "megabytes": problem.megabytes, "optimum": optimum,
        "limit": limits.fit, "solvers": [course.told() for course in courses],
    }  # fmt: skip


def refused(group: str, why: str) -> dict[str, Any]:
    """Return what is told of a problem that is not measured."""
    return {"group": group, "refused": why, "solvers": []}


def reference(problem: Problem, solver: Solver, limits: Limits) -> float | None:
    """Return the minimum: our finest fit, polished by other methods; None if that does not end."""
    worker = Worker(problem, solver)
    try:
        worker.warm(WARM)
        found = worker.fit(solver.rungs[-1], 4 * limits.fit, keep=True)
    except FailedError:
        return None
    finally:
        worker.end()
    assert found.weights is not None
    return polished(problem, *found.weights, seconds=limits.fit)


def climb(courses: list[Course], optimum: float, limits: Limits) -> None:
    """Fit the coarsest rungs of all solvers, then the next, of those that are not near enough."""
    for turn in range(max(len(course.solver.rungs) for course in courses)):
        for course in courses:
            rungs = course.solver.rungs
            if turn >= len(rungs) or course.reached(optimum, MARKS[-1]) is not None:
                continue
            if limits.next_fit <= 0:
                if course.worker is not None:
                    course.ended = "time over"
                continue
            course.fit(rungs[turn], limits.next_fit)


def repeat(courses: list[Course], optimum: float, limits: Limits) -> None:
    """Fit the rungs that count again, in turn, if they are short."""
    for _ in range(REPEATS - 1):
        for course in courses:
            rungs = {course.reached(optimum, mark) for mark in MARKS} - {None}
            for rung in sorted(rungs, key=course.solver.rungs.index):
                if median(course.seconds[rung]) < REPEATED_BELOW and limits.next_fit > 0:
                    course.fit(rung, limits.next_fit)
