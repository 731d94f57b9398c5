"""Badly scaled functions, functions without a minimum, and saddles: what is said of the end.

    python benchmarks/badly_scaled.py [--explain]

The tables of `tests/helpers/hard_starts.py`. What has a minimum is *solved*, *not* (and said so) or
*FALSE*: called converged elsewhere. What has none is *FALSE* where it is called converged. Points
that are stationary only may be left for a minimum, where there is one.
"""

import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
from hard_starts import FALLS, HARD_STARTS, STATIONARY
from minimizers import MINIMIZERS, Outcome
from verdicts import HEADING, Run, Verdict, summary

from descend.objectives import as_problem
from descend.protocols import Objective


def ended(name: str, outcome: Outcome, *, solved: bool) -> Run:
    verdict = Verdict.FALSE if outcome.success else Verdict.NOT
    return Run(name, outcome, Verdict.SOLVED if solved else verdict)


def shown(name: str, objective: Objective, start: tuple[float, ...], least: float) -> list[Run]:
    """Run all methods, print a line, and return the runs; solved is a value of at most `least`."""
    runs = []
    for minimizer in MINIMIZERS.values():
        outcome = minimizer(objective, np.array(start))
        runs.append(ended(name, outcome, solved=float(objective.value(outcome.x)) <= least))
    cells = "".join(f"{run.outcome.evaluations:>8,} {run.verdict:<6}" for run in runs)
    print(f"{name:<48}{cells}", flush=True)
    if "--explain" in sys.argv[1:]:
        end = runs[0].outcome
        print(f"{'':<4}{float(objective.value(end.x)):.9g} at {end.x}; {end.message}")
    return runs


def main() -> None:
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    print(f"{'evaluations, verdict':<48}" + "".join(f"{name:>15}" for name in MINIMIZERS))
    rows = [
        shown(each.name, as_problem(each.objective).objective, each.start, each.highest)
        for each in HARD_STARTS
    ]
    print("\nwithout a minimum")
    rows += [
        shown(each.formula, as_problem(each.formula).objective, each.start, np.nan)
        for each in FALLS
    ]
    print("\nstationary, no minimum: solved if it is left for one")
    rows += [
        shown(each.formula, as_problem(each.formula).objective, each.start, each.infimum + 1e-9)
        for each in STATIONARY
    ]
    print(f"\n{HEADING}")
    for name, runs in zip(MINIMIZERS, zip(*rows, strict=True), strict=True):
        print(summary(name, list(runs)))


if __name__ == "__main__":
    main()
