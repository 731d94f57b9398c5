"""The compiled walk of SVRG and SAGA along sparse rows, one example a step.

A step moves all coordinates by the mean gradient, though the row has few of them. Under a penalty
`alpha * w**2 / 2` (or none) it is `w = (1 - rate * alpha) * w - rate * mean`. With `scale` the
product of these factors, and `shift` the sum of `rate / scale`, each with the scale after its step,
the steps leave alone what is kept instead of `w`::

    kept = w / scale + shift * mean

So a step touches the row's own coordinates, and nothing has to catch up.

The options drop the checks for NaN inside; whoever calls tests `w` and the sum afterwards.
"""

from typing import Any

import numpy as np
from numba import njit

from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS, inlined
from descend.kernels.epochs import normalise, slopes
from descend.kernels.prefetch import look_ahead

SMALLEST_SCALE = 1e-6
"""Below it the coordinates are brought back to the scale one, so that what is kept stays small."""


def walk_known_sparse_rows(
    X: Any,
    y: Any,
    weight: Any,
    order: Any,
    w: Any,
    known: Any,
    mean: Any,
    renewing: Any,
    loss: Any,
    rate: Any,
    alpha: Any,
    normalised: Any,
    n_features: Any,
) -> Any:
    """Take one step an example: sparse rows, and a quadratic penalty or none.

    Parameters
    ----------
    X
        `CSR`.
    rate, alpha
        The learning rate and the penalty's curvature, of float64; their product is less than one.
    y, weight, order, w, known, mean, renewing, loss, normalised, n_features
        As for `variance.walk_known`.
    """
    outputs, width = w.shape
    fresh = 1.0 / known.shape[0] if renewing else 0.0
    # a coordinate's numbers side by side, for one look at the memory: what is kept of each output,
    # then its mean; and of float64, since `shift` becomes large
    state = np.empty((n_features, 2 * outputs))
    for j in range(n_features):
        for o in range(outputs):
            state[j, o], state[j, outputs + o] = w[o, j], mean[o, j]
    sums, news = np.zeros(2 * outputs), np.zeros(2 * outputs)
    z = np.zeros((outputs, 1), dtype=w.dtype)
    scale, shift = 1.0, 0.0
    total: Any = 0.0
    for k in range(order.shape[0]):
        look_ahead(X, y[:, 0], order, k)
        i = order[k]
        gather(X, i, state, sums)
        for o in range(outputs):
            z[o, 0] = scale * (sums[o] - shift * sums[outputs + o])
            if width > n_features:
                z[o, 0] += w[o, n_features]
        if normalised:
            normalise(z, 1)
        total += slopes(loss, y, weight, order[k : k + 1], z)
        scale *= 1.0 - rate * alpha
        shift += rate / scale
        for o in range(outputs):
            change = z[o, 0] - known[i, o]
            if renewing:
                known[i, o] = z[o, 0]
            if width > n_features:
                w[o, n_features] -= rate * (change + mean[o, n_features])
                mean[o, n_features] += fresh * change
            # the step, and what is kept owes to the new mean
            news[o] = (shift * fresh - rate / scale) * change
            news[outputs + o] = fresh * change
        spread(X, i, news, state)
        if scale < SMALLEST_SCALE:
            for j in range(n_features):
                for o in range(outputs):
                    state[j, o] = scale * (state[j, o] - shift * state[j, outputs + o])
            scale, shift = 1.0, 0.0
    for j in range(n_features):
        for o in range(outputs):
            w[o, j] = scale * (state[j, o] - shift * state[j, outputs + o])
            mean[o, j] = state[j, outputs + o]
    return total


@inlined
def gather(X: Any, i: Any, state: Any, sums: Any) -> None:
    """Set `sums` to the i-th row of `X` times each column of `state`."""
    first, second = 0.0, 0.0
    sums[:] = 0
    for p in range(X.indptr[i], X.indptr[i + 1]):
        j, x = X.indices[p], X.data[p]
        if len(sums) == 2:  # of a single output, in registers
            first += x * state[j, 0]
            second += x * state[j, 1]
        else:
            for q in range(len(sums)):
                sums[q] += x * state[j, q]
    if len(sums) == 2:
        sums[0], sums[1] = first, second


@inlined
def spread(X: Any, i: Any, news: Any, state: Any) -> None:
    """Add the i-th row of `X`, times each of `news`, to the columns of `state`."""
    first, second = news[0], news[1]
    for p in range(X.indptr[i], X.indptr[i + 1]):
        j, x = X.indices[p], X.data[p]
        if len(news) == 2:
            state[j, 0] += first * x
            state[j, 1] += second * x
        else:
            for q in range(len(news)):
                state[j, q] += news[q] * x


cached_walk_known_sparse_rows = kept(walk_known_sparse_rows, nogil=True, **OPTIONS)

# for classes outside the library, whose source may change between two processes
fresh_walk_known_sparse_rows = njit(nogil=True, **OPTIONS)(walk_known_sparse_rows)
