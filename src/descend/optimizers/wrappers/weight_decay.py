"""Weight decay with any optimizer."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs


class Decayed(NamedTuple):
    """Weights decay at each step: apart from the gradient, or through it.

    Decoupled, as AdamW does in PyTorch and optax, `w -= rate * decay * w` before the step; coupled,
    as `weight_decay` does in PyTorch's other optimizers, `g += decay * w`, which is an L2 penalty.
    All weights decay, an intercept too.

    Parameters
    ----------
    decay
        Strength, at least 0.
    decoupled
        Whether the optimizer does not see the decay.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> w, memory = Decayed(SGD(), 0.5).step(np.ones(1), np.ones(1), (), rate=0.1, t=1)
    >>> w
    array([0.85])

    References
    ----------
    I. Loshchilov and F. Hutter, Decoupled weight decay regularization (2019).
    """

    optimizer: Optimizer
    decay: float
    decoupled: bool = True

    @property
    def memory(self) -> tuple[str, ...]:
        return self.optimizer.memory

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        g = np.where(self.decoupled, g, g + self.decay * w)
        w = np.where(self.decoupled, w - rate * self.decay * w, w)
        return verbs.step(self.optimizer, w, g, memory, rate, t)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return verbs.answer(self.optimizer, w, memory, t)
