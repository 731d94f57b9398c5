"""Processor time of fits in shapes that are hard for one method or the other, beside peers.

    python benchmarks/shapes.py [case ...]

Cases: `hinge` (untuned, on small data), `sparse` (rows far fewer than columns), `wide` (dense
rows of thousands of columns), `few` (dense rows, far fewer). Each solver runs at several
tolerances; printed are its least median time to a distance of 1e-3 and 1e-6 of the objective,
relative, to the lowest value that any of them found, and that time over ours. Runs are interleaved;
a dash says that no tolerance came so near.
"""

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from descend import DescentClassifier

ROUNDS = 3
DISTANCES = 1e-3, 1e-6
OURS = "descend"


class Case(NamedTuple):
    """Rows and classes with a loss and a strength of L2, and the solvers by name and tolerances."""

    name: str
    X: Any
    y: np.ndarray
    loss: str
    alpha: float
    solvers: dict[str, tuple[Callable[[float], Any], tuple[float, ...]]]

    def value(self, model: Any) -> float:
        """Return the objective at a fitted model's weights."""
        w, b = np.ravel(model.coef_), float(np.ravel(model.intercept_)[0])
        margin = (2 * self.y - 1) * (self.X @ w + b)
        hinge = self.loss == "hinge"
        losses = np.maximum(0, 1 - margin) if hinge else np.logaddexp(0, -margin)
        return float(losses.mean() + 0.5 * self.alpha * w @ w)


def untuned(loss: str, alpha: float, tol: float) -> DescentClassifier:
    return DescentClassifier(loss, alpha=alpha, tol=tol)


