"""Optimizers around optimizers: what happens before a step, after it, and between steps.

They compose, `Averaged(Clipped(Adam(), value=1.0))`, and take the rate that suits the innermost.
"""

from typing import NamedTuple

import numpy as np

from descend import verbs
from descend.typing import Array, Averaging, Memory, Optimizer


def Clipped(  # noqa: N802 (it stands for the classes that it returns, and reads like one)
    optimizer: Optimizer, *, norm: float | None = None, value: float | None = None
) -> Optimizer:
    """Return an optimizer that sees gradients cut to a largest norm, or to a largest value.

    Parameters
    ----------
    optimizer
        The one that steps.
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


class ClippedByNorm(NamedTuple):
    """Gradients longer than `norm` are shortened to it: `g *= min(1, norm / |g|)`.

    As in optax and Keras; PyTorch adds 1e-6 to `|g|`. The norm is the whole vector's, so it runs in
    the array loop, not along single examples.

    Parameters
    ----------
    optimizer
        The one that steps.
    norm
        The largest norm, above 0.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        length = np.linalg.norm(g, axis=-1, keepdims=True)
        g = np.where(length > self.norm, g * (self.norm / length), g)
        return verbs.step(self.optimizer, w, g, memory, rate, t)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return inner_answer(self.optimizer, w, memory, t)


class ClippedByValue(NamedTuple):
    """Each coordinate of the gradient is cut to `[-value, value]`.

    Parameters
    ----------
    optimizer
        The one that steps.
    value
        The largest size, above 0.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        g = np.minimum(np.maximum(g, -self.value), self.value)
        return verbs.step(self.optimizer, w, g, memory, rate, t)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return inner_answer(self.optimizer, w, memory, t)


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


class Averaged(NamedTuple):
    """The answer is the mean of the points walked: of all, or of those of late.

    With `share = max(1 / max(1, t - t0), 1 - decay)`::

        average += share * (w - average)

    `decay = 1` averages all points alike (Polyak and Ruppert); less forgets exponentially, with all
    points alike until `1 / (1 - decay)` are known. Up to the step `t0 + 1` it is the point itself.

    Parameters
    ----------
    optimizer
        The one that steps.
    decay
        The share of the average that a step keeps, in [0, 1].
    t0
        Steps to take before averaging begins.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
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
    """Averaging in place of a falling rate: gradients are taken between a walk and its mean.

    The optimizer walks `z`; `x` is its mean, weighted by the squares of the rates; the gradient is
    that of `w` between them, and the answer is `x`::

        z = the optimizer's step from z along g
        x += rate**2 / (sum of all rate**2) * (z - x)
        w = beta * x + (1 - beta) * z

    `ScheduleFree(SGD())` and `ScheduleFree(Adam(beta1=0.0))` are the paper's: `beta` takes the
    place of the momentum. Their best rates are larger than without it.

    Parameters
    ----------
    optimizer
        The one that steps.
    beta
        How near to the mean the gradient is taken, in (0, 1]: 0.9 in the paper.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        z = np.where(t == 1, w, memory[0])
        x = (w - (1 - self.beta) * z) / self.beta
        z, inner = verbs.step(self.optimizer, z, g, memory[2:], rate, t)
        total = memory[1] + rate * rate
        x = x + rate * rate / total * (z - x)
        return self.beta * x + (1 - self.beta) * z, (z, total, *inner)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        x: Array = (w - (1 - self.beta) * memory[0]) / self.beta
        return x


def inner_answer(optimizer: Optimizer, w: Array, memory: Memory, t: float) -> Array:
    """Return the answer of a wrapped optimizer: its own, or the point itself."""
    return optimizer.answer(w, memory, t) if isinstance(optimizer, Averaging) else w
