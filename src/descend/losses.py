"""Losses: how wrong a prediction is, element by element.

`y` is the target and `z` the prediction before the link. The same methods run on whole arrays and,
compiled, on the numbers of a single example; so they use NumPy functions and no branches.
"""

from typing import NamedTuple

import numpy as np

from descend.typing import Array, Loss


class SquaredError(NamedTuple):
    """Half the squared difference, `(z - y)**2 / 2`: the mean is fitted.

    The half is scikit-learn's convention; the mean squared error is twice the mean of this loss.

    Examples
    --------
    >>> import numpy as np
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

    def value(self, y: Array, z: Array) -> Array:
        r = z - y
        return 0.5 * r * r

    def slope(self, y: Array, z: Array) -> Array:
        return z - y

    def curvature(self, y: Array, z: Array) -> Array:
        return np.ones_like(z)

    def mean(self, z: Array) -> Array:
        return z


class LogLoss(NamedTuple):
    """Binary cross-entropy, `log(1 + exp(z)) - y * z`, for `y` in {0, 1}: a probability is fitted.

    The prediction is the probability `1 / (1 + exp(-z))` of `y = 1`.

    Examples
    --------
    >>> import numpy as np
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
        return np.logaddexp(0.0, z) - y * z

    def slope(self, y: Array, z: Array) -> Array:
        return 1.0 / (1.0 + np.exp(-z)) - y

    def curvature(self, y: Array, z: Array) -> Array:
        # exp(-|z|) is at most 1, where exp(-z) would overflow and make inf / inf
        small = np.exp(-np.abs(z))
        return small / ((1.0 + small) * (1.0 + small))

    def mean(self, z: Array) -> Array:
        return 1.0 / (1.0 + np.exp(-z))


class CrossEntropy(NamedTuple):
    """Categorical cross-entropy, `-sum(y * z)` over the classes: softmax regression.

    `y` is a row of zeros with a one at the true class, `z` a row of log-probabilities: the loss is
    `normalised`, so whoever computes it first takes the logarithm of the sum of exponentials off
    each row. Then the loss is a sum over the elements of the row, and its slope by the raw scores
    is as simple.

    Examples
    --------
    >>> import numpy as np
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


def log_probabilities(z: Array) -> Array:
    """Return each row of scores (the last axis) shifted so that its exponentials add up to one."""
    shifted = z - np.max(z, axis=-1, keepdims=True)
    normalised: Array = shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))
    return normalised


REGRESSION: dict[str, Loss] = {"squared_error": SquaredError()}
"""The losses of `DescentRegressor`, by name."""

CLASSIFICATION: dict[str, Loss] = {"log_loss": LogLoss()}
"""The losses of `DescentClassifier` for two classes, by name."""
