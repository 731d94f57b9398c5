"""Descents by the library's own loops, which can be ended, and repeated to the last bit.

Those that take no longer than that are stepped by NumPy, as `descend.minimize` steps them, through
an objective that asks between blocks of work whether anybody waits. Where the compiled loop of an
optimizer is loaded, it is taken: a request must never wait for a compiler.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from descend.api.minimization import minimize, solver_for
from descend.api.starts import check_finite
from descend.objectives import Problem
from descend.objectives.negative import negative, opposite
from descend.objectives.noisy import NoisyGradient
from descend.optimizers.traits import is_elementwise
from descend.playground.fields import blaming
from descend.playground.questions import Question
from descend.playground.warmth import WARMTH
from descend.protocols import Array, Objective, Optimizer
from descend.rates import Constant
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.batches import of_run
from descend.solvers.batched.runs import Batched, Compiled, is_scheduled
from descend.solvers.contract import Options, Solver
from descend.solvers.rate_trials import RateTrials

Check = Callable[[], None]
"""Raises an error if a computation is to end."""

PATIENCE = 20_000_000
"""Runs times steps that NumPy takes some seconds for: then the compiled loop is waited for."""


class LoopComingError(Exception):
    """A compiled loop is being loaded, and waiting for it is shorter than doing without.

    Parameters
    ----------
    kind
        The class of its optimizer.
    """

    def __init__(self, kind: type) -> None:
        super().__init__(kind.__name__)
        self.kind = kind


class Interruptible:
    """An objective that asks before each block of points whether it is still wanted.

    Parameters
    ----------
    objective
        Whose values and derivatives it has.
    check
        Raises an error if not.
    """

    def __init__(self, objective: Objective, check: Check) -> None:
        self._objective, self._check = objective, check

    def __getattr__(self, name: str) -> Any:
        # what else it says of itself, which decides when a run has arrived
        return getattr(self._objective, name)

    def value(self, w: Array) -> Array:
        """Return the values."""
        self._check()
        return self._objective.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients."""
        self._check()
        return self._objective.value_and_gradient(w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians times vectors."""
        self._check()
        return self._objective.hessian_product(w, v)


@dataclass(frozen=True)
class Group:
    """The runs of one optimizer: their record, and the solver that repeats it to the last bit."""

    optimizer: Optimizer
    descent: Descent
    solver: Solver


def groups_of(question: Question, check: Check) -> list[Group]:
    """Descend from all starts by each optimizer in turn."""
    with blaming("starts"):
        check_finite(question.problem, question.starts)
    return [_group(question, optimizer, check) for optimizer in question.optimizers]


def _group(question: Question, optimizer: Optimizer, check: Check) -> Group:
    """Descend from all starts by one optimizer."""
    goal, solver = posed(question, optimizer)
    descent = solved(goal, question.starts, solver, question.steps, check)
    if isinstance(solver, RateTrials):
        found: Any = descent.learning_rate
        solver = ArrayLoop(optimizer, Constant(found.rate))
    if question.ascent:
        formula = None if question.noise else question.problem.formula
        descent = descent.upside_down(opposite(goal.objective, goal.formula), formula)
    return Group(optimizer, descent, solver)


def posed(question: Question, optimizer: Optimizer) -> tuple[Problem, Solver]:
    """Return what an optimizer descends, and the solver that is taken."""
    problem = _noisy(question)
    goal = negative(problem) if question.ascent else problem
    starts, steps = question.starts, question.steps
    solver = chosen_solver(optimizer, question.rate, question.schedule, starts, steps)
    if isinstance(solver, Batched) and type(optimizer) in question.uncompiled:
        return goal, solver.loop
    return goal, as_it_runs(solver, goal, starts, steps)


def settled(question: Question) -> Question:
    """Return a question whose answer is the same whatever loops are loaded later."""
    uncompiled = {
        type(optimizer)
        for optimizer in question.optimizers
        if not isinstance(posed(question, optimizer)[1], Compiled)
    }
    return question._replace(uncompiled=frozenset(uncompiled))


def chosen_solver(
    optimizer: Optimizer, rate: float | None, schedule: Any, starts: Array, steps: int
) -> Solver:
    """Return the solver that `descend.minimize` takes for an optimizer and a rate."""
    learning_rate = schedule if schedule is not None else "auto" if rate is None else rate
    return solver_for(optimizer, learning_rate, starts, steps)


def as_it_runs(
    solver: Solver, problem: Problem, starts: Array, steps: int, work: float = 0.0
) -> Solver:
    """Return the solver that is taken here: compiled if its loop is loaded, or by NumPy.

    Parameters
    ----------
    solver, problem, starts, steps
        Who descends, on what, from where and how long.
    work
        Runs times steps of the whole answer, where it can wait for a loop.

    Raises
    ------
    LoopComingError
        If it should.
    """
    if not isinstance(solver, Batched):
        return solver
    if not has_compiled(solver.loop, problem, starts, steps):
        return solver.loop
    one = of_run(solver.loop.optimizer, 0)
    if WARMTH.has(one):
        return Compiled(solver.loop)
    if work > PATIENCE and WARMTH.is_coming(type(one)):
        raise LoopComingError(type(one))
    return solver.loop


def has_compiled(loop: ArrayLoop, problem: Problem, starts: Array, steps: int) -> bool:
    """Say whether an optimizer can be stepped by a compiled loop, loaded or not."""
    options = Options(steps, names=problem.names or (), formula=problem.formula)
    return is_elementwise(of_run(loop.optimizer, 0)) and is_scheduled(
        problem.objective, starts, loop, options
    )


def solved(
    problem: Problem, starts: Array, solver: Solver, steps: int, check: Check, record: Any = "all"
) -> Descent:
    """Descend, and ask on the way whether it is to go on."""
    check()
    asked = problem
    if not isinstance(solver, Compiled):
        asked = problem._replace(objective=Interruptible(problem.objective, check))
    descent = minimize(asked, starts, optimizer=solver, steps=steps, record=record)
    check()
    return replace(descent, objective=problem.objective)


def _noisy(question: Question) -> Problem:
    """Return the problem with its noise."""
    problem = question.problem
    if not question.noise:
        return problem
    assert problem.formula is not None
    assert problem.names is not None
    noisy = NoisyGradient(problem.formula, question.noise, question.seed, names=problem.names)
    return problem._replace(objective=noisy, formula=None)
