"""Descent along the gradient, with and without inertia."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Memory, Rate, Update


class SGD(NamedTuple):
    """Gradient descent: `w -= rate * g`.

    Stochastic gradient descent when `g` comes from a few examples, steepest descent when it is
    exact.

    Examples
    --------
    >>> w, memory = SGD().step(np.array([3.0]), g=np.array([2.0]), memory=(), rate=0.1, t=1)
    >>> w
    array([2.8])

    References
    ----------
    A. Cauchy, Methode generale pour la resolution des systemes d'equations simultanees (1847);
    H. Robbins and S. Monro, A stochastic approximation method (1951).
    """

    @property
    def memory(self) -> tuple[str, ...]:
        return ()

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        return w - rate * g, memory


class Momentum(NamedTuple):
    """Heavy ball: `velocity = mu * velocity + g; w -= rate * velocity`.

    The convention is PyTorch's and optax's: the rate is outside the velocity. Keras and
    scikit-learn keep it inside (`rate_inside`); they differ when the rate changes::

        velocity = mu * velocity + rate * g
        w -= velocity

    Parameters
    ----------
    mu
        The share of the velocity that a step keeps, in [0, 1). 0.9 is the customary value.
    rate_inside
        Whether the velocity is summed from steps, as in Keras, and not from gradients.

    Examples
    --------
    >>> w, memory = Momentum().step(3.0, g=2.0, memory=(1.0,), rate=0.1, t=2)
    >>> round(float(w), 6)
    2.71

    References
    ----------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods (1964).
    """

    mu: float = 0.9
    rate_inside: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("velocity",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (velocity,) = memory
        velocity = self.mu * velocity + np.where(self.rate_inside, rate * g, g)
        return w - np.where(self.rate_inside, velocity, rate * velocity), (velocity,)


class Nesterov(NamedTuple):
    """Nesterov's momentum: the gradient step is taken from where the velocity leads.

    With the rate outside the velocity, as in PyTorch and optax::

        velocity = mu * velocity + g
        w -= rate * (g + mu * velocity)

    Keras keeps the rate inside (`rate_inside`); they differ when the rate changes::

        velocity = mu * velocity + rate * g
        w -= rate * g + mu * velocity

    Parameters
    ----------
    mu
        The share of the velocity that a step keeps, in [0, 1). 0.9 is the customary value.
    rate_inside
        Whether the velocity is summed from steps, as in Keras, and not from gradients.

    Examples
    --------
    >>> w, memory = Nesterov().step(3.0, g=2.0, memory=(1.0,), rate=0.1, t=2)
    >>> round(float(w), 6)
    2.539

    References
    ----------
    Y. Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2)
    (1983); in this form I. Sutskever et al., On the importance of initialization and momentum in
    deep learning (2013).
    """

    mu: float = 0.9
    rate_inside: bool = False

    @property
    def memory(self) -> tuple[str, ...]:
        return ("velocity",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (velocity,) = memory
        push = np.where(self.rate_inside, rate * g, g)
        velocity = self.mu * velocity + push
        ahead = push + self.mu * velocity
        return w - np.where(self.rate_inside, ahead, rate * ahead), (velocity,)


class QHM(NamedTuple):
    """Quasi-hyperbolic momentum: a step between plain descent and an averaged gradient.

    With `nu = 0` it is plain descent, with `nu = 1` momentum whose rate counts the mean gradient::

        mean = beta * mean + (1 - beta) * g
        w -= rate * ((1 - nu) * g + nu * mean)

    Parameters
    ----------
    nu
        The share of the averaged gradient in a step, in [0, 1]; the paper's rule of thumb is 0.7.
    beta
        Decay of the mean of the gradients, in [0, 1); the paper's rule of thumb is 0.999.

    Examples
    --------
    >>> w, memory = QHM(nu=0.5, beta=0.9).step(3.0, g=2.0, memory=(1.0,), rate=0.1, t=2)
    >>> round(float(w), 6)
    2.845

    References
    ----------
    J. Ma and D. Yarats, Quasi-hyperbolic momentum and Adam for deep learning (2019).
    """

    nu: float = 0.7
    beta: float = 0.999

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (mean,) = memory
        mean = self.beta * mean + (1 - self.beta) * g
        return w - rate * ((1 - self.nu) * g + self.nu * mean), (mean,)


class ASGD(NamedTuple):
    """Averaged descent: steps that decay slowly, and the mean of the points as the answer.

    As in PyTorch, the points are averaged from the step `t0 + 1` on; until then the average is the
    point itself::

        eta = rate / (1 + decay * rate * (t - 1))**alpha
        w -= eta * (g + decay * w)
        average += (w - average) / max(1, t - 1 - t0)

    `decay` also pulls towards zero, as an L2 penalty of that strength does; 0 leaves plain
    descent and its average.

    Parameters
    ----------
    decay
        Strength of the penalty, and how soon the rate falls, at least 0. PyTorch's `lambd`.
    alpha
        Power of the falling rate, at least 0; 0.75 is in the paper.
    t0
        Steps to take before averaging begins. PyTorch's default, a million, is for long trainings.

    Examples
    --------
    Points that oscillate about a minimum average to the minimum.

    >>> asgd = ASGD(decay=0.0, t0=0.0)
    >>> w, memory = np.array([1.0]), (np.zeros(1),)
    >>> for t in range(1, 42):
    ...     w, memory = asgd.step(w, g=w, memory=memory, rate=2.0, t=t)
    >>> w, asgd.answer(w, memory, t).round(3)
    (array([-1.]), array([0.]))

    References
    ----------
    B. T. Polyak and A. B. Juditsky, Acceleration of stochastic approximation by averaging (1992);
    W. Xu, Towards optimal one pass large scale learning with averaged SGD (2011).
    """

    decay: float = 1e-4
    alpha: float = 0.75
    t0: float = 1e6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("average",)

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        (average,) = memory
        eta = rate / (1 + self.decay * rate * (t - 1)) ** self.alpha
        w = w - eta * (g + self.decay * w)
        later = t - 2 - self.t0
        # max(1, t - 1 - t0), for numbers of any kind: np.maximum would make float32 double
        return w, (average + (w - average) / (1 + (later + abs(later)) / 2),)

    def answer(self, w: Array, memory: Memory, t: float) -> Array:
        return memory[0]
