"""The compiled loops over examples: steps through the rows in a given order.

They compile the methods of the optimizer, the loss and the penalty, update `w` and `memory` in
place, and return the sum of the losses met, each before its step. Their options drop the checks for
NaN: whoever calls tests `w` and the sum. All loops over examples, also in `lazy_rows`,
`variance_reduction` and `sparse_passes`, take

- `X`, `y`, `weight`: `(n, d)` or `CSR`; `(n, outputs)`, or `(n,)` of one output; `(n,)` or None;
- `order`: the rows to visit, in order;
- `w`, `memory`: `(outputs, d)`, or `(outputs, d + 1)` with the intercepts last; without the first
  axis where there is a single output;
- `optimizer`, `loss`, `penalty`: instances of the library's NamedTuples, or of a user's own;
- `rates`, `t`: the rate of each step, or one number for all; the count of the first step, a float;
- `batch_size`: the rows a step; the last batch may be shorter;
- `normalised`: whether a row of scores becomes log-probabilities before the loss sees it; None, not
  False, where it does not, so that this is not compiled;
- `n_features`: `d`, which sparse rows do not know;
- `room`: the arrays that the loop works in, made outside: Numba takes half a second to compile
  NumPy's makers of arrays.
"""

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from descend.kernels.cache import disjoint_loop
from descend.kernels.dispatch import FORCED, bare, inlined, read, read_rate, weighted, write
from descend.kernels.prefetch import prefetch_next, prefetch_rows
from descend.kernels.rows import scatter_all, scores
from descend.kernels.step import step_parameter, step_unpenalised
from descend.protocols import Array, verbs

TILE = 64
"""Rows whose scores are taken, and then their gradients, while the cache holds them."""


@disjoint_loop
def descend_rows(
    X: Any, y: Any, weight: Any, order: Any,
    w: Any, memory: Any,
    optimizer: Any, loss: Any, penalty: Any,
    rates: Any, t: Any,
) -> Any:  # fmt: skip
    """Take one step an example: dense rows, one output."""
    n_features = X.shape[1]
    last = w.shape[0] - 1
    with_intercept = last == n_features
    # in registers: each step waits for the intercept of the step before
    intercept = w[last] if with_intercept else w.dtype.type(0)
    intercept_memory = read(memory, last)
    total: Any = 0.0
    for k in range(order.shape[0]):
        prefetch_next(X, y, order, k)
        i = order[k]
        z = intercept
        for j in range(n_features):
            z += X[i, j] * w[j]
        total += weighted(verbs.value(loss, y[i], z), weight, i)
        r = weighted(verbs.slope(loss, y[i], z), weight, i)
        rate = read_rate(rates, k)
        for j in range(n_features):
            g = r * X[i, j] + verbs.gradient(penalty, w[j])
            w[j], remembered = verbs.advance(
                optimizer, penalty, w[j], g, read(memory, j), rate, w.dtype.type(t)
            )
            write(memory, j, remembered)
        if with_intercept:
            intercept, intercept_memory = verbs.step(
                optimizer, intercept, r, intercept_memory, rate, w.dtype.type(t)
            )
        t += 1.0
    if with_intercept:
        w[last] = intercept
        write(memory, last, intercept_memory)
    return total


@disjoint_loop
def descend_batches(
    X: Any, y: Any, weight: Any, order: Any,
    w: Any, memory: Any,
    optimizer: Any, loss: Any, penalty: Any,
    rates: Any, t: Any, batch_size: Any, normalised: Any, n_features: Any, room: Any,
) -> Any:  # fmt: skip
    """Take one step a batch, along its mean gradient: any rows, any number of outputs."""
    outputs, width = w.shape
    g, z = room
    total: Any = 0.0
    for batch in range((order.shape[0] + batch_size - 1) // batch_size):
        chosen = order[batch * batch_size : (batch + 1) * batch_size]
        for o in range(outputs):
            for j in range(width):
                g[o, j] = 0
        for tile in range(0, chosen.shape[0], TILE):
            rows = chosen[tile : tile + TILE]
            prefetch_rows(X, y, rows)
            predict(X, rows, w, z, normalised, n_features)
            total += slopes(loss, y, weight, rows, z)
            pull_back(X, rows, z, g, n_features)
        rate = read_rate(rates, batch)
        share = w.dtype.type(1) / w.dtype.type(chosen.shape[0])
        for o in range(outputs):
            for j in range(n_features):
                step_parameter(w, (o, j), share * g[o, j], memory, optimizer, penalty, rate, t)
            if width > n_features:
                place = (o, n_features)
                step_unpenalised(w, place, share * g[place], memory, optimizer, rate, t)
        t += 1.0
    return total


def room_for_batches(w: Array, batch_size: int) -> tuple[Array, Array]:
    """Return the arrays that steps by batches work in: gradients, all zero, and a tile's scores."""
    tile = np.zeros((len(w), min(TILE, batch_size)), dtype=w.dtype)
    return np.zeros_like(w), tile


@inlined
def predict(X: Any, rows: Any, w: Any, z: Any, normalised: Any, n_features: Any) -> None:
    """Set `z` `(outputs, rows)` to the scores of some rows, or to their log-probabilities."""
    # in loops, as what follows: expressions of arrays would take Numba seconds longer to compile
    for o in range(w.shape[0]):
        scores(X, rows, w[o], z[o])
        if w.shape[1] > n_features:
            for k in range(rows.shape[0]):
                z[o, k] += w[o, n_features]
    normalise(z, rows.shape[0], normalised)


def normalise(z: Any, count: Any, normalised: Any) -> None:
    """Shift the scores of the first rows so that the exponentials of each add up to one, if asked.

    It is compiled only where `normalised` is not None.
    """
    if not normalised:
        return
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


def _normalise(z: Any, count: Any, normalised: Any) -> Any:
    if normalised == types.none:
        return lambda z, count, normalised: None
    return bare(normalise)


overload(normalise, jit_options=FORCED)(bare(_normalise))


@inlined
def slopes(loss: Any, y: Any, weight: Any, rows: Any, z: Any) -> Any:
    """Put the slopes of the losses in place of the predictions `z`; return the losses' sum."""
    total: Any = 0.0
    for o in range(z.shape[0]):
        for k in range(rows.shape[0]):
            i = rows[k]
            total += weighted(verbs.value(loss, y[i, o], z[o, k]), weight, i)
            z[o, k] = weighted(verbs.slope(loss, y[i, o], z[o, k]), weight, i)
    return total


@inlined
def pull_back(X: Any, rows: Any, r: Any, g: Any, n_features: Any) -> None:
    """Add the gradients of some rows, from their slopes `r` `(outputs, rows)`, to `g`."""
    for o in range(g.shape[0]):
        scatter_all(X, rows, r[o], g[o])
        if g.shape[1] > n_features:
            for k in range(rows.shape[0]):
                g[o, n_features] += r[o, k]
