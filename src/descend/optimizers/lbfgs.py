"""Limited-memory quasi-Newton directions."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Rate, Update
from descend.support.numerics import some

LEAST_COSINE = 1e-10
"""A pair is remembered if the cosine between its two changes is above this."""


@whole_vector
class LBFGS(NamedTuple):
    """Limited-memory BFGS: an inverse Hessian estimated from the last steps.

    The last `pairs` changes `s` of `w` and `y` of the gradient make the matrix `B`, an estimate of
    the inverse Hessian that starts from `scale` times the identity and is updated by one pair after
    the other, the newest last::

        B = (1 - s y' / (s @ y)) B (1 - y s' / (s @ y)) + s s' / (s @ y)
        scale = s @ y / (y @ y)
        w -= rate * B @ g

    `B` is never formed: `B @ g` takes two products a pair and pass. A pair without positive
    curvature, `s @ y <= 0`, is left out. The rate is a share of the quasi-Newton step: 1 is right
    near a minimum.

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
        kept = (f"{part}{j}" for j in range(self.pairs) for part in ("change", "gradient_change"))
        return ("w", "g", "scale", *kept)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        direction, memory = self.direction(w, g, memory, t)
        return w - rate * direction, memory

    def direction(self, w: Array, g: Array, memory: Memory, t: float) -> tuple[Array, Memory]:
        w_before, g_before, scale, *pairs = memory
        w_change, g_change = w - w_before, g - g_before
        curvature, square = dot(w_change, g_change), dot(g_change, g_change)
        started = dot(g_before, g_before) > 0
        lengths = np.sqrt(square * dot(w_change, w_change))
        usable = started & (curvature > LEAST_COSINE * lengths)
        # with both divided by this root their product is 1, and pairs of zeros change nothing
        root = np.sqrt(np.where(usable, curvature, 1.0))
        pairs = [*pairs[2:], *(np.where(usable, part / root, 0.0) for part in (w_change, g_change))]
        # of the shape of w, as all that is remembered
        scale = np.where(usable, curvature / np.where(usable, square, 1.0), scale)
        first = scale
        unknown = scale == 0
        if some(unknown):
            guess = short_step_rate(w, g) if self.initial is None else self.initial
            first = np.where(unknown, guess, scale)
        return inverse_hessian_product(g, pairs, first), (w, g, scale, *pairs)


def inverse_hessian_product(g: Array, pairs: list[Array], scale: Array) -> Array:
    """Return `B @ g`; the pairs are `s, y, ...`, the newest last, with products of 1."""
    # the oldest are zeros until as many steps were taken
    oldest = next((j for j in range(0, len(pairs), 2) if some(pairs[j] != 0)), len(pairs))
    shares = []
    for j in range(len(pairs) - 2, oldest - 1, -2):
        share = dot(pairs[j], g)
        g = g - share * pairs[j + 1]
        shares.append(share)
    g = scale * g
    for j in range(oldest, len(pairs), 2):
        g = g + (shares.pop() - dot(pairs[j + 1], g)) * pairs[j]
    return g


def short_step_rate(w: Array, g: Array) -> Array:
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
