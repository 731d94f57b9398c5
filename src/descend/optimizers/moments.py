"""Descent by two averages: of the gradients, and of their squares."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, verbs


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
    epsilon_hat: bool = False

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
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        decayed = w - rate * self.weight_decay * w
        adam = Adam(self.beta1, self.beta2, self.eps, False)
        return verbs.step(adam, decayed, g, memory, rate, t)


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
    >>> import numpy as np
    >>> memory = (np.zeros(1), np.zeros(1), np.zeros(1))
    >>> w, memory = AMSGrad().step(np.zeros(1), np.array([500.0]), memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-0.1])

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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
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
    beta1
        Decay of the mean of the gradients, in [0, 1).
    beta2
        Decay of the largest gradient, in [0, 1).
    eps
        The least that a gradient counts.

    Examples
    --------
    >>> import numpy as np
    >>> w, memory = AdaMax().step(
    ...     np.zeros(1), np.array([500.0]), (np.zeros(1), np.zeros(1)), rate=0.1, t=1
    ... )
    >>> w.round(6)
    array([-0.1])

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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, largest = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        largest = np.maximum(self.beta2 * largest, np.abs(g) + self.eps)
        return w - rate / (1 - self.beta1**t) * mean / largest, (mean, largest)


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
    >>> import numpy as np
    >>> memory = (np.zeros(1), np.zeros(1), np.zeros(1))
    >>> w, memory = NAdam(drop=0.0).step(np.zeros(1), np.array([500.0]), memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-0.147368])

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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        mean, square, product = memory
        mean = self.beta1 * mean + (1 - self.beta1) * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        mu = self.beta1 * (1 - self.drop * 0.96 ** (self.psi * t))
        mu_next = self.beta1 * (1 - self.drop * 0.96 ** (self.psi * (t + 1)))
        product = mu * np.where(t == 1, 1.0, product)
        ahead = (1 - mu) * g / (1 - product) + mu_next * mean / (1 - product * mu_next)
        scale = np.sqrt(square / (1 - self.beta2**t)) + self.eps
        return w - rate * ahead / scale, (mean, square, product)
