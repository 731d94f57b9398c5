"""Successors of Adam: what else the gradients before can tell."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory


class Adan(NamedTuple):
    """Adaptive Nesterov momentum: Adam that also averages how the gradient changes.

    With `change = g - previous`, 0 at first, and all means corrected as in Adam::

        mean = beta1 * mean + (1 - beta1) * g
        drift = beta2 * drift + (1 - beta2) * change
        square = beta3 * square + (1 - beta3) * (g + (1 - beta2) * change)**2
        w -= rate * (mean + (1 - beta2) * drift) / (sqrt(square) + eps)

    The betas are those of optax: what is kept, not what is added, as in the paper. optax adds eps
    under the root, too, unless told `eps_root=0`; the paper does not.

    Parameters
    ----------
    beta1
        Decay of the mean of the gradients, in [0, 1).
    beta2
        Decay of the mean of their changes, in [0, 1).
    beta3
        Decay of the mean square, in [0, 1).
    eps
        Added to the root.

    Examples
    --------
    >>> import numpy as np
    >>> memory = tuple(np.zeros(1) for _ in Adan().memory)
    >>> w, memory = Adan().step(np.zeros(1), np.array([500.0]), memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-0.1])

    References
    ----------
    X. Xie et al., Adan: adaptive Nesterov momentum algorithm for faster optimizing deep models
    (2022).
    """

    beta1: float = 0.98
    beta2: float = 0.92
    beta3: float = 0.99
    eps: float = 1e-8

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "drift", "square", "previous")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, drift, square, previous = memory
        change = np.where(t == 1, 0.0, g - previous)
        mean = self.beta1 * mean + (1 - self.beta1) * g
        drift = self.beta2 * drift + (1 - self.beta2) * change
        ahead = g + (1 - self.beta2) * change
        square = self.beta3 * square + (1 - self.beta3) * ahead * ahead
        unbiased = mean / (1 - self.beta1**t) + (1 - self.beta2) * drift / (1 - self.beta2**t)
        scale = np.sqrt(square / (1 - self.beta3**t)) + self.eps
        return w - rate * unbiased / scale, (mean, drift, square, g)


class AdEMAMix(NamedTuple):
    """Adam with a second, far slower mean of the gradients.

    ::

        mean = beta1 * mean + (1 - beta1) * g
        slow = beta3 * slow + (1 - beta3) * g
        square = beta2 * square + (1 - beta2) * g**2
        w -= rate * (mean / (1 - beta1**t) + alpha * slow) / (sqrt(square / (1 - beta2**t)) + eps)

    `alpha` and `beta3` are constant, as in optax; the paper lets them grow over long trainings.

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    beta3
        Decay of the slow mean, in [0, 1).
    alpha
        How much the slow mean counts, at least 0: 5 in optax, 4 to 10 in the paper.

    Examples
    --------
    >>> import numpy as np
    >>> memory = tuple(np.zeros(1) for _ in AdEMAMix().memory)
    >>> w, memory = AdEMAMix().step(np.zeros(1), np.array([500.0]), memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-0.10005])

    References
    ----------
    M. Pagliardini, P. Ablin and D. Grangier, The AdEMAMix optimizer: better, faster, older (2024).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    beta3: float = 0.9999
    alpha: float = 5.0
    eps: float = 1e-8

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "slow", "square")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, slow, square = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        slow = self.beta3 * slow + (1 - self.beta3) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        mixed = mean / (1 - self.beta1**t) + self.alpha * slow
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * mixed / scale, (mean, slow, square)


class ADOPT(NamedTuple):
    """Adam that divides before it averages, by the squares of the steps before only.

    The first step only looks; from then on::

        scaled = clip(g / max(sqrt(square), eps), -c, c),  c = (t - 1)**(1/4)
        mean = beta1 * mean + (1 - beta1) * scaled
        w -= rate * mean
        square = beta2 * square + (1 - beta2) * g**2

    Parameters
    ----------
    beta1
        Decay of the mean of the scaled gradients, in [0, 1).
    beta2
        Decay of the mean of the squares, in [0, 1).
    eps
        The least to divide by.
    clipped
        Whether scaled gradients are clipped, as in the paper's later version.

    Examples
    --------
    >>> import numpy as np
    >>> w, memory = np.zeros(1), (np.zeros(1), np.zeros(1))
    >>> for t in (1, 2):
    ...     w, memory = ADOPT().step(w, np.array([500.0]), memory, rate=0.1, t=t)
    >>> w.round(6)
    array([-0.01])

    References
    ----------
    S. Taniguchi et al., ADOPT: modified Adam can converge with any beta2 with the optimal rate
    (2024).
    """

    beta1: float = 0.9
    beta2: float = 0.9999
    eps: float = 1e-6
    clipped: bool = True

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, square = memory
        scaled = g / np.maximum(np.sqrt(square), self.eps)
        bound = (t - 1) ** 0.25
        within = np.minimum(np.maximum(scaled, -bound), bound)
        scaled = np.where(self.clipped, within, scaled)
        mean = np.where(t == 1, 0.0, self.beta1 * mean + (1 - self.beta1) * scaled)
        square = np.where(t == 1, g * g, self.beta2 * square + (1 - self.beta2) * g * g)
        return w - rate * mean, (mean, square)
