"""What conjugate gradients see of a quadratic: how far it falls, and whether it bends down."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from descend.protocols import Array


class Seen(NamedTuple):
    """How far the quadratic falls at least, whether its curvature is negative on the way, and cost.

    `decrease` is infinite if a product was not finite.
    """

    decrease: float
    negative: bool
    products: int


def conjugate_gradients(product: Callable[[Array], Array], g: Array, iterations: int = 30) -> Seen:
    """Follow `g @ p + p @ H @ p / 2` downwards, given the products of `H` with vectors `(d,)`.

    After as many iterations as `H` has different eigenvalues `decrease` is `g @ inv(H) @ g / 2`;
    before, it is less.

    Examples
    --------
    >>> H = np.array([2.0, 8.0, 8.0])
    >>> seen = conjugate_gradients(lambda v: H * v, np.ones(3))
    >>> round(seen.decrease, 6), seen.negative, seen.products
    (0.375, False, 2)

    References
    ----------
    M. Hestenes and E. Stiefel, Methods of conjugate gradients for solving linear systems (1952).
    """
    r = -g
    direction, square = r, float(r @ r)
    first, decrease = square, 0.0
    for count in range(1, min(iterations, len(g)) + 1):
        Hd = product(direction)
        curvature = float(direction @ Hd)
        if not np.isfinite(curvature):
            return Seen(np.inf, False, count)
        if curvature <= 0:
            return Seen(decrease, curvature < 0, count)
        rate = square / curvature
        decrease += 0.5 * rate * square
        r = r - rate * Hd
        before, square = square, float(r @ r)
        if square <= 1e-24 * first:
            return Seen(decrease, False, count)
        direction = r + (square / before) * direction
    return Seen(decrease, False, min(iterations, len(g)))
