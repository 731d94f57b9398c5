"""Smooth approximations of losses with kinks, over a width about each kink.

A kink as that of `max(0, t)` at zero becomes `width * log(1 + exp(t / width))`, which lies above it
by at most `width * log(2)`. The typical curvature, `tanh(t / (2 * width)) / (2 * t)`, is that of
the parabola about the kink which majorises it (Jaakkola and Jordan, 2000). Of the lines below
`max(0, t)` the highest that has the smoothed slope goes through the kink: at `t` it falls short by
`|t| / (1 + exp(|t| / width))`.
"""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array


class SmoothedTube(NamedTuple):
    """`below * max(0, y - z - epsilon) + above * max(0, z - y - epsilon)`, smoothed.

    `epsilon` and `width` are in the units of `y`.

    >>> SmoothedTube(1.0, 1.0, 0.0, 0.1).value(np.zeros(2), np.array([0.0, 3.0])).round(3)
    array([0.139, 3.   ])
    """

    below: float
    above: float
    epsilon: float
    width: float

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        # the curvatures of two kinks that are near add up
        return 0.25 * (self.below + self.above) / self.width

    def value(self, y: Array, z: Array) -> Array:
        r = (z - y) / self.width
        gap = self.epsilon / self.width
        under, over = np.logaddexp(0.0, -r - gap), np.logaddexp(0.0, r - gap)
        return self.width * (self.below * under + self.above * over)

    def slope(self, y: Array, z: Array) -> Array:
        r = (z - y) / self.width
        gap = self.epsilon / self.width
        # 1 / (1 + exp(-t)) by tanh, which does not overflow
        under, over = 1.0 + np.tanh(0.5 * (-r - gap)), 1.0 + np.tanh(0.5 * (r - gap))
        return 0.5 * (self.above * over - self.below * under)

    def curvature(self, y: Array, z: Array) -> Array:
        r = (z - y) / self.width
        gap = self.epsilon / self.width
        under, over = np.exp(-np.abs(-r - gap)), np.exp(-np.abs(r - gap))
        total = self.below * under / (1.0 + under) ** 2 + self.above * over / (1.0 + over) ** 2
        return total / self.width

    def mean(self, z: Array) -> Array:
        return z

    def typical_curvature(self, y: Array, z: Array) -> Array:
        r = (z - y) / self.width
        gap = self.epsilon / self.width
        under, over = np.maximum(np.abs(r + gap), 1e-3), np.maximum(np.abs(r - gap), 1e-3)
        total = self.below * np.tanh(0.5 * under) / under + self.above * np.tanh(0.5 * over) / over
        return 0.5 * total / self.width

    def shortfall(self, y: Array, z: Array) -> Array:
        r = (z - y) / self.width
        gap = self.epsilon / self.width
        under, over = np.abs(r + gap), np.abs(r - gap)
        # (1 - tanh(t / 2)) / 2 is 1 / (1 + exp(t)), and does not overflow
        short = self.below * under * (1.0 - np.tanh(0.5 * under))
        return 0.5 * self.width * (short + self.above * over * (1.0 - np.tanh(0.5 * over)))


class SmoothedHinge(NamedTuple):
    """`max(0, goal - margin)`, smoothed, with `margin = (2 * y - 1) * z`.

    >>> SmoothedHinge(1.0, 0.1).value(np.ones(2), np.array([1.0, -2.0])).round(3)
    array([0.069, 3.   ])
    """

    goal: float
    width: float

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 0.25 / self.width

    def value(self, y: Array, z: Array) -> Array:
        return self.width * np.logaddexp(0.0, (self.goal - (2.0 * y - 1.0) * z) / self.width)

    def slope(self, y: Array, z: Array) -> Array:
        side = 2.0 * y - 1.0
        return -0.5 * side * (1.0 + np.tanh(0.5 * (self.goal - side * z) / self.width))

    def curvature(self, y: Array, z: Array) -> Array:
        small = np.exp(-np.abs((self.goal - (2.0 * y - 1.0) * z) / self.width))
        return small / (1.0 + small) ** 2 / self.width

    def mean(self, z: Array) -> Array:
        return np.ones_like(z) * (z > 0.0)

    def typical_curvature(self, y: Array, z: Array) -> Array:
        distance = np.abs((self.goal - (2.0 * y - 1.0) * z) / self.width)
        distance = np.maximum(distance, 1e-3)
        return 0.5 * np.tanh(0.5 * distance) / distance / self.width

    def shortfall(self, y: Array, z: Array) -> Array:
        distance = np.abs((self.goal - (2.0 * y - 1.0) * z) / self.width)
        return 0.5 * self.width * distance * (1.0 - np.tanh(0.5 * distance))
