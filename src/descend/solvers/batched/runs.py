"""Many runs on one formula in compiled batches: the array loop's steps, where those take long."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.optimizers.traits.measured import is_elementwise
from descend.protocols import (
    Adaptive,
    Array,
    Averaging,
    Callback,
    Objective,
    Optimizer,
    Record,
    Schedule,
    Search,
)
from descend.rates import Constant
from descend.records.recorder import History
from descend.solvers import array_loop as loop
from descend.solvers.array_loop import ARRIVED, BLOW_UP, LEFT_THE_NUMBERS
from descend.solvers.batched.batches import Batch, batches_of, of_run
from descend.solvers.run_state import RunState
from descend.solvers.stopping import GradientShrunk
from descend.solvers.updates import rates_at
from descend.support.numerics import largest_squarable
from descend.support.threads import workers

if TYPE_CHECKING:
    from descend.kernels.batched.acceptance import Limits
    from descend.kernels.batched.runs import Track
    from descend.kernels.batched.tapes import Program
    from descend.objectives.formulas.formula import Formula
    from descend.records.descent import Descent

LOADING_SECONDS = 0.3
"""What loading the compiled loops takes, once a process: batches pay from as much time on."""

MOST_STEPS = 10_000
"""Steps between two returns from compiled code, when rates are computed and Ctrl-C is heard."""

MOST_RATES = 1_000_000
"""Rates that are computed ahead, where each run has its own: 8 MB."""

CALL_SECONDS, RUN_SECONDS, OPERATION_SECONDS = 1e-4, 1e-7, 6e-9
"""What NumPy takes for the calls of a step, for a run, and for an operation of it, as measured."""


def walk(
    objective: Objective,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule | Adaptive | Search,
    *,
    steps: int,
    stopping: GradientShrunk,
    record: Record = "all",
    callback: Callback | None = None,
    seconds: float | None = None,
    names: tuple[str, ...] = (),
    formula: str | None = None,
) -> Descent:
    """Minimise an objective: in compiled batches where they pay, else in the array loop.

    The parameters are those of `descend.solvers.array_loop.walk`. A callback and a limit of seconds
    need the array loop, which returns to Python after each step.
    """
    unobserved = callback is None and seconds is None
    if unobserved and pays(objective, start, optimizer, learning_rate, steps, formula):
        problem: Any = (objective, start, optimizer, learning_rate)
        return descend_batched(
            *problem, steps=steps, stopping=stopping, record=record, names=names, formula=formula
        )
    return loop.walk(
        objective,
        start,
        optimizer,
        learning_rate,
        steps=steps,
        stopping=stopping,
        record=record,
        callback=callback,
        seconds=seconds,
        names=names,
        formula=formula,
    )


def pays(
    objective: Objective,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule | Adaptive | Search,
    steps: int,
    formula: str | None,
) -> bool:
    """Say whether these runs can go in compiled batches, and take long enough that it pays.

    They can on a formula, by an element-wise optimizer of the library that does not average, at
    rates that are a function of the step count.
    """
    if formula is None or start.dtype != np.float64:
        return False
    from descend.objectives.formulas.formula import Formula

    if not isinstance(objective, Formula):
        return False
    operations = len(objective.gradient_tape.instructions)
    runs = len(np.atleast_2d(start))
    seconds = steps * (CALL_SECONDS + runs * (RUN_SECONDS + OPERATION_SECONDS * operations))
    if seconds < LOADING_SECONDS or isinstance(learning_rate, Adaptive | Search):
        return False
    if isinstance(optimizer, Averaging):
        return False
    from descend.kernels.cache import is_ours

    return is_ours(optimizer) and is_elementwise(of_run(optimizer, 0))


def descend_batched(
    objective: Formula,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule,
    *,
    steps: int,
    stopping: GradientShrunk,
    record: Record,
    names: tuple[str, ...],
    formula: str | None,
) -> Descent:
    """Minimise a formula from one or several starts, as the array loop does.

    Each batch takes many steps before the next: so `seconds` is the whole time, spread evenly over
    the steps.
    """
    state = RunState(np.atleast_2d(start).copy(), optimizer)
    state.value, state.g = objective.value_and_gradient(state.w)
    history = History(state.w, state.value, state.g, record)
    state.steepest = np.linalg.norm(state.g, axis=-1)
    converged = stopping(state, state.steepest)
    history.end(np.flatnonzero(converged), "converged", ARRIVED)
    if converged.any():
        state.keep(~converged)
    track = _track(history, record, steps)
    program = _program(objective)
    batches = list(batches_of(state, optimizer, program, workers()))
    _run(batches, program, learning_rate, steps, limits_of(stopping), track, history.n_runs)
    _record_ends(batches, history, steps)
    _fill_ended(track, history)
    history.judge_growth(BLOW_UP)
    if record is not None:
        history.take_over(track.values, track.norms, track.rates, track.points)
    return history.descent(
        single=np.ndim(start) == 1,
        names=names,
        objective=objective,
        optimizer=optimizer,
        learning_rate=learning_rate,
        formula=formula,
    )


def _program(formula: Formula) -> Program:
    """Return the tape of a formula's value and gradient as numbers."""
    from descend.kernels.batched.tapes import encoded

    tape = formula.gradient_tape
    return encoded(
        [instruction.operation.__name__.lstrip("_") for instruction in tape.instructions],
        [(each.a, each.b if each.b >= 0 else each.a, each.out) for each in tape.instructions],
        tape.initial,
        tape.outputs,
    )


