"""The compiled steps of SVRG and SAGA on any rows, along variance-reduced gradients.

`table` `(n, outputs)` holds the slope that each row's loss had when it was last evaluated, and
`mean`, shaped like `w`, the mean gradient that this makes; both are updated in place. A step goes
along what a batch's slopes differ from the table's, plus `mean`. With `updating` the slopes of
visited rows replace the table's (SAGA), else it stays (SVRG). `alpha` is the curvature of a penalty
`alpha * w**2 / 2 + kink * |w|`, negative for any other. The other parameters are those of
`descend.kernels.epochs`, with one `rate` for all steps.

On sparse rows a step moves the coordinates that the batch lacks by `mean` alone. These steps are
deferred until their coordinate is next read: `applied` counts the steps applied to each.
`variance_reduction_sparse` needs no deferral, but is for quadratic penalties and single rows.
"""

from typing import Any

import numpy as np
from numba.extending import overload

from descend.kernels.cache import disjoint_loop
from descend.kernels.dispatch import OPTIONS, bare, inlined
from descend.kernels.epochs import TILE, predict, pull_back, room_for_batches, slopes
from descend.kernels.prefetch import prefetch_next
from descend.kernels.rows import CSR, compile_by_storage
from descend.protocols import Array, verbs


@disjoint_loop
def descend_variance_reduced(
    X: Any, y: Any, weight: Any, order: Any,
    w: Any, table: Any, mean: Any, updating: Any,
    loss: Any, penalty: Any,
    rate: Any, batch_size: Any, normalised: Any, n_features: Any, alpha: Any, room: Any,
) -> Any:  # fmt: skip
    """Take one step a batch, along its variance-reduced gradient."""
    outputs, width = w.shape
    g, z, applied, lengths = room
    steps = (order.shape[0] + batch_size - 1) // batch_size
    find_step_lengths(lengths, rate, alpha)
    total: Any = 0.0
    for step in range(steps):
        begin = step * batch_size
        chosen = order[begin : begin + batch_size]
        end = begin + chosen.shape[0]
        apply_deferred(X, order, begin, end, w, mean, penalty, rate, alpha, lengths, applied, step)
        for tile in range(0, chosen.shape[0], TILE):
            rows = chosen[tile : tile + TILE]
            predict(X, rows, w, z, normalised, n_features)
            total += slopes(loss, y, weight, rows, z)
            for o in range(outputs):
                for k in range(rows.shape[0]):
                    r = z[o, k]
                    z[o, k] = r - table[rows[k], o]
                    if updating:
                        table[rows[k], o] = r
            pull_back(X, rows, z, g, n_features)
        share = w.dtype.type(1) / w.dtype.type(chosen.shape[0])
        in_mean = w.dtype.type(1) / w.dtype.type(table.shape[0]) if updating else w.dtype.type(0)
        step_batch(X, chosen, w, g, share, mean, in_mean, penalty, rate, applied, step)
        if width > n_features:
            for o in range(outputs):
                w[o, n_features] -= rate * (share * g[o, n_features] + mean[o, n_features])
                mean[o, n_features] += in_mean * g[o, n_features]
                g[o, n_features] = 0
    apply_all_deferred(X, w, mean, penalty, rate, alpha, lengths, applied, steps)
    return total


def room_for_reduced_batches(
    w: Array, batch_size: int, n_features: int, steps: int, alpha: float
) -> tuple[Any, ...]:
    """Return the arrays that so many steps work in: two of all batches, and two for deferred steps.

    Without `alpha` there are no step lengths.
    """
    applied = np.zeros(n_features, dtype=np.int64)
    lengths = np.zeros(1 + steps if alpha >= 0 else 1, dtype=w.dtype)
    return *room_for_batches(w, batch_size), applied, lengths


@inlined
def proximal_step(w: Any, g: Any, penalty: Any, rate: Any) -> Any:
    """Return a parameter after one proximal step along the gradient `g` of the loss."""
    return verbs.prox(penalty, w - rate * (g + verbs.gradient(penalty, w)), rate)


def repeated_steps(
    w: Any, g: Any, penalty: Any, rate: Any, alpha: Any, lengths: Any, steps: Any
) -> Any:
    """Return a parameter after proximal steps along a gradient of the loss that stays the same.

    While the parameter does not reach zero, where the kink is, `m` steps together are `lengths[m]`
    as long as the first. A step that reaches it, and those within an interval, are taken one by
    one, until the parameter no longer changes.
    """
    kink = verbs.kink(penalty)
    remaining = steps
    while remaining > 0:
        if alpha >= 0:
            first = rate * (g + alpha * w + kink * np.sign(w))
            if kink == 0 or w * (w - lengths[remaining] * first) > 0:
                return w - lengths[remaining] * first
            if w != 0:
                together = steps_before_zero(w, first, lengths, remaining)
                w -= lengths[together] * first
                remaining -= together
        after = proximal_step(w, g, penalty, rate)
        if after == w:
            break
        w = after
        remaining -= 1
    return w


def steps_before_zero(w: Any, first: Any, lengths: Any, most: Any) -> Any:
    """Return the largest number of steps, fewer than `most`, that do not reach zero from `w`."""
    # none is longer than the first: so many do not reach zero, and mostly one more does
    low, high = min(int(w / first), most - 1), most
    if w * (w - lengths[low] * first) <= 0:
        low = max(low - 1, 0)  # rounding
    if low + 1 < most and w * (w - lengths[low + 1] * first) <= 0:
        return low
    while high - low > 1:
        middle = (low + high) // 2
        if w * (w - lengths[middle] * first) > 0:
            low = middle
        else:
            high = middle
    return low


