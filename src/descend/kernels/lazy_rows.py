"""Walks through sparse rows in which a step costs the parameters that it meets, not all of them.

A step without a gradient is taken later, when its parameter is met again. Under a penalty whose
gradient is `curvature * w` and whose kink is `kink`, plain descent moves such a parameter by::

    w = shrunk(w * (1 - rate * curvature), rate * kink)        shrunk: towards zero, not past it

and keeps it within an interval. With `scale` the product of the factors, and `shift` the sum of
`rate / scale`, each with the scale after its step, many of these steps are one::

    w / scale = shrunk(w_then / scale_then, kink * (shift - shift_then))

So the loops walk `w / scale`, which only the kink moves, and need no `met` (the shift when each
parameter was met last) where there is neither kink nor interval. What they return equals, to
rounding, the steps of `descend.kernels.epochs`, whatever the rates.

The form is right where a step without a gradient is of that kind, and leaves the memory as it is:
`descend.solvers.stochastic.lazy_updates` says for which optimizers and penalties. No row may name a
column twice.

References
----------
J. Duchi and Y. Singer, Efficient online and batch learning using forward backward splitting (2009);
B. Carpenter, Lazy sparse stochastic gradient descent for regularized multinomial logistic
regression (2008).
"""

from typing import Any

import numpy as np
from numba import njit, types
from numba.extending import overload

from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS, bare, inlined, read, read_rate, weighted, write
from descend.kernels.epochs import TILE, normalise, slopes
from descend.kernels.parameters import move_freely
from descend.kernels.prefetch import ask_for_rows, look_ahead
from descend.kernels.rows import scatter_all, scores
from descend.protocols import verbs

SMALLEST_SCALE = 1e-6
"""Below it all parameters are caught up, so that `w / scale` stays small, in float32 too."""


def walk_sparse_rows(
    X: Any,
    y: Any,
    weight: Any,
    order: Any,
    w: Any,
    memory: Any,
    met: Any,
    optimizer: Any,
    loss: Any,
    penalty: Any,
    rates: Any,
    t: Any,
    n_features: Any,
) -> Any:
    """Take one step an example: sparse rows, one output.

    Parameters
    ----------
    X, y, weight
        `CSR`, `(n,)`, and `(n,)` or None.
    order
        The rows to visit, in turn.
    w, memory
        `(d,)`, or `(d + 1,)` with the intercept last; updated in place.
    met
        Zeros `(d,)` of float64, or None for a penalty with neither kink nor interval.
    optimizer, loss, penalty, rates, t
        As for `descend.kernels.epochs.walk_rows`; `rates * curvature` is less than one.
    n_features
        `d`, which sparse rows do not know.
    """
    last = w.shape[0] - 1
    with_intercept = last == n_features
    one: Any = 1.0
    curvature = verbs.gradient(penalty, one)
    scale, shift = 1.0, 0.0
    total: Any = 0.0
    for k in range(order.shape[0]):
        look_ahead(X, y, order, k)
        i = order[k]
        span = range(X.indptr[i], X.indptr[i + 1])
        z = w.dtype.type(0)
        for p in span:
            j = X.indices[p]
            catch_up(w, j, met, penalty, scale, shift)
            z += X.data[p] * w[j]
        z *= scale
        if with_intercept:
            z += w[last]
        total += weighted(verbs.value(loss, y[i], z), weight, i)
        r = weighted(verbs.slope(loss, y[i], z), weight, i)
        rate = read_rate(rates, k)
        new_scale = scale * (1.0 - rate * curvature)
        shift += rate / new_scale
        for p in span:
            j = X.indices[p]
            g = r * X.data[p]
            move_scaled(w, j, g, memory, optimizer, penalty, rate, t, scale, new_scale)
            note(met, j, shift)
        if with_intercept:
            move_freely(w, last, r, memory, optimizer, rate, t)
        scale = new_scale
        if scale < SMALLEST_SCALE:
            for j in range(n_features):
                settle(w, j, met, penalty, scale, shift)
            scale, shift = 1.0, 0.0
        t += 1.0
    for j in range(n_features):
        settle(w, j, met, penalty, scale, shift)
    return total


