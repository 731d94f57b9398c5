"""Limited-memory quasi-Newton directions."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Rate, Update
from descend.support.numerics import inner_product, some, squared_norm

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
        change, g_change = w - w_before, g - g_before
        curvature, square = inner_product(change, g_change), squared_norm(g_change)
        usable = curvature > LEAST_COSINE * np.sqrt(square * squared_norm(change))
        usable &= squared_norm(g_before) > 0
        if some(~usable):
            change, g_change = np.where(usable, change, 0.0), np.where(usable, g_change, 0.0)
            curvature, square = np.where(usable, (curvature, square), 1.0)
        # of the shape of w, as all that is remembered
        first = scale = np.where(usable, curvature / square, scale)
        unknown = scale == 0
        if some(unknown):
            guess = short_step_rate(w, g) if self.initial is None else self.initial
            first = np.where(unknown, guess, scale)
        # with both divided by this root their product is 1, and pairs of zeros change nothing
        root = np.sqrt(curvature)
        pairs = [*pairs[2:], change / root, g_change / root]
        known = 2 * min(int(t) - 1, self.pairs)
        product = inverse_hessian_product(g, pairs[len(pairs) - known :], first)
        return product, (w, g, scale, *pairs)


def inverse_hessian_product(g: Array, pairs: list[Array], scale: Array) -> Array:
    """Return `B @ g`; the pairs are `s, y, ...`, the newest last, with products of 1."""
    # forgotten ones are zeros
    oldest = next((j for j in range(0, len(pairs), 2) if some(pairs[j] != 0)), len(pairs))
    shares = []
    for j in range(len(pairs) - 2, oldest - 1, -2):
        share = inner_product(pairs[j], g)
        g = g - share * pairs[j + 1]
        shares.append(share)
    g = scale * g
    for j in range(oldest, len(pairs), 2):
        g = g + (shares.pop() - inner_product(pairs[j + 1], g)) * pairs[j]
    return g


def short_step_rate(w: Array, g: Array) -> Array:
    """Return the rate of a step of a hundredth of the length of `w`, or of 0.01 from zero."""
    length = np.sqrt(squared_norm(w))
    # a gradient may be too large to be squared
    steepest = np.abs(g).max(axis=-1, keepdims=True)
    steepest = np.where(steepest > 0, steepest, 1.0)
    shape = g / steepest
    slope = np.sqrt(squared_norm(shape))
    share = 0.01 * np.where(length > 0, length, 1.0) / np.where(slope > 0, slope, 1.0)
    return share / steepest
