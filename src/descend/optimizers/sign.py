"""Descent by the sign of the gradient, whatever its size."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Rate, Update


class SignSGD(NamedTuple):
    """Sign descent: `w -= rate * sign(g)`; each coordinate moves by the rate.

    Near a minimum it steps to and fro by the rate, so let the rate fall.

    Examples
    --------
    >>> w, memory = SignSGD().step(np.zeros(2), np.array([500.0, -0.1]), (), rate=0.1, t=1)
    >>> w
    array([-0.1,  0.1])

    References
    ----------
    J. Bernstein et al., signSGD: compressed optimisation for non-convex problems (2018).
    """

    @property
    def memory(self) -> tuple[str, ...]:
        return ()

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        return w - rate * np.sign(g), memory


class Signum(NamedTuple):
    """Sign descent with momentum: the sign of the averaged gradient.

    ::

        mean = beta * mean + (1 - beta) * g
        w -= rate * sign(mean)

    Parameters
    ----------
    beta
        Decay of the mean of the gradients, in [0, 1); 0.9 in the paper.

    Examples
    --------
    >>> w, memory = Signum().step(
    ...     np.zeros(1), np.array([-1.0]), (np.array([0.5]),), rate=0.1, t=2
    ... )
    >>> w
    array([-0.1])

    References
    ----------
    J. Bernstein et al., signSGD: compressed optimisation for non-convex problems (2018).
    """

    beta: float = 0.9

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (mean,) = memory
        mean = self.beta * mean + (1 - self.beta) * g
        return w - rate * np.sign(mean), (mean,)


class Lion(NamedTuple):
    """Evolved sign momentum: one average to step by, a slower one to remember.

    ::

        w -= rate * sign(beta1 * mean + (1 - beta1) * g)
        mean = beta2 * mean + (1 - beta2) * g

    The paper decays the weights, too: `Decayed(Lion(), 0.1)`. Its rates are three to ten times
    smaller than Adam's.

    Parameters
    ----------
    beta1
        The share of the mean in a step, in [0, 1).
    beta2
        Decay of the mean of the gradients, in [0, 1).

    Examples
    --------
    >>> w, memory = Lion().step(np.zeros(1), np.array([-7.0]), (np.array([0.5]),), rate=0.1, t=2)
    >>> w, memory[0].round(3)
    (array([0.1]), array([0.425]))

    References
    ----------
    X. Chen et al., Symbolic discovery of optimization algorithms (2023).
    """

    beta1: float = 0.9
    beta2: float = 0.99

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (mean,) = memory
        direction = np.sign(self.beta1 * mean + (1 - self.beta1) * g)
        return w - rate * direction, (self.beta2 * mean + (1 - self.beta2) * g,)


class Rprop(NamedTuple):
    """Resilient descent: each coordinate has a step size of its own, which learns from the signs.

    The size grows while the gradient keeps its sign, and shrinks when it changes; then the step is
    left out once::

        agreed = g * previous
        size = clip(size * (eta_plus if agreed > 0, eta_minus if agreed < 0, else 1))
        g = 0 where agreed < 0
        w -= size * sign(g);  previous = g

    The rate is the size of the first step, and counts no more afterwards. It is for exact
    gradients: the signs of those of batches change by chance.

    Parameters
    ----------
    eta_minus
        What a size is multiplied by when the gradient changes its sign, in (0, 1).
    eta_plus
        What it is multiplied by when the gradient keeps its sign, above 1.
    smallest, largest
        Bounds of the sizes.

    Examples
    --------
    >>> w, memory = np.zeros(1), (np.zeros(1), np.zeros(1))
    >>> for t in (1, 2):
    ...     w, memory = Rprop().step(w, np.array([-7.0]), memory, rate=0.1, t=t)
    >>> w.round(6)
    array([0.22])

    References
    ----------
    M. Riedmiller and H. Braun, A direct adaptive method for faster backpropagation learning: the
    RPROP algorithm (1993); this variant, iRprop-, C. Igel and M. Husken (2000).
    """

    eta_minus: float = 0.5
    eta_plus: float = 1.2
    smallest: float = 1e-6
    largest: float = 50.0

    @property
    def memory(self) -> tuple[str, ...]:
        return ("previous", "size")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        previous, size = memory
        size = np.where(t == 1, rate, size)
        agreed = g * previous
        grown = np.where(agreed > 0, self.eta_plus * size, size)
        size = np.where(agreed < 0, self.eta_minus * size, grown)
        size = np.minimum(np.maximum(size, self.smallest), self.largest)
        g = np.where(agreed < 0, 0.0, g)
        return w - size * np.sign(g), (g, size)
