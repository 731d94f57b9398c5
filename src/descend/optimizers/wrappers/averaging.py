"""Wrappers whose answer is a mean of the points."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Optimizer, Rate, Update, verbs


class Averaged(NamedTuple):
    """The answer is the mean of the points: of all, or of recent ones.

    With `share = max(1 / max(1, t - t0), 1 - decay)`::

        average += share * (w - average)

    `decay = 1` averages all points alike (Polyak and Ruppert); less forgets exponentially, with all
    points alike until `1 / (1 - decay)` are known. Up to the step `t0 + 1` it is the point itself.

    Parameters
    ----------
    decay
        The share of the average that a step keeps, in [0, 1].
    t0
        Steps to take before averaging begins.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> averaged = Averaged(SGD())
    >>> w, memory = np.zeros(1), (np.zeros(1),)
    >>> for t in (1, 2, 3):
    ...     w, memory = averaged.step(w, np.ones(1), memory, rate=0.1, t=t)
    >>> w.round(6), averaged.answer(w, memory, t).round(6)
    (array([-0.3]), array([-0.2]))

    References
    ----------
    B. T. Polyak and A. B. Juditsky, Acceleration of stochastic approximation by averaging (1992);
    D. Ruppert, Efficient estimations from a slowly convergent Robbins-Monro process (1988).
    """

    optimizer: Optimizer
    decay: float = 1.0
    t0: float = 0.0

    @property
    def memory(self) -> tuple[str, ...]:
        return ("average", *self.optimizer.memory)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        w, inner = verbs.step(self.optimizer, w, g, memory[1:], rate, t)
        # for numbers of any kind: np.maximum would make float32 double
        late = t - self.t0 - 1
        newest = 1 / (1 + (late + abs(late)) / 2)
        excess = 1 - self.decay - newest
        share = newest + (excess + abs(excess)) / 2
        return w, (memory[0] + share * (w - memory[0]), *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return memory[0]


class ScheduleFree(NamedTuple):
    """Averaging in place of a falling rate: gradients are taken between iterates and their mean.

    The optimizer steps from `z`; `x` is its mean, weighted by the squares of the rates; the
    gradient is that at `w` between them, and the answer is `x`::

        z = the optimizer's step from z along g
        x += rate**2 / (sum of all rate**2) * (z - x)
        w = beta * x + (1 - beta) * z

    `ScheduleFree(SGD())` and `ScheduleFree(Adam(beta1=0.0))` are the paper's: `beta` takes the
    place of the momentum. Their best rates are larger than without it.

    Parameters
    ----------
    beta
        How near to the mean the gradient is taken, in (0, 1]: 0.9 in the paper.

    Examples
    --------
    >>> from descend.optimizers import SGD
    >>> free = ScheduleFree(SGD())
    >>> w, memory = np.zeros(1), (np.zeros(1), np.zeros(1))
    >>> for t in (1, 2):
    ...     w, memory = free.step(w, np.ones(1), memory, rate=0.1, t=t)
    >>> w.round(6), free.answer(w, memory, t).round(6)
    (array([-0.155]), array([-0.15]))

    References
    ----------
    A. Defazio et al., The road less scheduled (2024).
    """

    optimizer: Optimizer
    beta: float = 0.9

    @property
    def memory(self) -> tuple[str, ...]:
        return ("z", "total", *self.optimizer.memory)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        z = np.where(t == 1, w, memory[0])
        x = (w - (1 - self.beta) * z) / self.beta
        z, inner = verbs.step(self.optimizer, z, g, memory[2:], rate, t)
        total = memory[1] + rate * rate
        x = x + rate * rate / total * (z - x)
        return self.beta * x + (1 - self.beta) * z, (z, total, *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        x: Array = (w - (1 - self.beta) * memory[0]) / self.beta
        return x
