"""Many runs on one formula in compiled lanes: what the array loop does, where that takes long."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.optimizers.traits.measured import is_elementwise
from descend.protocols import (
    Adaptive,
    Array,
    Averaging,
    Ending,
    Objective,
    Optimizer,
    Rate,
    Record,
    Schedule,
    Search,
)
from descend.rates import Constant
from descend.records.recorder import Recorder
from descend.solvers.array_loop import BLOW_UP, ArrayLoop
from descend.solvers.batched.batches import Block, blocks_of, of_run
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.run_state import RunState
from descend.solvers.stopping import GradientShrunk
from descend.solvers.updates import rates_at
from descend.support.numerics import largest_squarable
from descend.support.threads import workers

if TYPE_CHECKING:
    from descend.kernels.batched_runs import Track
    from descend.kernels.tapes import Program
    from descend.objectives.formulas.formula import Formula
    from descend.records.descent import Descent

PAYS = 0.3
"""Seconds in the array loop from which on lanes pay: loading them takes as long, once a process."""

MOST_STEPS = 10_000
"""Steps between two returns from compiled code, when rates are computed and Ctrl-C is heard."""

MOST_RATES = 1_000_000
"""Rates that are computed ahead, where each run has its own."""


@dataclass(frozen=True)
class Batched:
    """The array loop; in compiled blocks where many runs on a formula would take it long.

    Parameters
    ----------
    loop
        What runs otherwise, with the same results.
    """

    loop: ArrayLoop

    def solve(
        self, objective: Objective, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from one or several starts: see `descend.solvers.contract.Solver`.

        Only the array loop can tell an observer after each step, or look at the time.
        """
        optimizer, rate = self.loop.optimizer, self.loop.rate
        unwatched = not observer.active and options.seconds is None
        if unwatched and pays(objective, start, optimizer, rate, options):
            formula: Any = objective
            schedule: Any = rate
            return descend_batched(formula, start, optimizer, schedule, options)
        return self.loop.solve(objective, start, options, observer)


def pays(
    objective: Objective,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Rate,
    options: Options,
) -> bool:
    """Say whether these runs can walk in lanes, and would take so long otherwise that it pays.

    They can on a formula, by an element-wise optimizer of the library that does not average, at
    rates that are a function of the step count.
    """
    if options.formula is None or start.dtype != np.float64:
        return False
    from descend.objectives.formulas.formula import Formula

    if not isinstance(objective, Formula):
        return False
    operations = len(objective.gradient_tape.instructions)
    runs = len(np.atleast_2d(start))
    # measured: what NumPy takes for the calls of a step, for a run, and for an operation of it
    seconds = options.steps * (1e-4 + runs * (1e-7 + 6e-9 * operations))
    if seconds < PAYS or isinstance(learning_rate, Adaptive | Search):
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
    options: Options,
) -> Descent:
    """Descend a formula from one or several starts, as the array loop does.

    The runs go in blocks, each of which takes many steps before the next has its turn: so
    `seconds` is the whole time, spread evenly over the steps.
    """
    steps, stopping = options.steps, GradientShrunk(options.tol)
    state = RunState(np.atleast_2d(start).copy(), optimizer)
    state.value, state.g = objective.value_and_gradient(state.w)
    recorder = Recorder(state.w, state.value, state.g, options.record)
    state.largest_norm = np.linalg.norm(state.g, axis=-1)
    arrived = stopping(state, state.largest_norm)
    recorder.end(np.flatnonzero(arrived), Ending.GRADIENT_ZERO)
    if arrived.any():
        state.keep(~arrived)
    track = _track(recorder, options.record, steps)
    program = _program(objective)
    blocks = list(blocks_of(state, optimizer, program, workers()))
    _walk(blocks, program, learning_rate, steps, stopping, track, recorder.n_runs)
    _note(blocks, recorder, steps)
    _fill(track, recorder)
    recorder.end_grown(BLOW_UP)
    if options.record is not None:
        recorder.fill(track.values, track.norms, track.rates, track.points)
    return recorder.descent(
        single=np.ndim(start) == 1,
        objective=objective,
        optimizer=optimizer,
        learning_rate=learning_rate,
        names=options.names_of(start),
        formula=options.formula,
    )


