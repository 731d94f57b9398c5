"""Descent whose step is scaled by the norm of the weights, with all coordinates as one layer."""

from typing import NamedTuple

import numpy as np

from descend.optimizers.first_moments import Adam
from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Rate, Update, verbs
from descend.support.numerics import squared_norm


@whole_vector
class LARS(NamedTuple):
    """Layer-wise adaptive rate scaling: a step's length is a share of the weights' own.

    As in optax, the rate is inside the velocity::

        velocity = mu * velocity + rate * trust * |w| / |g| * g
        w -= velocity

    Where a norm is zero, plain `rate * g` is added.

    Parameters
    ----------
    trust
        A step's length as a share of the weights', above 0: 0.001 in the paper.
    mu
        The share of the velocity that a step keeps, in [0, 1).

    Examples
    --------
    >>> w, memory = np.array([30.0, 40.0]), (np.zeros(2),)
    >>> w, memory = LARS().step(w, np.array([500.0, 0.0]), memory, rate=1.0, t=1)
    >>> w
    array([29.95, 40.  ])

    References
    ----------
    Y. You, I. Gitman and B. Ginsburg, Large batch training of convolutional networks (2017).
    """

    trust: float = 0.001
    mu: float = 0.9

    @property
    def memory(self) -> tuple[str, ...]:
        return ("velocity",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (velocity,) = memory
        velocity = self.mu * velocity + rate * trusted(g, w, self.trust)
        return w - velocity, (velocity,)


@whole_vector
class LAMB(NamedTuple):
    """Layer-wise Adam: Adam's direction, as long as the weights are.

    With Adam's `move = mean / (1 - beta1**t) / scale`, as in optax and the paper's last version::

        move += weight_decay * w
        w -= rate * |w| / |move| * move

    Where a norm is zero, the step is `rate * move`.

    Parameters
    ----------
    beta1, beta2, eps
        Adam's; eps is 1e-6.
    weight_decay
        The share of the weights in the direction, at least 0.

    Examples
    --------
    >>> w, memory = np.array([30.0, 40.0]), (np.zeros(2), np.zeros(2))
    >>> w, memory = LAMB().step(w, np.array([500.0, 0.0]), memory, rate=0.01, t=1)
    >>> w.round(6)
    array([29.5, 40. ])

    References
    ----------
    Y. You et al., Large batch optimization for deep learning: training BERT in 76 minutes (2020).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-6
    weight_decay: float = 0.0

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        adam = Adam(self.beta1, self.beta2, self.eps)
        moved, memory = verbs.step(adam, np.zeros_like(w), g, memory, 1.0, t)
        return w - rate * trusted(self.weight_decay * w - moved, w, 1.0), memory


@whole_vector
class NovoGrad(NamedTuple):
    """Momentum of gradients of length one, by a mean of their squared lengths.

    As in optax; the first squared length is the first mean::

        square = beta2 * square + (1 - beta2) * |g|**2
        velocity = beta1 * velocity + g / (sqrt(square) + eps)
        w -= rate * velocity

    Parameters
    ----------
    beta1
        The share of the velocity that a step keeps, in [0, 1).
    beta2
        Decay of the mean squared length, in [0, 1): 0.25 in optax, 0.98 in the paper.
    eps
        Added to the root.

    Examples
    --------
    >>> w, memory = np.zeros(2), (np.zeros(2), np.zeros(2))
    >>> w, memory = NovoGrad().step(w, np.array([30.0, 40.0]), memory, rate=0.1, t=1)
    >>> w.round(6)
    array([-0.06, -0.08])

    References
    ----------
    B. Ginsburg et al., Stochastic gradient methods with layer-wise adaptive moments for training of
    deep networks (2019).
    """

    beta1: float = 0.9
    beta2: float = 0.25
    eps: float = 1e-6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("velocity", "square")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        velocity, square = memory
        length = squared_norm(g)
        square = length if t == 1 else self.beta2 * square + (1 - self.beta2) * length
        velocity = self.beta1 * velocity + g / (np.sqrt(square) + self.eps)
        return w - rate * velocity, (velocity, square)


def trusted(move: Array, w: Array, trust: float) -> Array:
    """Return the move, `trust` times as long as `w`; as it is where one of both is zero."""
    own, wanted = np.sqrt(squared_norm(move)), np.sqrt(squared_norm(w))
    known = (own > 0) & (wanted > 0)
    return np.where(known, trust * wanted / np.where(known, own, 1.0), 1.0) * move
