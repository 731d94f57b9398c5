"""One pass over sparse rows, compiled: their losses and their gradient together.

Each row is read once from memory: its slope is known while the cache still holds it. The indices
are taken as unsigned, since looking whether each counts from the end would double the time.
"""

from typing import Any

import numpy as np

from descend import verbs
from descend.kernels.cache import kept
from descend.kernels.dispatch import inlined, weighted

# sums may be taken in any order, but what is not finite must be seen: a line search asks for it
OPTIONS: Any = {
    "fastmath": {"afn", "arcp", "contract", "nsz", "reassoc"},
    "error_model": "numpy",
    "nogil": True,
}

TILE = 64
"""Rows whose scores are taken, and then their gradients, while the cache holds them."""


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
        count = min(TILE, end - tile)
        score(X, tile, count, w, z, n_features)
        if normalised:
            normalise(z, count)
        for o in range(w.shape[0]):
            for k in range(count):
                i = tile + k
                total += weighted(verbs.value(loss, y[i, o], z[o, k]), weight, i)
                z[o, k] = weighted(verbs.slope(loss, y[i, o], z[o, k]), weight, i)
        pull_back(X, tile, count, z, g, n_features)
    return total


@inlined
def score(X: Any, tile: Any, count: Any, w: Any, z: Any, n_features: Any) -> None:
    """Set `z` `(outputs, rows)` to the predictions of the rows from `tile` on, before the link."""
    for o in range(w.shape[0]):
        own = w[o]
        intercept = own[n_features] if own.shape[0] > n_features else w.dtype.type(0)
        for k in range(count):
            first, after = np.uint64(X.indptr[tile + k]), np.uint64(X.indptr[tile + k + 1])
            found = intercept
            for p in range(first, after):
                found += X.data[p] * own[np.uint64(X.indices[p])]
            z[o, k] = found


@inlined
def normalise(z: Any, count: Any) -> None:
    """Shift the scores of the first rows so that the exponentials of each add up to one."""
    # in loops: expressions of arrays would take Numba seconds longer to compile
    for k in range(count):
        largest = z[0, k]
        for o in range(1, z.shape[0]):
            largest = max(largest, z[o, k])
        total = z.dtype.type(0)
        for o in range(z.shape[0]):
            total += np.exp(z[o, k] - largest)
        shift = largest + np.log(total)
        for o in range(z.shape[0]):
            z[o, k] -= shift


@inlined
def pull_back(X: Any, tile: Any, count: Any, r: Any, g: Any, n_features: Any) -> None:
    """Add the gradients of the rows from `tile` on, from their slopes `r`, to `g`."""
    for o in range(g.shape[0]):
        own = g[o]
        for k in range(count):
            first, after = np.uint64(X.indptr[tile + k]), np.uint64(X.indptr[tile + k + 1])
            for p in range(first, after):
                own[np.uint64(X.indices[p])] += r[o, k] * X.data[p]
            if own.shape[0] > n_features:
                own[n_features] += r[o, k]


def add_squares(X: Any, curvatures: Any, n_features: Any, begin: Any, end: Any, sums: Any) -> None:
    """Add the squares of some rows, times their curvatures `(n, outputs)`, to `sums`.

    `sums` is shaped like the `w` of `add_rows`; the square of an intercept's feature is one.
    """
    for o in range(sums.shape[0]):
        own = sums[o]
        for i in range(begin, end):
            c = curvatures[i, o]
            for p in range(np.uint64(X.indptr[i]), np.uint64(X.indptr[i + 1])):
                own[np.uint64(X.indices[p])] += c * X.data[p] * X.data[p]
            if own.shape[0] > n_features:
                own[n_features] += c


cached_add_rows = kept(add_rows, **OPTIONS)
cached_add_squares = kept(add_squares, **OPTIONS)
