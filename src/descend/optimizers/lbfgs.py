"""Directions that past gradients improve: steepest descent in coordinates that the walk learns."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Rate, Update

CURVED = 1e-10
"""A pair is remembered if the cosine between its move and its turn is above this."""


@whole_vector
class LBFGS(NamedTuple):
    """Remembered gradients: steepest descent in coordinates learnt from the last steps (L-BFGS).

    A step that `moved` the point and `turned` the gradient tells how the function bends that way.
    The last `pairs` of them make the matrix `B`, an estimate of the inverse Hessian that starts
    from `scale` times the identity and is made to agree with one pair after the other, the newest
    last::

        B = (1 - moved turned' / along) B (1 - turned moved' / along) + moved moved' / along
        along = moved @ turned,    scale = along / (turned @ turned)
        w -= rate * B @ g

    `B` is never formed: `B @ g` takes two products a pair and pass. A pair along which the function
    does not bend upwards is left out. The rate is a share of the whole step: 1 is right near a
    minimum.

    Parameters
    ----------
    pairs
        How many steps are remembered, at least 1.
    initial
        The `scale` before anything is known; None for a step of a hundredth of the length of `w`
        (0.01 from zero).

    Examples
    --------
    >>> import descend
    >>> descent = descend.minimize("rosenbrock", [-1.2, 1.0], optimizer=LBFGS(pairs=5))
    >>> descent.status, descent.x.round(6), descent.nit < 50
    ('converged', array([1., 1.]), True)

    References
    ----------
    J. Nocedal, Updating quasi-Newton matrices with limited storage (1980).
    """

    pairs: int = 10
    initial: float | None = None

    @property
    def memory(self) -> tuple[str, ...]:
        kept = (f"{part}{j}" for j in range(self.pairs) for part in ("moved", "turned"))
        return ("w", "g", "scale", *kept)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        direction, memory = self.direction(w, g, memory, t)
        return w - rate * direction, memory

    def direction(self, w: Array, g: Array, memory: Memory, t: float) -> tuple[Array, Memory]:
        w_before, g_before, scale, *pairs = memory
        moved, turned = w - w_before, g - g_before
        along, bend, length = dot(moved, turned), dot(turned, turned), dot(moved, moved)
        started = dot(g_before, g_before) > 0
        usable = started & (along > CURVED * np.sqrt(bend * length))
        # with both divided by this root, moved @ turned is 1, and pairs of zeros change nothing
        root = np.sqrt(np.where(usable, along, 1.0))
        moved, turned = (np.where(usable, part / root, 0.0) for part in (moved, turned))
        pairs = [*pairs[2:], moved, turned]
        # of the shape of w, as all that is remembered
        scale = np.where(usable, along / np.where(usable, bend, 1.0), scale)
        unknown = scale == 0
        guess = reach(w, g) if self.initial is None else self.initial
        first = np.where(unknown, guess, scale) if unknown.any() else scale
        return bent(g, pairs, first), (w, g, scale, *pairs)


def bent(g: Array, pairs: list[Array], scale: Array) -> Array:
    """Return `B @ g`; the pairs are `moved, turned, ...`, the newest last, with products of 1."""
    shares = []
    for j in range(len(pairs) - 2, -1, -2):
        share = dot(pairs[j], g)
        g = g - share * pairs[j + 1]
        shares.append(share)
    g = scale * g
    for j in range(0, len(pairs), 2):
        g = g + (shares.pop() - dot(pairs[j + 1], g)) * pairs[j]
    return g


def reach(w: Array, g: Array) -> Array:
    """Return the rate of a step of a hundredth of the length of `w`, or of 0.01 from zero."""
    length = np.sqrt(dot(w, w))
    # a gradient may be too large to be squared
    steepest = np.abs(g).max(axis=-1, keepdims=True)
    steepest = np.where(steepest > 0, steepest, 1.0)
    shape = g / steepest
    slope = np.sqrt(dot(shape, shape))
    share = 0.01 * np.where(length > 0, length, 1.0) / np.where(slope > 0, slope, 1.0)
    return share / steepest


def dot(a: Array, b: Array) -> Array:
    """Return each run's scalar product, with the axis of coordinates kept."""
    product: Array = np.vecdot(a, b)[..., None]
    return product
