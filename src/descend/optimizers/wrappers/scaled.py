"""An optimizer in other units: what `precondition="diagonal"` walks by."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs


class Scaled(NamedTuple):
    """The optimizer walks `u = scale * w`, in which the gradient is `g / scale`.

    The scales are the first of what it remembers, and it never changes them: whoever starts it puts
    them there. Where one is zero, as at first, it counts as one.

    Parameters
    ----------
    optimizer
        The one that steps.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> memory = (np.array([1.0, 10.0]),)
    >>> w, memory = Scaled(SGD()).step(np.zeros(2), np.ones(2), memory, rate=1.0, t=1)
    >>> w
    array([-1.  , -0.01])
    """

    optimizer: Optimizer

    @property
    def memory(self) -> tuple[str, ...]:
        return ("scale", *self.optimizer.memory)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        scale = np.where(memory[0] == 0, 1 + memory[0], memory[0])
        u, inner = verbs.step(self.optimizer, w * scale, g / scale, memory[1:], rate, t)
        return u / scale, (memory[0], *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        scale = np.where(memory[0] == 0, 1 + memory[0], memory[0])
        return verbs.answer(self.optimizer, w * scale, memory[1:], t) / scale
