"""How soon an untuned fit is near its optimum, beside scikit-learn's solvers.

    python benchmarks/fits.py [--small] [name ...]

Whole fits, data checks included, on generated data: correlated columns, columns of very different
scale, and sparse rows as of words. The distance is that of the objective to its optimum, relative;
the optimum is the lowest value that any of the solvers found, one of them a much longer run of our
own. Fits are interleaved; printed are the median seconds, the distance, and how many times our
own time to at most this distance a solver took. `--small` runs a twentieth of the rows, to see that
it works.
"""

import argparse
import math
import statistics
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.svm import LinearSVC

from descend import DescentClassifier, DescentRegressor
from descend.data.rows import Rows
from descend.losses import LogLoss, Poisson, SquaredError, SquaredHinge
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2
from descend.protocols import Loss

ROUNDS = 3


class Problem(NamedTuple):
    """What is fitted: rows, targets, a loss and a strength of L2; beside which other solvers."""

    name: str
    X: Any
    y: np.ndarray
    loss: Loss
    alpha: float
    peers: dict[str, Callable[[], Any]]


def dense(n: int, d: int, *, scales: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return correlated columns, over so many powers of ten, and scores of unit spread."""
    random = np.random.default_rng(0)
    factors = random.standard_normal((max(1, d // 5), d))
    X = random.standard_normal((n, len(factors))) @ factors / np.sqrt(len(factors))
    X += 0.3 * random.standard_normal((n, d))
    scores = X @ random.standard_normal(d)
    return X * np.logspace(-scales / 2, scales / 2, d), 2 * scores / scores.std()


def words(n: int, d: int, filled: int) -> tuple[Any, np.ndarray]:
    """Return rows as of words: Zipf's frequencies, rare ones heavier, unit length; and scores."""
    random = np.random.default_rng(0)
    share = 1 / (10 + np.arange(d))
    edges = np.cumsum(share / share.sum())
    lengths = random.poisson(filled * random.gamma(4, 0.25, n)) + 5
    rows = np.repeat(np.arange(n, dtype=np.int32), lengths)
    columns = np.searchsorted(edges, random.random(len(rows))).clip(max=d - 1).astype(np.int32)
    counts = scipy.sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(n, d))
    counts.sum_duplicates()
    present = np.bincount(counts.indices, minlength=d)
    counts.data = (1 + np.log(counts.data)) * np.log(n / np.maximum(present, 1))[counts.indices]
    length = np.sqrt(np.add.reduceat(counts.data**2, counts.indptr[:-1]))
    counts.data /= np.repeat(length, np.diff(counts.indptr))
    scores = counts @ (random.standard_normal(d) * (random.random(d) < 0.3))
    return counts, 3 * (scores - scores.mean()) / scores.std()


def labels(scores: np.ndarray) -> np.ndarray:
    """Return ones with the probability that the scores give."""
    return (np.random.default_rng(1).random(len(scores)) < 1 / (1 + np.exp(-scores))).astype(int)


def logistic(name: str, X: Any, scores: np.ndarray, alpha: float, *solvers: str) -> Problem:
    """Return a classification beside scikit-learn's solvers, given as `name:iterations`."""
    peers = {
        f"scikit-learn {each}": partial(
            LogisticRegression,
            C=1 / (alpha * X.shape[0]),
            solver=each.partition(":")[0],
            max_iter=int(each.partition(":")[2]),
            tol=1e-12,
        )
        for each in solvers
    }
    return Problem(name, X, labels(scores), LogLoss(), alpha, peers)


