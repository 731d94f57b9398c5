"""Known functions with each variable in a unit of its own: reached, honest, or falsely converged.

    python benchmarks/rescaled.py                         as Python functions, three draws
    python benchmarks/rescaled.py --as formulas --draws 5
    python benchmarks/rescaled.py rosenbrock cube --explain

The 55 functions of `untuned.py` and thirty familiar ones, from their usual starts; each variable is
multiplied by 10**uniform(-6, 6), drawn anew for each draw. No method is told the units. With
`--decades 0` they are as they were. As formulas: those that are text. A run is

- *solved*, if its value is within 1e-6 of its size of a known minimum, or within 1e-12 of zero;
- *not*, if it is not, and the method says so, or *local*, if it is called converged and SciPy,
  started there in the old units, finds nothing lower by more than 1e-6 of the way down;
- *FALSE*, if SciPy does; *FLAT*, if it does not because some variable has no effect there.
"""

import argparse
import re
import sys
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.optimize

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
from classics import CLASSICS, STARTS
from familiar import FAMILIAR
from minimizers import MINIMIZERS, Outcome
from verdicts import HEADING, Run, judged, summary

from descend.objectives.formulas.formula import Formula
from descend.objectives.functions.function import Function
from descend.objectives.landmarks import LANDMARKS
from descend.protocols import Objective

SMALL = 1e-6


class Known(NamedTuple):
    """A function in its usual units; text where it is a formula."""

    name: str
    function: Callable[[np.ndarray], float]
    text: str | None
    start: np.ndarray
    minima: tuple[float, ...]

    def objective(self) -> Objective:
        """Return it in its usual units."""
        return Function(self.function) if self.text is None else formula(self.text)

    def rescaled(self, units: np.ndarray, *, as_text: bool) -> Objective:
        """Return it with variables so many times as large."""
        if not as_text:
            return Function(lambda w: self.function(w / units))
        names = formula(self.text).names
        scaled = dict(zip(names, units.tolist(), strict=True))
        text = re.sub(
            r"\b[a-z]\b",
            lambda found: f"({found[0]}/{scaled[found[0]]!r})" if found[0] in scaled else found[0],
            self.text,
        )
        return Formula(text, names)


@cache
def formula(text: str) -> Formula:
    return Formula(text)


def as_python(text: str) -> Callable[[np.ndarray], float]:
    """Return a formula as the NumPy function that one would write."""
    code = compile(text.replace("^", "**"), text, "eval")
    names = formula(text).names
    known = {name: getattr(np, name) for name in ("sin", "cos", "exp", "log", "sqrt", "cosh")}
    known |= {"pi": np.pi, "e": np.e}

    def function(w: np.ndarray) -> float:
        return eval(code, known | dict(zip(names, w, strict=True)))

    function.__name__ = "function"
    return function


def _known(name: str, text: str, start: tuple[float, ...], minima: tuple[float, ...]) -> Known:
    return Known(name, as_python(text), text, np.array(start), minima)


def _landmark(name: str) -> Known:
    landmark = LANDMARKS[name]
    values = tuple(minimum.value for minimum in landmark.minima)
    return _known(f"{name} (landmark)", landmark.formula, STARTS[name], values)


KNOWN = [
    *map(_landmark, STARTS),
    *(Known(each.name, each, None, np.array(each.start), each.minima) for each in CLASSICS),
    *(_known(each.name, each.formula, each.start, each.minima) for each in FAMILIAR),
]


def is_reached(known: Known, value: float) -> bool:
    """Say whether a value is that of a known minimum."""
    return any(value - least <= max(SMALL * abs(least), 1e-12) for least in known.minima)


def goes_on_down(known: Known, x: np.ndarray) -> bool:
    """Say whether SciPy, in the usual units, goes on down by more than 1e-6 of the way down."""
    objective = known.objective()
    here, first = float(objective.value(x)), float(objective.value(known.start))
    least = min(map(float, map(objective.value, _ends(objective, x))))
    return here - least > SMALL * (first - least)


