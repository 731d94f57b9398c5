"""What an end is worth: whether it is the minimum, and whether what is said of it is true."""

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from minimizers import Outcome


class Verdict(StrEnum):
    """What became of one run.

    Solved; not solved, and the method says so; called converged at a genuine local minimum; called
    converged on a plateau, where some coordinate has no effect; called converged where the value
    goes on down.
    """

    SOLVED = "solved"
    NOT = "not"
    LOCAL = "local"
    FLAT = "FLAT"
    FALSE = "FALSE"


class Run(NamedTuple):
    """One method on one problem."""

    problem: str
    outcome: Outcome
    verdict: Verdict


def judged(
    problem: str,
    outcome: Outcome,
    value: Callable[[np.ndarray], float],
    start: np.ndarray,
    *,
    solved: bool,
    goes_on_down: Callable[[np.ndarray], bool],
) -> Run:
    """Return a run with its verdict.

    What is solved is solved even where the method does not dare to say so. Whether the value goes
    on down is asked only where it decides.
    """
    if solved:
        verdict = Verdict.SOLVED
    elif not outcome.success:
        verdict = Verdict.NOT
    elif goes_on_down(outcome.x):
        verdict = Verdict.FALSE
    else:
        verdict = Verdict.FLAT if has_no_effect(value, outcome.x, start).any() else Verdict.LOCAL
    return Run(problem, outcome, verdict)


def has_no_effect(
    value: Callable[[np.ndarray], float], x: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Say which coordinates can be moved by half their size, or the start's, with no change."""
    here = float(value(x))
    sizes = np.maximum(np.abs(x), np.abs(start))
    steps = np.diag(np.where(sizes > 0, sizes / 2, 1.0))
    there = np.array([[value(x + step), value(x - step)] for step in steps], dtype=float)
    return (np.abs(there - here) <= 1e-12 * abs(here)).all(axis=1)


def summary(name: str, runs: list[Run]) -> str:
    """Return what a method made of all problems, and where it was false."""
    count = Counter(run.verdict for run in runs)
    evaluations = sum(run.outcome.evaluations for run in runs)
    seconds = sum(run.outcome.seconds for run in runs)
    lines = [
        f"{name:<14}{count[Verdict.SOLVED]:>7}{count[Verdict.NOT]:>7}{count[Verdict.LOCAL]:>7}"
        f"{count[Verdict.FLAT]:>7}{count[Verdict.FALSE]:>7}{evaluations:>13,}{seconds:>9.1f}"
    ]
    for verdict in (Verdict.FALSE, Verdict.FLAT):
        if found := [run.problem for run in runs if run.verdict is verdict]:
            lines.append(f"{'':<4}{verdict}: {', '.join(found)}")
    return "\n".join(lines)


HEADING = (
    f"{'':<14}" + "".join(f"{each:>7}" for each in Verdict) + f"{'evaluations':>13}{'seconds':>9}"
)
"""What stands above the summaries."""
