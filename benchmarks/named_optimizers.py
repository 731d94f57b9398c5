"""What named optimizers reach with `learning_rate="auto"`, beside their papers' rates.

    python benchmarks/named_optimizers.py [adam momentum ...]

The landmarks that have a minimum and the functions of Moré, Garbow and Hillstrom, each from its
standard start, 1,000 steps. What is left of the fall is the share by which an end lies above the
lowest value that anything met. Counted are the functions on which the found rate leaves less than a
tenth of what the paper's leaves, and more than ten times as much (below 1e-12 nothing counts), and
the runs that diverged or ended above their start. Optimizers that find their own rate are left out.
"""

import sys
import warnings
from pathlib import Path

import numpy as np

import descend
from descend.optimizers import by_name, names, recommended_rate
from descend.protocols import Objective

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "helpers"))
from classics import PROBLEMS

STEPS = 1000
LEAST = 1e-12


def with_rates() -> list[str]:
    """Return the optimizers whose rate is found: neither 1, nor by a line search."""
    return [name for name in names() if name != "sgd" and recommended_rate(by_name(name)) != 1]


def outcome(objective: Objective, start: np.ndarray, name: str, rate: object) -> np.ndarray:
    """Return the value at the end, infinite after a divergence, the lowest, and the gradients."""
    descent = descend.minimize(
        objective, start, optimizer=name, learning_rate=rate, steps=STEPS, record=None
    )
    end = np.inf if descent.status == "diverged" else descent.fun
    return np.array([end, descent.best_fun, descent.nfev])


def left(ends: np.ndarray, first: float, lowest: float) -> np.ndarray:
    """Return the shares of the fall that are left, 1 where nothing fell."""
    shares = (ends - lowest) / (first - lowest)
    return np.clip(np.where(np.isfinite(shares), shares, 1.0), LEAST, 1.0)


def row(name: str, lowest: np.ndarray) -> str:
    """Return an optimizer's row, given the lowest values that are known."""
    paper, found = np.empty((len(PROBLEMS), 3)), np.empty((len(PROBLEMS), 3))
    first = np.empty(len(PROBLEMS))
    for j, problem in enumerate(PROBLEMS):
        objective, start = problem.objective(), np.array(problem.start)
        first[j] = objective.value(start)
        paper[j] = outcome(objective, start, name, recommended_rate(by_name(name)))
        found[j] = outcome(objective, start, name, "auto")
    lowest = np.minimum(lowest, np.minimum(paper[:, 1], found[:, 1]))
    both = [left(each[:, 0], first, lowest) for each in (paper, found)]
    ratio = both[1] / both[0]
    medians = " | ".join(f"{np.median(share):8.1e}" for share in both)
    lost = " | ".join(f"{np.isinf(each[:, 0]).sum():2}" for each in (paper, found))
    rose = " | ".join(f"{(each[:, 0] > first).sum():2}" for each in (paper, found))
    return (
        f"{name:<10}{medians:>20}{lost:>12}{rose:>10}{(ratio < 0.1).sum():>10}"
        f"{(ratio > 10).sum():>10}{ratio.max():>8.2g}{np.median(found[:, 2]):>11,.0f}"
    )


def main(chosen: list[str]) -> None:
    warnings.simplefilter("ignore")
    lowest = np.array(
        [descend.minimize(p.objective(), np.array(p.start), record=None).fun for p in PROBLEMS]
    )
    print(f"{len(PROBLEMS)} functions, {STEPS:,} steps; paper's rate | found rate")
    print(
        f"{'optimizer':<10}{'left of the fall':>20}{'diverged':>12}{'rose':>10}"
        f"{'10x less':>10}{'10x more':>10}{'worst':>8}{'gradients':>11}"
    )
    for name in chosen:
        print(row(name, lowest), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or with_rates())
