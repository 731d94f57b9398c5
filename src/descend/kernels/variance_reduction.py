"""The compiled walk of SVRG and SAGA along any rows whose earlier slopes are known.

Sparse rows leave most coordinates alone, which are moved by the mean gradient nonetheless. Their
steps are taken when they are next looked at; `kernels/variance_rows` does without, where it can.

The options drop the checks for NaN inside; whoever calls tests `w` and the sum afterwards.
"""

from typing import Any

import numpy as np
from numba import njit
from numba.extending import overload

from descend.kernels.cache import kept
from descend.kernels.dispatch import OPTIONS, bare, inlined
from descend.kernels.epochs import TILE, normalise, predict, pull_back, slopes
from descend.kernels.prefetch import look_ahead
from descend.kernels.rows import CSR, compile_by_storage
from descend.protocols import verbs


def walk_known(
    X: Any,
    y: Any,
    weight: Any,
    order: Any,
    w: Any,
    known: Any,
    mean: Any,
    renewing: Any,
    loss: Any,
    penalty: Any,
    rate: Any,
    batch_size: Any,
    normalised: Any,
    n_features: Any,
    alpha: Any,
) -> Any:
    """Take one step a batch, along what its slopes say beyond those known, and the known mean.

    Parameters
    ----------
    X, y, weight
        `(n, d)` or `CSR`, `(n, outputs)`, and `(n,)` or None.
    order
        The rows to visit, in turn; the last batch may be shorter.
    w
        `(outputs, d)`, or `(outputs, d + 1)` with the intercepts last; updated in place.
    known, mean
        The slopes known of the rows, `(n, outputs)`, and the mean gradient that they make, shaped
        like `w`.
    renewing
        Whether a slope, once met, becomes the known one (SAGA), or none does (SVRG).
    loss, penalty
        Instances of the library's NamedTuples, or of one's own.
    rate
        The learning rate.
    batch_size
        The number of rows a step.
    normalised
        Whether a row of scores becomes log-probabilities before the loss sees it.
    n_features
        `d`, which sparse rows do not know.
    alpha
        The penalty's curvature, if it is `alpha * w**2 / 2 + kink * |w|`; else negative.
    """
    outputs, width = w.shape
    n = known.shape[0]
    g = np.zeros_like(w)
    z = np.zeros((outputs, min(TILE, batch_size)), dtype=w.dtype)
    steps = (order.shape[0] + batch_size - 1) // batch_size
    moved = np.zeros(n_features, dtype=np.int64)
    times = lengths(steps if alpha >= 0 else 0, rate, alpha, w.dtype)
    total: Any = 0.0
    for step in range(steps):
        begin = step * batch_size
        end = min(begin + batch_size, order.shape[0])
        batch = order[begin:end]
        catch_up(X, order, begin, end, w, mean, penalty, rate, alpha, times, moved, step)
        for tile in range(begin, end, TILE):
            rows = order[tile : min(tile + TILE, end)]
            predict(X, rows, w, z, n_features)
            if normalised:
                normalise(z, rows.shape[0])
            total += slopes(loss, y, weight, rows, z)
            for o in range(outputs):
                for k in range(rows.shape[0]):
                    r = z[o, k]
                    z[o, k] = r - known[rows[k], o]
                    if renewing:
                        known[rows[k], o] = r
            pull_back(X, rows, z, g, n_features)
        share = w.dtype.type(1) / w.dtype.type(end - begin)
        fresh = w.dtype.type(1) / w.dtype.type(n) if renewing else w.dtype.type(0)
        descend_along(X, batch, w, g, share, mean, fresh, penalty, rate, moved, step)
        if width > n_features:
            for o in range(outputs):
                w[o, n_features] -= rate * (share * g[o, n_features] + mean[o, n_features])
                mean[o, n_features] += fresh * g[o, n_features]
                g[o, n_features] = 0
    arrive(X, w, mean, penalty, rate, alpha, times, moved, steps)
    return total


@inlined
def take(w: Any, g: Any, penalty: Any, rate: Any) -> Any:
    """Return a parameter after one proximal step along the gradient `g` of the loss."""
    return verbs.prox(penalty, w - rate * (g + verbs.gradient(penalty, w)), rate)


def coast(w: Any, g: Any, penalty: Any, rate: Any, alpha: Any, times: Any, steps: Any) -> Any:
    """Return a parameter after steps along a gradient of the loss that stays the same.

    As long as the parameter keeps its side of a kink, `m` steps together are `times[m]` as long as
    the first. A step past the kink, and those within an interval, are taken one by one, until the
    parameter rests.
    """
    kink = verbs.kink(penalty)
    left = steps
    while left > 0:
        if alpha >= 0:
            slope = rate * (g + alpha * w + kink * np.sign(w))
            if kink == 0 or w * (w - times[left] * slope) > 0:
                return w - times[left] * slope
            if w != 0:
                kept = steps_aside(w, slope, times, left)
                w -= times[kept] * slope
                left -= kept
        after = take(w, g, penalty, rate)
        if after == w:
            break
        w = after
        left -= 1
    return w


def steps_aside(w: Any, slope: Any, times: Any, most: Any) -> Any:
    """Return after how many steps, fewer than `most`, a parameter is last on its side of zero."""
    # none is longer than the first: so many do not reach zero, and mostly one more does
    low, high = min(int(w / slope), most - 1), most
    if w * (w - times[low] * slope) <= 0:
        low = max(low - 1, 0)  # rounding
    if low + 1 < most and w * (w - times[low + 1] * slope) <= 0:
        return low
    while high - low > 1:
        middle = (low + high) // 2
        if w * (w - times[middle] * slope) > 0:
            low = middle
        else:
            high = middle
    return low


