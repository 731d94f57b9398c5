"""Lazy updates: steps through sparse rows that cost the parameters of a row, not all of them.

A step without a gradient is deferred until its parameter is next read. Under a penalty whose
gradient is `curvature * w` and whose kink is `kink`, plain descent moves such a parameter by::

    w = shrunk(w * (1 - rate * curvature), rate * kink)        shrunk: towards zero, not past it

and keeps it within an interval. With `scale` the product of the factors, and `shift` the sum of
`rate / scale`, each with the scale after its step, many of these steps are one::

    w / scale = shrunk(w_then / scale_then, kink * (shift - shift_then))

So the loops store `w / scale`, which only the kink moves, and `applied`, the shift up to which the
steps of each parameter have been applied: float64 zeros shaped like the weights, or None where
there is neither kink nor interval. To rounding, the result is that of `descend.kernels.epochs`,
which describes the other parameters, where `rates * curvature` is less than one. For which
optimizers and penalties: see `descend.solvers.stochastic.lazy_updates`. No row may name a column
twice.

J. Duchi and Y. Singer, Efficient online and batch learning using forward backward splitting (2009);
B. Carpenter, Lazy sparse stochastic gradient descent for regularized multinomial logistic
regression (2008).
"""

from typing import Any

import numpy as np
from numba import types
from numba.extending import overload

from descend.kernels.cache import loop
from descend.kernels.dispatch import AS_CALLER, bare, inlined, read, read_rate, weighted, write
from descend.kernels.epochs import TILE, normalise, pull_back, slopes
from descend.kernels.new_arrays import new_array
from descend.kernels.prefetch import prefetch_next, prefetch_rows
from descend.kernels.rows import scores
from descend.kernels.step import step_unpenalised
from descend.protocols import verbs

SMALLEST_SCALE = 1e-6
"""Below it the scale returns to one, so that `w / scale` stays small, in float32 too."""


@loop
def descend_lazy_rows(
    X: Any, y: Any, weight: Any, order: Any,
    w: Any, memory: Any, applied: Any,
    optimizer: Any, loss: Any, penalty: Any,
    rates: Any, t: Any, n_features: Any,
) -> Any:  # fmt: skip
    """Take one step an example: sparse rows, one output."""
    last = w.shape[0] - 1
    with_intercept = last == n_features
    one: Any = 1.0
    curvature = verbs.gradient(penalty, one)
    scale, shift = 1.0, 0.0
    total: Any = 0.0
    for k in range(order.shape[0]):
        prefetch_next(X, y, order, k)
        i = order[k]
        span = range(X.indptr[i], X.indptr[i + 1])
        z = w.dtype.type(0)
        for p in span:
            j = X.indices[p]
            apply_deferred(w, j, applied, penalty, scale, shift)
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
            step_scaled(
                w, j, g, memory, applied, optimizer, penalty, rate, t, scale, new_scale, shift
            )
        if with_intercept:
            step_unpenalised(w, last, r, memory, optimizer, rate, t)
        scale = new_scale
        if scale < SMALLEST_SCALE:
            for j in range(n_features):
                unscale(w, j, applied, penalty, scale, shift)
            scale, shift = 1.0, 0.0
        t += 1.0
    for j in range(n_features):
        unscale(w, j, applied, penalty, scale, shift)
    return total


