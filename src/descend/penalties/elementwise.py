"""Penalties on each parameter by itself."""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Rate


class NoPenalty(NamedTuple):
    """No penalty: the loss alone is descended.

    Examples
    --------
    >>> NoPenalty().gradient(np.array([3.0, 1.0]))
    array([0., 0.])
    """

    @property
    def smooth(self) -> bool:
        return True

    def value(self, w: Array) -> Array:
        return 0.0 * w

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def prox(self, w: Array, rate: Rate) -> Array:
        return w


class L2(NamedTuple):
    """Ridge: `alpha / 2 * w**2` for each parameter, with a strength `alpha` of at least 0.

    Examples
    --------
    >>> L2(alpha=0.1).gradient(np.array([3.0, -1.0]))
    array([ 0.3, -0.1])

    References
    ----------
    A. E. Hoerl and R. W. Kennard, Ridge regression (1970).
    """

    alpha: float = 1e-4

    @property
    def smooth(self) -> bool:
        return True

    def value(self, w: Array) -> Array:
        return 0.5 * self.alpha * w * w

    def gradient(self, w: Array) -> Array:
        return self.alpha * w

    def curvature(self, w: Array) -> Array:
        return self.alpha * np.ones_like(w)

    def prox(self, w: Array, rate: Rate) -> Array:
        return w


class L1(NamedTuple):
    """Lasso: `alpha * |w|` for each parameter; many end at exactly zero.

    Its `prox` is `max(w - rate * alpha, 0) + min(w + rate * alpha, 0)`; `alpha` is at least 0.

    Examples
    --------
    >>> L1(alpha=0.5).prox(np.array([3.0, -1.0, 0.2]), 1.0)
    array([ 2.5, -0.5,  0. ])

    References
    ----------
    R. Tibshirani, Regression shrinkage and selection via the lasso (1996).
    """

    alpha: float = 1e-4

    @property
    def smooth(self) -> bool:
        return self.alpha == 0

    def value(self, w: Array) -> Array:
        return self.alpha * np.abs(w)

    def gradient(self, w: Array) -> Array:
        return 0.0 * w

    def curvature(self, w: Array) -> Array:
        return 0.0 * w

    def kink(self) -> float:
        return self.alpha

    def prox(self, w: Array, rate: Rate) -> Array:
        threshold = rate * self.alpha
        return np.maximum(w - threshold, 0.0) + np.minimum(w + threshold, 0.0)


class ElasticNet(NamedTuple):
    """Lasso and ridge together: `alpha * (l1_ratio * |w| + (1 - l1_ratio) * w**2 / 2)`.

    `alpha`, the strength, is at least 0; `l1_ratio`, the share of the lasso, is from 0 to 1.

    Examples
    --------
    >>> penalty = ElasticNet(alpha=1.0, l1_ratio=0.5)
    >>> penalty.value(np.array([2.0])), penalty.prox(np.array([2.0]), 1.0)
    (array([2.]), array([1.5]))

    References
    ----------
    H. Zou and T. Hastie, Regularization and variable selection via the elastic net (2005).
    """

    alpha: float = 1e-4
    l1_ratio: float = 0.15

    @property
    def smooth(self) -> bool:
        return self.alpha * self.l1_ratio == 0

    def value(self, w: Array) -> Array:
        return self.alpha * (self.l1_ratio * np.abs(w) + 0.5 * (1.0 - self.l1_ratio) * w * w)

    def gradient(self, w: Array) -> Array:
        return self.alpha * (1.0 - self.l1_ratio) * w

    def curvature(self, w: Array) -> Array:
        return self.alpha * (1.0 - self.l1_ratio) * np.ones_like(w)

    def kink(self) -> float:
        return self.alpha * self.l1_ratio

    def prox(self, w: Array, rate: Rate) -> Array:
        threshold = rate * self.alpha * self.l1_ratio
        return np.maximum(w - threshold, 0.0) + np.minimum(w + threshold, 0.0)
