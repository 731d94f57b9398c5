"""Rates that fall for ever, as functions of the step count `t` = 1, 2, ..."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array


class Exponential(NamedTuple):
    """A rate that falls by the same factor again and again: `peak * factor**((t - 1) / every)`.

    PyTorch's `ExponentialLR(gamma=factor)`; `optax.exponential_decay(peak, every, factor)`.

    Parameters
    ----------
    peak, factor, every
        The first rate, and the share of it, above 0, that is left after `every` steps.

    Examples
    --------
    >>> Exponential(0.8, factor=0.5)(np.arange(1, 5))
    array([0.8, 0.4, 0.2, 0.1])
    """

    peak: float | Array
    factor: float
    every: float = 1.0

    def __call__(self, t: Array) -> Array:
        return self.peak * self.factor ** ((np.asarray(t) - 1.0) / self.every)


class InverseTime(NamedTuple):
    """A rate that falls like one over the time: `peak / (1 + decay * (t - 1))`.

    Its sum is infinite and the sum of its squares is not: noisy steps with it converge. Keras'
    `InverseTimeDecay(peak, decay_steps=1, decay_rate=decay)`.

    Parameters
    ----------
    peak, decay
        The first rate, half of which is left after `1 / decay` steps; `decay` is at least 0.

    Examples
    --------
    >>> InverseTime(0.8, decay=1)(np.array([1, 2, 4]))
    array([0.8, 0.4, 0.2])

    References
    ----------
    H. Robbins and S. Monro, A stochastic approximation method (1951).
    """

    peak: float | Array
    decay: float

    def __call__(self, t: Array) -> Array:
        return self.peak / (1 + self.decay * (np.asarray(t) - 1.0))


class InverseScaling(NamedTuple):
    """A rate that falls like a power of the step count: `peak / t**power`.

    scikit-learn's `learning_rate="invscaling"` with its default `power_t`, one row a step.

    Parameters
    ----------
    peak, power
        The first rate, and the power, at least 0.

    Examples
    --------
    >>> InverseScaling(0.8)(np.array([1, 16, 256]))
    array([0.8, 0.4, 0.2])
    """

    peak: float | Array
    power: float = 0.25

    def __call__(self, t: Array) -> Array:
        return self.peak / np.asarray(t, dtype=float) ** self.power


class SquareRoot(NamedTuple):
    """A rate that stays, then falls like one over a root: `peak * sqrt(hold / max(t, hold))`.

    With `hold` 1 it is `peak / sqrt(t)`. `Warmup(SquareRoot(peak, hold=k), k)` is nearly the
    schedule of the Transformer (Vaswani et al., 2017).

    Parameters
    ----------
    peak, hold
        The first rate, and the steps for which it stays, at least 1.

    Examples
    --------
    >>> SquareRoot(0.8)(np.array([1, 4, 16]))
    array([0.8, 0.4, 0.2])

    References
    ----------
    M. Zinkevich, Online convex programming and generalized infinitesimal gradient ascent (2003);
    C. Raffel et al., Exploring the limits of transfer learning with a unified text-to-text
    transformer (2020), for `hold`.
    """

    peak: float | Array
    hold: float = 1.0

    def __call__(self, t: Array) -> Array:
        return self.peak * np.sqrt(self.hold / np.maximum(np.asarray(t), self.hold))


class Optimal(NamedTuple):
    """scikit-learn's rate for a risk with an L2 penalty: `1 / (alpha * (t0 + t - 1))`.

    That of `learning_rate="optimal"`, one row a step.

    Parameters
    ----------
    alpha
        The strength of the penalty, above 0.
    t0
        Steps that count as taken; None for scikit-learn's choice, `alpha**(-3/4)`, at which the
        first rate is `alpha**(-1/4)`.

    Examples
    --------
    >>> Optimal(alpha=1e-4)(np.array([1, 1001]))
    array([10.,  5.])

    References
    ----------
    L. Bottou, Large-scale machine learning with stochastic gradient descent (2010).
    """

    alpha: float
    t0: float | None = None

    def __call__(self, t: Array) -> Array:
        t0 = self.alpha**-0.75 if self.t0 is None else self.t0
        return 1 / (self.alpha * (t0 + np.asarray(t) - 1.0))
