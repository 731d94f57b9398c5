"""The compiled loops over examples: one walk through the rows in a given order.

Both take the optimizer, the loss and the penalty as NamedTuples and compile their methods into the
loop. Both update `w` and `memory` in place and return the sum of the losses met on the way (each
before its step), so that an epoch yields a loss without a second pass. Both serve a single compile
a combination of classes and types, cached on disk for the library's own classes.

The options drop the checks for NaN inside; whoever calls tests `w` and the sum afterwards.
"""

from typing import Any

import numpy as np
from numba import njit

from descend import verbs
from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS, read, read_rate, write
from descend.kernels.rows import scatter, score


def walk_rows(
    X: Any,
    y: Any,
    weight: Any,
    order: Any,
    w: Any,
    memory: Any,
    optimizer: Any,
    loss: Any,
    penalty: Any,
    rates: Any,
    t: Any,
) -> Any:
    """Take one step an example: dense rows, one output.

    Parameters
    ----------
    X, y, weight
        `(n, d)`, `(n,)`, and `(n,)` or None.
    order
        The rows to visit, in turn.
    w, memory
        `(d,)`, or `(d + 1,)` with the intercept last; updated in place.
    optimizer, loss, penalty
        Instances of the library's NamedTuples, or of one's own.
    rates
        The learning rate of each step, as many as `order` has rows; or a number, for all.
    t
        The count of the first step, a float.
    """
    n_features = X.shape[1]
    last = w.shape[0] - 1
    with_intercept = last == n_features
    # in registers: each step waits for the intercept of the step before
    intercept = w[last] if with_intercept else w.dtype.type(0)
    intercept_memory = read(memory, last)
    total: Any = 0.0
    for k in range(order.shape[0]):
        i = order[k]
        z = intercept
        for j in range(n_features):
            z += X[i, j] * w[j]
        loss_here = verbs.value(loss, y[i], z)
        r = verbs.slope(loss, y[i], z)
        if weight is not None:
            loss_here *= weight[i]
            r *= weight[i]
        total += loss_here
        rate = read_rate(rates, k)
        for j in range(n_features):
            g = r * X[i, j] + verbs.gradient(penalty, w[j])
            stepped, remembered = verbs.step(optimizer, w[j], g, read(memory, j), rate, t)
            w[j] = verbs.prox(penalty, stepped, rate)
            write(memory, j, remembered)
        if with_intercept:
            intercept, intercept_memory = verbs.step(
                optimizer, intercept, r, intercept_memory, rate, t
            )
        t += 1.0
    if with_intercept:
        w[last] = intercept
        write(memory, last, intercept_memory)
    return total


def walk_batches(
    X: Any,
    y: Any,
    weight: Any,
    order: Any,
    w: Any,
    memory: Any,
    optimizer: Any,
    loss: Any,
    penalty: Any,
    rates: Any,
    t: Any,
    batch_size: Any,
    normalised: Any,
    n_features: Any,
) -> Any:
    """Take one step a batch, along its mean gradient: dense or sparse rows, any number of outputs.

    Parameters
    ----------
    X, y, weight
        `(n, d)` or `CSR`, `(n, outputs)`, and `(n,)` or None.
    order
        The rows to visit, in turn; the last batch may be shorter.
    w, memory
        `(outputs, d)`, or `(outputs, d + 1)` with the intercepts last; updated in place.
    optimizer, loss, penalty
        Instances of the library's NamedTuples, or of one's own.
    rates
        The learning rate of each step, one a batch; or a number, for all.
    t
        The count of the first step, a float.
    batch_size
        The number of rows a step.
    normalised
        Whether a row of scores becomes log-probabilities before the loss sees it.
    n_features
        `d`, which sparse rows do not know.
    """
    outputs, width = w.shape
    with_intercept = width > n_features
    g = np.zeros_like(w)
    z = np.zeros(outputs, dtype=w.dtype)
    total: Any = 0.0
    for batch in range((order.shape[0] + batch_size - 1) // batch_size):
        begin = batch * batch_size
        end = min(begin + batch_size, order.shape[0])
        g[:] = 0
        for k in range(begin, end):
            i = order[k]
            for o in range(outputs):
                z[o] = score(X, i, w[o])
                if with_intercept:
                    z[o] += w[o, n_features]
            if normalised:
                largest = z.max()
                z -= largest + np.log(np.sum(np.exp(z - largest)))
            for o in range(outputs):
                loss_here = verbs.value(loss, y[i, o], z[o])
                r = verbs.slope(loss, y[i, o], z[o])
                if weight is not None:
                    loss_here *= weight[i]
                    r *= weight[i]
                total += loss_here
                scatter(X, i, r, g[o])
                if with_intercept:
                    g[o, n_features] += r
        rate = read_rate(rates, batch)
        share = w.dtype.type(1) / w.dtype.type(end - begin)
        for o in range(outputs):
            for j in range(n_features):
                mean = share * g[o, j] + verbs.gradient(penalty, w[o, j])
                stepped, remembered = verbs.step(
                    optimizer, w[o, j], mean, read(memory, (o, j)), rate, t
                )
                w[o, j] = verbs.prox(penalty, stepped, rate)
                write(memory, (o, j), remembered)
            if with_intercept:
                place = (o, n_features)
                w[place], remembered = verbs.step(
                    optimizer, w[place], share * g[place], read(memory, place), rate, t
                )
                write(memory, place, remembered)
        t += 1.0
    return total


cached_walk_rows = kept(walk_rows, nogil=True, **OPTIONS)
cached_walk_batches = kept(walk_batches, nogil=True, **OPTIONS)

# for classes outside the library, whose source may change between two processes
fresh_walk_rows = njit(nogil=True, **OPTIONS)(walk_rows)
fresh_walk_batches = njit(nogil=True, **OPTIONS)(walk_batches)
