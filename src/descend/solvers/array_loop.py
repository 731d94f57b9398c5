"""The array loop: any objective, any optimizer and rate, any number of runs at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from descend.optimizers import LBFGS
from descend.protocols import (
    Array,
    Averaging,
    Ending,
    Objective,
    Optimizer,
    Penalty,
    RateRule,
    Search,
    verbs,
)
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.curvature_coordinates import CurvatureCoordinates, fit
from descend.solvers.end_check import MOST_COORDINATES, EndCheck, Findings
from descend.solvers.line_search import SearchedSteps
from descend.solvers.loop import iterate
from descend.solvers.run_state import Mask, RunState, of_runs
from descend.solvers.scheduled_steps import OneOptimizer, ScheduledSteps
from descend.solvers.stopping import GradientShrunk, StoppingRule
from descend.solvers.subgradients import (
    minimum_norm_subgradient,
    nonsmooth_part,
    refuse_scaled_groups,
)
from descend.support.numerics import some

BLOW_UP = 1e3
"""A run that ends above its start, where the slope is this many times steeper, has diverged."""


@dataclass(frozen=True)
class ArrayLoop:
    """Descent by an optimizer at a learning rate, all runs at once by broadcasting.

    A run ends "converged" when `stopping` says so (None: when the gradient shrank by the options'
    `tol`), "diverged" when it leaves the finite numbers (it stays at its last finite point),
    "stalled" when no trial of a search is accepted, else "stopped". The record is of the points
    that were visited; the end is an averaging optimizer's answer, with the value and the gradient
    there. Of an objective with a part that is not smooth, gradients in the record are the
    minimum-norm subgradients, and a start outside its bounds is moved inside.
    """

    optimizer: Optimizer
    rate: RateRule
    stopping: StoppingRule | None = None
    renewing: bool = False

    def solve(
        self, objective: Objective, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from one or several starts: see `descend.solvers.contract.Solver`."""
        points = np.atleast_2d(start)
        penalty = nonsmooth_part(objective, points)
        refuse_scaled_groups(penalty, self.optimizer)
        state = RunState(verbs.prox(penalty, points, 0.0).copy(), self.optimizer)
        state.value, state.g = objective.value_and_gradient(state.w)
        state.slope_under(penalty)
        recorder = Recorder(state.w, state.value, state.subgradient, options.record)
        check = coordinates = None
        if self.stopping is None:
            if self.renewing and isinstance(self.optimizer, LBFGS) and fit(state.w):
                coordinates = CurvatureCoordinates(self.optimizer, state.w)
            renewable = coordinates is not None
            check = EndCheck(objective, penalty, recorder, options.tol, renewable=renewable)
        steps: Steps
        if isinstance(self.rate, Search):
            steps = SearchedSteps(
                objective, penalty, self.optimizer, self.rate, recorder, check, coordinates
            )
        else:
            advance = OneOptimizer(self.optimizer, penalty, state.w, options.steps)
            steps = ScheduledSteps(objective, penalty, advance, self.rate, recorder)
        stopping = self.stopping or GradientShrunk(options.tol)
        runs = ArrayRuns(state, recorder, steps, stopping, check, self.optimizer, penalty)
        if options.steps:
            steps.begin(state)
        runs.judge()
        iterate(runs, recorder, options, observer)
        if not isinstance(self.rate, Search):
            recorder.end_grown(BLOW_UP)
        runs.answer(objective)
        return self.recorded(recorder, objective, start, options)

    def recorded(
        self, recorder: Recorder, objective: Objective, start: Array, options: Options
    ) -> Descent:
        """Return the record of this loop's runs, told what was descended, and how."""
        return recorder.descent(
            single=np.ndim(start) == 1,
            objective=objective,
            optimizer=self.optimizer,
            learning_rate=self.rate,
            names=options.names_of(start),
            formula=options.formula,
        )


class Steps(Protocol):
    """How the runs take a step."""

    def begin(self, state: RunState) -> None:
        """Set the first rates."""

    def take(self, state: RunState, t: int) -> None:
        """Let each run step and record it; end those that cannot."""

    def go_on(self, state: RunState, rows: Runs, findings: Findings) -> None:
        """Let those of these runs that were not ended go on as was found."""


class ArrayRuns:
    """The runs of the array loop, as a method that `descend.solvers.loop.iterate` steps."""

    def __init__(
        self,
        state: RunState,
        recorder: Recorder,
        steps: Steps,
        stopping: StoppingRule,
        check: EndCheck | None,
        optimizer: Optimizer,
        penalty: Penalty,
    ) -> None:
        self._state, self._recorder, self._steps = state, recorder, steps
        self._stopping, self._check, self._penalty = stopping, check, penalty
        self._averaging: Any = optimizer if isinstance(optimizer, Averaging) else None
        self._answers = recorder.w.copy()

    @property
    def running(self) -> Runs:
        """The runs that have not ended."""
        return self._state.index

    def take(self, t: int) -> bool:
        """Let the running runs step."""
        state = self._state
        with np.errstate(all="ignore"):
            self._steps.take(state, t)
        if self._averaging is not None:
            averaging: Any = of_runs(self._averaging, state.index)
            answer = averaging.answer(state.w, state.memory, t)
            self._answers[state.index] = verbs.prox(self._penalty, answer, 0.0)
        return bool(self._recorder.steps_taken.max() == t)

    def judge(self) -> None:
        """End the runs that have arrived."""
        state = self._state
        norm = state.norm
        state.largest_norm = np.maximum(state.largest_norm, norm)
        if self._check is not None and state.w.shape[1] <= MOST_COORDINATES:
            state.widen()
        arrived = self._stopping(state, norm)
        if some(arrived):
            arrived = self._confirmed(np.flatnonzero(arrived), norm)
            state.keep(~arrived)

    def _confirmed(self, rows: Runs, norm: Array) -> Mask:
        """End the runs in these rows that have arrived at a minimum; return which have ended."""
        state, check, t = self._state, self._check, self._recorder.rows
        ended = np.zeros(len(state.w), dtype=bool)
        if check is None:
            self._recorder.end(state.index[rows], Ending.GRADIENT_ZERO)
            ended[rows] = True
            return ended
        rows = rows[check.is_due(state, rows, norm[rows], t)]
        if not len(rows):
            return ended
        claims = [Ending.GRADIENT_ZERO] * len(rows)
        findings = check.look(state, rows, claims, stuck=False)
        check.postpone(state, rows, norm[rows], t)
        self._recorder.end_each(state.index[rows], findings.endings)
        self._steps.go_on(state, rows, findings)
        ended[rows] = findings.ended
        return ended

    def answer(self, objective: Objective) -> None:
        """Put an averaging optimizer's answers in place of the last points visited."""
        recorder = self._recorder
        if self._averaging is None or np.array_equal(self._answers, recorder.w):
            return
        value, g = objective.value_and_gradient(self._answers)
        left = minimum_norm_subgradient(self._penalty, self._answers, g)
        everyone = np.arange(recorder.n_runs)
        recorder.move(everyone, self._answers, value, left, steps=recorder.steps_taken)
        recorder.evaluations += 1
