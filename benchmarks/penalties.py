"""Lasso and L1 logistic regression, untuned, against scikit-learn.

Prints for each problem and solver the median seconds, the distance of its objective to the best
that any of them found (relative), the number of weights that are not zero, and the ratio of the
times. Runs are interleaved. `--small` runs a tenth of the rows, to see that it works.
"""

import argparse
import statistics
import time
import warnings

import numpy as np
import scipy.sparse
from sklearn.linear_model import Lasso, LogisticRegression
from solving import untuned

from descend.data.rows import Rows
from descend.losses import LogLoss, SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L1

ROUNDS = 3


def dense(n, d=100):
    random = np.random.default_rng(0)
    X = random.standard_normal((n, d)) @ (np.eye(d) + 0.03 * random.standard_normal((d, d)))
    scores = X @ (random.standard_normal(d) * (random.random(d) < 0.3))
    return X, scores, random


def sparse(n, d=20_000, filled=30):
    random = np.random.default_rng(0)
    # as words: the first columns are far more frequent than the last
    columns = (d * random.random(n * filled) ** 3).astype(np.int32)
    rows = np.repeat(np.arange(n, dtype=np.int32), filled)
    X = scipy.sparse.csr_array((0.2 + random.random(n * filled), (rows, columns)), shape=(n, d))
    scores = X @ (2 * random.standard_normal(d) * (random.random(d) < 0.1))
    return X, scores - scores.mean(), random


def ours(X, y, loss, alpha, tol=1e-6):
    def fit():
        risk = EmpiricalRisk(Linear(X.shape[1]), loss, L1(alpha), Rows(X, y[:, None]))
        return untuned(
            risk,
            np.zeros(X.shape[1] + 1),
            max_iter=1000,
            tol=tol,
            random=np.random.default_rng(0),
            record=None,
        ).x

    return fit


def peer(X, y, model):
    def fit():
        found = model.fit(X, y)
        return np.append(found.coef_, found.intercept_)

    return fit


def problems(scale):
    X, scores, random = dense(100_000 // scale)
    y = scores + random.standard_normal(len(scores))
    risk = EmpiricalRisk(Linear(100), SquaredError(), L1(0.05), Rows(X, y[:, None]))
    yield (
        f"lasso, dense {X.shape[0]:,} x {X.shape[1]}",
        risk,
        {
            "descend": ours(X, y, SquaredError(), 0.05),
            "scikit-learn Lasso": peer(X, y, Lasso(alpha=0.05)),
            "scikit-learn Lasso, tol=1e-10": peer(X, y, Lasso(alpha=0.05, tol=1e-10)),
        },
    )
    y = (random.random(len(scores)) < 1 / (1 + np.exp(-scores))).astype(float)
    yield logistic(f"logistic, dense {X.shape[0]:,} x {X.shape[1]}", X, y, 0.01, 1.0, 100)
    X, scores, random = sparse(50_000 // scale)
    y = (random.random(len(scores)) < 1 / (1 + np.exp(-scores))).astype(float)
    # liblinear penalises its intercept: scaled, it hardly does
    yield logistic(f"logistic, sparse {X.shape[0]:,} x {X.shape[1]:,}", X, y, 3e-4, 100.0, 50)


def logistic(name, X, y, alpha, intercept_scaling, passes):
    C = 1 / (alpha * X.shape[0])
    saga = LogisticRegression(l1_ratio=1, solver="saga", C=C, tol=1e-4, max_iter=passes)
    liblinear = LogisticRegression(
        l1_ratio=1, solver="liblinear", C=C, tol=1e-4, intercept_scaling=intercept_scaling
    )
    risk = EmpiricalRisk(Linear(X.shape[1]), LogLoss(), L1(alpha), Rows(X, y[:, None]))
    solvers = {
        "descend": ours(X, y, LogLoss(), alpha),
        "descend, tol=1e-3": ours(X, y, LogLoss(), alpha, tol=1e-3),
        "scikit-learn saga": peer(X, y, saga),
        "scikit-learn liblinear": peer(X, y, liblinear),
    }
    return name, risk, solvers


def timed(fit):
    begin = time.perf_counter()
    w = fit()
    return time.perf_counter() - begin, w


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", action="store_true")
    small = parser.parse_args().small
    warnings.simplefilter("ignore")  # the peers' about iterations that were not enough
    for name, risk, solvers in problems(10 if small else 1):
        timed(solvers["descend"])  # compiles
        seconds = {solver: [] for solver in solvers}
        ends = {}
        for _ in range(ROUNDS):
            for solver, fit in solvers.items():
                taken, ends[solver] = timed(fit)
                seconds[solver].append(taken)
        values = {solver: float(risk.value(w)) for solver, w in ends.items()}
        best = min(values.values())
        own = statistics.median(seconds["descend"])
        print(name)
        for solver, taken in seconds.items():
            median = statistics.median(taken)
            print(
                f"  {solver:30} {median:8.3f} s  distance {values[solver] / best - 1:8.1e}  "
                f"{np.count_nonzero(ends[solver][:-1]):6d} weights  {median / own:6.2f} times ours"
            )


if __name__ == "__main__":
    main()
