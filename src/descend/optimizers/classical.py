"""Descent along the gradient, with and without inertia."""

from typing import NamedTuple

from descend.typing import Array, Memory


class SGD(NamedTuple):
    """Gradient descent: `w -= rate * g`.

    Stochastic gradient descent when `g` comes from a few examples, steepest descent when it is
    exact.

    Examples
    --------
    >>> import numpy as np
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

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        return w - rate * g, memory


class Momentum(NamedTuple):
    """Heavy ball: `velocity = mu * velocity + g; w -= rate * velocity`.

    The convention is PyTorch's: the rate is outside the velocity. Keras and scikit-learn keep it
    inside; they part when the rate changes on the way.

    Parameters
    ----------
    mu
        The share of the velocity that a step keeps, in [0, 1). 0.9 is the customary value.

    Examples
    --------
    >>> import numpy as np
    >>> w, memory = Momentum().step(
    ...     np.array([3.0]), g=np.array([2.0]), memory=(np.array([1.0]),), rate=0.1, t=2
    ... )
    >>> w
    array([2.71])

    References
    ----------
    B. T. Polyak, Some methods of speeding up the convergence of iteration methods (1964).
    """

    mu: float = 0.9

    @property
    def memory(self) -> tuple[str, ...]:
        return ("velocity",)

    def step(
        self, w: Array, g: Array, memory: Memory, rate: float | Array, t: float
    ) -> tuple[Array, Memory]:
        (velocity,) = memory
        velocity = self.mu * velocity + g
        return w - rate * velocity, (velocity,)