def limits_of(stopping: GradientShrunk) -> Limits:
    """Return when a compiled run ends: by the stopping rule, or where numbers become too large."""
    from descend.kernels.batched.acceptance import Limits

    return Limits(
        tol=float(stopping.tol),
        short=stopping.short(np.float64),
        largest=largest_squarable(np.float64),
    )


def _run(
    batches: Sequence[Batch],
    program: Program,
    schedule: Schedule,
    steps: int,
    limits: Limits,
    track: Track,
    n_runs: int,
) -> None:
    """Run all batches to their ends, on all cores."""
    from descend.kernels.batched.acceptance import compiled_acceptance
    from descend.kernels.batched.runs import cached_descend_runs
    from descend.kernels.batched.tapes import compiled_tape

    callbacks = (compiled_tape(), compiled_acceptance())
    active = [len(batch.runs.indices) for batch in batches]
    with ThreadPoolExecutor(workers()) as pool:
        t = 1
        while t <= steps and any(active):
            rates, count = _rates(schedule, t, steps, n_runs)

            def run_batch(
                batch: Batch, n: int, rates: Array = rates, t: int = t, count: int = count
            ) -> int:
                if n == 0:
                    return 0
                runs, optimizer, slots = batch
                tape = (*callbacks, program.instructions, slots, program.outputs)
                return int(
                    cached_descend_runs(*tape, runs, optimizer, rates, t, count, n, limits, track)
                )

            active = list(pool.map(run_batch, batches, active))
            t += count


def _rates(schedule: Schedule, t: int, steps: int, n_runs: int) -> tuple[Array, int]:
    """Return rates from step `t` on, and for how many steps.

    The rates have a row a step, or one that holds for all; a column a run, or one for all.
    """
    count = min(steps + 1 - t, MOST_STEPS)
    if isinstance(schedule, Constant):
        return np.array(schedule.rate, dtype=np.float64).reshape(1, -1), count
    first = rates_at(schedule, t, n_runs)
    if first.size > 1:
        count = max(1, min(count, MOST_RATES // n_runs))
    rest = [rates_at(schedule, each, n_runs) for each in range(t + 1, t + count)]
    return np.array([first, *rest], dtype=np.float64).reshape(count, -1), count


def _track(history: History, record: Record, steps: int) -> Track:
    """Return room for the record, with the start in it."""
    from descend.kernels.batched.runs import Track

    runs, d = history.w.shape
    every = history.every
    rows = 0 if record is None else steps + 1
    track = Track(
        values=np.zeros((rows, runs)),
        norms=np.zeros((rows, runs)),
        rates=np.zeros((max(0, rows - 1), runs)),
        points=np.zeros((steps // every + 1 if every else 0, runs, d)),
        every=max(1, every),
    )
    if rows:
        track.values[0], track.norms[0] = history.value, np.linalg.norm(history.g, axis=-1)
    if every:
        track.points[0] = history.w
    return track


def _record_ends(batches: Sequence[Batch], history: History, steps: int) -> None:
    """Record where the runs ended, and how."""
    for runs, _, _ in batches:
        at = runs.indices
        history.w[at], history.g[at], history.value[at] = runs.w.T, runs.g.T, runs.value
        history.best_w[at], history.best_value[at] = runs.best_w.T, runs.best_value
        history.steps_taken[at] = runs.steps
        history.evaluations[at] += runs.steps
        history.end(at[runs.converged], "converged", ARRIVED)
        active = ~runs.converged & ~runs.diverged
        history.end(at[active], "stopped", f"all {steps} steps were taken")
        for i in np.flatnonzero(runs.diverged):
            history.end(at[i : i + 1], "diverged", f"step {runs.steps[i]} {LEFT_THE_NUMBERS}")


def _fill_ended(track: Track, history: History) -> None:
    """Let runs that ended stay where they are in the rest of the record."""
    last = int(history.steps_taken.max(initial=0))
    for step in range(1, len(track.values[: last + 1])):
        ended = history.steps_taken < step
        track.values[step, ended] = history.value[ended]
        track.norms[step, ended] = np.linalg.norm(history.g[ended], axis=-1)
        if len(track.points) and step % track.every == 0:
            track.points[step // track.every, ended] = history.w[ended]
