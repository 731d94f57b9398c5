"""Products of Hessians with vectors, of objectives that know them or only their gradients."""

from __future__ import annotations

import numpy as np

from descend.protocols import Array, Objective

ENTRIES = 2**22
"""Coordinates of the points at which products are computed at once."""


def hessian_products(objective: Objective, w: Array, v: Array, size: Array) -> Array:
    """Return the Hessians at points times vectors, all `(n, d)`, some at a time.

    An objective of one's own need not know them: then they are differences of its gradients, over
    steps of the cube root of the precision times the `size` `(n, d)` of the coordinates.
    """
    some = max(1, ENTRIES // w.shape[1])
    parts = [slice(i, i + some) for i in range(0, len(w), some)]
    try:
        products = [objective.hessian_product(w[part], v[part]) for part in parts]
    except NotImplementedError:  # how an objective says so: `protocols.Objective`
        products = [_differences(objective, w[part], v[part], size[part]) for part in parts]
    return np.concatenate(products)


def hessians(objective: Objective, w: Array, size: Array) -> Array:
    """Return the Hessians at points: `(m, d)` to `(m, d, d)`."""
    m, d = w.shape
    points, sizes = (np.repeat(each, d, axis=0) for each in (w, size))
    units = np.tile(np.eye(d, dtype=w.dtype), (m, 1))
    return hessian_products(objective, points, units, sizes).reshape(m, d, d)


def _differences(objective: Objective, w: Array, v: Array, size: Array) -> Array:
    """Return products as central differences of gradients."""
    small = np.cbrt(np.finfo(w.dtype).eps)
    # next to zero, steps of that size would be lost in the rounding of the gradient
    longest = np.abs(v / np.maximum(size, small)).max(axis=-1, keepdims=True)
    step = small * v / np.where(longest > 0, longest, 1.0)
    above, below = w + step, w - step
    rise = objective.value_and_gradient(above)[1] - objective.value_and_gradient(below)[1]
    square = np.vecdot(v, v)
    taken = np.vecdot(above - below, v) / np.where(square > 0, square, 1.0)
    products: Array = rise / np.where(taken > 0, taken, 1.0)[:, None]
    return products