def walk_sparse_batches(
    X: Any,
    y: Any,
    weight: Any,
    order: Any,
    w: Any,
    memory: Any,
    met: Any,
    optimizer: Any,
    loss: Any,
    penalty: Any,
    rates: Any,
    t: Any,
    batch_size: Any,
    normalised: Any,
    n_features: Any,
) -> Any:
    """Take one step a batch, along its mean gradient: sparse rows, any number of outputs.

    Parameters
    ----------
    X, y, weight
        `CSR`, `(n, outputs)`, and `(n,)` or None.
    w, memory
        `(outputs, d)`, or `(outputs, d + 1)` with the intercepts last; updated in place.
    met
        Zeros `(outputs, d)` of float64, or None for a penalty with neither kink nor interval.
    order, optimizer, loss, penalty, rates, t, batch_size, normalised, n_features
        As for `descend.kernels.epochs.walk_batches`; `rates * curvature` is less than one.
    """
    outputs, width = w.shape
    one: Any = 1.0
    curvature = verbs.gradient(penalty, one)
    scale, shift = 1.0, 0.0
    g = np.zeros_like(w)
    z = np.zeros((outputs, min(TILE, batch_size)), dtype=w.dtype)
    batch_of = np.zeros(n_features, dtype=np.int64)
    columns = np.empty(n_features, dtype=np.int64)
    total: Any = 0.0
    for batch in range((order.shape[0] + batch_size - 1) // batch_size):
        begin = batch * batch_size
        end = min(begin + batch_size, order.shape[0])
        n_columns = find_columns(X, y, order[begin:end], batch + 1, batch_of, columns)
        for c in range(n_columns):
            for o in range(outputs):
                catch_up(w, (o, columns[c]), met, penalty, scale, shift)
        for tile in range(begin, end, TILE):
            rows = order[tile : min(tile + TILE, end)]
            for o in range(outputs):
                scores(X, rows, w[o], z[o])
                z[o] *= scale
                if width > n_features:
                    z[o] += w[o, n_features]
            if normalised:
                normalise(z, rows.shape[0])
            total += slopes(loss, y, weight, rows, z)
            for o in range(outputs):
                scatter_all(X, rows, z[o], g[o])
                if width > n_features:
                    g[o, n_features] += z[o, : rows.shape[0]].sum()
        rate = read_rate(rates, batch)
        share = w.dtype.type(1) / w.dtype.type(end - begin)
        new_scale = scale * (1.0 - rate * curvature)
        shift += rate / new_scale
        for c in range(n_columns):
            for o in range(outputs):
                j = (o, columns[c])
                mean = share * g[j]
                move_scaled(w, j, mean, memory, optimizer, penalty, rate, t, scale, new_scale)
                note(met, j, shift)
                g[j] = 0
        if width > n_features:
            for o in range(outputs):
                j = (o, n_features)
                move_freely(w, j, share * g[j], memory, optimizer, rate, t)
                g[j] = 0
        scale = new_scale
        if scale < SMALLEST_SCALE:
            settle_all(w, met, penalty, scale, shift, n_features)
            scale, shift = 1.0, 0.0
        t += 1.0
    settle_all(w, met, penalty, scale, shift, n_features)
    return total


@inlined
def find_columns(X: Any, y: Any, rows: Any, batch: Any, batch_of: Any, columns: Any) -> Any:
    """Put the columns that some rows name at the front of `columns`; return how many they are.

    `batch_of` holds the number of the batch in which each column was last found. The rows are read
    here first, so here they are asked for, with their targets.
    """
    found = 0
    for k in range(rows.shape[0]):
        if k % TILE == 0:
            ask_for_rows(X, y, rows[k : k + TILE])
        for p in range(X.indptr[rows[k]], X.indptr[rows[k] + 1]):
            j = X.indices[p]
            if batch_of[j] != batch:
                batch_of[j] = batch
                columns[found] = j
                found += 1
    return found


@inlined
def move_scaled(
    w: Any,
    place: Any,
    g: Any,
    memory: Any,
    optimizer: Any,
    penalty: Any,
    rate: Any,
    t: Any,
    scale: Any,
    new_scale: Any,
) -> None:
    """Step the parameter whose share of `scale` stands at `place`; leave that of `new_scale`."""
    here = scale * w[place]
    smooth = g + verbs.gradient(penalty, here)
    moved, remembered = verbs.advance(
        optimizer, penalty, here, smooth, read(memory, place), rate, t
    )
    w[place] = moved / new_scale
    write(memory, place, remembered)


def catch_up(w: Any, place: Any, met: Any, penalty: Any, scale: Any, shift: Any) -> None:
    """Take the steps that were put off at `place`."""
    if met is not None:
        _catch_up_kink(w, place, met, penalty, scale, shift)


def _catch_up_kink(w: Any, place: Any, met: Any, penalty: Any, scale: Any, shift: Any) -> None:
    threshold = verbs.kink(penalty) * (shift - met[place])
    shrunk = max(w[place] - threshold, 0.0) + min(w[place] + threshold, 0.0)
    # at the rate zero, nothing of the kink is left but the interval
    w[place] = verbs.prox(penalty, scale * shrunk, 0.0) / scale


def note(met: Any, place: Any, shift: Any) -> None:
    """Note that the parameter at `place` has taken all steps up to the shift."""
    if met is not None:
        met[place] = shift


def _note(met: Any, place: Any, shift: Any) -> None:
    met[place] = shift


def _nothing_to_catch_up(
    w: Any, place: Any, met: Any, penalty: Any, scale: Any, shift: Any
) -> None:
    return


def _nothing_to_note(met: Any, place: Any, shift: Any) -> None:
    return


def _catch_up_typed(w: Any, place: Any, met: Any, penalty: Any, scale: Any, shift: Any) -> Any:
    return bare(_nothing_to_catch_up if met == types.none else _catch_up_kink)


def _note_typed(met: Any, place: Any, shift: Any) -> Any:
    return bare(_nothing_to_note if met == types.none else _note)


for _verb, _typing in ((catch_up, _catch_up_typed), (note, _note_typed)):
    overload(_verb, inline="always", jit_options=OPTIONS)(bare(_typing))


@inlined
def settle(w: Any, place: Any, met: Any, penalty: Any, scale: Any, shift: Any) -> None:
    """Take the steps that were put off at `place`, and return to the scale one."""
    catch_up(w, place, met, penalty, scale, shift)
    w[place] *= scale
    note(met, place, 0.0)


@inlined
def settle_all(w: Any, met: Any, penalty: Any, scale: Any, shift: Any, n_features: Any) -> None:
    """Take all steps that were put off, and return to the scale one."""
    for o in range(w.shape[0]):
        for j in range(n_features):
            settle(w, (o, j), met, penalty, scale, shift)


cached_walk_sparse_rows = kept(walk_sparse_rows, nogil=True, **OPTIONS)
cached_walk_sparse_batches = kept(walk_sparse_batches, nogil=True, **OPTIONS)

# for classes outside the library, whose source may change between two processes
fresh_walk_sparse_rows = njit(nogil=True, **OPTIONS)(walk_sparse_rows)
fresh_walk_sparse_batches = njit(nogil=True, **OPTIONS)(walk_sparse_batches)
