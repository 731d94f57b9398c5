"""What an order of the rows is worth: the objective after some epochs, for four of them.

    python benchmarks/shuffle.py

Plain descent on logistic regression, one example a step, at a rate that arrives within an epoch and
one that does not. "full" is a
random permutation, "blocks" is descend's order (blocks and windows), "row order" is none. For each,
the mean over seeds of the objective above its minimum after 1, 2, 5 and 10 epochs, with its
standard deviation; and how many standard errors "blocks" is away from "full".
"""

import numpy as np
from sklearn.linear_model import LogisticRegression

from descend.kernels.epochs import descend_rows
from descend.kernels.row_order import fresh_order, shuffle_rows
from descend.losses import LogLoss
from descend.optimizers import SGD
from descend.penalties import L2

ROWS, COLUMNS = 100_000, 20
ALPHA = 1e-4
EPOCHS = (1, 2, 5, 10)
SEEDS = range(12)


def rows(kind: str) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and classes: independent, sorted by class, or with a trend over time."""
    random = np.random.default_rng(0)
    X = random.standard_normal((ROWS, COLUMNS))
    if kind == "with a trend":
        X += np.linspace(-1, 1, ROWS)[:, None] * random.standard_normal(COLUMNS)
    noise = random.logistic(size=ROWS)
    y = (X @ random.standard_normal(COLUMNS) / 2 + noise > 0).astype(float)
    if kind == "sorted by class":
        order = np.argsort(y, kind="stable")
        X, y = X[order], y[order]
    return np.ascontiguousarray(X), y


def objective(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> float:
    """Return the mean log loss with L2."""
    weights, intercept = w[:-1], w[-1]
    z = X @ weights + intercept
    return float(np.mean(np.logaddexp(0, z) - y * z) + ALPHA / 2 * weights @ weights)


def order_of(name: str, seed: int) -> np.ndarray:
    """Return the order of an epoch."""
    order = fresh_order(ROWS)
    if name == "full":
        order[:] = np.random.default_rng(seed).permutation(ROWS)
    elif name == "blocks":
        shuffle_rows(order, np.uint64(seed))
    else:
        order[:] = np.arange(ROWS)
    return order


def excesses(name: str, X: np.ndarray, y: np.ndarray, rate: float, least: float) -> np.ndarray:
    """Return the objective above its minimum, a row a seed and a column a number of epochs."""
    found = []
    for seed in SEEDS:
        w = np.zeros(COLUMNS + 1)
        parts = (SGD(), LogLoss(), L2(ALPHA))
        for epoch in range(max(EPOCHS)):
            order = order_of(name, 1000 * seed + epoch)
            descend_rows.kept(X, y, None, order, w, (), *parts, rate, 1.0 + epoch * ROWS)
            if epoch + 1 in EPOCHS:
                found.append(objective(w, X, y) - least)
    return np.array(found).reshape(len(SEEDS), len(EPOCHS))


def main() -> None:
    """Print a table for each kind of data and rate."""
    for kind in ("independent", "sorted by class", "with a trend"):
        X, y = rows(kind)
        exact = LogisticRegression(C=1 / (ALPHA * ROWS), tol=1e-10, max_iter=1000).fit(X, y)
        least = objective(np.append(exact.coef_[0], exact.intercept_), X, y)
        for rate in (0.01, 0.0001):
            print(f"\n{kind}, rate {rate}: above the minimum {least:.5f}, in units of 1e-5")
            print("epochs    " + "".join(f"{epochs:>20}" for epochs in EPOCHS))
            by_name = {
                name: 1e5 * excesses(name, X, y, rate, least)
                for name in ("full", "blocks", "row order")
            }
            for name, values in by_name.items():
                cells = zip(values.mean(axis=0), values.std(axis=0, ddof=1), strict=True)
                print(f"{name:10}" + "".join(f"{m:12.2f} +- {s:<4.1f}" for m, s in cells))
            full, blocks = by_name["full"], by_name["blocks"]
            spread = np.hypot(full.std(axis=0, ddof=1), blocks.std(axis=0, ddof=1))
            away = (blocks.mean(axis=0) - full.mean(axis=0)) / (spread / len(SEEDS) ** 0.5)
            print("blocks - full, standard errors" + "".join(f"{a:12.1f}" for a in away))


if __name__ == "__main__":
    main()
