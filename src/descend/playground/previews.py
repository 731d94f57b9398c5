"""The first steps of what is asked for, as many as a slider can wait for."""

from __future__ import annotations

from descend.playground.descents import posed
from descend.playground.questions import Question
from descend.protocols import Optimizer
from descend.rates.found import Found
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Compiled

SECONDS = 0.03
"""What the steps of a preview may take: with all else, its answer is there within 50 ms."""

COMPILED_STEP, ARRAY_STEP, TRIED_STEP = 4e-5, 1.5e-4, 4.5e-4
"""Seconds of a step with what is told beside it: in a compiled loop, by NumPy, and where rates are
tried, as measured."""

MEMORY_STEP = 2.5e-5
"""Seconds more by NumPy for each array that an optimizer remembers."""

RUNS_ALIKE = 150
"""So many runs take twice as long as one."""

FEWEST = 2


def previewed_steps(question: Question) -> int:
    """Return how many steps a preview shows; it depends on which loops are loaded.

    A step is the same whether more are asked for or not, so that the whole answer begins with the
    preview, unless a rate is found for it by trials.
    """
    a_step = sum(_seconds(question, optimizer) for optimizer in question.optimizers)
    many = 1 + len(question.starts) / RUNS_ALIKE
    return min(question.steps, max(FEWEST, int(SECONDS / (a_step * many))))


def is_tried(descent: Descent) -> bool:
    """Say whether a descent's rate was found by trials, which depend on its steps."""
    return isinstance(descent.learning_rate, Found)


def _seconds(question: Question, optimizer: Optimizer) -> float:
    """Return what a step by an optimizer takes."""
    _, solver = posed(question, optimizer)
    if isinstance(solver, Compiled):
        return COMPILED_STEP
    by_numpy = ARRAY_STEP if isinstance(solver, ArrayLoop) else TRIED_STEP
    return by_numpy + MEMORY_STEP * len(optimizer.memory)
