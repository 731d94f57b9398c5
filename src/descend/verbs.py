"""What an optimizer, a loss, a penalty can be asked, as plain functions.

In Python each verb calls the method of its name. Inside a compiled loop the same call compiles
that very method (see `descend.kernels.dispatch`): an algorithm is written once, and reads like its
textbook.
"""

from descend.typing import Array, Loss, Memory, Optimizer, Penalty


def step(
    self: Optimizer, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
) -> tuple[Array, Memory]:
    """Return the optimizer's next `w` and memory."""
    return self.step(w, g, memory, rate, t)


def value(self: Loss, y: Array, z: Array) -> Array:
    """Return the loss of each element."""
    return self.value(y, z)


def slope(self: Loss, y: Array, z: Array) -> Array:
    """Return the derivative of the loss by `z`."""
    return self.slope(y, z)


def gradient(self: Penalty, w: Array) -> Array:
    """Return the derivative of the penalty's smooth part."""
    return self.gradient(w)


def prox(self: Penalty, w: Array, rate: float | Array) -> Array:
    """Return the proximal step of the penalty's other part."""
    return self.prox(w, rate)