def hinge_cases() -> Iterator[Case]:
    """Yield small and middling data of two classes."""
    random = np.random.default_rng(0)
    X, y = load_breast_cancer(return_X_y=True)
    yield hinge_case("breast_cancer", StandardScaler().fit_transform(X), y)
    yield hinge_case("breast_cancer as it comes", X, y)
    X, y = load_iris(return_X_y=True)
    yield hinge_case("iris 1, 2", X[y > 0], y[y > 0] - 1)
    X, y = load_digits(return_X_y=True)
    two = (y == 3) | (y == 8)
    yield hinge_case("digits 3, 8", X[two] / 16, (y[two] == 8).astype(int))
    yield hinge_case("digits odd", X / 16, y % 2)
    for n, d in ((1_000, 10), (5_000, 20), (50_000, 50)):
        X, y = make_classification(n, d, n_informative=d // 2, flip_y=0.05, random_state=0)
        yield hinge_case(f"{n:,} x {d}", X, y)
        if n == 5_000:
            yield hinge_case(f"{n:,} x {d}, scaled 0.01 to 100", X * np.logspace(-2, 2, d), y)
    X = random.standard_normal((500, 20))
    noise = 2 * random.standard_normal(500)
    yield hinge_case("500 x 20", X, (X @ random.standard_normal(20) + noise > 0).astype(int))


def hinge_case(name: str, X: np.ndarray, y: np.ndarray, alpha: float = 1e-3) -> Case:
    def svc(tol: float) -> LinearSVC:
        # its intercept is penalised, the less the larger the scaling
        options = {"intercept_scaling": 30, "max_iter": 20_000, "random_state": 0}
        return LinearSVC(loss="hinge", C=1 / (alpha * len(y)), tol=tol, **options)

    ours = partial(untuned, "hinge", alpha), (1e-1, 1e-2, 1e-3, 1e-6)
    solvers = {OURS: ours, "LinearSVC": (svc, (1e-2, 1e-3, 1e-4, 1e-6))}
    return Case(name, X, y, "hinge", alpha, solvers)


def sparse_cases() -> Iterator[Case]:
    """Yield 1,000 rows of 50 numbers in 200,000 columns."""
    random = np.random.default_rng(0)
    n, d, filled = 1_000, 200_000, 50
    columns = random.integers(0, d, n * filled, dtype=np.int32)
    starts = np.arange(0, n * filled + 1, filled, dtype=np.int32)
    X = scipy.sparse.csr_matrix((random.standard_normal(n * filled), columns, starts), (n, d))
    X.sum_duplicates()
    y = (X @ random.standard_normal(d) + random.standard_normal(n) > 0).astype(int)
    for alpha in (1e-4, 1e-2):
        yield logistic_case(f"sparse 1,000 x 200,000, alpha {alpha:g}", X, y, alpha, "sag", "lbfgs")


def wide_cases() -> Iterator[Case]:
    """Yield dense rows of thousands of columns, which share factors or nothing at all."""
    random = np.random.default_rng(0)
    for n, d, factors in ((3_000, 3_000, 0), (5_000, 5_000, 50), (8_000, 2_500, 200)):
        common = random.standard_normal((n, factors))
        X = common @ random.standard_normal((factors, d))
        X += 2 * random.standard_normal((n, d))
        signal = (common if factors else X).sum(axis=1)
        signal = signal / signal.std() + 0.3 * random.standard_normal(n)
        name = f"dense {n:,} x {d:,}, {factors} factors, alpha 0.001"
        yield logistic_case(name, X, (signal > 0).astype(int), 1e-3, "lbfgs", "newton-cg")


def few_cases() -> Iterator[Case]:
    """Yield few dense rows in many columns."""
    for alpha in (1e-2, 1e-4):
        yield dense_case(50, 5_000, alpha)


def dense_case(n: int, d: int, alpha: float) -> Case:
    random = np.random.default_rng(0)
    X = random.standard_normal((n, d))
    signal = X @ random.standard_normal(d) / np.sqrt(d)
    y = (signal + 0.5 * random.standard_normal(n) > 0).astype(int)
    return logistic_case(f"dense {n:,} x {d:,}, alpha {alpha:g}", X, y, alpha, "lbfgs")


def logistic_case(name: str, X: Any, y: np.ndarray, alpha: float, *solvers: str) -> Case:
    def peer(solver: str, tol: float) -> LogisticRegression:
        options = {"max_iter": 10_000, "random_state": 0}
        return LogisticRegression(C=1 / (alpha * len(y)), solver=solver, tol=tol, **options)

    tols = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)
    peers = {solver: (partial(peer, solver), tols) for solver in solvers}
    ours = partial(untuned, "log_loss", alpha), (1e-1, 1e-2, 1e-6)
    return Case(name, X, y, "log_loss", alpha, {OURS: ours, **peers})


def measure(case: Case) -> None:
    """Print how soon each solver came near the lowest value."""
    seconds: dict[tuple[str, float], list[float]] = {}
    values: dict[tuple[str, float], float] = {}
    for _ in range(ROUNDS):
        for name, (make, tols) in case.solvers.items():
            for tol in tols:
                began = time.process_time()
                model = make(tol).fit(case.X, case.y)
                seconds.setdefault((name, tol), []).append(time.process_time() - began)
                values[name, tol] = case.value(model)
    best = min(values.values())
    print(case.name)
    for distance in DISTANCES:
        least = {
            name: min(
                (statistics.median(seconds[name, tol]) for tol in tols
                 if values[name, tol] <= best * (1 + distance)),
                default=np.nan,
            )
            for name, (_, tols) in case.solvers.items()
        }  # fmt: skip
        told = [
            f"{name} {time:.4f} s ({time / least[OURS]:.2f})" if time == time else f"{name} -"
            for name, time in least.items()
        ]
        print(f"  to {distance:g}: {', '.join(told)}")


CASES = {
    "hinge": hinge_cases, "sparse": sparse_cases, "wide": wide_cases,
    "few": few_cases,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="case", help=", ".join(CASES))
    names = parser.parse_args().cases or list(CASES)
    warnings.simplefilter("ignore")
    for name in names:
        for case in CASES[name]():
            measure(case)


if __name__ == "__main__":
    main()
