"""NIST's nonlinear regressions with defaults alone, beside SciPy: solved, honest, or false.

    python benchmarks/nonlinear.py                      all 27 sets from both starts
    python benchmarks/nonlinear.py Misra1a MGH10 --start 1 --explain
    python benchmarks/nonlinear.py --objective formula  the ten sets that are short enough as text

BFGS, L-BFGS-B, CG and descend minimise the sum of squares and see the same exact gradients of it;
`least_squares(x_scale="jac")` sees the residuals and their exact Jacobian, which is more. A run is

- *solved*, if the sum of squares, or each parameter, agrees with the certified to six digits;
- *not*, if it is not, and the method says so, or *local*, if it is called converged at a genuine
  local minimum: both are honest;
- *FALSE*, if it is called converged where `least_squares`, started there with the tightest
  tolerances, goes on down by more than a millionth of the sum; *FLAT*, if that does not go on down
  either, because some parameter has no effect there.

The data and their source: `tests/helpers/nist.py`.
"""

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
from minimizers import MINIMIZERS, Outcome
from nist import REGRESSIONS, Regression
from verdicts import HEADING, Run, judged, summary

from descend.objectives.formulas.formula import Formula
from descend.objectives.functions.function import Function
from descend.protocols import Objective

OBJECTIVES: dict[str, Callable[[Regression], Objective]] = {
    "function": Function,
    "formula": lambda regression: Formula(regression.formula),
}
"""How the sum of squares is shown to those that minimise it, by name."""

LONGEST_FORMULA = 1000
DIGITS = 1e-6


def by_residuals(regression: Regression, start: np.ndarray) -> Outcome:
    """Run SciPy's `least_squares` with its defaults, in the scale of the Jacobian."""
    began = time.perf_counter()
    try:
        found = least_squares(
            regression.residuals, start, regression.jacobian, x_scale="jac", method="trf"
        )
    except (ValueError, np.linalg.LinAlgError) as failure:  # residuals that are not finite
        return Outcome(start, False, str(failure), 0, time.perf_counter() - began)
    seconds = time.perf_counter() - began
    return Outcome(found.x, found.success, found.message, found.nfev, seconds)


def is_solved(regression: Regression, x: np.ndarray) -> bool:
    """Say whether the sum of squares or the parameters are certified to six digits."""
    excess = float(regression(x)) - regression.certified_sum
    near = np.abs(x - regression.certified) <= DIGITS * np.abs(regression.certified)
    return bool(excess <= DIGITS * regression.certified_sum or near.all())


def goes_on_down(regression: Regression, x: np.ndarray) -> bool:
    """Say whether least squares, tightly, lowers the sum there by more than a millionth."""
    here = float(regression(x))
    return any(float(regression(end)) < here * (1 - DIGITS) for end in _ends(regression, x))


def _ends(regression: Regression, x: np.ndarray) -> list[np.ndarray]:
    ends = []
    for method in ("trf", "lm"):
        try:
            ends.append(
                least_squares(
                    regression.residuals,
                    x,
                    regression.jacobian,
                    method=method,
                    x_scale="jac",
                    ftol=1e-15,
                    xtol=1e-15,
                    gtol=1e-15,
                    max_nfev=2000,
                ).x
            )
        except (ValueError, np.linalg.LinAlgError):  # not finite from there
            continue
    return ends


def told(label: str, regression: Regression, start: np.ndarray, outcome: Outcome) -> Run:
    """Return a run with its verdict."""
    return judged(
        label,
        outcome,
        regression,
        start,
        solved=is_solved(regression, outcome.x),
        goes_on_down=lambda x: goes_on_down(regression, x),
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    names = [regression.name for regression in REGRESSIONS]
    parser.add_argument("problems", nargs="*", metavar="PROBLEM", help=", ".join(names))
    parser.add_argument("--start", choices=["1", "2", "both"], default="both")
    parser.add_argument("--objective", choices=OBJECTIVES, default="function")
    parser.add_argument("--only", action="store_true", help="descend alone, without SciPy")
    parser.add_argument("--explain", action="store_true", help="add what descend says of its end")
    given = parser.parse_args()
    if unknown := set(given.problems) - set(names):
        parser.error(f"there is no set called {', '.join(sorted(unknown))}: {', '.join(names)}")
    return given


def chosen(given: argparse.Namespace) -> list[tuple[Regression, int]]:
    """Return the sets and starts that are asked for."""
    starts = [1, 2] if given.start == "both" else [int(given.start)]
    return [
        (regression, start)
        for regression in REGRESSIONS
        if not given.problems or regression.name in given.problems
        if given.objective != "formula" or len(regression.formula) <= LONGEST_FORMULA
        for start in starts
    ]


def cell(runs: list[Run]) -> str:
    """Return the last run's evaluations and verdict."""
    return f"{runs[-1].outcome.evaluations:>8,} {runs[-1].verdict:<6}"


def main() -> None:
    given = arguments()
    warnings.simplefilter("ignore")
    minimizers = {"descend": MINIMIZERS["descend"]} if given.only else MINIMIZERS
    runs: dict[str, list[Run]] = {name: [] for name in minimizers}
    if not given.only:
        runs["least_squares"] = []
    print(f"{'evaluations, verdict':<22}" + "".join(f"{name:>15}" for name in runs))
    for regression, number in chosen(given):
        label, start = f"{regression.name} from {number}", regression.starts[number - 1]
        for name, minimizer in minimizers.items():
            outcome = minimizer(OBJECTIVES[given.objective](regression), start)
            runs[name].append(told(label, regression, start, outcome))
        if not given.only:
            runs["least_squares"].append(
                told(label, regression, start, by_residuals(regression, start))
            )
        print(f"{label:<22}" + "".join(map(cell, runs.values())), flush=True)
        if given.explain:
            ended = runs["descend"][-1].outcome
            ratio = float(regression(ended.x)) / regression.certified_sum
            print(f"{'':<4}{ratio:.9g} times the certified sum; {ended.message}")
    print(f"\n{HEADING}")
    for name, found in runs.items():
        print(summary(name, found))


if __name__ == "__main__":
    main()
