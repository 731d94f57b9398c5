"""Losses for classes by probabilities; of two, `y` is 0 or 1, and `z` the score of the second."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array


class LogLoss(NamedTuple):
    """Binary cross-entropy, `log(1 + exp(z)) - y * z`, of `P(y = 1) = 1 / (1 + exp(-z))`.

    Examples
    --------
    >>> LogLoss().slope(np.array([1.0, 0.0]), np.array([0.0, 0.0]))
    array([-0.5,  0.5])

    References
    ----------
    D. R. Cox, The regression analysis of binary sequences (1958).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 0.25

    def value(self, y: Array, z: Array) -> Array:
        # logaddexp(0, z), by the exponential of the slope: in a compiled loop one serves both;
        # what is linear cancels exactly, before a small loss is added to it
        return (np.maximum(z, 0.0) - y * z) + np.log1p(np.exp(-np.abs(z)))

    def slope(self, y: Array, z: Array) -> Array:
        # exp(-|z|) is at most 1, where exp(-z) would overflow
        small = np.exp(-np.abs(z))
        return np.where(z < 0.0, small, 1.0) / (1.0 + small) - y

    def curvature(self, y: Array, z: Array) -> Array:
        small = np.exp(-np.abs(z))
        return small / ((1.0 + small) * (1.0 + small))

    def mean(self, z: Array) -> Array:
        return sigmoid(z)

    def probability(self, z: Array) -> Array:
        return sigmoid(z)


class CrossEntropy(NamedTuple):
    """Categorical cross-entropy, `-sum(y * z)` over the classes: softmax regression.

    `y` is a row of zeros with a one at the true class, `z` a row of log-probabilities: the loss is
    `normalised`, so scores first go through `log_probabilities`. The slope is that by the scores.

    Examples
    --------
    >>> CrossEntropy().slope(np.array([1.0, 0.0]), np.log([0.75, 0.25]))
    array([-0.25,  0.25])

    References
    ----------
    J. S. Bridle, Probabilistic interpretation of feedforward classification network outputs (1990).
    """

    @property
    def normalised(self) -> bool:
        return True

    @property
    def largest_curvature(self) -> float:
        # the largest eigenvalue of diag(p) - p p^T over all probabilities p (Boehning, 1992)
        return 0.5

    def value(self, y: Array, z: Array) -> Array:
        return -y * z

    def slope(self, y: Array, z: Array) -> Array:
        return np.exp(z) - y

    def curvature(self, y: Array, z: Array) -> Array:
        return np.exp(z) * (1.0 - np.exp(z))

    def mean(self, z: Array) -> Array:
        return np.exp(z)

    def probability(self, z: Array) -> Array:
        return np.exp(z)


class Focal(NamedTuple):
    """Cross-entropy with less weight on rows that are well classified, `-(1 - p)**gamma * log(p)`.

    `p = 1 / (1 + exp(-margin))`, with `margin = (2 * y - 1) * z`, is the probability of the true
    class; with `gamma=0` the loss is `LogLoss`. Torchvision's `sigmoid_focal_loss` without class
    weights. It is not convex: descent ends where the gradient is zero. Its probabilities are drawn
    towards one half: calibrate them before they are read as frequencies.

    Parameters
    ----------
    gamma
        The exponent, at least 0.

    Examples
    --------
    >>> Focal(gamma=2.0).value(np.array([1.0, 1.0]), np.array([-2.0, 2.0])).round(4)
    array([1.6501, 0.0018])

    References
    ----------
    T.-Y. Lin et al., Focal loss for dense object detection (2017).
    """

    gamma: float = 2.0

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        # the supremum has no closed form; it moves to the left as the logarithm of gamma
        margin = np.linspace(-np.log1p(self.gamma) - 4.0, 4.0, 2001)
        return float(self.curvature(np.ones(1), margin).max()) * (1 + 1e-5)

    def value(self, y: Array, z: Array) -> Array:
        margin = (2.0 * y - 1.0) * z
        # -log(p) and -log(1 - p)
        cost, other = np.logaddexp(0.0, -margin), np.logaddexp(0.0, margin)
        return np.exp(-self.gamma * other) * cost

    def slope(self, y: Array, z: Array) -> Array:
        side = 2.0 * y - 1.0
        cost = np.logaddexp(0.0, -side * z)
        other = np.logaddexp(0.0, side * z)
        p, q = np.exp(-cost), np.exp(-other)
        return -side * np.exp(-self.gamma * other) * (self.gamma * p * cost + q)

    def curvature(self, y: Array, z: Array) -> Array:
        margin = (2.0 * y - 1.0) * z
        cost, other = np.logaddexp(0.0, -margin), np.logaddexp(0.0, margin)
        p, q = np.exp(-cost), np.exp(-other)
        convex = self.gamma * self.gamma * p * cost + (2.0 * self.gamma + 1.0) * q
        return np.exp(-self.gamma * other) * p * (convex - self.gamma * q * cost)

    def mean(self, z: Array) -> Array:
        return sigmoid(z)

    def probability(self, z: Array) -> Array:
        return sigmoid(z)

    def typical_curvature(self, y: Array, z: Array) -> Array:
        # the curvature without its negative part
        margin = (2.0 * y - 1.0) * z
        cost, other = np.logaddexp(0.0, -margin), np.logaddexp(0.0, margin)
        p, q = np.exp(-cost), np.exp(-other)
        convex = self.gamma * self.gamma * p * cost + (2.0 * self.gamma + 1.0) * q
        return np.exp(-self.gamma * other) * p * convex


def sigmoid(z: Array) -> Array:
    """Return `1 / (1 + exp(-z))`, without overflow."""
    small = np.exp(-np.abs(z))
    return np.where(z < 0.0, small, 1.0) / (1.0 + small)


def log_probabilities(z: Array) -> Array:
    """Return each row of scores (the last axis) shifted so that its exponentials add up to one."""
    largest = np.argmax(z, axis=-1, keepdims=True)
    shifted = z - np.take_along_axis(z, largest, axis=-1)
    others = np.exp(shifted)
    # the largest's one is left to log1p: beside it small probabilities would lose their digits
    np.put_along_axis(others, largest, 0.0, axis=-1)
    normalised: Array = shifted - np.log1p(np.sum(others, axis=-1, keepdims=True))
    return normalised