def lengths(steps: Any, rate: Any, alpha: Any, dtype: Any) -> Any:
    """Return how long 0, 1, ... steps under a quadratic penalty are, in units of the first.

    Each shrinks what is left to go: `times[m] = 1 + (1 - rate * alpha) * times[m - 1]`.
    """
    times = np.zeros(steps + 1, dtype=dtype)
    for m in range(1, steps + 1):
        times[m] = 1 + (1 - rate * alpha) * times[m - 1]
    return times


inlined(steps_aside)
overload(lengths, jit_options=OPTIONS, strict=False)(lambda *arguments: bare(lengths))
overload(coast, jit_options=OPTIONS, strict=False)(lambda *arguments: bare(coast))


@inlined
def coast_all(
    w: Any, mean: Any, j: Any, penalty: Any, rate: Any, alpha: Any, times: Any, steps: Any
) -> None:
    """Take the steps of a coordinate, for all outputs, that were left out so far."""
    for o in range(w.shape[0]):
        w[o, j] = coast(w[o, j], mean[o, j], penalty, rate, alpha, times, steps)


def catch_up(
    X: Any,
    order: Any,
    begin: Any,
    end: Any,
    w: Any,
    mean: Any,
    penalty: Any,
    rate: Any,
    alpha: Any,
    times: Any,
    moved: Any,
    step: Any,
) -> None:
    """Bring the coordinates of a batch's rows to where all steps before have brought them."""
    if isinstance(X, CSR):
        _catch_up_sparse(X, order, begin, end, w, mean, penalty, rate, alpha, times, moved, step)


def arrive(
    X: Any,
    w: Any,
    mean: Any,
    penalty: Any,
    rate: Any,
    alpha: Any,
    times: Any,
    moved: Any,
    steps: Any,
) -> None:
    """Bring all coordinates to where all steps have brought them."""
    if isinstance(X, CSR):
        _arrive_sparse(X, w, mean, penalty, rate, alpha, times, moved, steps)


def _arrive_sparse(
    X: Any,
    w: Any,
    mean: Any,
    penalty: Any,
    rate: Any,
    alpha: Any,
    times: Any,
    moved: Any,
    steps: Any,
) -> None:
    for j in range(moved.shape[0]):
        if moved[j] < steps:
            coast_all(w, mean, j, penalty, rate, alpha, times, steps - moved[j])


def descend_along(
    X: Any, rows: Any, w: Any, g: Any, share: Any, mean: Any, fresh: Any, penalty: Any, rate: Any,
    moved: Any, step: Any,
) -> None:  # fmt: skip
    """Step along `share * g + mean`, add `fresh * g` to the mean, and empty `g`.

    On sparse rows this is done in their coordinates only.
    """
    way = _along_sparse if isinstance(X, CSR) else _along_dense
    way(X, rows, w, g, share, mean, fresh, penalty, rate, moved, step)


def _catch_up_sparse(
    X: Any,
    order: Any,
    begin: Any,
    end: Any,
    w: Any,
    mean: Any,
    penalty: Any,
    rate: Any,
    alpha: Any,
    times: Any,
    moved: Any,
    step: Any,
) -> None:
    for k in range(begin, end):
        look_ahead(X, X.indptr, order, k)
        i = order[k]
        for place in range(X.indptr[i], X.indptr[i + 1]):
            j = X.indices[place]
            if moved[j] < step:
                coast_all(w, mean, j, penalty, rate, alpha, times, step - moved[j])
                moved[j] = step


def _along_dense(
    X: Any, rows: Any, w: Any, g: Any, share: Any, mean: Any, fresh: Any, penalty: Any, rate: Any,
    moved: Any, step: Any,
) -> None:  # fmt: skip
    for o in range(w.shape[0]):
        for j in range(X.shape[1]):
            w[o, j] = take(w[o, j], share * g[o, j] + mean[o, j], penalty, rate)
            mean[o, j] += fresh * g[o, j]
            g[o, j] = 0


def _along_sparse(
    X: Any, rows: Any, w: Any, g: Any, share: Any, mean: Any, fresh: Any, penalty: Any, rate: Any,
    moved: Any, step: Any,
) -> None:  # fmt: skip
    for i in rows:
        for place in range(X.indptr[i], X.indptr[i + 1]):
            j = X.indices[place]
            if moved[j] == step:  # unless another row of the batch has it, too
                for o in range(w.shape[0]):
                    w[o, j] = take(w[o, j], share * g[o, j] + mean[o, j], penalty, rate)
                    mean[o, j] += fresh * g[o, j]
                    g[o, j] = 0
                moved[j] = step + 1


def _stay(*arguments: Any) -> None:
    return


compile_by_storage(catch_up, sparse=_catch_up_sparse, dense=_stay)
compile_by_storage(arrive, sparse=_arrive_sparse, dense=_stay)
compile_by_storage(descend_along, sparse=_along_sparse, dense=_along_dense)

cached_walk_known = kept(walk_known, nogil=True, **OPTIONS)

# for classes outside the library, whose source may change between two processes
fresh_walk_known = njit(nogil=True, **OPTIONS)(walk_known)