def _program(formula: Formula) -> Program:
    """Return the tape of a formula's value and gradient as numbers."""
    from descend.kernels.tapes import encoded

    tape = formula.gradient_tape
    return encoded(
        [instruction.operation.__name__.lstrip("_") for instruction in tape.instructions],
        [(each.a, each.b if each.b >= 0 else each.a, each.out) for each in tape.instructions],
        tape.initial,
        tape.outputs,
    )


def _walk(
    blocks: Sequence[Block],
    program: Program,
    schedule: Schedule,
    steps: int,
    stopping: GradientShrunk,
    track: Track,
    n_runs: int,
) -> None:
    """Let all blocks walk to their ends, on all cores."""
    from descend.kernels.batched_runs import Limits, cached_walk_lanes, compiled_judge
    from descend.kernels.tapes import compiled_tape

    callbacks = (compiled_tape(), compiled_judge())
    limits = Limits(
        tol=float(stopping.tol),
        short=stopping.short(np.float64),
        largest=largest_squarable(np.float64),
    )
    walking = [len(block.lanes.run) for block in blocks]
    with ThreadPoolExecutor(workers()) as pool:
        t = 1
        while t <= steps and any(walking):
            rates, count = _rates(schedule, t, steps, n_runs)

            def walk_block(
                block: Block, n: int, rates: Array = rates, t: int = t, count: int = count
            ) -> int:
                if n == 0:
                    return 0
                lanes, optimizer, slots = block
                tape = (*callbacks, program.instructions, slots, program.outputs)
                return int(
                    cached_walk_lanes(*tape, lanes, optimizer, rates, t, count, n, limits, track)
                )

            walking = list(pool.map(walk_block, blocks, walking))
            t += count


def _rates(schedule: Schedule, t: int, steps: int, n_runs: int) -> tuple[Array, int]:
    """Return rates from step `t` on, and for how many steps.

    The rates have a row a step, or one that holds for all; a column a run, or one for all.
    """
    left = min(steps + 1 - t, MOST_STEPS)
    if isinstance(schedule, Constant):
        return np.array(schedule.rate, dtype=np.float64).reshape(1, -1), left
    first = rates_at(schedule, t, n_runs)
    count = left if first.size == 1 else max(1, min(left, MOST_RATES // n_runs))
    rest = [rates_at(schedule, each, n_runs) for each in range(t + 1, t + count)]
    return np.array([first, *rest], dtype=np.float64).reshape(count, -1), count


def _track(recorder: Recorder, record: Record, steps: int) -> Track:
    """Return room for the record, with the start in it."""
    from descend.kernels.batched_runs import Track

    runs, d = recorder.w.shape
    every = recorder.every
    rows = 0 if record is None else steps + 1
    track = Track(
        values=np.zeros((rows, runs)),
        norms=np.zeros((rows, runs)),
        rates=np.zeros((max(0, rows - 1), runs)),
        points=np.zeros((steps // every + 1 if every else 0, runs, d)),
        every=max(1, every),
    )
    if rows:
        track.values[0], track.norms[0] = recorder.value, np.linalg.norm(recorder.g, axis=-1)
    if every:
        track.points[0] = recorder.w
    return track


def _note(blocks: Sequence[Block], recorder: Recorder, steps: int) -> None:
    """Note where the lanes ended, and how."""
    for lanes, _, _ in blocks:
        run = lanes.run
        recorder.w[run], recorder.g[run], recorder.value[run] = lanes.w.T, lanes.g.T, lanes.value
        recorder.best_w[run], recorder.best_value[run] = lanes.best_w.T, lanes.best_value
        recorder.steps_taken[run] = lanes.steps
        recorder.evaluations[run] += lanes.steps
        recorder.end(run[lanes.arrived], Ending.GRADIENT_ZERO)
        recorder.end(run[~lanes.arrived & ~lanes.lost], Ending.STEPS_USED, steps=steps)
        for i in np.flatnonzero(lanes.lost):
            recorder.end(run[i : i + 1], Ending.OVERFLOW, step=lanes.steps[i])


def _fill(track: Track, recorder: Recorder) -> None:
    """Let runs that ended stay where they are in the rest of the record."""
    last = int(recorder.steps_taken.max(initial=0))
    for step in range(1, len(track.values[: last + 1])):
        resting = recorder.steps_taken < step
        track.values[step, resting] = recorder.value[resting]
        track.norms[step, resting] = np.linalg.norm(recorder.g[resting], axis=-1)
        if len(track.points) and step % track.every == 0:
            track.points[step // track.every, resting] = recorder.w[resting]
