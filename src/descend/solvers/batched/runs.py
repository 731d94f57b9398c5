"""Many runs on one formula in compiled lanes: what the array loop does, where that takes long."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from descend.optimizers.traits import is_elementwise
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
from descend.solvers.batched.batches import Block, blocks_of, of_run
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
    """Walk an objective downhill: in lanes where they pay, else in the array loop.

    Parameters
    ----------
    objective, start, optimizer, learning_rate, steps, stopping, record, names, formula
        As `descend.solvers.array_loop.walk`.
    callback, seconds
        The same; only the array loop can ask after each step.
    """
    unwatched = callback is None and seconds is None
    if unwatched and pay(objective, start, optimizer, learning_rate, steps, formula):
        lanes: Any = (objective, start, optimizer, learning_rate)
        return walk_in_lanes(
            *lanes, steps=steps, stopping=stopping, record=record, names=names, formula=formula
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


def pay(
    objective: Objective,
    start: Array,
    optimizer: Optimizer,
    learning_rate: Schedule | Adaptive | Search,
    steps: int,
    formula: str | None,
) -> bool:
    """Say whether these runs can walk in lanes, and would take so long otherwise that it pays.

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
    # measured: what NumPy takes for the calls of a step, for a run, and for an operation of it
    seconds = steps * (1e-4 + runs * (1e-7 + 6e-9 * operations))
    if seconds < PAYS or isinstance(learning_rate, Adaptive | Search):
        return False
    if isinstance(optimizer, Averaging):
        return False
    from descend.kernels.cache import is_ours

    return is_ours(optimizer) and is_elementwise(of_run(optimizer, 0))


def walk_in_lanes(
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
    """Walk a formula downhill from one or several starts, as the array loop does.

    The runs go in blocks, each of which takes many steps before the next has its turn: so
    `seconds` is the whole time, spread evenly over the steps.
    """
    walkers = RunState(np.atleast_2d(start).copy(), optimizer)
    walkers.value, walkers.g = objective.value_and_gradient(walkers.w)
    history = History(walkers.w, walkers.value, walkers.g, record)
    walkers.steepest = np.linalg.norm(walkers.g, axis=-1)
    arrived = stopping(walkers, walkers.steepest)
    history.end(np.flatnonzero(arrived), "converged", ARRIVED)
    if arrived.any():
        walkers.keep(~arrived)
    track = _track(history, record, steps)
    program = _program(objective)
    blocks = list(blocks_of(walkers, optimizer, program, workers()))
    _walk(blocks, program, learning_rate, steps, stopping, track, history.n_runs)
    _note(blocks, history, steps)
    _fill(track, history)
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


def _track(history: History, record: Record, steps: int) -> Track:
    """Return room for the record, with the start in it."""
    from descend.kernels.batched_runs import Track

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


def _note(blocks: Sequence[Block], history: History, steps: int) -> None:
    """Note where the lanes ended, and how."""
    for lanes, _, _ in blocks:
        run = lanes.run
        history.w[run], history.g[run], history.value[run] = lanes.w.T, lanes.g.T, lanes.value
        history.best_w[run], history.best_value[run] = lanes.best_w.T, lanes.best_value
        history.steps_taken[run] = lanes.steps
        history.evaluations[run] += lanes.steps
        history.end(run[lanes.arrived], "converged", ARRIVED)
        history.end(run[~lanes.arrived & ~lanes.lost], "stopped", f"all {steps} steps were taken")
        for i in np.flatnonzero(lanes.lost):
            history.end(run[i : i + 1], "diverged", f"step {lanes.steps[i]} {LEFT_THE_NUMBERS}")


def _fill(track: Track, history: History) -> None:
    """Let runs that ended stay where they are in the rest of the record."""
    last = int(history.steps_taken.max(initial=0))
    for step in range(1, len(track.values[: last + 1])):
        resting = history.steps_taken < step
        track.values[step, resting] = history.value[resting]
        track.norms[step, resting] = np.linalg.norm(history.g[resting], axis=-1)
        if len(track.points) and step % track.every == 0:
            track.points[step // track.every, resting] = history.w[resting]
