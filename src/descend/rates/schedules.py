"""Rates as functions of the step count `t` = 1, 2, ...: those that only fall.

All return rates, not factors, in the shape of `t`, or one a run where the rate given is an array of
one a run and `t` a number. PyTorch's epoch and optax's count are `t - 1`, the steps taken before.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Schedule
from descend.rates.composed import Joined, then


class Constant(NamedTuple):
    """The same rate at every step.

    Parameters
    ----------
    rate
        A number, or an array of one rate a run.

    Examples
    --------
    >>> Constant(0.1)(np.array([1.0, 2.0]))
    array([0.1, 0.1])
    """

    rate: float | Array

    def __call__(self, t: Array) -> Array:
        return np.full(np.broadcast_shapes(np.shape(t), np.shape(self.rate)), self.rate)


class Step(NamedTuple):
    """A rate that drops every so many steps: `peak * factor**floor((t - 1) / every)`.

    PyTorch's `StepLR(step_size=every, gamma=factor)`.

    Parameters
    ----------
    peak, every, factor
        The first rate, the steps between two drops, and the share that a drop leaves.

    Examples
    --------
    >>> Step(0.8, every=2, factor=0.5)(np.arange(1, 6))
    array([0.8, 0.8, 0.4, 0.4, 0.2])
    """

    peak: float | Array
    every: float
    factor: float = 0.1

    def __call__(self, t: Array) -> Array:
        rate: Array = self.peak * self.factor ** np.floor((np.asarray(t) - 1.0) / self.every)
        return rate


class MultiStep(NamedTuple):
    """A rate that drops at milestones: `peak * factor**(how many are at most t - 1)`.

    PyTorch's `MultiStepLR(gamma=factor)`.

    Parameters
    ----------
    peak, milestones, factor
        The first rate, the steps taken before each drop, rising, and the share that a drop leaves.

    Examples
    --------
    >>> MultiStep(0.8, milestones=(1, 3), factor=0.5)(np.arange(1, 6))
    array([0.8, 0.4, 0.4, 0.2, 0.2])
    """

    peak: float | Array
    milestones: tuple[float, ...]
    factor: float = 0.1

    def __call__(self, t: Array) -> Array:
        drops = np.searchsorted(np.asarray(self.milestones), np.asarray(t) - 1.0, side="right")
        rate: Array = self.peak * np.power(self.factor, np.asarray(drops, dtype=float))
        return rate


class Piecewise(NamedTuple):
    """Given rates, each for a stretch of steps.

    `optax.piecewise_constant_schedule`, which is given factors. Keras' `PiecewiseConstantDecay`
    changes one step later: it keeps a rate on the boundary itself.

    Parameters
    ----------
    values, milestones
        The rates, and the steps taken before each change, rising, one fewer.

    Examples
    --------
    >>> Piecewise((0.1, 0.5, 0.2), milestones=(1, 3))(np.arange(1, 6))
    array([0.1, 0.5, 0.5, 0.2, 0.2])
    """

    values: tuple[float, ...]
    milestones: tuple[float, ...]

    def __call__(self, t: Array) -> Array:
        stretch = np.searchsorted(np.asarray(self.milestones), np.asarray(t) - 1.0, side="right")
        return np.asarray(self.values, dtype=float)[stretch]


class Linear(NamedTuple):
    """A straight line from one rate to another, which then stays.

    It is `start + (end - start) * min((t - 1) / steps, 1)`: `optax.linear_schedule`, and PyTorch's
    `LinearLR`, which is given factors.

    Parameters
    ----------
    start, steps, end
        The first rate, and the steps after which the last is reached.

    Examples
    --------
    >>> Linear(0.4, steps=4)(np.arange(1, 7))
    array([0.4, 0.3, 0.2, 0.1, 0. , 0. ])
    """

    start: float | Array
    steps: float
    end: float | Array = 0.0

    def __call__(self, t: Array) -> Array:
        done = np.minimum((np.asarray(t) - 1.0) / self.steps, 1.0)
        rate: Array = self.start + (self.end - self.start) * done
        return rate

    @property
    def length(self) -> float:
        return self.steps

    def __rshift__(self, other: Schedule) -> Joined:
        return then(self, other)


class Polynomial(NamedTuple):
    """A fall along a power: `end + (peak - end) * (1 - min((t - 1) / steps, 1))**power`.

    `optax.polynomial_schedule`; PyTorch's `PolynomialLR` with `end` 0.

    Parameters
    ----------
    peak, steps, end
        The first rate, and the steps after which the last is reached.
    power
        1 is a straight line; above it the fall begins steeply and ends flat.

    Examples
    --------
    >>> Polynomial(0.16, steps=4, power=2)(np.arange(1, 6))
    array([0.16, 0.09, 0.04, 0.01, 0.  ])

    References
    ----------
    L.-C. Chen et al., DeepLab: semantic image segmentation with deep convolutional nets, atrous
    convolution, and fully connected CRFs (2017), with the power 0.9.
    """

    peak: float | Array
    steps: float
    power: float = 1.0
    end: float | Array = 0.0

    def __call__(self, t: Array) -> Array:
        left = 1 - np.minimum((np.asarray(t) - 1.0) / self.steps, 1.0)
        rate: Array = self.end + (self.peak - self.end) * left**self.power
        return rate

    @property
    def length(self) -> float:
        return self.steps

    def __rshift__(self, other: Schedule) -> Joined:
        return then(self, other)
