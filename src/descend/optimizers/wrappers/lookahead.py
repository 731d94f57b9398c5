"""Slow weights that follow those of an optimizer."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs


class Lookahead(NamedTuple):
    """Slow weights follow fast ones: `k` steps forward, one step back.

    After each k-th step of the optimizer from `w`::

        slow += alpha * (w - slow)
        w = slow

    The optimizer's memory stays. The answer is the slow weights.

    Parameters
    ----------
    k
        Steps between two updates of the slow weights: 5 in the paper.
    alpha
        How far the slow weights follow, in (0, 1]: 0.5 in the paper.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> lookahead = Lookahead(SGD(), k=2)
    >>> w, memory = np.zeros(1), (np.zeros(1),)
    >>> for t in (1, 2):
    ...     w, memory = lookahead.step(w, np.ones(1), memory, rate=0.1, t=t)
    >>> w
    array([-0.1])

    References
    ----------
    M. Zhang et al., Lookahead optimizer: k steps forward, 1 step back (2019).
    """

    optimizer: Optimizer
    k: int = 5
    alpha: float = 0.5

    @property
    def memory(self) -> tuple[str, ...]:
        return ("slow", *self.optimizer.memory)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        slow = np.where(t == 1, w, memory[0])
        fast, inner = verbs.step(self.optimizer, w, g, memory[1:], rate, t)
        new = slow + self.alpha * (fast - slow)
        synced = t % self.k == 0
        return np.where(synced, new, fast), (np.where(synced, new, slow), *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return memory[0]
