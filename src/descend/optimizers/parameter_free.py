"""Descent whose learning rate is estimated from the distance to the start.

The rate given scales the estimate, and 1 is the papers' choice. They use norms of whole vectors,
and so run in the array loop.
"""

from typing import NamedTuple

import numpy as np

from descend.optimizers.traits.stated import whole_vector
from descend.protocols import Array, Memory, Rate, Update
from descend.support.numerics import inner_product, squared_norm


@whole_vector
class DoG(NamedTuple):
    """Distance over gradients: the distance from the start over the root of all squared gradients.

    As in optax, with `distance` first `reach * (1 + |start|)`::

        distance = max(distance, |w - start|)
        total += |g|**2
        w -= rate * distance / sqrt(total + eps) * g

    Parameters
    ----------
    reach
        The first guess of the distance, relative, above 0: 1e-6 in the paper.
    eps
        Added under the root.

    Examples
    --------
    >>> from descend import minimize
    >>> minimize("(x - 3)^2", [0.0], optimizer=DoG(), learning_rate=1.0, steps=500).x.round(3)
    array([3.])

    References
    ----------
    M. Ivgi, O. Hinder and Y. Carmon, DoG is SGD's best friend (2023).
    """

    reach: float = 1e-6
    eps: float = 1e-8

    @property
    def memory(self) -> tuple[str, ...]:
        return ("start", "distance", "total")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        start, distance, total = memory
        if t == 1:
            start, distance = np.copy(w), self.reach * (1 + np.sqrt(squared_norm(w)))
        distance = np.maximum(distance, np.sqrt(squared_norm(w - start)))
        total = total + squared_norm(g)
        return w - rate * distance / np.sqrt(total + self.eps) * g, (start, distance, total)


@whole_vector
class DoWG(NamedTuple):
    """Distance over weighted gradients: DoG whose squared gradients are weighted by the distance.

    As in optax, with `square`, the squared distance, first `eps`::

        square = max(square, |w - start|**2)
        total += square * |g|**2
        w -= rate * square / (sqrt(total) + eps) * g

    Parameters
    ----------
    eps
        The first guess of the squared distance, above 0.

    Examples
    --------
    >>> from descend import minimize
    >>> minimize("(x - 3)^2", [0.0], optimizer=DoWG(), learning_rate=1.0, steps=500).x.round(3)
    array([3.])

    References
    ----------
    A. Khaled, K. Mishchenko and C. Jin, DoWG unleashed: an efficient universal parameter-free
    gradient descent method (2023).
    """

    eps: float = 1e-4

    @property
    def memory(self) -> tuple[str, ...]:
        return ("start", "square", "total")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        start, square, total = memory
        if t == 1:
            start, square = np.copy(w), np.full_like(w, self.eps)
        square = np.maximum(square, squared_norm(w - start))
        total = total + square * squared_norm(g)
        return w - rate * square / (np.sqrt(total) + self.eps) * g, (start, square, total)


@whole_vector
class DAdaptSGD(NamedTuple):
    """D-Adaptation: descent whose rate is a lower bound of the distance to the minimum.

    With `first` the norm of the first gradient, `step = d * rate / first`, and `squares` the sum of
    `|step * g|**2` over all steps::

        total += step * g
        d = max(d, (|total|**2 - squares) / |total|)
        w = mu * w + (1 - mu) * (start - total)

    Parameters
    ----------
    mu
        The share of its place that a step keeps, in [0, 1): 0.9 in the paper.
    d
        The first guess of the distance, above 0.

    Notes
    -----
    As `DAdaptSGD` in the authors' package, whose own default of `momentum` is 0.

    Examples
    --------
    >>> from descend import minimize
    >>> found = minimize("(x - 3)^2", [0.0], optimizer=DAdaptSGD(), learning_rate=1.0)
    >>> found.x.round(2)
    array([3.])

    References
    ----------
    A. Defazio and K. Mishchenko, Learning-rate-free learning by D-adaptation (2023).
    """

    mu: float = 0.9
    d: float = 1e-6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("start", "total", "squares", "first", "estimate")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        start, total, squares, first, estimate = memory
        if t == 1:
            start, estimate = np.copy(w), np.full_like(w, self.d)
            first = np.sqrt(squared_norm(g))
        step = estimate * rate / np.where(first > 0, first, 1.0)
        total = total + step * g
        squares = squares + step * step * squared_norm(g)
        length = np.sqrt(squared_norm(total))
        bound = (length * length - squares) / np.where(length > 0, length, 1.0)
        w = self.mu * w + (1 - self.mu) * (start - total)
        return w, (start, total, squares, first, np.maximum(estimate, bound))


