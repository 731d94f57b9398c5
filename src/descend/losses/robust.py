"""Smooth losses for numbers that are robust to outliers, by the residual `r = z - y`.

The typical curvature is `slope / r`, that of the parabola about `y` which majorises the loss.
"""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array


class Huber(NamedTuple):
    """Squared error near the target and absolute error far from it.

    It is `r**2 / 2` for `|r| <= delta`, else `delta * (|r| - delta / 2)`, as in PyTorch's
    `huber_loss` and scikit-learn's SGD (whose `epsilon` is `delta`). `HuberRegressor` takes
    `2 * sigma` times this of `r / sigma`, and fits the scale `sigma` of the residuals as well.

    Here `delta` stays what it is, in the units of `y`: the objective is the same for each part of
    the data, fold and batch, and values compare with other libraries'. A threshold that followed
    the residuals would make it another one each time. So it has to fit the units: far below the
    residuals (prices, with the default of 1) the loss is `delta` times the absolute error, robust
    still, but so small beside an L2 penalty of the usual `alpha` that this can hold all
    coefficients near zero; the estimators then warn, and name a threshold. About 1.35 times the
    standard deviation of residuals that are no outliers is usual: `1.35 * 1.4826` times the median
    of their sizes. Where `y`, `delta` and an offset of `y` are scaled alike, so are predictions.

    Parameters
    ----------
    delta
        The residual at which the one becomes the other, above 0, in the units of `y`.

    Examples
    --------
    >>> Huber(delta=1.0).value(np.array([0.0, 0.0]), np.array([1.0, 3.0]))
    array([0.5, 2.5])

    References
    ----------
    P. Huber, Robust estimation of a location parameter (1964).
    """

    delta: float = 1.0

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 1.0

    def value(self, y: Array, z: Array) -> Array:
        size = np.abs(z - y)
        near = np.minimum(size, self.delta)
        return near * (size - 0.5 * near)

    def slope(self, y: Array, z: Array) -> Array:
        return np.minimum(np.maximum(z - y, -self.delta), self.delta)

    def curvature(self, y: Array, z: Array) -> Array:
        return np.ones_like(z) * (np.abs(z - y) <= self.delta)

    def mean(self, z: Array) -> Array:
        return z

    def typical_curvature(self, y: Array, z: Array) -> Array:
        return self.delta / np.maximum(np.abs(z - y), self.delta)


class LogCosh(NamedTuple):
    """`log(cosh(z - y))`, near `r**2 / 2` for small and `|r| - log(2)` for large residuals.

    Small and large are in the units of `y`: the threshold is one (see `Huber`).

    Examples
    --------
    >>> LogCosh().value(np.array([0.0]), np.array([1000.0])).round(3)
    array([999.307])

    References
    ----------
    P. Green, Bayesian reconstructions from emission tomography data using a modified EM algorithm
    (1990).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 1.0

    def value(self, y: Array, z: Array) -> Array:
        size = np.abs(z - y)
        # exp(-2 |r|) is at most 1, where cosh(r) would overflow; near 0 the direct formula would
        # lose all digits of r**2 / 2 against those of log(2)
        half = np.sinh(0.5 * np.minimum(size, 1.0))
        near = np.log1p(2.0 * half * half)
        far = size + np.log1p(np.exp(-2.0 * size)) - 0.6931471805599453
        return np.where(size < 1.0, near, far)

    def slope(self, y: Array, z: Array) -> Array:
        return np.tanh(z - y)

    def curvature(self, y: Array, z: Array) -> Array:
        small = np.exp(-2.0 * np.abs(z - y))
        return 4.0 * small / ((1.0 + small) * (1.0 + small))

    def mean(self, z: Array) -> Array:
        return z

    def typical_curvature(self, y: Array, z: Array) -> Array:
        size = np.maximum(np.abs(z - y), 1e-6)
        return np.tanh(size) / size


class Cauchy(NamedTuple):
    """The negative logarithm of Cauchy's density: outliers have next to no weight.

    It is `scale**2 / 2 * log(1 + (r / scale)**2)`, SciPy's convention (`least_squares`). It is not
    convex: descent ends where the gradient is zero, which need not be the lowest place. The
    optimizer "auto" begins at the minimum of the Huber loss of the same scale.

    Parameters
    ----------
    scale
        The residual from which the slope decreases, above 0, in the units of `y` (see `Huber`).

    Examples
    --------
    >>> Cauchy(scale=1.0).slope(np.array([0.0, 0.0]), np.array([1.0, 10.0])).round(3)
    array([0.5  , 0.099])

    References
    ----------
    M. Black and P. Anandan, The robust estimation of multiple motions (1996).
    """

    scale: float = 1.0

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 1.0

    def value(self, y: Array, z: Array) -> Array:
        ratio = (z - y) / self.scale
        return 0.5 * self.scale * self.scale * np.log1p(ratio * ratio)

    def slope(self, y: Array, z: Array) -> Array:
        r = z - y
        ratio = r / self.scale
        return r / (1.0 + ratio * ratio)

    def curvature(self, y: Array, z: Array) -> Array:
        ratio = (z - y) / self.scale
        square = ratio * ratio
        return (1.0 - square) / ((1.0 + square) * (1.0 + square))

    def mean(self, z: Array) -> Array:
        return z

    def typical_curvature(self, y: Array, z: Array) -> Array:
        ratio = (z - y) / self.scale
        return 1.0 / (1.0 + ratio * ratio)

    def convex(self) -> Huber:
        return Huber(self.scale)
