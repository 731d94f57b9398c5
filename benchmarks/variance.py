"""Time to the optimum for SVRG and SAGA, beside scikit-learn's saga and sag.

    python benchmarks/variance.py [rows]

Logistic regression with L2 on dense and on sparse rows, one row a step. Each is given more and more
epochs, until its objective is within 1e-6 of the optimum, relative; the time is that of a fit with
so many epochs, the median of interleaved runs.
"""

import statistics
import sys
import time
import warnings

import numpy as np
import scipy.sparse
from sklearn.linear_model import LogisticRegression

from descend import DescentClassifier

ALPHA, WITHIN, REPEATS = 1e-3, 1e-6, 5
EPOCHS = (2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 50, 64, 80, 100, 130, 160, 200)


def ours(name, epochs):
    return DescentClassifier(
        optimizer=name, batch_size=1, alpha=ALPHA, max_iter=epochs, tol=0.0, fit_intercept=False,
        random_state=0, record=None,
    )  # fmt: skip


def theirs(name, epochs, n):
    return LogisticRegression(
        solver=name, C=1 / (ALPHA * n), max_iter=epochs, tol=0.0, fit_intercept=False,
        random_state=0,
    )  # fmt: skip


def objective(w, X, y):
    z = X @ w.ravel()
    return np.mean(np.logaddexp(0, z) - y * z) + ALPHA / 2 * np.sum(w * w)


def epochs_needed(make, X, y, target):
    for epochs in EPOCHS:
        if objective(make(epochs).fit(X, y).coef_, X, y) <= target:
            return epochs
    return None


def main(n: int) -> None:
    random = np.random.default_rng(0)
    dense = random.standard_normal((n, 30)) @ (np.eye(30) + 0.1 * random.standard_normal((30, 30)))
    sparse = scipy.sparse.random(n, 2000, density=0.01, format="csr", random_state=0) * 5.0
    print(f"{n:,} rows; seconds to {WITHIN:g} of the optimum, and epochs")
    for title, X in (("dense, 30 columns", dense), ("sparse, 2,000 columns", sparse)):
        truth = random.standard_normal(X.shape[1])
        y = (X @ truth + random.standard_normal(n) > 0).astype(float)
        best = DescentClassifier(alpha=ALPHA, tol=1e-12, fit_intercept=False).fit(X, y).coef_
        target = objective(best, X, y) * (1 + WITHIN)
        makers = {
            "saga": lambda epochs: ours("saga", epochs),
            "svrg": lambda epochs: ours("svrg", epochs),
            "scikit-learn saga": lambda epochs: theirs("saga", epochs, n),
            "scikit-learn sag": lambda epochs: theirs("sag", epochs, n),
        }
        needed = {name: epochs_needed(make, X, y, target) for name, make in makers.items()}
        seconds: dict[str, list[float]] = {name: [] for name in makers}
        for _ in range(REPEATS):
            for name, make in makers.items():
                began = time.perf_counter()
                make(needed[name] or EPOCHS[-1]).fit(X, y)
                seconds[name].append(time.perf_counter() - began)
        for name, own in seconds.items():
            epochs = needed[name] or f"> {EPOCHS[-1]}"
            print(f"{title:24} {name:20} {statistics.median(own):8.3f} s {epochs:>6} epochs")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
