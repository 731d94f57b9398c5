"""Descent towards flat minima."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs
from descend.support.numerics import squared_norm


@whole_vector
class SAM(NamedTuple):
    """Sharpness-aware minimisation: the optimizer follows the gradient at the worst point nearby.

    A step needs two gradients, and so counts as two. The odd ones go along the gradient, the even
    ones come back and take the optimizer's step along the gradient found there::

        here = w
        w += rho * g / |g|
        w = the optimizer's step from here along g

    With `adaptive`, distances are in units of each coordinate's size, `w += rho * w**2 * g / |w *
    g|`. The record shows both points; the answer is the one after even steps. The optimizer's own
    step count is `t / 2`, and odd steps do not use the rate. It runs in the array loop; a line
    search, which accepts no step up, is refused.

    Parameters
    ----------
    rho
        The distance of the worst point, above 0: 0.05 in the paper.
    adaptive
        Whether distances are in units of each coordinate's size; then `rho` is usually 0.5 to 2.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> sam = SAM(SGD(), rho=0.5)
    >>> w, memory = np.array([3.0]), (np.zeros(1),)
    >>> for t in (1, 2):  # along the slope 2 * w of a parabola
    ...     w, memory = sam.step(w, 2 * w, memory, rate=0.1, t=t)
    ...     w
    array([3.5])
    array([2.3])

    References
    ----------
    P. Foret et al., Sharpness-aware minimization for efficiently improving generalization (2021);
    J. Kwon et al., ASAM: adaptive sharpness-aware minimization for scale-invariant learning of deep
    neural networks (2021).
    """

    optimizer: Optimizer
    rho: float = 0.05
    adaptive: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("here", *self.optimizer.memory)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        climbing = t % 2 == 1
        here = np.where(climbing, w, memory[0])
        unit = np.where(self.adaptive, np.abs(w), 1.0)
        slope = np.sqrt(squared_norm(unit * g))
        up = w + self.rho * unit * unit * g / np.where(slope > 0, slope, 1.0)
        stepped, inner = verbs.step(self.optimizer, here, g, memory[1:], rate, t / 2)
        inner = tuple(
            np.where(climbing, old, new) for old, new in zip(memory[1:], inner, strict=True)
        )
        return np.where(climbing, up, stepped), (here, *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        found: Array = np.where(t % 2 == 1, memory[0], w)
        return verbs.answer(self.optimizer, found, memory[1:], t // 2)
