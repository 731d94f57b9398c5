"""Coordinate descent on a quadratic model with a penalty, compiled.

Along one coordinate the model's minimum is `prox(w[j] - g[j] / h, 1 / h)`, where `h` is the model's
curvature along `j`. Sweeps over all coordinates alternate with cheaper ones over those that the
last full sweep moved. J. Friedman, T. Hastie and R. Tibshirani, Regularization paths for
generalized linear models via coordinate descent (2010).
"""

from typing import Any

import numpy as np

from descend.kernels.cache import loop
from descend.protocols import verbs


@loop
def sweep_matrix(
    H: Any, g: Any, w: Any, damping: Any, penalty: Any, least: Any, sweeps: Any
) -> Any:
    """Minimise `g @ d + damping * d @ H @ d / 2 + penalty(w + d)`; return whether it converged.

    `H` is symmetric, its diagonal positive; the model's gradient `g` and the point `w`, `(d,)`, are
    updated in place. It has converged when no coordinate's move in a full sweep decreases the model
    by more than half of `least`.
    """
    size = w.shape[0]
    active = np.ones(size, dtype=np.bool_)
    full = True
    for _ in range(sweeps):
        gained = 0.0
        for j in range(size):
            if not (full or active[j]):
                continue
            h = damping * H[j, j]
            new = verbs.prox(penalty, w[j] - g[j] / h, 1.0 / h)
            delta = new - w[j]
            if full:
                active[j] = delta != 0.0
            if delta != 0.0:
                w[j] = new
                gained = max(gained, h * delta * delta)
                damped = damping * delta
                for i in range(size):
                    g[i] += damped * H[j, i]
        small = gained <= least
        if full and small:
            return True
        full = small
    return False


@loop
def sweep_columns(
    data: Any, indices: Any, indptr: Any, h: Any, ridge: Any,
    g: Any, w: Any, start: Any, z: Any, free: Any,
    damping: Any, penalty: Any, least: Any, sweeps: Any,
) -> Any:  # fmt: skip
    """Minimise as `sweep_matrix` does, for a curvature `A.T @ A + diag(ridge)` without a matrix.

    A coordinate costs the non-zeros of its column of `A` `(n, d)`, compressed, twice. The
    curvature's diagonal `h`, positive, and `ridge` are `(d,)`; `g` is the gradient at `start`,
    where the model was made; `w` and `z = A @ (w - start)`, `(n,)`, are updated in place. `free`
    `(n,)` is the column of a last coordinate of `g` and `w`, the intercept, which is not penalised;
    empty if there is none.
    """
    size = h.shape[0]
    active = np.ones(size, dtype=np.bool_)
    free_h = damping * np.sum(free * free)
    full = True
    for _ in range(sweeps):
        gained = 0.0
        if free_h > 0:
            delta = -(g[size] + damping * np.sum(free * z)) / free_h
            z += delta * free
            w[size] += delta
            gained = free_h * delta * delta
        for j in range(size):
            if not (full or active[j]):
                continue
            slope = ridge[j] * (w[j] - start[j])
            for k in range(indptr[j], indptr[j + 1]):
                slope += data[k] * z[indices[k]]
            slope = g[j] + damping * slope
            curvature = damping * h[j]
            new = verbs.prox(penalty, w[j] - slope / curvature, 1.0 / curvature)
            delta = new - w[j]
            if full:
                active[j] = delta != 0.0
            if delta != 0.0:
                w[j] = new
                gained = max(gained, curvature * delta * delta)
                for k in range(indptr[j], indptr[j + 1]):
                    z[indices[k]] += delta * data[k]
        small = gained <= least
        if full and small:
            return True
        full = small
    return False
