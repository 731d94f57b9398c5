"""Younger relatives of Adam: what else the squares of the gradients can tell."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory


class RAdam(NamedTuple):
    """Rectified Adam: plain momentum until enough squares are known, then Adam, eased in.

    The mean square of `t` gradients is worth `rho` of them::

        limit = 2 / (1 - beta2) - 1
        rho = limit - 2 * t * beta2**t / (1 - beta2**t)
        ease = sqrt((rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho))
        w -= rate * mean / (1 - beta1**t) * (ease / scale if rho > 5 else 1)

    with Adam's `mean` and `scale`. PyTorch adds eps before the correction (`epsilon_hat`), optax
    after: `RAdam(epsilon_hat=False)`.

    Parameters
    ----------
    beta1, beta2, eps
        Adam's; beta2 above 0.6, so that the limit is above 4.
    epsilon_hat
        Whether eps is added before the correction, as in PyTorch.

    Examples
    --------
    The first steps are plain descent.

    >>> import numpy as np
    >>> w, memory = RAdam().step(
    ...     np.zeros(1), np.array([500.0]), (np.zeros(1), np.zeros(1)), rate=0.1, t=1
    ... )
    >>> w.round(6)
    array([-50.])

    References
    ----------
    L. Liu et al., On the variance of the adaptive learning rate and beyond (2020).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    epsilon_hat: bool = True

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, square = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        limit = 2 / (1 - self.beta2) - 1
        rho = limit - 2 * t * self.beta2**t / (1 - self.beta2**t)
        share = (rho - 4) * (rho - 2) * limit / ((limit - 4) * (limit - 2) * rho)
        # where it is positive, for numbers of any kind: np.maximum would make float32 double
        ease = ((share + abs(share)) / 2) ** 0.5
        eps = self.eps / (1 - self.epsilon_hat * self.beta2**t) ** 0.5
        scale = np.sqrt(square / (1 - self.beta2**t)) + eps
        unbiased = mean / (1 - self.beta1**t)
        return w - rate * np.where(rho > 5, ease * unbiased / scale, unbiased), (mean, square)


class AdaBelief(NamedTuple):
    """Adam that divides by how far the gradients are from what was expected of them.

    ::

        mean = beta1 * mean + (1 - beta1) * g
        surprise = beta2 * surprise + (1 - beta2) * (g - mean)**2 + eps
        w -= rate * mean / (1 - beta1**t) / (sqrt(surprise / (1 - beta2**t)) + eps)

    Parameters
    ----------
    beta1
        Decay of the mean of the gradients, in [0, 1).
    beta2
        Decay of the mean squared surprise, in [0, 1).
    eps
        Added each step, and to the root: 1e-16 in optax, 1e-8 in the paper's algorithm.

    Examples
    --------
    >>> import numpy as np
    >>> w, memory = AdaBelief().step(
    ...     np.zeros(1), np.array([500.0]), (np.zeros(1), np.zeros(1)), rate=0.1, t=1
    ... )
    >>> w.round(6)
    array([-0.111111])

    References
    ----------
    J. Zhuang et al., AdaBelief optimizer: adapting stepsizes by the belief in observed gradients
    (2020).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-16

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "surprise")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, surprise = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        error = g - mean
        surprise = self.beta2 * surprise + (1 - self.beta2) * error * error + self.eps
        unbiased = mean / (1 - self.beta1**t)
        scale = np.sqrt(surprise / (1 - self.beta2**t)) + self.eps
        return w - rate * unbiased / scale, (mean, surprise)


class Yogi(NamedTuple):
    """Adam whose mean square changes by no more than the squared gradient's own size.

    As in optax, both means begin at a small number::

        mean = beta1 * mean + (1 - beta1) * g
        square -= (1 - beta2) * sign(square - g**2) * g**2
        w -= rate * mean / (1 - beta1**t) / (sqrt(square / (1 - beta2**t)) + eps)

    Parameters
    ----------
    beta1, beta2
        Adam's.
    eps
        Added to the root: 1e-3 in the paper.
    initial
        What both means are before the first step, at least 0.

    Examples
    --------
    >>> import numpy as np
    >>> w, memory = Yogi().step(
    ...     np.zeros(1), np.array([500.0]), (np.zeros(1), np.zeros(1)), rate=0.1, t=1
    ... )
    >>> w.round(6)
    array([-0.1])

    References
    ----------
    M. Zaheer et al., Adaptive methods for nonconvex optimization (2018).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-3
    initial: float = 1e-6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, square = memory
        mean = self.beta1 * np.where(t == 1, self.initial, mean) + (1 - self.beta1) * g
        square = np.where(t == 1, self.initial, square)
        square = square - (1 - self.beta2) * np.sign(square - g * g) * g * g
        unbiased = mean / (1 - self.beta1**t)
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * unbiased / scale, (mean, square)
