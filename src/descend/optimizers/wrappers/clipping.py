"""Wrappers that clip the gradient."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs


def Clipped(  # noqa: N802 (it stands for the classes that it returns, and reads like one)
    optimizer: Optimizer, *, norm: float | None = None, value: float | None = None
) -> Optimizer:
    """Return an optimizer of gradients clipped by their norm, or by value.

    Parameters
    ----------
    norm
        The largest norm of the whole gradient.
    value
        The largest size of each of its coordinates.

    Raises
    ------
    ValueError
        Unless one of `norm` and `value` is given.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> Clipped(SGD(), norm=1.0)
    ClippedByNorm(optimizer=SGD(), norm=1.0)
    """
    if norm is not None and value is None:
        return ClippedByNorm(optimizer, norm)
    if value is not None and norm is None:
        return ClippedByValue(optimizer, value)
    raise ValueError(f"Clipped(norm={norm!r}, value={value!r}): give one of norm and value")


@whole_vector
class ClippedByNorm(NamedTuple):
    """Gradients longer than `norm` are shortened to it: `g *= min(1, norm / |g|)`.

    As in optax and Keras; PyTorch adds 1e-6 to `|g|`. It runs in the array loop.

    Parameters
    ----------
    norm
        The largest norm, above 0.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> clipped = ClippedByNorm(SGD(), norm=1.0)
    >>> w, memory = clipped.step(np.zeros(2), np.array([30.0, 40.0]), (), rate=1.0, t=1)
    >>> w
    array([-0.6, -0.8])

    References
    ----------
    R. Pascanu, T. Mikolov and Y. Bengio, On the difficulty of training recurrent neural networks
    (2013).
    """

    optimizer: Optimizer
    norm: float

    @property
    def memory(self) -> tuple[str, ...]:
        return self.optimizer.memory

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        length = np.linalg.norm(g, axis=-1, keepdims=True)
        g = np.where(length > self.norm, g * (self.norm / length), g)
        return verbs.step(self.optimizer, w, g, memory, rate, t)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return verbs.answer(self.optimizer, w, memory, t)


class ClippedByValue(NamedTuple):
    """Each coordinate of the gradient is cut to `[-value, value]`.

    Parameters
    ----------
    value
        The largest size, above 0.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> clipped = ClippedByValue(SGD(), value=1.0)
    >>> w, memory = clipped.step(np.zeros(2), np.array([30.0, 0.5]), (), rate=1.0, t=1)
    >>> w
    array([-1. , -0.5])
    """

    optimizer: Optimizer
    value: float

    @property
    def memory(self) -> tuple[str, ...]:
        return self.optimizer.memory

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        g = np.minimum(np.maximum(g, -self.value), self.value)
        return verbs.step(self.optimizer, w, g, memory, rate, t)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return verbs.answer(self.optimizer, w, memory, t)
