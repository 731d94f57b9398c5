"""An optimizer in scaled coordinates, for `precondition="diagonal"`."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs


class Scaled(NamedTuple):
    """The `optimizer` steps in `u = scale * w`, in which the gradient is `g / scale`.

    The scales are its first memory, set by the caller and never changed; zero counts as one.

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
