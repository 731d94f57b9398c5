"""The compiled steps of SVRG and SAGA on sparse rows, one example a step.

A step moves all coordinates by the mean gradient, though the row has few of them. Under a penalty
`alpha * w**2 / 2` (or none) it is `w = (1 - rate * alpha) * w - rate * mean`. With `scale` the
product of these factors, and `shift` the sum of `rate / scale`, each with the scale after its step,
the steps do not change what is stored instead of `w`::

    stored = w / scale + shift * mean

So a step costs the row's own coordinates, and none is deferred.
"""

from typing import Any

import numpy as np

from descend.kernels.cache import loop
from descend.kernels.dispatch import inlined
from descend.kernels.epochs import normalise, slopes
from descend.kernels.lazy_rows import SMALLEST_SCALE
from descend.kernels.prefetch import prefetch_next
from descend.protocols import Array


@loop
def descend_variance_reduced_sparse_rows(
    X: Any, y: Any, weight: Any, order: Any,
    w: Any, table: Any, mean: Any, updating: Any,
    loss: Any,
    rate: Any, normalised: Any, n_features: Any, alpha: Any, room: Any,
) -> Any:  # fmt: skip
    """Take one step an example: sparse rows, and a quadratic penalty or none.

    The parameters are those of `variance_reduction.descend_variance_reduced`; `rate` and `alpha`
    are of float64, and their product is less than one.
    """
    outputs, width = w.shape
    in_mean = 1.0 / table.shape[0] if updating else 0.0
    # a coordinate's numbers side by side, for one access to memory: what is stored of each output,
    # then its mean; and of float64, since `shift` becomes large
    state, sums, changes, z = room
    for j in range(n_features):
        for o in range(outputs):
            state[j, o], state[j, outputs + o] = w[o, j], mean[o, j]
    scale, shift = 1.0, 0.0
    total: Any = 0.0
    for k in range(order.shape[0]):
        prefetch_next(X, y[:, 0], order, k)
        i = order[k]
        gather(X, i, state, sums)
        for o in range(outputs):
            z[o, 0] = scale * (sums[o] - shift * sums[outputs + o])
            if width > n_features:
                z[o, 0] += w[o, n_features]
        normalise(z, 1, normalised)
        total += slopes(loss, y, weight, order[k : k + 1], z)
        scale *= 1.0 - rate * alpha
        shift += rate / scale
        for o in range(outputs):
            change = z[o, 0] - table[i, o]
            if updating:
                table[i, o] = z[o, 0]
            if width > n_features:
                w[o, n_features] -= rate * (change + mean[o, n_features])
                mean[o, n_features] += in_mean * change
            # the step, and the difference that the new mean makes to what is stored
            changes[o] = (shift * in_mean - rate / scale) * change
            changes[outputs + o] = in_mean * change
        spread(X, i, changes, state)
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


def room_for_sparse_rows(w: Array, n_features: int) -> tuple[Array, ...]:
    """Return the arrays that steps of single sparse rows work in: see the loop."""
    outputs = len(w)
    sums, changes = np.zeros((2, 2 * outputs))
    z = np.zeros((outputs, 1), dtype=w.dtype)
    return np.empty((n_features, 2 * outputs)), sums, changes, z


@inlined
def gather(X: Any, i: Any, state: Any, sums: Any) -> None:
    """Set `sums` to the i-th row of `X` times each column of `state`."""
    first, second = 0.0, 0.0
    for q in range(len(sums)):
        sums[q] = 0
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
def spread(X: Any, i: Any, changes: Any, state: Any) -> None:
    """Add the i-th row of `X`, times each of `changes`, to the columns of `state`."""
    first, second = changes[0], changes[1]
    for p in range(X.indptr[i], X.indptr[i + 1]):
        j, x = X.indices[p], X.data[p]
        if len(changes) == 2:
            state[j, 0] += first * x
            state[j, 1] += second * x
        else:
            for q in range(len(changes)):
                state[j, q] += changes[q] * x
