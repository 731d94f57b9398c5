"""Descents of one problem by several optimizers, together where that is quicker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from descend.api.minimization import minimize, solver_for
from descend.objectives import Problem
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Optimizer, Record
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Batched, pays
from descend.solvers.contract import Options
from descend.solvers.side_by_side import can_go_side_by_side, descend_side_by_side

MOST_NUMBERS = 100_000
"""Of points with more, arithmetic takes most of a step, and all of them at once leave the cache."""


class Trial(NamedTuple):
    """An optimizer at a learning rate, one for all starts or one a start."""

    optimizer: Optimizer
    rate: float | Array


def descents(
    problem: Problem,
    start: Array,
    trials: Sequence[Trial],
    *,
    steps: int,
    seconds: float | None = None,
    record: Record = "all",
) -> list[Descent]:
    """Return what `minimize` finds from the same start, or starts, by each of the trials.

    Those go side by side that would return to Python at each step anyway; a time budget is each
    one's own, so that with one they descend in turn.
    """
    loops: dict[int, ArrayLoop] = {}
    options = Options(steps, record=record, names=problem.names or (), formula=problem.formula)
    for i, (optimizer, rate) in enumerate(trials):
        solver = solver_for(optimizer, rate, start, steps)
        assert isinstance(solver, Batched)
        compiled = pays(problem.objective, start, solver.loop, options)
        if can_go_side_by_side(solver.loop) and not compiled:
            loops[i] = solver.loop
    few = start.size * len(loops) <= MOST_NUMBERS
    # sums over rows are made for one point at a time, by compiled loops
    if not few or seconds is not None or isinstance(problem.objective, EmpiricalRisk):
        loops = {}
    found: dict[int, Descent] = {}
    if loops:
        together = descend_side_by_side(list(loops.values()), problem.objective, start, options)
        found = dict(zip(loops, together, strict=True))
    return [
        found[i]
        if i in found
        else minimize(
            problem,
            start,
            optimizer=optimizer,
            learning_rate=rate,
            steps=steps,
            seconds=seconds,
            record=record,
        )
        for i, (optimizer, rate) in enumerate(trials)
    ]
