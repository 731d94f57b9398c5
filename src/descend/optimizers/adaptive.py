"""Descent with a scale of its own for each coordinate, from the squares of its gradients."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Rate, Update


class AdaGrad(NamedTuple):
    """Adaptive gradients: each coordinate's step shrinks with the sum of its squared gradients.

    As in PyTorch::

        total += g**2
        w -= rate * g / (sqrt(total) + eps)

    Keras and optax begin the total at 0.1 and add eps, 1e-7, under the root:
    `AdaGrad(0.1, 1e-7, eps_inside=True)`.

    Parameters
    ----------
    initial
        What the total is before the first step, at least 0.
    eps
        Added to the root, so that a coordinate without a gradient stays where it is.
    eps_inside
        Whether eps is added under the root.

    Examples
    --------
    >>> w, memory = np.zeros(2), (np.zeros(2),)
    >>> for t in (1, 2):
    ...     w, memory = AdaGrad().step(w, np.array([1.0, 500.0]), memory, rate=0.1, t=t)
    >>> w.round(6)
    array([-0.170711, -0.170711])

    References
    ----------
    J. Duchi, E. Hazan and Y. Singer, Adaptive subgradient methods for online learning and
    stochastic optimization (2011).
    """

    initial: float = 0.0
    eps: float = 1e-10
    eps_inside: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("total",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (total,) = memory
        total = np.where(t == 1, self.initial, total) + g * g
        inside = self.eps_inside * self.eps
        return w - rate * g / (np.sqrt(total + inside) + (self.eps - inside)), (total,)


class RMSProp(NamedTuple):
    """Root mean square: the gradient divided by the root of its exponential mean square.

    As in PyTorch::

        square = rho * square + (1 - rho) * g**2
        velocity = momentum * velocity + g / (sqrt(square) + eps)
        w -= rate * velocity

    The centered form divides by the standard deviation, `sqrt(square - mean**2) + eps`. Keras and
    optax take `rho = 0.9` and add eps under the root: `RMSProp(0.9, eps_inside=True)`.

    Parameters
    ----------
    rho
        Decay of the mean square, in [0, 1): 0.99 in PyTorch, 0.9 in the lecture.
    momentum
        The share of the velocity that a step keeps, in [0, 1).
    eps
        Added to the root.
    centered
        Whether the squared mean of the gradients is taken off their mean square.
    eps_inside
        Whether eps is added under the root.

    Examples
    --------
    The first step is `rate / sqrt(1 - rho)` long, whatever the gradient's size.

    >>> w, memory = np.zeros(2), (np.zeros(2), np.zeros(2), np.zeros(2))
    >>> w, memory = RMSProp().step(w, np.array([1.0, 500.0]), memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-1., -1.])

    References
    ----------
    T. Tieleman and G. Hinton, Lecture 6.5: RMSProp (2012); centered: A. Graves, Generating
    sequences with recurrent neural networks (2013).
    """

    rho: float = 0.99
    momentum: float = 0.0
    eps: float = 1e-8
    centered: bool = False
    eps_inside: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("square", "mean", "velocity")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        square, mean, velocity = memory
        square = self.rho * square + (1 - self.rho) * g * g
        mean = self.rho * mean + (1 - self.rho) * g
        # a variance; rounding may take it below zero
        spread = np.maximum(square - self.centered * mean * mean, 0.0)
        inside = self.eps_inside * self.eps
        velocity = self.momentum * velocity + g / (np.sqrt(spread + inside) + (self.eps - inside))
        return w - rate * velocity, (square, mean, velocity)


class Adadelta(NamedTuple):
    """Steps as long as the steps before: a rule without a unit of its own.

    As everywhere, eps is under both roots; the paper's rate is 1::

        square = rho * square + (1 - rho) * g**2
        move = sqrt(moved + eps) / sqrt(square + eps) * g
        moved = rho * moved + (1 - rho) * move**2
        w -= rate * move

    Parameters
    ----------
    rho
        Decay of both mean squares, in [0, 1): 0.9 in PyTorch and optax, 0.95 in the paper and
        Keras.
    eps
        What the first steps grow from: they are about `sqrt(eps)` long.

    Examples
    --------
    >>> w, memory = Adadelta().step(0.0, 500.0, (0.0, 0.0), rate=1.0, t=1)
    >>> round(float(w), 6)
    -0.003162

    References
    ----------
    M. D. Zeiler, ADADELTA: an adaptive learning rate method (2012).
    """

    rho: float = 0.9
    eps: float = 1e-6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("square", "moved")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        square, moved = memory
        square = self.rho * square + (1 - self.rho) * g * g
        move = np.sqrt(moved + self.eps) / np.sqrt(square + self.eps) * g
        moved = self.rho * moved + (1 - self.rho) * move * move
        return w - rate * move, (square, moved)


class FTRL(NamedTuple):
    """Follow the regularised leader: the minimum of all linear models and a growing quadratic.

    With `total` the sum of squared gradients and `z` what the leader follows::

        scale = (beta + sqrt(total)) / rate
        sigma = (sqrt(total + g**2) - sqrt(total)) / rate
        z += g - sigma * w;  total += g**2
        w = -(z - sign(z) * l1) / (scale + l2)  where |z| > l1, else 0

    Weights that matter little are exactly zero. Without `l1` and `l2` it is `AdaGrad` with beta in
    place of eps. The paper begins at `w = 0` with `z = 0`; from another start, `z` is what makes
    that start the leader. Keras names beta apart and starts the total at 0.1.

    Parameters
    ----------
    l1
        Strength of the penalty `|w|` on the sum of the losses, at least 0.
    l2
        Strength of the penalty `w**2 / 2` on the sum of the losses, at least 0.
    beta
        Added to the root, at least 0; 1 in the paper.

    Examples
    --------
    >>> w, memory = FTRL(l1=1.0).step(
    ...     np.zeros(2), np.array([3.0, 0.5]), (np.zeros(2), np.zeros(2)), rate=0.1, t=1
    ... )
    >>> w
    array([-0.05, -0.  ])

    References
    ----------
    H. B. McMahan et al., Ad click prediction: a view from the trenches (2013).
    """

    l1: float = 0.0
    l2: float = 0.0
    beta: float = 1.0

    @property
    def memory(self) -> tuple[str, ...]:
        return ("z", "total")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        z, total = memory
        z = np.where(t == 1, -w * (self.beta / rate + self.l2) - np.sign(w) * self.l1, z)
        sigma = (np.sqrt(total + g * g) - np.sqrt(total)) / rate
        z = z + g - sigma * w
        total = total + g * g
        scale = (self.beta + np.sqrt(total)) / rate + self.l2
        return -np.sign(z) * np.maximum(np.abs(z) - self.l1, 0.0) / scale, (z, total)