@inlined
def find_step_lengths(lengths: Any, rate: Any, alpha: Any) -> None:
    """Set `lengths`, from zeros, to those of 0, 1, ... steps under a quadratic penalty.

    They are in units of the first.

    Each is shorter than the one before: `lengths[m] = 1 + (1 - rate * alpha) * lengths[m - 1]`.
    """
    for m in range(1, lengths.shape[0]):
        lengths[m] = 1 + (1 - rate * alpha) * lengths[m - 1]


inlined(steps_before_zero)
# too long to inline: Numba compiles and optimises it by itself
_APART: Any = {**OPTIONS, "forceinline": False}
overload(repeated_steps, jit_options=_APART, strict=False)(lambda *arguments: bare(repeated_steps))


@inlined
def repeat_column(
    w: Any, mean: Any, j: Any, penalty: Any, rate: Any, alpha: Any, lengths: Any, steps: Any
) -> None:
    """Take steps of the j-th coordinate along its mean gradient, for all outputs."""
    for o in range(w.shape[0]):
        w[o, j] = repeated_steps(w[o, j], mean[o, j], penalty, rate, alpha, lengths, steps)


def apply_deferred(
    X: Any, order: Any, begin: Any, end: Any,
    w: Any, mean: Any, penalty: Any, rate: Any, alpha: Any, lengths: Any, applied: Any, step: Any,
) -> None:  # fmt: skip
    """Apply all steps before this one to the coordinates of a batch's rows."""
    if isinstance(X, CSR):
        _apply_deferred(X, order, begin, end, w, mean, penalty, rate, alpha, lengths, applied, step)


def _apply_deferred(
    X: Any, order: Any, begin: Any, end: Any,
    w: Any, mean: Any, penalty: Any, rate: Any, alpha: Any, lengths: Any, applied: Any, step: Any,
) -> None:  # fmt: skip
    for k in range(begin, end):
        prefetch_next(X, X.indptr, order, k)
        i = order[k]
        for place in range(X.indptr[i], X.indptr[i + 1]):
            j = X.indices[place]
            if applied[j] < step:
                repeat_column(w, mean, j, penalty, rate, alpha, lengths, step - applied[j])
                applied[j] = step


def apply_all_deferred(
    X: Any,
    w: Any, mean: Any, penalty: Any, rate: Any, alpha: Any, lengths: Any, applied: Any, steps: Any,
) -> None:  # fmt: skip
    """Apply all steps to all coordinates."""
    if isinstance(X, CSR):
        _apply_all_deferred(X, w, mean, penalty, rate, alpha, lengths, applied, steps)


def _apply_all_deferred(
    X: Any,
    w: Any, mean: Any, penalty: Any, rate: Any, alpha: Any, lengths: Any, applied: Any, steps: Any,
) -> None:  # fmt: skip
    for j in range(applied.shape[0]):
        if applied[j] < steps:
            repeat_column(w, mean, j, penalty, rate, alpha, lengths, steps - applied[j])


def step_batch(
    X: Any, rows: Any,
    w: Any, g: Any, share: Any, mean: Any, in_mean: Any, penalty: Any, rate: Any,
    applied: Any, step: Any,
) -> None:  # fmt: skip
    """Step along `share * g + mean`, add `in_mean * g` to the mean, and set `g` to zero.

    On sparse rows this is done in their coordinates only.
    """
    by_storage = _step_sparse if isinstance(X, CSR) else _step_dense
    by_storage(X, rows, w, g, share, mean, in_mean, penalty, rate, applied, step)


def _step_dense(
    X: Any, rows: Any,
    w: Any, g: Any, share: Any, mean: Any, in_mean: Any, penalty: Any, rate: Any,
    applied: Any, step: Any,
) -> None:  # fmt: skip
    for o in range(w.shape[0]):
        for j in range(X.shape[1]):
            w[o, j] = proximal_step(w[o, j], share * g[o, j] + mean[o, j], penalty, rate)
            mean[o, j] += in_mean * g[o, j]
            g[o, j] = 0


def _step_sparse(
    X: Any, rows: Any,
    w: Any, g: Any, share: Any, mean: Any, in_mean: Any, penalty: Any, rate: Any,
    applied: Any, step: Any,
) -> None:  # fmt: skip
    for i in rows:
        for place in range(X.indptr[i], X.indptr[i + 1]):
            j = X.indices[place]
            if applied[j] == step:  # unless another row of the batch has it, too
                for o in range(w.shape[0]):
                    w[o, j] = proximal_step(w[o, j], share * g[o, j] + mean[o, j], penalty, rate)
                    mean[o, j] += in_mean * g[o, j]
                    g[o, j] = 0
                applied[j] = step + 1


def _no_deferred(*arguments: Any) -> None:
    return


compile_by_storage(apply_deferred, sparse=_apply_deferred, dense=_no_deferred)
compile_by_storage(apply_all_deferred, sparse=_apply_all_deferred, dense=_no_deferred)
compile_by_storage(step_batch, sparse=_step_sparse, dense=_step_dense)
