"""Descents by the library's own loops, which can be ended, and repeated to the last bit.

Those that take no longer than that are stepped by NumPy, as `descend.minimize` steps them, through
an objective that asks between blocks of work whether anybody waits. Where the compiled loop of an
optimizer is loaded, it is taken: a request must never wait for a compiler.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock, Thread
from typing import Any

import numpy as np

from descend.api.minimization import minimize, solver_for
from descend.api.starts import check_finite
from descend.objectives import Problem
from descend.objectives.negative import negative, opposite
from descend.objectives.noisy import NoisyGradient
from descend.optimizers import by_name
from descend.playground.fields import blaming
from descend.playground.questions import Question
from descend.protocols import Array, Objective, Optimizer
from descend.rates import Constant
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Batched, Compiled, can_compile
from descend.solvers.contract import Options, Solver
from descend.solvers.rate_trials import RateTrials

Check = Callable[[], None]
"""Raises an error if a computation is to end."""

WARMED = ("sgd", "momentum", "nesterov", "adam", "rmsprop", "adagrad")
"""The optimizers whose loops are loaded when the server starts, in this order."""

WARMING_FORMULA = "x^2 + y^2"

COMPILER = """
import os, sys
from descend import optimizers
from descend.playground.descents import load_loop
if hasattr(os, "nice"):
    os.nice(10)
for name in sys.argv[1:]:
    load_loop(getattr(optimizers, name)())
    print(name, flush=True)
"""
"""What another process runs, which compiles the loops of optimizers, and names each."""


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


def load_loop(optimizer: Optimizer) -> None:
    """Load the compiled loop of an optimizer; if it was never compiled on this machine, that."""
    solver = Compiled(ArrayLoop(optimizer, Constant(0.01)))
    minimize(WARMING_FORMULA, np.ones((2, 2)), optimizer=solver, steps=2)


class Warmth:
    """Which compiled loops are loaded; others are loaded in the background, one at a time."""

    def __init__(self) -> None:
        self._loaded: set[type] = set()
        self._asked: list[type] = []
        self._lock = Lock()
        self._thread: Thread | None = None
        self._enabled = False
        self._compiler: Popen[str] | None = None

    def start(self) -> None:
        """Begin to load, in the background, the loops that are asked for most."""
        self._enabled = True
        for name in WARMED:
            self.ask(by_name(name))

    def has(self, optimizer: Optimizer) -> bool:
        """Say whether the loop of an optimizer is loaded; if not, it soon is."""
        if type(optimizer) in self._loaded:
            return True
        self.ask(optimizer)
        return False

    def ask(self, optimizer: Optimizer) -> None:
        """Load the loop of an optimizer in the background."""
        with self._lock:
            if not self._enabled or type(optimizer) in self._asked:
                return
            self._asked.append(type(optimizer))
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._load, name="playground-warmth", daemon=True)
                self._thread.start()

    def wait(self, seconds: float) -> None:
        """Wait until all that was asked for is loaded, at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)

    def close(self) -> None:
        """Compile no more."""
        with self._lock:
            self._enabled = False
            if self._compiler is not None:
                self._compiler.kill()

    def _load(self) -> None:
        while True:
            with self._lock:
                waiting = {kind.__name__: kind for kind in self._asked if kind not in self._loaded}
                if not waiting or not self._enabled:
                    self._thread = None
                    return
                # a compiler in this process would hold up every answer: another one fills the
                # folder from which loops are loaded
                self._compiler = Popen(
                    [sys.executable, "-c", COMPILER, *waiting],
                    stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, text=True,
                )  # fmt: skip
            with self._compiler as compiler:
                assert compiler.stdout is not None
                for line in compiler.stdout:
                    self._take(waiting.pop(line.strip(), None))
            # what it could not compile is not asked for again
            for kind in waiting.values():
                self._take(kind)

    def _take(self, kind: type | None) -> None:
        """Load a loop that another process has compiled."""
        if kind is not None and self._enabled:
            load_loop(kind())
            self._loaded.add(kind)


WARMTH = Warmth()
"""Loaded loops are the process's, as they are Numba's."""


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
    problem = _noisy(question)
    goal = negative(problem) if question.ascent else problem
    solver = chosen_solver(
        optimizer, question.rate, question.schedule, question.starts, question.steps
    )
    solver = as_it_runs(solver, goal, question.starts, question.steps)
    descent = solved(goal, question.starts, solver, question.steps, check)
    if isinstance(solver, RateTrials):
        found: Any = descent.learning_rate
        solver = ArrayLoop(optimizer, Constant(found.rate))
    if question.ascent:
        descent = descent.upside_down(opposite(goal.objective, goal.formula), problem.formula)
    return Group(optimizer, descent, solver)


def chosen_solver(
    optimizer: Optimizer, rate: float | None, schedule: Any, starts: Array, steps: int
) -> Solver:
    """Return the solver that `descend.minimize` takes for an optimizer and a rate."""
    learning_rate = schedule if schedule is not None else "auto" if rate is None else rate
    return solver_for(optimizer, learning_rate, starts, steps)


def as_it_runs(solver: Solver, problem: Problem, starts: Array, steps: int) -> Solver:
    """Return the solver that is taken here: compiled if its loop is loaded, or by NumPy."""
    if not isinstance(solver, Batched):
        return solver
    options = Options(steps, names=problem.names or (), formula=problem.formula)
    # whether it can be compiled is not asked before Numba is loaded, which takes a second
    loaded = WARMTH.has(solver.loop.optimizer)
    if loaded and can_compile(problem.objective, starts, solver.loop, options):
        return Compiled(solver.loop)
    return solver.loop


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
