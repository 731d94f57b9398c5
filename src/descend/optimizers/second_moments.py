"""Variants of Adam's second moment: what divides the mean of the gradients."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Rate, Update


class AMSGrad(NamedTuple):
    """Adam that never forgets the largest mean square: its steps cannot grow back.

    As in PyTorch and Keras the maximum is of the uncorrected mean square::

        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g**2
        largest = max(largest, square)
        w -= rate * mean / (1 - beta1**t) / (sqrt(largest / (1 - beta2**t)) + eps)

    optax takes the maximum of the corrected one, `square / (1 - beta2**t)` (`corrected_first`).

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    corrected_first
        Whether the mean square is corrected before the maximum is taken.

    Examples
    --------
    >>> w, memory = AMSGrad().step(0.0, 500.0, (0.0, 0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.1

    References
    ----------
    S. J. Reddi, S. Kale and S. Kumar, On the convergence of Adam and beyond (2018).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    corrected_first: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square", "largest")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square, largest = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        before = 1 - self.corrected_first * self.beta2**t
        after = (1 - self.beta2**t) / before
        largest = np.maximum(largest, square / before)
        unbiased = mean / (1 - self.beta1**t)
        return w - rate * unbiased / (np.sqrt(largest / after) + self.eps), (mean, square, largest)


class AdaMax(NamedTuple):
    """Adam with the largest recent gradient in place of the root mean square.

    As in PyTorch and optax, eps is added to the gradient's size::

        mean = beta1 * mean + (1 - beta1) * g
        largest = max(beta2 * largest, |g| + eps)
        w -= rate / (1 - beta1**t) * mean / largest

    Parameters
    ----------
    beta1, beta2
        Adam's; beta2 is that of the largest gradient.
    eps
        The least size of a gradient.

    Examples
    --------
    >>> w, memory = AdaMax().step(0.0, 500.0, (0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.1

    References
    ----------
    D. P. Kingma and J. Ba, Adam: a method for stochastic optimization, section 7.1 (2015).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "largest")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, largest = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        largest = np.maximum(self.beta2 * largest, np.abs(g) + self.eps)
        return w - rate / (1 - self.beta1**t) * mean / largest, (mean, largest)


class AdaBelief(NamedTuple):
    """Adam that divides by how far the gradients are from what was expected of them.

    ::

        mean = beta1 * mean + (1 - beta1) * g
        surprise = beta2 * surprise + (1 - beta2) * (g - mean)**2 + eps
        w -= rate * mean / (1 - beta1**t) / (sqrt(surprise / (1 - beta2**t)) + eps)

    Parameters
    ----------
    beta1, beta2
        Adam's; beta2 is that of the surprise.
    eps
        Added each step, and to the root: 1e-16 in optax, 1e-8 in the paper's algorithm.

    Examples
    --------
    >>> w, memory = AdaBelief().step(0.0, 500.0, (0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.111111

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
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
    >>> w, memory = Yogi().step(0.0, 500.0, (0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.1

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square = memory
        mean = self.beta1 * np.where(t == 1, self.initial, mean) + (1 - self.beta1) * g
        square = np.where(t == 1, self.initial, square)
        square = square - (1 - self.beta2) * np.sign(square - g * g) * g * g
        unbiased = mean / (1 - self.beta1**t)
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * unbiased / scale, (mean, square)


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

    >>> w, memory = RAdam().step(0.0, 500.0, (0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -50.0

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
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


class ADOPT(NamedTuple):
    """Adam that divides before it averages, by the squares of the steps before only.

    The first step only sets `square`; from then on::

        scaled = clip(g / max(sqrt(square), eps), -c, c),  c = (t - 1)**(1/4)
        mean = beta1 * mean + (1 - beta1) * scaled
        w -= rate * mean
        square = beta2 * square + (1 - beta2) * g**2

    Parameters
    ----------
    beta1, beta2
        Adam's; beta1 is that of the scaled gradients.
    eps
        The least to divide by.
    clipped
        Whether scaled gradients are clipped, as in the paper's later version.

    Examples
    --------
    >>> w, memory = ADOPT().step(0.0, 500.0, (0.0, 250_000.0), rate=0.1, t=2)
    >>> round(float(w), 6)
    -0.01

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square = memory
        scaled = g / np.maximum(np.sqrt(square), self.eps)
        bound = (t - 1) ** 0.25
        within = np.minimum(np.maximum(scaled, -bound), bound)
        scaled = np.where(self.clipped, within, scaled)
        mean = np.where(t == 1, 0.0, self.beta1 * mean + (1 - self.beta1) * scaled)
        square = np.where(t == 1, g * g, self.beta2 * square + (1 - self.beta2) * g * g)
        return w - rate * mean, (mean, square)
