"""Time an epoch and to the optimum for SVRG and SAGA, beside scikit-learn's saga and sag.

    python benchmarks/variance.py [rows]

Logistic regression with L2 on dense and on sparse rows, one row a step. Each is given more and more
epochs, until its objective is within 1e-6 of the optimum, relative; the time is that of a fit with
so many epochs, the median of interleaved runs. The time of an epoch is what six more of them add to
a fit, as a ratio to scikit-learn's saga: also under L1, for four classes, and in single precision.
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


def ours(name, epochs, penalty="l2"):
    return DescentClassifier(
        optimizer=name, batch_size=1, alpha=ALPHA, max_iter=epochs, tol=0.0, fit_intercept=False,
        random_state=0, record=None, penalty=penalty,
    )  # fmt: skip


def theirs(name, epochs, n, penalty="l2"):
    return LogisticRegression(
        solver=name, C=1 / (ALPHA * n), max_iter=epochs, tol=0.0, fit_intercept=False,
        random_state=0, penalty=penalty,
    )  # fmt: skip


def time_epochs(title, X, y, penalty="l2"):
    makers = {
        "saga": lambda epochs: ours("saga", epochs, penalty),
        "svrg": lambda epochs: ours("svrg", epochs, penalty),
        "scikit-learn saga": lambda epochs: theirs("saga", epochs, len(y), penalty),
    }
    added: dict[str, list[float]] = {name: [] for name in makers}
    for repeat in range(REPEATS + 1):
        for name, make in makers.items():
            seconds = []
            for epochs in (1, 7):
                began = time.thread_time()
                make(epochs).fit(X, y)
                seconds.append(time.thread_time() - began)
            if repeat:  # the first compiles
                added[name].append((seconds[1] - seconds[0]) / 6)
    peer = statistics.median(added["scikit-learn saga"])
    told = (
        f"{name} {statistics.median(own):.4f} s ({statistics.median(own) / peer:.2f})"
        for name, own in added.items()
    )
    print(f"{title:34}", ", ".join(told))


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
    problems = []
    for title, X in (("dense, 30 columns", dense), ("sparse, 2,000 columns", sparse)):
        truth = random.standard_normal(X.shape[1])
        scores = X @ truth + random.standard_normal(n)
        problems.append((title, X, (scores > 0).astype(float)))
        classes = np.digitize(scores, np.quantile(scores, [0.25, 0.5, 0.75]))
        if not problems[1:]:
            print(f"{n:,} rows; seconds an epoch, and the ratio to scikit-learn's saga")
        time_epochs(title, X, problems[-1][2])
        time_epochs(f"{title}, float32", X.astype(np.float32), problems[-1][2])
        time_epochs(f"{title}, L1", X, problems[-1][2], "l1")
        time_epochs(f"{title}, four classes", X, classes)
    print(f"seconds to {WITHIN:g} of the optimum, and epochs")
    for title, X, y in problems:
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
