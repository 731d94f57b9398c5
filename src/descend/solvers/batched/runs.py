"""Many runs on a formula in compiled batches: the steps of the array loop, where it takes long."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.optimizers.classical import SGD
from descend.optimizers.traits import is_elementwise
from descend.penalties import NoPenalty
from descend.protocols import (
    Adaptive,
    Array,
    Averaging,
    Ending,
    Objective,
    Schedule,
    Search,
    Status,
)
from descend.rates.found import constant_rate
from descend.records.recorder import Recorder
from descend.solvers.array_loop import BLOW_UP, ArrayLoop
from descend.solvers.batched.batches import Batch, batches_of, of_run
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.end_check import EndCheck
from descend.solvers.run_state import RunState
from descend.solvers.stopping import GradientShrunk
from descend.solvers.updates import rates_at
from descend.support.numerics import largest_squarable, norms
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


@dataclass(frozen=True)
class Batched:
    """The array loop; in compiled batches, with the same results, where it would take long."""

    loop: ArrayLoop

    def solve(
        self, objective: Objective, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from one or several starts: see `descend.solvers.contract.Solver`.

        Observers and a limit of seconds need the array loop's return to Python after each step.
        """
        unobserved = not observer.active and options.seconds is None
        if unobserved and pays(objective, start, self.loop, options):
            formula: Any = objective
            return descend_batched(formula, start, self.loop, options)
        return self.loop.solve(objective, start, options, observer)


