"""One pass over sparse rows, compiled: their losses and their gradient together.

Each row is read once from memory: its slope is found while the cache still holds it.
"""

from typing import Any

import numpy as np

from descend.kernels.cache import kept
from descend.kernels.dispatch import weighted
from descend.kernels.epochs import TILE, predict, pull_back
from descend.protocols import verbs

# sums may be taken in any order, but what is not finite must show: line searches test for it
OPTIONS: Any = {
    "fastmath": {"afn", "arcp", "contract", "nsz", "reassoc"},
    "error_model": "numpy",
    "nogil": True,
}


def add_rows(
    X: Any, y: Any, weight: Any, w: Any, loss: Any, normalised: Any, n_features: Any,
    begin: Any, end: Any, g: Any,
) -> Any:  # fmt: skip
    """Add the gradient of the rows from `begin` to before `end` to `g`; return their losses' sum.

    The other parameters are those of `descend.kernels.epochs`; `g` is shaped like `w`.
    """
    z = np.zeros((w.shape[0], TILE), dtype=w.dtype)
    total: Any = 0.0
    for tile in range(begin, end, TILE):
        rows = np.arange(tile, min(tile + TILE, end))
        predict(X, rows, w, z, normalised, n_features)
        # not `epochs.slopes`, whose options drop the checks for NaN
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
