"""Seconds of one `minimize` of a function of two variables with its gradient, beside SciPy's BFGS.

    python benchmarks/small_functions.py [--repeats 60]

Both are called in turn, and medians compared. The functions take microseconds, so that all of it is
what the methods do around them. The last column is a descent of no steps: what a call costs.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import minimize

import descend


def quadratic(w: np.ndarray) -> float:
    return (w[0] - 1) ** 2 + 3 * (w[0] + w[1] - 2) ** 2


def quadratic_slopes(w: np.ndarray) -> np.ndarray:
    across = 6 * (w[0] + w[1] - 2)
    return np.array([2 * (w[0] - 1) + across, across])


def rosenbrock(w: np.ndarray) -> float:
    return 100 * (w[1] - w[0] ** 2) ** 2 + (1 - w[0]) ** 2


def rosenbrock_slopes(w: np.ndarray) -> np.ndarray:
    beyond = 200 * (w[1] - w[0] ** 2)
    return np.array([-2 * w[0] * beyond - 2 * (1 - w[0]), beyond])


def himmelblau(w: np.ndarray) -> float:
    return (w[0] ** 2 + w[1] - 11) ** 2 + (w[0] + w[1] ** 2 - 7) ** 2


def himmelblau_slopes(w: np.ndarray) -> np.ndarray:
    one, other = w[0] ** 2 + w[1] - 11, w[0] + w[1] ** 2 - 7
    return np.array([4 * w[0] * one + 2 * other, 2 * one + 4 * w[1] * other])


PROBLEMS = {
    "quadratic": (quadratic, quadratic_slopes, [3.0, -2.0]),
    "rosenbrock": (rosenbrock, rosenbrock_slopes, [-1.2, 1.0]),
    "himmelblau": (himmelblau, himmelblau_slopes, [0.5, 0.5]),
}


def seconds(run: Callable[[], Any]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=60)
    repeats = parser.parse_args().repeats
    print(f"{'milliseconds':<14}{'BFGS':>8}{'descend':>9}{'ratio':>7}{'no step':>9}   steps")
    for name, (function, slopes, start) in PROBLEMS.items():
        runs = {
            "BFGS": lambda f=function, g=slopes, w=start: minimize(f, w, jac=g, method="BFGS"),
            "descend": lambda f=function, g=slopes, w=start: descend.minimize(f, w, gradient=g),
            "no step": lambda f=function, g=slopes, w=start: descend.minimize(
                f, w, gradient=g, steps=0
            ),
        }
        found = {each: run() for each, run in runs.items()}
        times: dict[str, list[float]] = {each: [] for each in runs}
        for _ in range(repeats):
            for each, run in runs.items():
                times[each].append(1e3 * seconds(run))
        bfgs, ours, none = (statistics.median(times[each]) for each in runs)
        steps = f"{found['BFGS'].nit} and {found['descend'].nit}"
        print(f"{name:<14}{bfgs:>8.2f}{ours:>9.2f}{ours / bfgs:>7.1f}{none:>9.2f}   {steps}")


if __name__ == "__main__":
    main()