@dataclass(frozen=True)
class Compiled:
    """The array loop in compiled batches, however short it is, where that can be.

    For those who have loaded the compiled loops, and want steps that depend on nothing else.
    """

    loop: ArrayLoop

    def solve(
        self, objective: Objective, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from one or several starts: see `descend.solvers.contract.Solver`."""
        unobserved = not observer.active and options.seconds is None
        if unobserved and can_compile(objective, start, self.loop, options):
            formula: Any = objective
            return descend_batched(formula, start, self.loop, options)
        return self.loop.solve(objective, start, options, observer)


def pays(objective: Objective, start: Array, loop: ArrayLoop, options: Options) -> bool:
    """Say whether these runs can go in compiled batches, and take long enough that it pays."""
    if options.formula is None:
        return False
    from descend.objectives.formulas.formula import Formula

    if not isinstance(objective, Formula):
        return False
    operations = len(objective.gradient_tape.instructions)
    runs = len(np.atleast_2d(start))
    a_step = CALL_SECONDS + runs * (RUN_SECONDS + OPERATION_SECONDS * operations)
    takes_long = options.steps * a_step >= LOADING_SECONDS
    return takes_long and can_compile(objective, start, loop, options)


def can_compile(objective: Objective, start: Array, loop: ArrayLoop, options: Options) -> bool:
    """Say whether these runs can go in compiled batches.

    They can on a formula, by an element-wise optimizer of the library that does not average, at
    rates that are a function of the step count.
    """
    if not is_scheduled(objective, start, loop, options):
        return False
    from descend.kernels.cache import is_ours

    return is_ours(loop.optimizer) and is_elementwise(of_run(loop.optimizer, 0))


def is_scheduled(objective: Objective, start: Array, loop: ArrayLoop, options: Options) -> bool:
    """Say whether runs are on a formula, not averaged, at rates that follow from the step count."""
    if options.formula is None or start.dtype != np.float64:
        return False
    from descend.objectives.formulas.formula import Formula

    if not isinstance(objective, Formula) or isinstance(loop.rate, Adaptive | Search):
        return False
    return not isinstance(loop.optimizer, Averaging)


def descend_batched(objective: Formula, start: Array, loop: ArrayLoop, options: Options) -> Descent:
    """Minimise a formula as the array loop does; `seconds` are spread evenly over the steps."""
    schedule: Any = loop.rate
    stopping = GradientShrunk(options.tol)
    state = RunState(np.atleast_2d(start).copy(), loop.optimizer)
    state.value, state.g = objective.value_and_gradient(state.w)
    recorder = Recorder(state.w, state.value, state.g, options.record)
    state.largest_norm = norms(state.g)
    converged = stopping(state, state.largest_norm)
    recorder.end(np.flatnonzero(converged), Ending.GRADIENT_ZERO)
    if converged.any():
        state.keep(~converged)
    track = _track(recorder, options)
    program = _program(objective)
    batches = list(batches_of(state, loop.optimizer, program, workers()))
    kept = None if options.record is None else track
    run = (options.steps, limits_of(stopping), kept, recorder.n_runs)
    _run(batches, program, schedule, *run)
    _record_ends(batches, recorder, options.steps)
    _fill_ended(track, recorder)
    recorder.end_grown(BLOW_UP)
    if not _confirmed(objective, recorder, np.atleast_2d(start), options.tol):
        return loop.solve(objective, start, options)
    if options.record is not None:
        recorder.fill(track.values, track.norms, track.rates, track.points)
    return loop.recorded(recorder, objective, start, options)


def _confirmed(objective: Formula, recorder: Recorder, start: Array, tol: float) -> bool:
    """Say whether all runs that seem to have converged have arrived at a minimum."""
    rows = np.flatnonzero(recorder.status == Status.CONVERGED)
    if not len(rows):
        return True
    state = RunState(start[rows], SGD())
    state.index, state.w, state.value = rows, recorder.w[rows], recorder.value[rows]
    state.g = state.subgradient = recorder.g[rows]
    state.widen()
    check = EndCheck(objective, NoPenalty(), recorder, tol, renewable=False)
    found = check.look(state, np.arange(len(rows)), [Ending.GRADIENT_ZERO] * len(rows), stuck=False)
    return all(ending is Ending.GRADIENT_ZERO for ending in found.endings)


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
    track: Track | None,
    n_runs: int,
) -> None:
    """Run all batches to their ends, on all cores."""
    from descend.kernels.batched.runs import cached_descend_runs, compiled_callbacks

    active = [len(batch.runs.indices) for batch in batches]
    callbacks: Any = None
    with ThreadPoolExecutor(workers()) as pool:
        t = 1
        while t <= steps and any(active):
            rates, count = _rates(schedule, t, steps, n_runs)

            def arguments(
                batch: Batch, n: int, rates: Array = rates, t: int = t, count: int = count
            ) -> tuple[Any, ...]:
                runs, optimizer, slots = batch
                tape = (program.instructions, slots, program.outputs)
                scratch = np.empty((4, len(runs.indices)))
                return (*tape, runs, optimizer, rates, t, count, n, limits, track, scratch)

            callbacks = callbacks or compiled_callbacks(*arguments(batches[0], active[0]))

            def run_batch(
                batch: Batch, n: int, given: Any = arguments, callbacks: Any = callbacks
            ) -> int:
                return int(cached_descend_runs(*callbacks, *given(batch, n))) if n else 0

            active = list(pool.map(run_batch, batches, active))
            t += count


def _rates(schedule: Schedule, t: int, steps: int, n_runs: int) -> tuple[Array, int]:
    """Return rates from step `t` on, `(steps or 1, runs or 1)`, and for how many steps."""
    count = min(steps + 1 - t, MOST_STEPS)
    constant = constant_rate(schedule)
    if constant is not None:
        return np.array(constant, dtype=np.float64).reshape(1, -1), count
    first = rates_at(schedule, t, n_runs)
    if first.size > 1:
        count = max(1, min(count, MOST_RATES // n_runs))
    rest = [rates_at(schedule, each, n_runs) for each in range(t + 1, t + count)]
    return np.array([first, *rest], dtype=np.float64).reshape(count, -1), count


def _track(recorder: Recorder, options: Options) -> Track:
    """Return room for the record, with the start in it."""
    from descend.kernels.batched.runs import Track

    runs, d = recorder.w.shape
    every = recorder.every
    steps = options.steps
    rows = 0 if options.record is None else steps + 1
    track = Track(
        values=np.zeros((rows, runs)),
        norms=np.zeros((rows, runs)),
        rates=np.zeros((max(0, rows - 1), runs)),
        points=np.zeros((steps // every + 1 if every else 0, runs, d)),
        every=max(1, every),
    )
    if rows:
        track.values[0], track.norms[0] = recorder.value, norms(recorder.g)
    if every:
        track.points[0] = recorder.w
    return track


def _record_ends(batches: Sequence[Batch], recorder: Recorder, steps: int) -> None:
    """Record where the runs ended, and how."""
    for runs, _, _ in batches:
        at = runs.indices
        recorder.w[at], recorder.g[at], recorder.value[at] = runs.w.T, runs.g.T, runs.value
        recorder.best_w[at], recorder.best_value[at] = runs.best_w.T, runs.best_value
        recorder.steps_taken[at] = runs.steps
        recorder.evaluations[at] += runs.steps
        recorder.end(at[runs.converged], Ending.GRADIENT_ZERO)
        active = ~runs.converged & ~runs.diverged
        recorder.end(at[active], Ending.STEPS_USED, steps=steps)
        for i in np.flatnonzero(runs.diverged):
            recorder.end(at[i : i + 1], Ending.OVERFLOW, step=runs.steps[i])


def _fill_ended(track: Track, recorder: Recorder) -> None:
    """Let runs that ended stay where they are in the rest of the record."""
    taken, end_norms = recorder.steps_taken, norms(recorder.g)
    first, last = int(taken.min()) + 1, int(taken.max())
    for step in range(first, len(track.values[: last + 1])):
        ended = taken < step
        track.values[step, ended] = recorder.value[ended]
        track.norms[step, ended] = end_norms[ended]
        if len(track.points) and step % track.every == 0:
            track.points[step // track.every, ended] = recorder.w[ended]
