"""Which functions are minimised with defaults alone, beside SciPy's BFGS, L-BFGS-B and CG.

    python benchmarks/untuned.py

The landmarks that have a minimum, and the functions of Moré, Garbow and Hillstrom, each from its
standard start; all methods get the same exact gradients. A function counts as reached if the
gradient's norm is below 1e-6 of that at the start, or the value within 1e-6 of a known minimum. As
both are lenient where the start is steep or the minimum small, the last column counts more
strictly: the value within 1e-6 of its size of a known minimum, or within 1e-12 of zero.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
from classics import PROBLEMS, Problem, closely, reached
from minimizers import MINIMIZERS, Outcome


def told(problem: Problem, outcome: Outcome) -> str:
    mark = "exact" if closely(problem, outcome.x) else "yes"
    return f"{outcome.evaluations:>7,} {mark if reached(problem, outcome.x) else 'NO':<6}"


def main() -> None:
    outcomes: dict[str, list[Outcome]] = {name: [] for name in MINIMIZERS}
    print(f"{'evaluations, reached':<27}" + "".join(f"{name:>14}" for name in MINIMIZERS))
    for problem in PROBLEMS:
        for name, run in MINIMIZERS.items():
            outcomes[name].append(run(problem.objective(), np.array(problem.start)))
        row = "".join(told(problem, outcomes[name][-1]) for name in MINIMIZERS)
        print(f"{problem.name:<27}{row}")
    print()
    for name, found in outcomes.items():
        pairs = list(zip(PROBLEMS, found, strict=True))
        missed = [problem.name for problem, each in pairs if not reached(problem, each.x)]
        exact = sum(closely(problem, each.x) for problem, each in pairs)
        print(
            f"{name:<9} reached {len(pairs) - len(missed)} of {len(pairs)}, {exact} closely, with "
            f"{sum(each.evaluations for each in found):,} evaluations in "
            f"{sum(each.seconds for each in found):.1f} s; missed: {', '.join(missed) or 'none'}"
        )


if __name__ == "__main__":
    main()
