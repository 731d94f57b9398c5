"""Losses for counts and amounts, by the logarithm `z` of the expected number: `mean = exp(z)`.

Each is half a deviance without the terms in `y` alone, as in scikit-learn: it may be negative. The
typical curvature is the mean of those at the target and the prediction.
"""

from typing import NamedTuple

import numpy as np

from descend.protocols import Array
from descend.support.intervals import ABOVE_0, AT_LEAST_0, Interval


class Poisson(NamedTuple):
    """Half the Poisson deviance, `exp(z) - y * z`: the expected count is fitted.

    That of scikit-learn's `PoissonRegressor` and PyTorch's `poisson_nll_loss`.

    Examples
    --------
    >>> Poisson().slope(np.array([3.0]), np.log([5.0])).round(12)
    array([2.])

    References
    ----------
    J. Nelder and R. Wedderburn, Generalized linear models (1972).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    @property
    def domain(self) -> Interval:
        return AT_LEAST_0

    def value(self, y: Array, z: Array) -> Array:
        return np.exp(z) - y * z

    def slope(self, y: Array, z: Array) -> Array:
        return np.exp(z) - y

    def curvature(self, y: Array, z: Array) -> Array:
        return np.exp(z)

    def mean(self, z: Array) -> Array:
        return np.exp(z)

    def link(self, mean: Array) -> Array:
        return np.log(mean)

    def typical_curvature(self, y: Array, z: Array) -> Array:
        return 0.5 * (np.exp(z) + y)


class Gamma(NamedTuple):
    """Half the Gamma deviance, `z + y * exp(-z)`: the expected amount, with errors in per cent.

    That of scikit-learn's `GammaRegressor`.

    Examples
    --------
    >>> Gamma().slope(np.array([3.0]), np.log([6.0]))
    array([0.5])

    References
    ----------
    J. Nelder and R. Wedderburn, Generalized linear models (1972).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    @property
    def domain(self) -> Interval:
        return ABOVE_0

    def value(self, y: Array, z: Array) -> Array:
        return z + y * np.exp(-z)

    def slope(self, y: Array, z: Array) -> Array:
        return 1.0 - y * np.exp(-z)

    def curvature(self, y: Array, z: Array) -> Array:
        return y * np.exp(-z)

    def mean(self, z: Array) -> Array:
        return np.exp(z)

    def link(self, mean: Array) -> Array:
        return np.log(mean)

    def typical_curvature(self, y: Array, z: Array) -> Array:
        return 0.5 * (1.0 + y * np.exp(-z))


class Tweedie(NamedTuple):
    """Half the deviance of a Tweedie distribution: amounts that are often exactly zero.

    With a variance in proportion to `exp(z)**power` (scikit-learn's `TweedieRegressor`, log link),
    it is `exp((2 - power) * z) / (2 - power) - y * exp((1 - power) * z) / (1 - power)`. But for a
    constant it becomes `Poisson` towards 1 and `Gamma` towards 2: take those at the ends.

    Parameters
    ----------
    power
        In (1, 2): from counts of like amounts to few, varying amounts.

    Examples
    --------
    >>> Tweedie(power=1.5).slope(np.array([0.0, 4.0]), np.log([4.0, 4.0]))
    array([2., 0.])

    References
    ----------
    M. Tweedie, An index which distinguishes between some important exponential families (1984).
    """

    power: float = 1.5

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    @property
    def domain(self) -> Interval:
        return AT_LEAST_0

    def value(self, y: Array, z: Array) -> Array:
        up, down = 2.0 - self.power, self.power - 1.0
        deviance: Array = np.exp(up * z) / up + y * np.exp(-down * z) / down
        return deviance

    def slope(self, y: Array, z: Array) -> Array:
        up, down = 2.0 - self.power, self.power - 1.0
        r: Array = np.exp(up * z) - y * np.exp(-down * z)
        return r

    def curvature(self, y: Array, z: Array) -> Array:
        up, down = 2.0 - self.power, self.power - 1.0
        curvature: Array = up * np.exp(up * z) + down * y * np.exp(-down * z)
        return curvature

    def mean(self, z: Array) -> Array:
        return np.exp(z)

    def link(self, mean: Array) -> Array:
        return np.log(mean)

    def typical_curvature(self, y: Array, z: Array) -> Array:
        up, down = 2.0 - self.power, self.power - 1.0
        typical: Array = 0.5 * (np.exp(up * z) + y * np.exp(-down * z))
        return typical
