"""Coordinate descent on a quadratic model with a penalty, compiled.

Along one coordinate the model's minimum is `prox(w[j] - g[j] / h, 1 / h)`, where `h` is the model's
curvature along `j`. Sweeps over all coordinates alternate with sweeps over
those alone that the last full one moved: where most coordinates stay at a kink or a bound, these
cost little.

References
----------
J. Friedman, T. Hastie and R. Tibshirani, Regularization paths for generalized linear models via
coordinate descent (2010).
"""

from typing import Any

import numpy as np

from descend.kernels.cache import loop
from descend.protocols import verbs


@loop
def sweep_matrix(
    H: Any, g: Any, w: Any, damping: Any, penalty: Any, least: Any, sweeps: Any
) -> Any:
    """Minimise `g @ d + damping * d @ H @ d / 2 + penalty(w + d)`, the curvature a matrix.

    Parameters
    ----------
    H
        `(d, d)`, symmetric, its diagonal positive.
    g, w
        `(d,)`: the model's gradient and the point; both are updated in place.
    damping
        The factor of the curvature.
    penalty
        An instance of a NamedTuple with a `prox`.
    least
        It converges when no coordinate's move in a full sweep decreases the model by more than half
        of this.
    sweeps
        The most sweeps.

    Returns
    -------
    bool
        Whether it converged.
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
    """Minimise a model whose curvature is `A.T @ A + diag(ridge)`, given by the columns of `A`.

    A coordinate costs its column's non-zeros, twice; no matrix is made. A last coordinate that is
    not penalised, the intercept, moves after each sweep.

    Parameters
    ----------
    data, indices, indptr
        The columns of `A` `(n, d)`, compressed.
    h, ridge
        `(d,)`: the diagonal of the curvature, positive, and the penalty's part of it.
    g, w
        `(d,)` or `(d + 1,)`: the model's gradient at `start`, and the point, updated in place. A
        last coordinate is not penalised.
    start, z
        Where the model was made, and `A @ (w - start)`, `(n,)`, updated in place.
    free
        `(n,)`: the column of the coordinate that is not penalised; empty if there is none.
    damping, penalty, least, sweeps
        As for `sweep_matrix`.

    Returns
    -------
    bool
        Whether it converged.
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
