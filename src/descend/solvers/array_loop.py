"""The array loop: any objective, any number of runs at once."""

from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import (
    Adaptive,
    Array,
    Averaging,
    Callback,
    Objective,
    Optimizer,
    Penalty,
    Record,
    Schedule,
    Search,
    Stride,
    verbs,
)
from descend.records.descent import Descent
from descend.records.recorder import History
from descend.solvers.line_search import SearchedSteps
from descend.solvers.run_state import Asked, RunState, of_runs
from descend.solvers.stopping import DecrementSmall, GradientShrunk
from descend.solvers.subgradients import minimum_norm_subgradient, nonsmooth_part
from descend.solvers.updates import rates_at, way_to_advance
from descend.support.numerics import largest_squarable, norms

CALLED_OFF = "the callback ended it"

ARRIVED = "the gradient is as good as zero"
LEFT_THE_NUMBERS = "left the numbers that can be squared"

BLOW_UP = 1e3
"""A run that ends above its start, where the slope is this many times steeper, has diverged."""


def walk(
    objective: Objective,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule | Adaptive | Search,
    *,
    steps: int,
    stopping: GradientShrunk | DecrementSmall,
    record: Record = "all",
    callback: Callback | None = None,
    seconds: float | None = None,
    names: tuple[str, ...] = (),
    formula: str | None = None,
) -> Descent:
    """Walk an objective downhill from one or several starts.

    A run ends "converged" when `stopping` says so, "diverged" when it leaves the finite numbers
    (it stays at its last finite point), "stalled" when no trial of a search is accepted, else
    "stopped". The record is of the points that were walked; the end is an averaging optimizer's
    answer, with the value and the gradient there. Of an objective with a part that is not smooth,
    gradients in the record are the smallest subgradients, and a start outside its bounds is moved
    inside.

    Parameters
    ----------
    objective
        What is descended; finite at every start.
    start
        `(d,)`, or `(k, d)` for k runs.
    optimizer, learning_rate
        Which way and how far. A schedule is a function of `t`; an adaptive rate follows from the
        steps before; a search decides at each step by trying.
    steps, stopping
        The most steps, and when a run has arrived earlier.
    record
        What to keep: see `descend.minimize`.
    callback
        Called after each step with the points `(k, d)` and the values `(k,)`.
    seconds
        How long it may take; looked at after each step.
    names, formula
        For the record.
    """
    began = perf_counter()
    points = np.atleast_2d(start)
    penalty = nonsmooth_part(objective, points)
    walkers = RunState(verbs.prox(penalty, points, 0.0).copy(), optimizer)
    walkers.value, walkers.g = objective.value_and_gradient(walkers.w)
    walkers.left = minimum_norm_subgradient(penalty, walkers.w, walkers.g)
    history = History(walkers.w, walkers.value, walkers.left, record)
    way: SearchedSteps | RuledSteps
    if isinstance(learning_rate, Search):
        way = SearchedSteps(objective, penalty, optimizer, learning_rate, history)
    else:
        way = RuledSteps(objective, penalty, optimizer, learning_rate, history, steps)
    _rest_arrived(walkers, history, stopping)
    way.begin(walkers)

    averages = isinstance(optimizer, Averaging)
    answers = history.w.copy()
    for t in range(1, steps + 1):
        if not len(walkers.index):
            break
        with np.errstate(all="ignore"):
            way.take(walkers, t)
        if averages:
            averaging: Any = of_runs(optimizer, walkers.index)
            answer = averaging.answer(walkers.w, walkers.memory, t)
            answers[walkers.index] = verbs.prox(penalty, answer, 0.0)
        _rest_arrived(walkers, history, stopping)
        if callback is not None and history.steps_taken.max() == t:
            try:
                callback(history.w, history.value)
            except StopIteration:
                # also what arrived by this step: whoever walks on from here must know
                going = (history.steps_taken == t) & (history.status != "diverged")
                history.end(np.flatnonzero(going), "stopped", CALLED_OFF)
                walkers.keep(np.zeros(len(walkers.index), dtype=bool))
        if seconds is not None and perf_counter() - began > seconds:
            told = f"the time budget of {seconds:g} s was used up after {t} step{'s' * (t > 1)}"
            history.end(walkers.index, "stopped", told)
            walkers.keep(np.zeros(len(walkers.index), dtype=bool))

    history.end(walkers.index, "stopped", f"all {steps} steps were taken")
    if not isinstance(learning_rate, Search):
        history.judge_growth(BLOW_UP)
    if averages and not np.array_equal(answers, history.w):
        _end_at(history, answers, objective, penalty)
    return history.descent(
        single=np.ndim(start) == 1,
        names=names or tuple(f"w[{j}]" for j in range(np.shape(start)[-1])),
        objective=objective,
        optimizer=optimizer,
        learning_rate=learning_rate,
        formula=formula,
    )