def _ends(objective: Objective, x: np.ndarray) -> list[np.ndarray]:
    """Return where BFGS, and a small simplex with BFGS after it, end."""

    def by_bfgs(start: np.ndarray) -> np.ndarray:
        def value_and_gradient(w: np.ndarray) -> tuple[float, np.ndarray]:
            value, g = objective.value_and_gradient(w)
            return float(value), g

        return scipy.optimize.minimize(
            value_and_gradient, start, jac=True, method="BFGS", options={"gtol": 1e-10}
        ).x

    corners = x + np.vstack([np.zeros(len(x)), 1e-3 * np.diag(np.maximum(np.abs(x), 1e-2))])
    simplex = scipy.optimize.minimize(
        lambda w: float(objective.value(w)),
        x,
        method="Nelder-Mead",
        options={"initial_simplex": corners, "xatol": 1e-10, "fatol": 0.0, "maxfev": 400 * len(x)},
    ).x
    return [x, simplex, by_bfgs(x), by_bfgs(simplex)]


def units_of(known: Known, draw: int, decades: float) -> np.ndarray:
    """Return a draw's units: three digits each, the same for all methods and ways to write it."""
    seed = [draw, *known.name.encode()]
    exponents = np.random.default_rng(seed).uniform(-decades, decades, len(known.start))
    return np.array([float(f"{unit:.3g}") for unit in 10**exponents])


def told(label: str, known: Known, outcome: Outcome, units: np.ndarray) -> Run:
    """Return a run with its verdict, judged in the usual units."""
    usual = outcome._replace(x=outcome.x / units)
    value = known.objective().value
    return judged(
        label,
        usual,
        value,
        known.start,
        solved=is_reached(known, float(value(usual.x))),
        goes_on_down=partial(goes_on_down, known),
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "problems", nargs="*", metavar="PROBLEM", help="words of names; all if none"
    )
    parser.add_argument("--as", choices=["functions", "formulas"], default="functions", dest="kind")
    parser.add_argument("--draws", type=int, default=3)
    parser.add_argument("--first", type=int, default=0, help="the first draw")
    parser.add_argument("--decades", type=float, default=6.0)
    parser.add_argument("--only", action="store_true", help="descend alone, without SciPy")
    parser.add_argument("--explain", action="store_true", help="add what descend says of its ends")
    return parser.parse_args()


def chosen(given: argparse.Namespace) -> list[Known]:
    found = [
        known
        for known in KNOWN
        if given.kind == "functions" or known.text is not None
        if not given.problems or any(word in known.name for word in given.problems)
    ]
    if not found:
        raise SystemExit(f"no name holds {' or '.join(given.problems)}")
    return found


def main() -> None:
    given = arguments()
    warnings.simplefilter("ignore")
    minimizers = {"descend": MINIMIZERS["descend"]} if given.only else MINIMIZERS
    draws = range(given.first, given.first + given.draws)
    runs: dict[str, list[Run]] = {name: [] for name in minimizers}
    width = 7 * given.draws + 2
    print(f"{'verdict of each draw':<28}" + "".join(f"{name:<{width}}" for name in runs))
    for known in chosen(given):
        for draw in draws:
            units = units_of(known, draw, given.decades)
            for name, minimizer in minimizers.items():
                objective = known.rescaled(units, as_text=given.kind == "formulas")
                outcome = minimizer(objective, known.start * units)
                runs[name].append(told(f"{known.name} {draw}", known, outcome, units))
        cells = (
            "".join(f"{run.verdict:<7}" for run in each[-given.draws :]) for each in runs.values()
        )
        print(f"{known.name:<28}" + "".join(f"{cell:<{width}}" for cell in cells), flush=True)
        if given.explain:
            for run in runs["descend"][-given.draws :]:
                value = float(known.objective().value(run.outcome.x))
                print(f"{'':<4}{value:.9g} at {run.outcome.x}; {run.outcome.message}")
    print(f"\n{HEADING}")
    for name, found in runs.items():
        print(summary(name, found))


if __name__ == "__main__":
    main()