@loop
def descend_lazy_batches(
    X: Any, y: Any, weight: Any, order: Any,
    w: Any, memory: Any, applied: Any,
    optimizer: Any, loss: Any, penalty: Any,
    rates: Any, t: Any, batch_size: Any, normalised: Any, n_features: Any,
) -> Any:  # fmt: skip
    """Take one step a batch, along its mean gradient: sparse rows, any number of outputs."""
    outputs, width = w.shape
    one: Any = 1.0
    curvature = verbs.gradient(penalty, one)
    scale, shift = 1.0, 0.0
    # made here, since LLVM then knows that they overlap with nothing
    g = new_array((outputs, width), w.dtype)
    z = new_array((outputs, TILE), w.dtype)
    batch_of = new_array((n_features,), np.int64)
    columns = new_array((n_features,), np.int64)
    for o in range(outputs):
        for k in range(width):
            g[o, k] = 0
    for k in range(n_features):
        batch_of[k] = 0
    total: Any = 0.0
    for batch in range((order.shape[0] + batch_size - 1) // batch_size):
        chosen = order[batch * batch_size : (batch + 1) * batch_size]
        n_columns = find_columns(X, y, chosen, batch + 1, batch_of, columns)
        apply_to_columns(w, columns, n_columns, applied, penalty, scale, shift)
        for tile in range(0, chosen.shape[0], TILE):
            rows = chosen[tile : tile + TILE]
            for o in range(outputs):
                scores(X, rows, w[o], z[o])
                intercept = w[o, n_features] if width > n_features else w.dtype.type(0)
                for k in range(rows.shape[0]):
                    z[o, k] = z[o, k] * scale + intercept
            normalise(z, rows.shape[0], normalised)
            total += slopes(loss, y, weight, rows, z)
            pull_back(X, rows, z, g, n_features)
        rate = read_rate(rates, batch)
        share = w.dtype.type(1) / w.dtype.type(chosen.shape[0])
        new_scale = scale * (1.0 - rate * curvature)
        shift += rate / new_scale
        for c in range(n_columns):
            for o in range(outputs):
                j = (o, columns[c])
                step_scaled(
                    w, j, share * g[j], memory, applied,
                    optimizer, penalty, rate, t, scale, new_scale, shift,
                )  # fmt: skip
                g[j] = 0
        if width > n_features:
            for o in range(outputs):
                j = (o, n_features)
                step_unpenalised(w, j, share * g[j], memory, optimizer, rate, t)
                g[j] = 0
        scale = new_scale
        if scale < SMALLEST_SCALE:
            unscale_all(w, applied, penalty, scale, shift, n_features)
            scale, shift = 1.0, 0.0
        t += 1.0
    unscale_all(w, applied, penalty, scale, shift, n_features)
    return total


@inlined
def find_columns(X: Any, y: Any, rows: Any, batch: Any, batch_of: Any, columns: Any) -> Any:
    """Put the columns that some rows name at the front of `columns`; return how many they are.

    `batch_of` holds the batch in which each column was last found. The rows are prefetched here.
    """
    found = 0
    for k in range(rows.shape[0]):
        if k % TILE == 0:
            prefetch_rows(X, y, rows[k : k + TILE])
        for p in range(X.indptr[rows[k]], X.indptr[rows[k] + 1]):
            j = X.indices[p]
            if batch_of[j] != batch:
                batch_of[j] = batch
                columns[found] = j
                found += 1
    return found


@inlined
def step_scaled(
    w: Any, place: Any, g: Any, memory: Any, applied: Any,
    optimizer: Any, penalty: Any, rate: Any, t: Any, scale: Any, new_scale: Any, shift: Any,
) -> None:  # fmt: skip
    """Step the parameter at `place`, which is over `scale`; store it over `new_scale`.

    With this step all are applied that there were up to `shift`.
    """
    here = scale * w[place]
    smooth = g + verbs.gradient(penalty, here)
    moved, remembered = verbs.advance(
        optimizer, penalty, here, smooth, read(memory, place), rate, t
    )
    w[place] = moved / new_scale
    write(memory, place, remembered)
    mark_applied(applied, place, shift)


# called here, and not in the loop: Numba compiles what a loop and a function in it call twice
@inlined
def apply_to_columns(
    w: Any, columns: Any, count: Any, applied: Any, penalty: Any, scale: Any, shift: Any
) -> None:
    """Apply the deferred steps of the parameters in the first `count` of some columns."""
    for c in range(count):
        for o in range(w.shape[0]):
            apply_deferred(w, (o, columns[c]), applied, penalty, scale, shift)


def apply_deferred(w: Any, place: Any, applied: Any, penalty: Any, scale: Any, shift: Any) -> None:
    """Apply the deferred steps of the parameter at `place`."""
    if applied is not None:
        _apply_deferred(w, place, applied, penalty, scale, shift)


def _apply_deferred(w: Any, place: Any, applied: Any, penalty: Any, scale: Any, shift: Any) -> None:
    threshold = verbs.kink(penalty) * (shift - applied[place])
    # not `max` and `min`, of which each would be compiled by itself
    above, below = w[place] - threshold, w[place] + threshold
    shrunk = (above if above > 0.0 else 0.0) + (below if below < 0.0 else 0.0)
    # at the rate zero, the proximal step is that of the interval alone
    w[place] = verbs.prox(penalty, scale * shrunk, 0.0) / scale


def mark_applied(applied: Any, place: Any, shift: Any) -> None:
    """Record that the steps of the parameter at `place` are applied up to a shift."""
    if applied is not None:
        _mark_applied(applied, place, shift)


def _mark_applied(applied: Any, place: Any, shift: Any) -> None:
    applied[place] = shift


def _apply_typed(w: Any, place: Any, applied: Any, penalty: Any, scale: Any, shift: Any) -> Any:
    if applied == types.none:
        return lambda w, place, applied, penalty, scale, shift: None
    return bare(_apply_deferred)


def _mark_typed(applied: Any, place: Any, shift: Any) -> Any:
    if applied == types.none:
        return lambda applied, place, shift: None
    return bare(_mark_applied)


for _function, _typing in ((apply_deferred, _apply_typed), (mark_applied, _mark_typed)):
    overload(_function, jit_options=AS_CALLER)(bare(_typing))


@inlined
def unscale(w: Any, place: Any, applied: Any, penalty: Any, scale: Any, shift: Any) -> None:
    """Apply the deferred steps of the parameter at `place`, and store it at the scale one."""
    apply_deferred(w, place, applied, penalty, scale, shift)
    w[place] *= scale
    mark_applied(applied, place, 0.0)


@inlined
def unscale_all(
    w: Any, applied: Any, penalty: Any, scale: Any, shift: Any, n_features: Any
) -> None:
    """Apply all deferred steps, and store the parameters at the scale one."""
    for o in range(w.shape[0]):
        for j in range(n_features):
            unscale(w, (o, j), applied, penalty, scale, shift)
