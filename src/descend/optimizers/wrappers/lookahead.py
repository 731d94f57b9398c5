"""Optimizers around optimizers: what happens before a step, after it, and between steps.

They compose, `Averaged(Clipped(Adam(), value=1.0))`, and take the rate that suits the innermost.
"""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Averaging, Memory, Optimizer, verbs


class Decayed(NamedTuple):
    """Weights decay at each step: apart from the gradient, or through it.

    Decoupled, as AdamW does in PyTorch and optax, `w -= rate * decay * w` before the step; coupled,
    as `weight_decay` does in PyTorch's other optimizers, `g += decay * w`, which is an L2 penalty.
    All weights decay, an intercept too.

    Parameters
    ----------
    optimizer
        The one that steps.
    decay
        Strength, at least 0.
    decoupled
        Whether the optimizer does not see the decay.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        g = np.where(self.decoupled, g, g + self.decay * w)
        w = np.where(self.decoupled, w - rate * self.decay * w, w)
        return verbs.step(self.optimizer, w, g, memory, rate, t)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return inner_answer(self.optimizer, w, memory, t)


class Lookahead(NamedTuple):
    """Slow weights follow fast ones: `k` steps forward, one step back.

    After each k-th step of the optimizer, which walks `w`::

        slow += alpha * (w - slow)
        w = slow

    What the optimizer remembers stays. The answer is the slow weights.

    Parameters
    ----------
    optimizer
        The one that steps.
    k
        Steps between two meetings: 5 in the paper.
    alpha
        How far the slow weights follow, in (0, 1]: 0.5 in the paper.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        slow = np.where(t == 1, w, memory[0])
        fast, inner = verbs.step(self.optimizer, w, g, memory[1:], rate, t)
        met = slow + self.alpha * (fast - slow)
        meeting = t % self.k == 0
        return np.where(meeting, met, fast), (np.where(meeting, met, slow), *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return memory[0]


def inner_answer(optimizer: Optimizer, w: Array, memory: Memory, t: float) -> Array:
    """Return the answer of a wrapped optimizer: its own, or the point itself."""
    return optimizer.answer(w, memory, t) if isinstance(optimizer, Averaging) else w
