"""Random badly scaled sums with known minima: how many ends are called converged falsely.

    python benchmarks/sums.py [--count 400] [--first 0] [--no-plateaus] [--only]

An end is *solved* if no term of the sum is above its least value by more than a ten-thousandth of
what it was at the start, or than a thousand roundings of the sum's value; else *FALSE* if it is
called converged, and *not* if it is not. What is not solved is printed with its formula. Of nine
terms one is flat far from its minimum (`--no-plateaus`: none): success there is false, too.
"""

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
from minimizers import MINIMIZERS
from random_sums import RandomSum, random_sum
from verdicts import HEADING, Run, Verdict, summary

from descend.objectives.formulas.formula import Formula

STEEPEST = 1e100
"""Sums that start higher are left out: whether they can be squared is another question."""


def above(each: RandomSum, w: np.ndarray) -> np.ndarray:
    """Return how far each term is above its least value."""
    values = [float(Formula(text, each.names).value(w)) - least for text, least in each.terms]
    return np.array(values)


def is_solved(each: RandomSum, x: np.ndarray) -> bool:
    value = float(Formula(each.formula, each.names).value(x))
    rounding = each.rounding + np.finfo(float).eps * abs(value)
    return bool(
        (above(each, x) <= np.maximum(1e-4 * above(each, each.start), 1e3 * rounding)).all()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--no-plateaus", action="store_true", help="no term that is flat far away")
    parser.add_argument("--only", action="store_true", help="descend alone, without SciPy")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    runs: dict[str, list[Run]] = {name: [] for name in (["descend"] if given.only else MINIMIZERS)}
    for seed in range(given.first, given.first + given.count):
        each = random_sum(seed, plateaus=not given.no_plateaus)
        objective = Formula(each.formula, each.names)
        if not float(objective.value(each.start)) < STEEPEST:
            continue
        for name, found in runs.items():
            outcome = MINIMIZERS[name](objective, each.start)
            verdict = Verdict.FALSE if outcome.success else Verdict.NOT
            verdict = Verdict.SOLVED if is_solved(each, outcome.x) else verdict
            found.append(Run(str(seed), outcome, verdict))
        end = runs["descend"][-1]
        if end.verdict is not Verdict.SOLVED:
            print(f"{seed}: {each.formula}\n{'':<4}from {each.start.tolist()}, at {end.outcome.x}")
            print(f"{'':<4}{end.verdict}; {end.outcome.message}", flush=True)
    print(f"\n{HEADING}")
    for name, found in runs.items():
        print(summary(name, found))


if __name__ == "__main__":
    main()
