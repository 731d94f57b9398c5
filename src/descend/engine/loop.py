"""The array loop: any objective, any number of runs at once."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from descend import verbs
from descend.descent import Descent
from descend.engine.history import History, Record
from descend.engine.proximal import excess, left_to_descend, rough_part
from descend.engine.stepping import Advance, way_to_advance
from descend.engine.stopping import DecrementSmall, GradientShrunk
from descend.engine.trials import picked, refuse_to_climb, steps_of
from descend.engine.walkers import Walkers, length, of_runs
from descend.typing import (
    Adaptive,
    Array,
    Averaging,
    Objective,
    Optimizer,
    Penalty,
    Schedule,
    Search,
    Stride,
    Trial,
)

TRIALS = 60
"""Rates that a search may try in one step."""

NOISE = 1e-6
"""Where no rate is accepted, a gradient of this share of the steepest met counts as rounding."""

BOTTOM = "no step makes the value smaller: what is left of the gradient is rounding"
KINK = "no step makes the value smaller: the slope jumps here, as at a kink"

CALLED_OFF = "the callback ended it"

ARRIVED = "the gradient is as good as zero"
LEFT_THE_NUMBERS = "left the numbers that can be squared"

BLOW_UP = 1e3
"""A run that ends above its start, where the slope is this many times steeper, has diverged."""

Callback = Callable[[Array, Array], None]
"""Called after each step with the points and the values; it ends the descent by `StopIteration`."""


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
    if isinstance(learning_rate, Search):
        refuse_to_climb(optimizer)
    began = perf_counter()
    points = np.atleast_2d(start)
    penalty = rough_part(objective, points)
    walkers = Walkers(verbs.prox(penalty, points, 0.0).copy(), optimizer)
    walkers.value, walkers.g = objective.value_and_gradient(walkers.w)
    walkers.left = left_to_descend(penalty, walkers.w, walkers.g)
    history = History(walkers.w, walkers.value, walkers.left, record)
    _rest_arrived(walkers, history, stopping)
    if isinstance(learning_rate, Adaptive):  # a search is one, too
        first = learning_rate.first(walkers.w, walkers.value, walkers.left)
        walkers.rate, walkers.rate_memory = first

    advance = way_to_advance(optimizer, penalty, walkers.w, steps)
    answers = history.w.copy()
    for t in range(1, steps + 1):
        if not len(walkers.index):
            break
        if isinstance(learning_rate, Search):
            _search_step(objective, penalty, walkers, optimizer, learning_rate, t, history)
        else:
            _plain_step(objective, advance, walkers, optimizer, learning_rate, t, history)
        walkers.left = left_to_descend(penalty, walkers.w, walkers.g)
        history.add(walkers)
        if isinstance(learning_rate, Search):
            _rest_unmoved(walkers, history)
        if isinstance(optimizer, Averaging):
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
            told = f"the time budget of {seconds:g} s was used up after {t} steps"
            history.end(walkers.index, "stopped", told)
            walkers.keep(np.zeros(len(walkers.index), dtype=bool))

    history.end(walkers.index, "stopped", f"all {steps} steps were taken")
    if not isinstance(learning_rate, Search):
        history.judge_growth(BLOW_UP)
    if isinstance(optimizer, Averaging) and not np.array_equal(answers, history.w):
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
    walkers: Walkers, history: History, stopping: GradientShrunk | DecrementSmall
) -> None:
    """Let the runs rest that have arrived."""
    norm = length(walkers.left)
    walkers.steepest = np.maximum(walkers.steepest, norm)
    arrived = stopping(walkers, norm)
    if arrived.any():
        history.end(walkers.index[arrived], "converged", ARRIVED)
        walkers.keep(~arrived)


def _end_at(history: History, answers: Array, objective: Objective, penalty: Penalty) -> None:
    """Put the answers in place of the last points walked, with their values and gradients."""
    history.w = answers
    history.value, g = objective.value_and_gradient(answers)
    history.g = left_to_descend(penalty, answers, g)
    history.evaluations += 1
    better = history.value < history.best_value
    history.best_w[better], history.best_value[better] = answers[better], history.value[better]


def _plain_step(
    objective: Objective,
    advance: Advance,
    walkers: Walkers,
    optimizer: Optimizer,
    rule: Schedule | Adaptive,
    t: int,
    history: History,
) -> None:
    """Take the step that the rule says; runs that leave all bounds rest where they were."""
    if isinstance(rule, Adaptive):
        rate = walkers.rate
    else:
        rate = np.broadcast_to(rule(np.asarray(float(t))), (history.n_runs,))[walkers.index]
    rate = rate.astype(walkers.w.dtype, copy=False)
    history.note_rates(walkers.index, rate)
    with np.errstate(all="ignore"):
        own = verbs.at(of_runs(optimizer, walkers.index), walkers.value[:, None])
        w, memory = advance(own, walkers.w, walkers.g, walkers.memory, rate, t)
        value, g = objective.value_and_gradient(w)
    history.evaluations[walkers.index] += 1
    finite = _in_bounds(w, value, g)
    if not finite.all():
        lost = walkers.index[~finite]
        history.end(lost, "diverged", f"step {t} {LEFT_THE_NUMBERS}", steps=t)
        walkers.keep(finite)
        w, value, g, rate = w[finite], value[finite], g[finite], rate[finite]
        memory = tuple(array[finite] for array in memory)
    if isinstance(rule, Adaptive):
        stride = Stride(rate, value, g, w - walkers.w, g - walkers.g)
        walkers.rate, walkers.rate_memory = rule.propose(stride, walkers.rate_memory)
    walkers.before = walkers.w
    walkers.w, walkers.value, walkers.g, walkers.memory = w, value, g, memory


def _search_step(
    objective: Objective,
    penalty: Penalty,
    walkers: Walkers,
    optimizer: Optimizer,
    search: Search,
    t: int,
    history: History,
) -> None:
    """Take the first step that the search accepts; runs without one rest."""
    w, value, g = walkers.w.copy(), walkers.value.copy(), walkers.g.copy()
    steps = steps_of(walkers, penalty, optimizer, t)
    rate = walkers.rate.copy()
    clues = tuple(array.copy() for array in walkers.rate_memory)
    level = np.zeros(len(w), dtype=bool)
    pending = np.arange(len(w))
    uphill = np.zeros(len(w), dtype=bool)
    last_rise = np.full(len(w), np.inf)
    for _ in range(TRIALS):
        tried, decrease = steps.at(rate[pending], pending)
        before = picked(walkers.w, pending)
        with np.errstate(all="ignore"):
            new_value, new_g = objective.value_and_gradient(tried)
            new_slope = np.vecdot(new_g, tried - before) + excess(penalty, before, tried)
        history.evaluations[walkers.index[pending]] += 1
        finite = np.isfinite(new_value) & np.isfinite(new_g).all(axis=-1)
        new_value = np.where(finite, new_value, np.inf)
        trial = Trial(
            rate[pending], picked(walkers.value, pending), new_value, -decrease, new_slope
        )
        accepted = search.accepts(trial, tuple(picked(array, pending) for array in clues)) & finite
        rounding = 8 * np.finfo(w.dtype).eps * np.abs(trial.value)
        # as a share of the promise: on a smooth function a shorter step rises by a smaller one,
        # as long as the promise is well above the rounding
        with np.errstate(all="ignore"):
            rise = (new_value - trial.value) / np.maximum(np.abs(decrease), 1e3 * rounding)
        uphill[pending] |= (rise > 0.5) & (rise > 0.75 * last_rise[pending])
        last_rise[pending] = rise
        # a step that changes nothing is none, where the gradient is seen to be wrong
        accepted &= (new_value < trial.value) | ~uphill[pending]
        kept = pending[accepted]
        w[kept], value[kept], g[kept] = tried[accepted], new_value[accepted], new_g[accepted]
        steps.keep(pending, accepted)
        # what the gradient promises is lost in the rounding of the value: this is the bottom
        flat = ~accepted & (np.abs(decrease) <= rounding) & (new_value >= trial.value)
        flat &= ~uphill[pending]
        level[pending[flat]] = True
        refused = ~accepted & ~flat
        pending = pending[refused]
        if not len(pending):
            break
        trial = Trial(*(array[refused] for array in trial))
        rate[pending], followed = search.retry(trial, tuple(array[pending] for array in clues))
        for array, new in zip(clues, followed, strict=True):
            array[pending] = new
    stuck = np.zeros(len(w), dtype=bool)
    stuck[pending] = True
    walkers.rate, walkers.rate_memory = rate, clues
    memory = steps.memory
    moving = ~(stuck | level)
    if not moving.all():
        bottom = "the value changes no more: the gradient is lost in its rounding"
        history.end(walkers.index[level], "converged", bottom)
        if len(pending):
            _end_stuck(walkers, history, pending, trial)
        walkers.keep(moving)
        w, value, g = w[moving], value[moving], g[moving]
        memory = tuple(array[moving] for array in memory)
    history.note_rates(walkers.index, walkers.rate)
    stride = Stride(walkers.rate, value, g, w - walkers.w, g - walkers.g)
    walkers.rate, walkers.rate_memory = search.propose(stride, walkers.rate_memory)
    walkers.before, walkers.g_before = walkers.w, walkers.g
    walkers.w, walkers.value, walkers.g, walkers.memory = w, value, g, memory
    limit = largest_number(w.dtype)
    bottomless = (np.abs(w).max(axis=-1) >= limit) | (value <= -limit)
    if bottomless.any():
        told = "the value falls without end: the function has no minimum this way"
        history.end(walkers.index[bottomless], "diverged", told, steps=t)
        walkers.keep(~bottomless)


def _end_stuck(
    walkers: Walkers, history: History, rows: npt.NDArray[np.intp], trial: Trial
) -> None:
    """Say why no rate was accepted of the runs at these rows, whose last trials are given."""
    nearly_zero = _is_noise(walkers, rows)
    jumps = ~nearly_zero & (trial.new_slope > 0.5 * np.abs(trial.slope))
    index = walkers.index[rows]
    history.end(index[nearly_zero], "converged", BOTTOM)
    history.end(index[jumps], "stalled", KINK)
    wall = f"the search accepts none of {TRIALS} rates"
    history.end(index[~nearly_zero & ~jumps], "stalled", wall)


def _rest_unmoved(walkers: Walkers, history: History) -> None:
    """Let the runs rest whose last step was lost in the rounding of their point."""
    w, before = walkers.w, walkers.before
    size = np.maximum(np.abs(w), walkers.start_size)
    unmoved = (np.abs(w - before) <= 4 * np.finfo(w.dtype).eps * size).all(axis=-1)
    if not unmoved.any():
        return
    rows = np.flatnonzero(unmoved)
    moved = w[rows] - before[rows]
    slope, new_slope = (np.vecdot(g[rows], moved) for g in (walkers.g_before, walkers.g))
    nearly_zero = _is_noise(walkers, rows)
    jumps = ~nearly_zero & (new_slope > 0.5 * np.abs(slope))
    history.end(walkers.index[rows[nearly_zero]], "converged", BOTTOM)
    history.end(walkers.index[rows[jumps]], "stalled", KINK)
    unmoved[rows] = nearly_zero | jumps
    walkers.keep(~unmoved)


def _is_noise(walkers: Walkers, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Say where so little is left of the gradient that it may be rounding."""
    norm = length(walkers.left[rows])
    size = np.maximum(length(walkers.w[rows]), 1)
    noise: npt.NDArray[np.bool_] = norm <= NOISE * walkers.steepest[rows]
    noise |= norm * size <= NOISE**1.5 * np.maximum(np.abs(walkers.value[rows]), 1)
    return noise


def largest_number(dtype: npt.DTypeLike) -> float:
    """Return the largest number that can safely be squared."""
    return float(np.sqrt(np.finfo(dtype).max)) / 1e3


def _in_bounds(w: Array, value: Array, g: Array) -> npt.NDArray[np.bool_]:
    """Say which runs are where numbers can still be squared, as norms need."""
    limit = largest_number(w.dtype)
    small: npt.NDArray[np.bool_] = (
        np.maximum(np.abs(w).max(axis=-1), np.abs(g).max(axis=-1)) < limit
    )
    inside: npt.NDArray[np.bool_] = small & (np.abs(value) < limit)
    return inside
