"""One epoch of stochastic gradient descent beside scikit-learn's, and what a start-up costs.

    python benchmarks/epoch.py

The fits are of whole models, data checks included, with one epoch, L2, rows shuffled. The epochs by
batches in row order, beside two matrix products, and those beside PyTorch are what an epoch adds to
a fit. All runs are interleaved; the medians are printed with their ratio.
"""

import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
import scipy.sparse
import torch
from sklearn.linear_model import SGDClassifier, SGDRegressor

from descend import DescentClassifier, DescentRegressor
from descend.data.rows import Rows
from descend.kernels.row_order import fresh_order, shuffle_rows
from descend.losses import SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.optimizers import SGD
from descend.penalties import L2
from descend.solvers.stochastic.kernel_choice import choose_kernel
from descend.solvers.stochastic.state import StochasticState

REPEATS = 7


def median_seconds(*runs: Callable[[], object], repeats: int = REPEATS) -> list[float]:
    """Return each run's median time, the runs interleaved, after one that is not counted."""
    times: list[list[float]] = [[] for _ in runs]
    for repeat in range(repeats + 1):
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


def classifiers() -> None:
    """Compare an epoch of logistic regression, dense and sparse."""
    print("\nlogistic, one example a step      descend   scikit-learn   ratio   wanted")
    random = np.random.default_rng(0)
    dense = random.standard_normal((1_000_000, 20))
    for name, X, alpha, wanted in (
        ("1,000,000 x 20", dense, 1e-4, 3),
        ("200,000 x 47,000, 75 a row", sparse_rows(random), 1e-5, 2),
    ):
        y = X @ random.standard_normal(X.shape[1]) > 0
        common = {"alpha": alpha, "max_iter": 1, "random_state": 0}
        ours = DescentClassifier(
            optimizer="sgd", batch_size=1, learning_rate=0.1, tol=0.0, record=None, **common
        )
        theirs = SGDClassifier(
            loss="log_loss", tol=None, learning_rate="constant", eta0=0.1, **common
        )
        own, peer = median_seconds(partial(ours.fit, X, y), partial(theirs.fit, X, y))
        print(f"{name:30} {own:9.4f} s {peer:12.4f} s {peer / own:7.1f} {wanted:8}")


def sparse_rows(random: np.random.Generator) -> scipy.sparse.csr_matrix:
    """Return 200,000 rows of 47,000 columns, 75 numbers in each."""
    n, d, each = 200_000, 47_000, 75
    # one number in each of 75 stretches of columns, so that no row names a column twice
    width = d // each
    indices = (width * np.arange(each) + random.integers(width, size=(n, each))).astype(np.int32)
    numbers = random.standard_normal(n * each) / each**0.5
    pointers = np.arange(0, n * each + 1, each, dtype=np.int32)
    return scipy.sparse.csr_matrix((numbers, indices.ravel(), pointers), shape=(n, d))


def batches() -> None:
    """Compare epochs by batches with the two products in row order, and with PyTorch."""
    random = np.random.default_rng(0)
    X = random.standard_normal((1_000_000, 20))
    y = X @ random.standard_normal(20) + random.standard_normal(len(X))
    w, r = np.ones(20), np.ones(len(X))
    own, forth, back = median_seconds(
        one_more_epoch(X, y, 256, shuffle=False), lambda: X @ w, lambda: X.T @ r
    )
    print(
        f"\nbatch 256 in row order, 1,000,000 x 20: {own:.4f} s, X @ w and X.T @ r "
        f"{forth + back:.4f} s, ratio {own / (forth + back):.2f} (at most 2)"
    )
    for batch_size in (32, 256):
        own, peer = median_seconds(
            one_more_epoch(X, y, batch_size, shuffle=True), torch_epoch(X, y, batch_size), repeats=3
        )
        print(
            f"batch {batch_size} shuffled: descend {own:.4f} s, PyTorch {peer:.4f} s, "
            f"ratio {peer / own:.1f} (at least 10)"
        )


def one_more_epoch(
    X: np.ndarray, y: np.ndarray, batch_size: int, *, shuffle: bool
) -> Callable[[], object]:
    """Return an epoch of a fit that has begun: no checks of the data."""
    model = EmpiricalRisk(Linear(X.shape[1]), SquaredError(), L2(1e-4), Rows(X, y[:, None]))
    kernel = choose_kernel(model, SGD(), batch_size)
    state = StochasticState(model.model, np.zeros(X.shape[1] + 1), SGD())
    order = fresh_order(len(X))
    order[:] = np.arange(len(X))

    def epoch() -> None:
        if shuffle:
            shuffle_rows(order, np.uint64(state.steps))
        for rows, steps in kernel.segments(order, single=False):
            kernel.run(state, rows, 0.01)
            state.steps += steps

    return epoch


def torch_epoch(X: np.ndarray, y: np.ndarray, batch_size: int) -> Callable[[], object]:
    """Return an epoch of PyTorch's own loop, over slices of a permutation."""
    rows, targets = torch.from_numpy(X), torch.from_numpy(y)
    model = torch.nn.Linear(X.shape[1], 1, dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, weight_decay=1e-4)

    def epoch() -> None:
        order = torch.randperm(len(rows))
        for begin in range(0, len(rows), batch_size):
            batch = order[begin : begin + batch_size]
            optimizer.zero_grad()
            loss = 0.5 * ((model(rows[batch])[:, 0] - targets[batch]) ** 2).mean()
            loss.backward()
            optimizer.step()

    return epoch


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
    classifiers()
    batches()
    adam()
    start_up()