def problems(share: float) -> Iterator[Callable[[], Problem]]:
    """Yield what makes each problem, at a share of its rows; so that one is in memory at a time."""

    def rows(n: int) -> int:
        return round(share * n)

    def correlated() -> Problem:
        X, scores = dense(rows(500_000), 50)
        solvers = ("lbfgs:10", "lbfgs:100", "newton-cholesky:10", "saga:10")
        return logistic("correlated", X, scores, 1e-4, *solvers)

    def scaled() -> Problem:
        X, scores = dense(rows(200_000), 100, scales=6)
        return logistic("scaled", X, scores, 1e-4, "lbfgs:100", "newton-cholesky:20")

    def tall() -> Problem:
        X, scores = dense(rows(2_000_000), 10)
        return logistic("tall", X, scores, 1e-4, "lbfgs:30", "newton-cholesky:20")

    def ridge() -> Problem:
        X, scores = dense(rows(500_000), 50)
        y = scores + np.random.default_rng(1).standard_normal(len(scores))
        alpha = 1e-3
        peers = {
            f"scikit-learn Ridge {solver}": partial(Ridge, alpha * len(y), solver=solver)
            for solver in ("cholesky", "lsqr")
        }
        return Problem("ridge", X, y, SquaredError(), alpha, peers)

    def counts() -> Problem:
        X, scores = dense(rows(200_000), 50)
        y = np.random.default_rng(1).poisson(np.exp(0.5 * scores)).astype(float)
        peers = {
            f"scikit-learn Poisson {solver}": partial(
                PoissonRegressor, alpha=1e-3, solver=solver, tol=1e-10, max_iter=steps
            )
            for solver, steps in (("lbfgs", 100), ("newton-cholesky", 20))
        }
        return Problem("counts", X, y, Poisson(), 1e-3, peers)

    def text() -> Problem:
        X, scores = words(rows(200_000), 47_000, 80)
        solvers = ("lbfgs:15", "lbfgs:50", "sag:10")
        return logistic("text", X, scores, 1e-5, *solvers)

    def long_text() -> Problem:
        X, scores = words(rows(20_000), 200_000, 200)
        return logistic("long_text", X, scores, 1e-4, "lbfgs:30", "sag:30")

    def margins() -> Problem:
        X, scores = words(rows(100_000), 20_000, 40)
        svc = partial(LinearSVC, C=1 / (1e-4 * X.shape[0]), dual=False, tol=1e-4)
        return Problem("margins", X, labels(scores), SquaredHinge(), 1e-4, {"liblinear": svc})

    def sparse_ridge() -> Problem:
        X, scores = words(rows(100_000), 20_000, 40)
        y = scores + np.random.default_rng(1).standard_normal(len(scores))
        peers = {
            f"scikit-learn Ridge {solver}": partial(Ridge, 1e-4 * len(y), solver=solver, tol=1e-8)
            for solver in ("sparse_cg", "sag")
        }
        return Problem("sparse_ridge", X, y, SquaredError(), 1e-4, peers)

    yield from (correlated, scaled, tall, ridge, counts)
    yield from (text, long_text, margins, sparse_ridge)


def own(problem: Problem, tol: float) -> Callable[[], Any]:
    """Return what makes our own estimator, untuned but for its precision."""
    classes = problem.y.dtype.kind == "i"
    kind = DescentClassifier if classes else DescentRegressor
    return partial(
        kind, loss=problem.loss, alpha=problem.alpha, tol=tol, random_state=0, record=None
    )


def solvers_of(problem: Problem) -> dict[str, Callable[[], Any]]:
    """Return all solvers by name: the last of our own is the long run."""
    ours = {f"descend, tol={tol:g}": own(problem, tol) for tol in (0.1, 1e-2, 1e-3, 1e-4, 1e-6)}
    return ours | problem.peers | {"descend, tol=1e-9": own(problem, 1e-9)}


def timed(make: Callable[[], Any], problem: Problem) -> tuple[float, np.ndarray]:
    """Return the seconds of a fit, and its parameters."""
    model = make()
    begin = time.perf_counter()
    model.fit(problem.X, problem.y)
    seconds = time.perf_counter() - begin
    return seconds, np.append(model.coef_, model.intercept_)


def measure(problem: Problem, rounds: int) -> None:
    """Print a problem's table."""
    X, y = problem.X, problem.y.astype(float)
    risk = EmpiricalRisk(Linear(X.shape[1]), problem.loss, L2(problem.alpha), Rows(X, y[:, None]))
    print(f"\n{problem.name}: {X.shape[0]:,} x {X.shape[1]:,}, {type(problem.loss).__name__}")
    solvers = solvers_of(problem)
    taken: dict[str, list[float]] = {name: [] for name in solvers}
    values: dict[str, float] = {}
    timed(solvers["descend, tol=0.1"], problem)  # imports, and reads or makes what is compiled
    for turn in range(rounds):
        for name, make in solvers.items():
            if turn and sum(taken[name]) > 20:
                continue  # one run says enough
            seconds, w = timed(make, problem)
            taken[name].append(seconds)
            values[name] = float(risk.value(w))
    best = min(values.values())
    distance = {name: (value - best) / abs(best) for name, value in values.items()}
    median = {name: statistics.median(seconds) for name, seconds in taken.items()}
    for name in solvers:
        as_near = (
            median[each]
            for each in solvers
            if each.startswith("descend") and distance[each] <= max(distance[name], 1e-14)
        )
        ratio = median[name] / min(as_near, default=math.nan)
        print(f"  {name:34} {median[name]:8.3f} s  {distance[name]:8.1e}  {ratio:6.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # the peers' about iterations that were not enough
    for make in problems(0.05 if arguments.small else 1.0):
        if not arguments.names or make.__name__ in arguments.names:
            measure(make(), arguments.rounds)


if __name__ == "__main__":
    main()
