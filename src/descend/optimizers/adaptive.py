"""Descent with a scale of its own for each coordinate, learnt from its gradients."""

from typing import NamedTuple

import numpy as np

from descend.typing import Array, Memory


class Adam(NamedTuple):
    """Adaptive moments: the mean gradient divided by the root of the mean squared gradient.

    With both means exponential and corrected for their start at zero::

        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g**2
        w -= rate * mean / (1 - beta1**t) / (sqrt(square / (1 - beta2**t)) + eps)

    This is Algorithm 1 of the paper, as in PyTorch and optax. Keras adds its epsilon (1e-7) before
    the correction.

    Parameters
    ----------
    beta1
        Decay of the mean of the gradients, in [0, 1).
    beta2
        Decay of the mean of their squares, in [0, 1).
    eps
        Added to the root, so that a coordinate without a gradient stays where it is.

    Examples
    --------
    The first step is as long as the rate, whatever the gradient's size.

    >>> import numpy as np
    >>> w, g, memory = np.zeros(2), np.array([2000.0, -3.0]), (np.zeros(2), np.zeros(2))
    >>> w, memory = Adam().step(w, g, memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-0.1,  0.1])

    References
    ----------
    D. P. Kingma and J. Ba, Adam: a method for stochastic optimization (2015).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, square = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        unbiased = mean / (1 - self.beta1**t)
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * unbiased / scale, (mean, square)
