"""Losses for numbers, by the residual `r = z - y`: whose mean, median or quantile is fitted."""

from typing import NamedTuple

import numpy as np

from descend.losses.smoothed import SmoothedTube
from descend.protocols import Array


class SquaredError(NamedTuple):
    """Half the squared difference, `(z - y)**2 / 2`: the mean is fitted.

    The half is scikit-learn's convention; without it, it is the `MeanSquaredError`.

    Examples
    --------
    >>> SquaredError().slope(np.array([1.0]), np.array([3.0]))
    array([2.])

    References
    ----------
    C. F. Gauss, Theoria motus corporum coelestium (1809).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 1.0

    @property
    def quadratic(self) -> bool:
        return True

    def value(self, y: Array, z: Array) -> Array:
        r = z - y
        return 0.5 * r * r

    def slope(self, y: Array, z: Array) -> Array:
        return z - y

    def curvature(self, y: Array, z: Array) -> Array:
        return np.ones_like(z)

    def mean(self, z: Array) -> Array:
        return z


class MeanSquaredError(NamedTuple):
    """The squared difference, `(z - y)**2`, without a half: its mean is the mean squared error.

    The convention of most tutorials, of PyTorch's `MSELoss` and of Keras. Twice the `SquaredError`,
    and with the same minimum; a rate given for one moves as half of it does for the other.

    Examples
    --------
    >>> MeanSquaredError().slope(np.array([1.0]), np.array([3.0]))
    array([4.])

    References
    ----------
    C. F. Gauss, Theoria motus corporum coelestium (1809).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 2.0

    @property
    def quadratic(self) -> bool:
        return True

    def value(self, y: Array, z: Array) -> Array:
        r = z - y
        return r * r

    def slope(self, y: Array, z: Array) -> Array:
        return 2.0 * (z - y)

    def curvature(self, y: Array, z: Array) -> Array:
        return 2.0 * np.ones_like(z)

    def mean(self, z: Array) -> Array:
        return z


class AbsoluteError(NamedTuple):
    """The absolute difference, `|z - y|`: the median is fitted, robust to outliers.

    Twice the `Quantile` loss of one half, as in scikit-learn and PyTorch (`l1_loss`).

    Examples
    --------
    >>> AbsoluteError().slope(np.array([1.0, 1.0]), np.array([3.0, -100.0]))
    array([ 1., -1.])

    References
    ----------
    P.-S. Laplace, Théorie analytique des probabilités, second supplement (1818).
    """

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    def value(self, y: Array, z: Array) -> Array:
        return np.abs(z - y)

    def slope(self, y: Array, z: Array) -> Array:
        return np.sign(z - y)

    def curvature(self, y: Array, z: Array) -> Array:
        return np.zeros_like(z)

    def mean(self, z: Array) -> Array:
        return z

    def smoothed(self, width: float) -> SmoothedTube:
        return SmoothedTube(1.0, 1.0, 0.0, width)

    def bend(self, y: Array) -> tuple[Array, Array, Array]:
        return y, np.full_like(y, -1.0), np.full_like(y, 1.0)


class Quantile(NamedTuple):
    """The pinball loss, `quantile * (y - z)` below `y` and `(1 - quantile) * (z - y)` above.

    At the median it is half the `AbsoluteError`, as in scikit-learn.

    Parameters
    ----------
    quantile
        The share of the targets that comes to lie below the prediction, in (0, 1).

    Examples
    --------
    >>> Quantile(0.9).value(np.array([10.0, 10.0]), np.array([0.0, 20.0]))
    array([9., 1.])

    References
    ----------
    R. Koenker and G. Bassett, Regression quantiles (1978).
    """

    quantile: float = 0.5

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    def value(self, y: Array, z: Array) -> Array:
        r = z - y
        return np.maximum((1.0 - self.quantile) * r, -self.quantile * r)

    def slope(self, y: Array, z: Array) -> Array:
        return 0.5 * np.sign(z - y) + (0.5 - self.quantile)

    def curvature(self, y: Array, z: Array) -> Array:
        return np.zeros_like(z)

    def mean(self, z: Array) -> Array:
        return z

    def smoothed(self, width: float) -> SmoothedTube:
        return SmoothedTube(self.quantile, 1.0 - self.quantile, 0.0, width)

    def bend(self, y: Array) -> tuple[Array, Array, Array]:
        return y, np.full_like(y, -self.quantile), np.full_like(y, 1.0 - self.quantile)


class EpsilonInsensitive(NamedTuple):
    """What the difference exceeds a tolerance by, `max(0, |z - y| - epsilon)`.

    It makes linear regression a support vector regression. Scikit-learn's convention.

    Parameters
    ----------
    epsilon
        The difference up to which the loss is zero, at least 0, in the units of `y`.

    Examples
    --------
    >>> EpsilonInsensitive(epsilon=0.5).value(np.array([1.0, 1.0]), np.array([1.25, 3.0]))
    array([0. , 1.5])

    References
    ----------
    V. Vapnik, The nature of statistical learning theory (1995).
    """

    epsilon: float = 0.1

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return np.inf

    def value(self, y: Array, z: Array) -> Array:
        return np.maximum(np.abs(z - y) - self.epsilon, 0.0)

    def slope(self, y: Array, z: Array) -> Array:
        r = z - y
        return np.sign(r) * (np.abs(r) > self.epsilon)

    def curvature(self, y: Array, z: Array) -> Array:
        return np.zeros_like(z)

    def mean(self, z: Array) -> Array:
        return z

    def smoothed(self, width: float) -> SmoothedTube:
        return SmoothedTube(1.0, 1.0, self.epsilon, width)


class SquaredEpsilonInsensitive(NamedTuple):
    """The square of what the difference exceeds a tolerance by, `max(0, |z - y| - epsilon)**2`.

    Without a half, as in scikit-learn: with `epsilon=0` it is twice the `SquaredError`.

    Parameters
    ----------
    epsilon
        The difference up to which the loss is zero, at least 0, in the units of `y`.

    Examples
    --------
    >>> loss = SquaredEpsilonInsensitive(epsilon=0.5)
    >>> loss.value(np.array([1.0, 1.0]), np.array([1.25, 3.0]))
    array([0.  , 2.25])

    References
    ----------
    V. Vapnik, The nature of statistical learning theory (1995).
    """

    epsilon: float = 0.1

    @property
    def normalised(self) -> bool:
        return False

    @property
    def largest_curvature(self) -> float:
        return 2.0

    def value(self, y: Array, z: Array) -> Array:
        excess = np.maximum(np.abs(z - y) - self.epsilon, 0.0)
        return excess * excess

    def slope(self, y: Array, z: Array) -> Array:
        r = z - y
        return 2.0 * np.sign(r) * np.maximum(np.abs(r) - self.epsilon, 0.0)

    def curvature(self, y: Array, z: Array) -> Array:
        return 2.0 * np.ones_like(z) * (np.abs(z - y) > self.epsilon)

    def mean(self, z: Array) -> Array:
        return z
