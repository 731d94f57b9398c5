"""Losses for two classes by `margin = (2 * y - 1) * z`: `y` is 0 or 1, `z` the second's score."""

from typing import NamedTuple

import numpy as np

from descend.losses.smoothed import SmoothedHinge
from descend.protocols import Array


class Hinge(NamedTuple):
    """What is missing to a margin of one, `max(0, 1 - margin)`: a support vector machine.

    Scikit-learn's convention. The prediction is the class, 0 or 1.

    Examples
    --------
    >>> Hinge().value(np.array([1.0, 1.0]), np.array([0.25, 2.0]))
    array([0.75, 0.  ])

    References
    ----------
    C. Cortes and V. Vapnik, Support-vector networks (1995).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    def value(self, y: Array, z: Array) -> Array:
        return np.maximum(1.0 - (2.0 * y - 1.0) * z, 0.0)

    def slope(self, y: Array, z: Array) -> Array:
        side = 2.0 * y - 1.0
        return -side * (side * z < 1.0)

    def curvature(self, y: Array, z: Array) -> Array:
        return np.zeros_like(z)

    def mean(self, z: Array) -> Array:
        return np.ones_like(z) * (z > 0.0)

    def smoothed(self, width: float) -> SmoothedHinge:
        return SmoothedHinge(1.0, width)

    def bend(self, y: Array) -> tuple[Array, Array, Array]:
        side = 2.0 * y - 1.0
        return side, np.minimum(-side, 0.0), np.maximum(-side, 0.0)


class SquaredHinge(NamedTuple):
    """The square of what is missing to a margin of one, `max(0, 1 - margin)**2`.

    Without a half, as in scikit-learn. The prediction is the class, 0 or 1.

    Examples
    --------
    >>> SquaredHinge().value(np.array([1.0, 1.0]), np.array([0.5, 2.0]))
    array([0.25, 0.  ])

    References
    ----------
    C. Cortes and V. Vapnik, Support-vector networks (1995).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 2.0

    def value(self, y: Array, z: Array) -> Array:
        missing = np.maximum(1.0 - (2.0 * y - 1.0) * z, 0.0)
        return missing * missing

    def slope(self, y: Array, z: Array) -> Array:
        side = 2.0 * y - 1.0
        return -2.0 * side * np.maximum(1.0 - side * z, 0.0)

    def curvature(self, y: Array, z: Array) -> Array:
        return 2.0 * np.ones_like(z) * ((2.0 * y - 1.0) * z < 1.0)

    def mean(self, z: Array) -> Array:
        return np.ones_like(z) * (z > 0.0)


class ModifiedHuber(NamedTuple):
    """The squared hinge, straight for margins below -1: `max(0, 1 - margin)**2`, or `-4 * margin`.

    Scikit-learn's convention. Unlike the others it gives probabilities: that of `y = 1` is
    `(clip(z, -1, 1) + 1) / 2`.

    Examples
    --------
    >>> ModifiedHuber().value(np.array([1.0, 1.0]), np.array([0.5, -3.0]))
    array([ 0.25, 12.  ])

    References
    ----------
    T. Zhang, Solving large scale linear prediction problems using stochastic gradient descent
    algorithms (2004).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 2.0

    def value(self, y: Array, z: Array) -> Array:
        margin = (2.0 * y - 1.0) * z
        missing = np.maximum(1.0 - margin, 0.0)
        near = np.minimum(missing, 2.0)
        return near * (2.0 * missing - near)

    def slope(self, y: Array, z: Array) -> Array:
        side = 2.0 * y - 1.0
        return -2.0 * side * np.minimum(np.maximum(1.0 - side * z, 0.0), 2.0)

    def curvature(self, y: Array, z: Array) -> Array:
        margin = (2.0 * y - 1.0) * z
        return 2.0 * np.ones_like(z) * ((margin < 1.0) & (margin >= -1.0))

    def mean(self, z: Array) -> Array:
        return 0.5 * (np.minimum(np.maximum(z, -1.0), 1.0) + 1.0)

    def probability(self, z: Array) -> Array:
        return 0.5 * (np.minimum(np.maximum(z, -1.0), 1.0) + 1.0)

    def typical_curvature(self, y: Array, z: Array) -> Array:
        # of the parabola about a margin of 1 with the same slope
        margin = (2.0 * y - 1.0) * z
        return 4.0 / np.maximum(1.0 - margin, 2.0) * (margin < 1.0)


class Perceptron(NamedTuple):
    """How far a row is on the wrong side, `max(0, -margin)`: Rosenblatt's learning rule.

    The prediction is the class, 0 or 1. A score of zero counts as a mistake, as in scikit-learn, so
    that a descent can start at zero, where the loss is least: only a direction is learnt.

    Examples
    --------
    >>> Perceptron().slope(np.array([1.0, 1.0, 0.0]), np.array([0.0, 2.0, 2.0]))
    array([-1., -0.,  1.])

    References
    ----------
    F. Rosenblatt, The perceptron: a probabilistic model for information storage and organization in
    the brain (1958).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    def value(self, y: Array, z: Array) -> Array:
        return np.maximum(-(2.0 * y - 1.0) * z, 0.0)

    def slope(self, y: Array, z: Array) -> Array:
        side = 2.0 * y - 1.0
        return -side * (side * z <= 0.0)

    def curvature(self, y: Array, z: Array) -> Array:
        return np.zeros_like(z)

    def mean(self, z: Array) -> Array:
        return np.ones_like(z) * (z > 0.0)

    def smoothed(self, width: float) -> SmoothedHinge:
        return SmoothedHinge(0.0, width)
