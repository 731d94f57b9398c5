"""What is fitted: rows, targets, a loss and a penalty; seeds are fixed, so data are the same.

Each problem is made when it is asked for, at a share of its rows: one is in memory at a time.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.linear_model import HuberRegressor


class Problem(NamedTuple):
    """Minimise `mean(loss) + alpha * (l1_ratio * |w|_1 + (1 - l1_ratio) / 2 * |w|^2)`.

    The intercept is not penalised. Classes are 0, 1, ...; `threshold` is that of the Huber loss.
    """

    title: str
    X: Any
    y: np.ndarray
    loss: str
    alpha: float
    l1_ratio: float = 0.0
    threshold: float = 1.0

    @property
    def classes(self) -> int:
        """How many columns of weights there are: 1, or those of the softmax."""
        return int(self.y.max()) + 1 if self.loss == "softmax" else 1

    @property
    def shape(self) -> str:
        """Rows and columns, for people."""
        return " x ".join(f"{size:,}" for size in self.X.shape)

    @property
    def megabytes(self) -> float:
        """What the rows and the targets take."""
        X = self.X
        parts = (X.data, X.indices, X.indptr) if scipy.sparse.issparse(X) else (X,)
        return float(sum(part.nbytes for part in (*parts, self.y)) / 1e6)


class Entry(NamedTuple):
    """How a problem is made from a share of its rows; how much of the time it may take."""

    make: Callable[[float], Problem]
    weight: float
    group: str


def correlated(n: int, d: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return `(n, d)` rows, whose columns share `d / 5` factors, and a score each of spread 2."""
    random = np.random.default_rng(seed)
    factors = random.standard_normal((max(1, min(d // 5, 40)), d)) / math.sqrt(max(1, d // 5))
    X = np.empty((n, d))
    for begin in range(0, n, 50_000):
        rows = X[begin : begin + 50_000]
        random.standard_normal(out=rows)
        rows *= 0.3
        rows += random.standard_normal((len(rows), len(factors))) @ factors
    scores = X @ random.standard_normal(d)
    return X, 2 * scores / scores.std()


def words(n: int, d: int, filled: int) -> tuple[Any, np.ndarray]:
    """Return sparse rows as of words, weighted by rarity and of unit length, and a score each."""
    random = np.random.default_rng(0)
    share = 1 / (10 + np.arange(d))
    edges = np.cumsum(share / share.sum())
    lengths = random.poisson(filled * random.gamma(4, 0.25, n)) + 5
    rows = np.repeat(np.arange(n, dtype=np.int32), lengths)
    columns = np.searchsorted(edges, random.random(len(rows))).clip(max=d - 1).astype(np.int32)
    X = scipy.sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(n, d))
    X.sum_duplicates()
    present = np.bincount(X.indices, minlength=d)
    X.data = (1 + np.log(X.data)) * np.log(n / np.maximum(present, 1))[X.indices]
    X.data /= np.repeat(np.sqrt(np.add.reduceat(X.data**2, X.indptr[:-1])), np.diff(X.indptr))
    scores = X @ (random.standard_normal(d) * (random.random(d) < 0.3))
    return X, 3 * (scores - scores.mean()) / scores.std()


def drawn(scores: np.ndarray) -> np.ndarray:
    """Return classes 0 and 1 with the probability that the scores give."""
    probability = 1 / (1 + np.exp(-scores - 0.5))
    return (np.random.default_rng(1).random(len(scores)) < probability).astype(float)


def noisy(scores: np.ndarray, outliers: float = 0.0) -> np.ndarray:
    """Return the scores and noise of unit spread, with a share of outliers fifty times as far."""
    random = np.random.default_rng(1)
    noise = random.standard_normal(len(scores))
    return scores + 3 + noise * np.where(random.random(len(scores)) < outliers, 50, 1)


def logistic(n: int, d: int) -> Callable[[float], Problem]:
    def make(share: float) -> Problem:
        X, scores = correlated(round(share * n), d)
        return Problem(
            "Logistic regression, correlated columns", X, drawn(scores), "log_loss", 1e-4
        )

    return make


def squared(share: float) -> Problem:
    X, scores = correlated(round(share * 1_000_000), 20)
    X *= np.logspace(-3, 3, 20)
    title = "Squared error, columns of scales 1e-3 to 1e3"
    return Problem(title, X, noisy(scores), "squared_error", 1e-6)


def sparse(share: float) -> Problem:
    X, scores = words(round(share * 200_000), 47_000, 80)
    return Problem("Logistic regression, sparse rows", X, drawn(scores), "log_loss", 1e-5)


def softmax(share: float) -> Problem:
    X, scores = correlated(round(share * 60_000), 784)
    random = np.random.default_rng(1)
    scores = 2 * X @ random.standard_normal((784, 10)) / math.sqrt(784)
    y = np.argmax(scores + random.gumbel(size=scores.shape), axis=1).astype(float)
    return Problem("Softmax regression, 10 classes", X, y, "softmax", 1e-4)


def elastic_net(share: float) -> Problem:
    X, _ = correlated(round(share * 100_000), 500)
    w = np.random.default_rng(1).standard_normal(500) * (np.arange(500) % 10 == 0)
    return Problem("Elastic net", X, noisy(X @ w), "squared_error", 0.05, l1_ratio=0.5)


def huber(share: float) -> Problem:
    X, scores = correlated(round(share * 500_000), 50)
    y = noisy(scores, outliers=0.05)
    # scikit-learn's scale is fitted with the weights: its threshold is this times the scale
    threshold = 1.35 * HuberRegressor(epsilon=1.35, alpha=0).fit(X[:20_000], y[:20_000]).scale_
    return Problem("Huber, 5 % outliers", X, y, "huber", 1e-4, threshold=float(threshold))


def hinge(share: float) -> Problem:
    X, scores = correlated(round(share * 100_000), 50)
    return Problem("Hinge loss (support vectors)", X, drawn(scores), "hinge", 1e-4)


def poisson(share: float) -> Problem:
    X, scores = correlated(round(share * 500_000), 50)
    y = np.random.default_rng(1).poisson(np.exp(0.5 * scores + 0.2)).astype(float)
    return Problem("Poisson regression", X, y, "poisson", 1e-4)


def digits(share: float) -> Problem:
    X, y = load_digits(return_X_y=True)
    return Problem("digits, as it comes", X, y.astype(float), "softmax", 1e-3)


def breast_cancer(share: float) -> Problem:
    X, y = load_breast_cancer(return_X_y=True)
    return Problem("breast_cancer, as it comes", X, y.astype(float), "log_loss", 1e-4)


def diabetes(share: float) -> Problem:
    X, y = load_diabetes(return_X_y=True)
    return Problem("diabetes, as it comes", X, y, "squared_error", 1e-4)


ENTRIES = {
    "logistic": Entry(logistic(500_000, 50), 4, "headline"),
    "wide": Entry(logistic(100_000, 784), 5, "headline"),
    "squared": Entry(squared, 3, "headline"),
    "sparse": Entry(sparse, 5, "headline"),
    "softmax": Entry(softmax, 5, "headline"),
    "elastic_net": Entry(elastic_net, 3, "headline"),
    "huber": Entry(huber, 3, "headline"),
    "hinge": Entry(hinge, 3, "headline"),
    "poisson": Entry(poisson, 3, "headline"),
    "digits": Entry(digits, 1.5, "headline"),
    "breast_cancer": Entry(breast_cancer, 1.5, "headline"),
    "diabetes": Entry(diabetes, 1, "headline"),
    **{f"rows_{n}": Entry(logistic(n, 20), 0.5 + n / 5e6, "rows")
       for n in (10_000, 100_000, 1_000_000, 10_000_000)},
    **{f"columns_{d}": Entry(logistic(20_000, d), 0.5 + d / 5e3, "columns")
       for d in (10, 100, 1_000, 10_000)},
}  # fmt: skip
"""Every problem by name. Growth is that of the logistic regression."""
