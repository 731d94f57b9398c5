"""Descent as betting on coins: what was won says how much to stake."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Rate, Update


class COCOB(NamedTuple):
    """Continuous coin betting: each coordinate stakes a share of what it has won so far.

    A gradient is the outcome of a coin, and the distance from the start is the stake. As in optax,
    where the rate is a factor of the gradients, `g = rate * g`, and `largest` is first `eps`::

        largest = max(largest, |g|)
        total += |g|
        reward = max(reward - g * (w - start), 0)
        sum -= g
        w = start + sum / (largest * max(total + largest, alpha * largest)) * (largest + reward)

    What is large or small does not matter: a rate of 1 is as good as any other.

    Parameters
    ----------
    alpha
        Holds the first steps back, at least 0: 100 in the paper.
    eps
        The least that a largest gradient can be, above 0.

    Examples
    --------
    >>> from descend import minimize
    >>> minimize("(x - 3)^2", [0.0], optimizer=COCOB(), learning_rate=1.0, steps=900).x.round(2)
    array([3.])

    References
    ----------
    F. Orabona and T. Tommasi, Training deep networks without learning rates through coin betting
    (2017).
    """

    alpha: float = 100.0
    eps: float = 1e-8

    @property
    def memory(self) -> tuple[str, ...]:
        return ("start", "largest", "total", "reward", "sum")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        start, largest, total, reward, cumulated = memory
        start = np.where(t == 1, w, start)
        g = rate * g
        size = np.abs(g)
        # the floor is as wide as what it is compared with: float32 stays float32
        largest = np.maximum(np.maximum(largest, self.eps + 0.0 * size), size)
        total = total + size
        reward = reward - g * (w - start)
        reward = np.maximum(reward, 0.0 * reward)
        cumulated = cumulated - g
        scale = largest * np.maximum(total + largest, self.alpha * largest)
        w = start + cumulated / scale * (largest + reward)
        return w, (start, largest, total, reward, cumulated)