@whole_vector
class DAdaptAdam(NamedTuple):
    """D-Adaptation: Adam whose rate is a lower bound of the distance to the minimum.

    With `step = d * rate * sqrt(1 - beta2**t) / (1 - beta1**t)`, `root = sqrt(beta2)`, and sums
    over all coordinates::

        gain = root * gain + (1 - root) * step * sum(g * total / (sqrt(square) + eps))
        mean = beta1 * mean + (1 - beta1) * step * g
        square = beta2 * square + (1 - beta2) * g**2
        total = root * total + (1 - root) * step * g
        w -= mean / (sqrt(square) + eps)
        d = max(d, gain / ((1 - root) * sum(|total|)))

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    d
        The first guess of the distance, above 0.

    Examples
    --------
    >>> from descend import minimize
    >>> found = minimize("(x - 3)^2", [0.0], optimizer=DAdaptAdam(), learning_rate=1.0)
    >>> found.x.round(2)
    array([3.])

    References
    ----------
    A. Defazio and K. Mishchenko, Learning-rate-free learning by D-adaptation (2023).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    d: float = 1e-6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square", "total", "gain", "estimate")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square, total, gain, estimate = memory
        if t == 1:
            estimate = np.full_like(w, self.d)
        root = self.beta2**0.5
        step = estimate * rate * ((1 - self.beta2**t) ** 0.5 / (1 - self.beta1**t))
        scaled = g * total / (np.sqrt(square) + self.eps)
        gain = root * gain + (1 - root) * step * np.add.reduce(scaled, axis=-1, keepdims=True)
        mean = self.beta1 * mean + (1 - self.beta1) * step * g
        square = self.beta2 * square + (1 - self.beta2) * g * g
        total = root * total + (1 - root) * step * g
        largest = np.add.reduce(np.abs(total), axis=-1, keepdims=True)
        bound = gain / np.where(largest > 0, (1 - root) * largest, 1.0)
        w = w - mean / (np.sqrt(square) + self.eps)
        return w, (mean, square, total, gain, np.maximum(estimate, bound))


@whole_vector
class Prodigy(NamedTuple):
    """Prodigy: D-Adaptation that weighs each gradient by the estimate at its step.

    With `step = d * rate * sqrt(1 - beta2**t) / (1 - beta1**t)`, `root = sqrt(beta2)`, `first` the
    first `d`, and sums over all coordinates, as in optax::

        mean = beta1 * mean + (1 - beta1) * d * g
        square = beta2 * square + (1 - beta2) * (d * g)**2
        total = root * total + step * d / first * g
        gain = root * gain + d / first * step * sum(g * (start - w))
        d = max(d, gain / sum(|total|))
        w -= step * mean / (sqrt(square) + d * eps)

    Parameters
    ----------
    beta1, beta2, eps
        Adam's.
    d
        The first guess of the distance, above 0.

    Examples
    --------
    >>> from descend import minimize
    >>> minimize("(x - 3)^2", [0.0], optimizer=Prodigy(), learning_rate=1.0, steps=900).x.round(2)
    array([3.])

    References
    ----------
    K. Mishchenko and A. Defazio, Prodigy: an expeditiously adaptive parameter-free learner (2023).
    """

    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    d: float = 1e-6

    @property
    def memory(self) -> tuple[str, ...]:
        return ("mean", "square", "total", "gain", "estimate", "start")

    def step(self, w: Array, g: Array, memory: Memory, rate: Rate, t: float) -> Update:
        mean, square, total, gain, estimate, start = memory
        if t == 1:
            start, estimate = np.copy(w), np.full_like(w, self.d)
        d = estimate
        root = self.beta2**0.5
        step = d * rate * ((1 - self.beta2**t) ** 0.5 / (1 - self.beta1**t))
        mean = self.beta1 * mean + (1 - self.beta1) * d * g
        square = self.beta2 * square + (1 - self.beta2) * d * d * g * g
        total = root * total + step * d / self.d * g
        pull = inner_product(g, start - w)
        gain = root * gain + d / self.d * step * pull
        largest = np.add.reduce(np.abs(total), axis=-1, keepdims=True)
        estimate = np.maximum(d, gain / np.where(largest > 0, largest, 1.0))
        w = w - step * mean / (np.sqrt(square) + estimate * self.eps)
        return w, (mean, square, total, gain, estimate, start)
