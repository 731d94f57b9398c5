"""One pass over sparse rows, compiled: their losses and their gradient together.

Each row is read once from memory: its slope is known while the cache still holds it.
"""

from typing import Any

import numpy as np

from descend.kernels.cache import kept
from descend.kernels.dispatch import weighted
from descend.kernels.epochs import TILE, normalise, predict, pull_back
from descend.protocols import verbs

# sums may be taken in any order, but what is not finite must be seen: a line search asks for it
OPTIONS: Any = {
    "fastmath": {"afn", "arcp", "contract", "nsz", "reassoc"},
    "error_model": "numpy",
    "nogil": True,
}


def add_rows(
    X: Any,
    y: Any,
    weight: Any,
    w: Any,
    loss: Any,
    normalised: Any,
    n_features: Any,
    begin: Any,
    end: Any,
    g: Any,
) -> Any:
    """Add the gradient of some rows to `g`; return the sum of their losses.

    Parameters
    ----------
    X, y, weight
        `CSR`, `(n, outputs)`, and `(n,)` or None.
    w, g
        `(outputs, d)`, or `(outputs, d + 1)` with the intercepts last.
    loss
        An instance of the library's NamedTuples.
    normalised
        Whether a row of scores becomes log-probabilities before the loss sees it.
    n_features
        `d`, which sparse rows do not know.
    begin, end
        The first row, and the one after the last.
    """
    z = np.zeros((w.shape[0], TILE), dtype=w.dtype)
    total: Any = 0.0
    for tile in range(begin, end, TILE):
        rows = np.arange(tile, min(tile + TILE, end))
        predict(X, rows, w, z, n_features)
        if normalised:
            normalise(z, rows.shape[0])
        for o in range(w.shape[0]):
            for k in range(rows.shape[0]):
                i = rows[k]
                total += weighted(verbs.value(loss, y[i, o], z[o, k]), weight, i)
                z[o, k] = weighted(verbs.slope(loss, y[i, o], z[o, k]), weight, i)
        pull_back(X, rows, z, g, n_features)
    return total


def add_squares(X: Any, curvatures: Any, n_features: Any, begin: Any, end: Any, sums: Any) -> None:
    """Add the squares of some rows, times their curvatures `(n, outputs)`, to `sums`.

    `sums` is shaped like the `w` of `add_rows`; the square of an intercept's feature is one.
    """
    for o in range(sums.shape[0]):
        own = sums[o]
        for i in range(begin, end):
            c = curvatures[i, o]
            for p in range(X.indptr[i], X.indptr[i + 1]):
                own[X.indices[p]] += c * X.data[p] * X.data[p]
            if own.shape[0] > n_features:
                own[n_features] += c


cached_add_rows = kept(add_rows, **OPTIONS)
cached_add_squares = kept(add_squares, **OPTIONS)
