"""Adam, and variants of its first moment: the mean of the gradients."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Rate, Update, verbs


class Adam(NamedTuple):
    """Adaptive moments: the mean gradient divided by the root of the mean squared gradient.

    With both means exponential and corrected for their start at zero::

        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g**2
        w -= rate * mean / (1 - beta1**t) / (sqrt(square / (1 - beta2**t)) + eps)

    This is Algorithm 1 of the paper, as in PyTorch and optax. Keras has the paper's "epsilon hat",
    which is added before the correction, `eps / sqrt(1 - beta2**t)` above:
    `Adam(eps=1e-7, epsilon_hat=True)`.

    Parameters
    ----------
    beta1
        Decay of the mean of the gradients, in [0, 1).
    beta2
        Decay of the mean of their squares, in [0, 1).
    eps
        Added to the root, so that a coordinate without a gradient stays where it is.
    epsilon_hat
        Whether eps is added before the correction.

    Examples
    --------
    The first step is as long as the rate, whatever the gradient's size.

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
    epsilon_hat: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        unbiased = mean / (1 - self.beta1**t)
        eps = self.eps / (1 - self.epsilon_hat * self.beta2**t) ** 0.5
        scale = np.sqrt(square / (1 - self.beta2**t)) + eps
        return w - rate * unbiased / scale, (mean, square)


class AdamW(NamedTuple):
    """Adam whose weights decay apart from the gradient, as PyTorch's and optax's do.

    ::

        w -= rate * weight_decay * w
        w = Adam's step from there

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    weight_decay
        The share of itself that a weight loses a step, in units of the rate, at least 0: 0.01 in
        PyTorch, 1e-4 in optax, 0.004 in Keras.

    Examples
    --------
    >>> w, memory = AdamW().step(np.ones(1), np.zeros(1), (np.zeros(1), np.zeros(1)), rate=0.1, t=1)
    >>> w
    array([0.999])

    References
    ----------
    I. Loshchilov and F. Hutter, Decoupled weight decay regularization (2019).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.01

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        decayed = w - rate * self.weight_decay * w
        adam = Adam(self.beta1, self.beta2, self.eps, False)
        return verbs.step(adam, decayed, g, memory, rate, t)


class NAdam(NamedTuple):
    """Adam with Nesterov's momentum, whose share warms up.

    With `mu = beta1 * (1 - drop * 0.96**(psi * t))`, `mu_next` the same for `t + 1`, and `product`
    that of all `mu` so far::

        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g**2
        ahead = (1 - mu) * g / (1 - product) + mu_next * mean / (1 - product * mu_next)
        w -= rate * ahead / (sqrt(square / (1 - beta2**t)) + eps)

    This is PyTorch's. Keras warms up 250 times as fast, `NAdam(eps=1e-7, psi=1.0)`; optax not at
    all, `NAdam(drop=0.0)`.

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    psi
        How fast the momentum warms up, at least 0.
    drop
        The share of the momentum that is left out at first, in [0, 1].

    Examples
    --------
    >>> w, memory = NAdam(drop=0.0).step(0.0, 500.0, (0.0, 0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.147368

    References
    ----------
    T. Dozat, Incorporating Nesterov momentum into Adam (2016).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    psi: float = 0.004
    drop: float = 0.5

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square", "product")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square, product = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        mu = self.beta1 * (1 - self.drop * 0.96 ** (self.psi * t))
        mu_next = self.beta1 * (1 - self.drop * 0.96 ** (self.psi * (t + 1)))
        product = mu * np.where(t == 1, 1.0, product)
        ahead = (1 - mu) * g / (1 - product) + mu_next * mean / (1 - product * mu_next)
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * ahead / scale, (mean, square, product)


class Adan(NamedTuple):
    """Adaptive Nesterov momentum: Adam that also averages how the gradient changes.

    With `change = g - previous`, 0 at first, and all means corrected as in Adam::

        mean = beta1 * mean + (1 - beta1) * g
        drift = beta2 * drift + (1 - beta2) * change
        square = beta3 * square + (1 - beta3) * (g + (1 - beta2) * change)**2
        w -= rate * (mean + (1 - beta2) * drift) / (sqrt(square) + eps)

    The betas are those of optax: what is kept, not what is added, as in the paper. optax adds eps
    under the root, too, unless `eps_root=0`; the paper does not.

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
    >>> w, memory = Adan().step(0.0, 500.0, (0.0, 0.0, 0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.1

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
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
    >>> w, memory = AdEMAMix().step(0.0, 500.0, (0.0, 0.0, 0.0), rate=0.1, t=1)
    >>> round(float(w), 6)
    -0.10005

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

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, slow, square = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        slow = self.beta3 * slow + (1 - self.beta3) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        mixed = mean / (1 - self.beta1**t) + self.alpha * slow
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * mixed / scale, (mean, slow, square)
