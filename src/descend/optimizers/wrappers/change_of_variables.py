"""An optimizer in other variables, linear in its own."""

from typing import NamedTuple, cast

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Directed, Memory, Optimizer, Rate, Update


@whole_vector
class ChangeOfVariables(NamedTuple):
    """The `optimizer` steps in `u`, where `w = origin + to_w @ u`, whose gradient is `to_w.T @ g`.

    With `to_w @ to_w.T` the inverse Hessian, the Hessian in `u` is the identity.

    Parameters
    ----------
    optimizer
        One that has a direction.
    to_w, to_u
        Each run's matrix and its inverse, `(k, d, d)`.
    origin
        `(k, d)`.
    """

    optimizer: Optimizer
    to_w: Array
    to_u: Array
    origin: Array

    @property
    def memory(self) -> tuple[str, ...]:
        return self.optimizer.memory

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        direction, memory = self.direction(w, g, memory, t)
        return w - rate * direction, memory

    def direction(self, w: Array, g: Array, memory: Memory, t: float) -> Update:
        u = np.matvec(self.to_u, w - self.origin)
        # looking whether it has a direction takes as long as making one
        optimizer = cast("Directed", self.optimizer)
        direction, memory = optimizer.direction(u, np.vecmat(g, self.to_w), memory, t)
        return np.matvec(self.to_w, direction), memory