def _rest_arrived(
    walkers: RunState, history: History, stopping: GradientShrunk | DecrementSmall
) -> None:
    """Let the runs rest that have arrived."""
    norm = norms(walkers.left)
    walkers.steepest = np.maximum(walkers.steepest, norm)
    arrived = stopping(walkers, norm)
    if arrived.any():
        history.end(walkers.index[arrived], "converged", ARRIVED)
        walkers.keep(~arrived)


def _end_at(history: History, answers: Array, objective: Objective, penalty: Penalty) -> None:
    """Put the answers in place of the last points walked, with their values and gradients."""
    history.w = answers
    history.value, g = objective.value_and_gradient(answers)
    history.g = minimum_norm_subgradient(penalty, answers, g)
    history.evaluations += 1
    better = history.value < history.best_value
    history.best_w[better], history.best_value[better] = answers[better], history.value[better]


class RuledSteps:
    """Steps at the rate that a schedule or an adaptive rate says.

    Parameters
    ----------
    objective, penalty
        What is descended, and its part that is not smooth.
    optimizer, rule
        Which way and how far.
    history
        Where the steps are added, and the runs that leave all bounds marked.
    steps
        The most steps to come.
    """

    def __init__(
        self,
        objective: Objective,
        penalty: Penalty,
        optimizer: Optimizer,
        rule: Schedule | Adaptive,
        history: History,
        steps: int,
    ) -> None:
        self._objective, self._penalty, self._history = objective, penalty, history
        self._asked = Asked(optimizer)
        self._advance = way_to_advance(optimizer, penalty, history.w, steps)
        # isinstance with a protocol takes as long as a step
        self._adaptive = rule if isinstance(rule, Adaptive) else None
        self._schedule = None if isinstance(rule, Adaptive) else rule

    def begin(self, walkers: RunState) -> None:
        """Set the first rates."""
        if self._adaptive is not None:
            first = self._adaptive.first(walkers.w, walkers.value, walkers.left)
            walkers.rate, walkers.rate_memory = first

    def take(self, walkers: RunState, t: int) -> None:
        """Let each run step; those that leave all bounds rest where they were."""
        history = self._history
        rate = self._rates(walkers, t)
        history.note_rates(walkers.index, rate)
        own = self._asked.of(walkers.index, walkers.value)
        w, memory = self._advance(own, walkers.w, walkers.g, walkers.memory, rate, t)
        value, g = self._objective.value_and_gradient(w)
        history.evaluations[walkers.index] += 1
        finite = _in_bounds(w, value, g)
        if not finite.all():
            lost = walkers.index[~finite]
            history.end(lost, "diverged", f"step {t} {LEFT_THE_NUMBERS}", steps=t)
            walkers.keep(finite)
            w, value, g, rate = w[finite], value[finite], g[finite], rate[finite]
            memory = tuple(array[finite] for array in memory)
        if self._adaptive is not None:
            stride = Stride(rate, value, g, w - walkers.w, g - walkers.g)
            proposed = self._adaptive.propose(stride, walkers.rate_memory)
            walkers.rate, walkers.rate_memory = proposed
        walkers.before = walkers.w
        walkers.w, walkers.value, walkers.g, walkers.memory = w, value, g, memory
        walkers.left = minimum_norm_subgradient(self._penalty, w, g)
        history.add(walkers)

    def _rates(self, walkers: RunState, t: int) -> Array:
        """Return the rates of the step `t`, one a walker."""
        if self._schedule is None:
            rate = walkers.rate
        else:
            n_runs = self._history.n_runs
            rates = rates_at(self._schedule, t, n_runs)
            rate = np.broadcast_to(rates, (n_runs,))[walkers.index]
        return rate.astype(walkers.w.dtype, copy=False)


def _in_bounds(w: Array, value: Array, g: Array) -> npt.NDArray[np.bool_]:
    """Say which runs are where numbers can still be squared, as norms need."""
    limit = largest_squarable(w.dtype)
    small: npt.NDArray[np.bool_] = (
        np.maximum(np.abs(w).max(axis=-1), np.abs(g).max(axis=-1)) < limit
    )
    inside: npt.NDArray[np.bool_] = small & (np.abs(value) < limit)
    return inside
