"""One epoch of stochastic gradient descent beside scikit-learn's, and what a start-up costs.

    python benchmarks/epoch.py

Both fit whole models, data checks included, with one epoch of one example a step, shuffled,
squared loss, L2. The fits are interleaved; the medians are printed with their ratio.
"""

import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import numpy as np
from sklearn.linear_model import SGDRegressor

from descend import DescentRegressor

REPEATS = 7


def median_seconds(*runs: Callable[[], object]) -> list[float]:
    """Return each run's median time, the runs interleaved, after one that is not counted."""
    times: list[list[float]] = [[] for _ in runs]
    for repeat in range(REPEATS + 1):
        for own, run in zip(times, runs, strict=True):
            begin = time.perf_counter()
            run()
            if repeat:
                own.append(time.perf_counter() - begin)
    return [statistics.median(own) for own in times]


def ours(X: np.ndarray, y: np.ndarray, rate: float, **options: object) -> Callable[[], object]:
    """Return a fit of one epoch by `DescentRegressor`."""
    options = {"optimizer": "sgd", "batch_size": 1, **options}
    model = DescentRegressor(
        max_iter=1, tol=0.0, learning_rate=rate, random_state=0, record=None, **options
    )
    return lambda: model.fit(X, y)


def theirs(X: np.ndarray, y: np.ndarray, rate: float) -> Callable[[], object]:
    """Return a fit of one epoch by `SGDRegressor`."""
    model = SGDRegressor(max_iter=1, tol=None, learning_rate="constant", eta0=rate, random_state=0)
    return lambda: model.fit(X, y)


def epochs() -> None:
    """Compare an epoch of one example a step."""
    print("one epoch, one example a step     descend   scikit-learn   ratio   wanted")
    random = np.random.default_rng(0)
    for n, d, wanted in ((1_000_000, 1, 8), (1_000_000, 20, 5), (100_000, 784, 3)):
        X = random.standard_normal((n, d))
        y = X @ random.standard_normal(d) + random.standard_normal(n)
        rate = 0.1 / d
        own, peer = median_seconds(ours(X, y, rate), theirs(X, y, rate))
        print(
            f"{n:>9,} x {d:<4}                {own:9.4f} s {peer:12.4f} s "
            f"{peer / own:7.1f} {wanted:8}"
        )


def adam() -> None:
    """Compare Adam with plain steps in the compiled loop."""
    random = np.random.default_rng(0)
    X = random.standard_normal((1_000_000, 20))
    y = X @ random.standard_normal(20) + random.standard_normal(1_000_000)
    plain, adaptive = median_seconds(
        ours(X, y, 0.01, batch_size=32), ours(X, y, 0.001, optimizer="adam", batch_size=32)
    )
    print(
        f"\nbatch 32, 1,000,000 x 20: SGD {plain:.4f} s, Adam {adaptive:.4f} s, "
        f"ratio {adaptive / plain:.2f} (at most 1.5)"
    )


def start_up() -> None:
    """Compare whole processes: importing, asking for help, and a first fit with a warm cache."""
    data = "X = np.random.default_rng(0).standard_normal((1000, 5)); y = X.sum(axis=1)"
    base = f"import numpy as np, sklearn.linear_model; {data}"
    fit = base + "; import descend; descend.DescentRegressor(%s).fit(X, y)"
    rows = (
        ("import descend, beside numpy", "import numpy, descend", "import numpy", 0.15),
        ("first fit, optimizer='auto', beside sklearn", fit % "", base, 0.5),
        ("first fit, optimizer='sgd', beside sklearn", fit % "optimizer='sgd'", base, 0.5),
    )
    print("\nstart-up")
    for name, more, less, wanted in rows:
        own, peer = median_seconds(process("-c", more), process("-c", less))
        print(f"{name:45} {own:.3f} s - {peer:.3f} s = {own - peer:6.3f} s (at most {wanted})")
    (own,) = median_seconds(process("-m", "descend", "--help"))
    print(f"{'descend --help':45} {own:.3f} s (at most 0.5)")


def process(*arguments: str) -> Callable[[], object]:
    """Return a run of a fresh Python process."""
    command = [sys.executable, "-W", "ignore", *arguments]
    return lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    epochs()
    adam()
    start_up()
