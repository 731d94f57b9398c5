"""Rates that fall when the value has stopped falling."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Memory, Stride
from descend.rates.adaptive import first_rate


class Plateau(NamedTuple):
    """A rate that shrinks when the value has stopped falling.

    A step improves on the best value if it is below it by more than `threshold` times its size.
    As PyTorch's `ReduceLROnPlateau` (mode "min", relative threshold, no cooldown), which compares
    with `best * (1 - threshold)`: that differs where the value is negative.

    Parameters
    ----------
    initial, least
        The first rate, and the smallest.
    factor
        What the rate is multiplied by, in (0, 1).
    patience
        After more than so many steps in a row without improvement the rate shrinks, and counting
        begins anew.
    threshold
        Relative to the best value's size.

    Examples
    --------
    >>> import descend
    >>> rule = Plateau(1.0, factor=0.5, patience=1)  # a rate of 1 jumps from 3 to -3 and back
    >>> descend.minimize("x^2", [3.0], learning_rate=rule, steps=4).learning_rates
    array([1. , 1. , 1. , 0.5])
    """

    initial: float
    factor: float = 0.1
    patience: int = 10
    threshold: float = 1e-4
    least: float = 0.0

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), self.begin(value)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return self.after(stride.value, stride.rate, memory)

    def begin(self, value: Array) -> Memory:
        return np.full_like(value, np.inf), np.zeros_like(value)

    def after(self, value: Array, rate: Array, memory: Memory) -> tuple[Array, Memory]:
        best, failures = memory
        with np.errstate(invalid="ignore"):
            better = value < best - self.threshold * np.abs(best)
        better |= np.isinf(best)
        lowered = np.maximum(self.factor * rate, self.least)
        # more than patience in a row
        most = np.floor(self.patience) + 1
        rate, failures = reduce_on_plateau(better, failures, most, rate, lowered)
        return rate, (np.where(better, value, best), failures)


class Divided(NamedTuple):
    """A rate that is divided when the value has stopped falling: scikit-learn's "adaptive".

    A value improves on those before if it is at most `best - tol`. In scikit-learn the values are
    the objective's means over epochs, and `patience` is called `n_iter_no_change`.

    Parameters
    ----------
    initial, divisor
        The first rate, and what it is divided by, above 1.
    patience
        After so many values in a row without improvement the rate is divided, and counting begins
        anew.
    tol
        How far below the best a value must be, in its own units.
    least
        A rate at most this large stays.

    Examples
    --------
    >>> import descend
    >>> rule = Divided(1.0, patience=2)  # a rate of 1 jumps from 3 to -3 and back
    >>> descend.minimize("x^2", [3.0], learning_rate=rule, steps=5).learning_rates
    array([1. , 1. , 1. , 0.2, 0.2])
    """

    initial: float
    divisor: float = 5.0
    patience: int = 5
    tol: float = 1e-3
    least: float = 1e-6

    def first(self, w: Array, value: Array, g: Array) -> tuple[Array, Memory]:
        return first_rate(self.initial, w, g), self.begin(value)

    def propose(self, stride: Stride, memory: Memory) -> tuple[Array, Memory]:
        return self.after(stride.value, stride.rate, memory)

    def begin(self, value: Array) -> Memory:
        return np.full_like(value, np.inf), np.zeros_like(value)

    def after(self, value: Array, rate: Array, memory: Memory) -> tuple[Array, Memory]:
        best, failures = memory
        lowered = np.where(rate > self.least, rate / self.divisor, rate)
        # NaN is no failure: a descent that diverges is not the rate's to end
        better = ~(value > best - self.tol)
        rate, failures = reduce_on_plateau(better, failures, self.patience, rate, lowered)
        return rate, (np.minimum(value, best), failures)


def reduce_on_plateau(
    better: npt.NDArray[np.bool_], failures: Array, patience: float, rate: Array, lowered: Array
) -> tuple[Array, Array]:
    """Return the rate, lowered after `patience` values in a row that are no better, and the count.

    `failures` counts the values before the last; it is zero anew when the rate is lowered.
    """
    failures = np.where(better, 0.0, failures + 1)
    exhausted = failures >= patience
    return np.where(exhausted, lowered, rate), np.where(exhausted, 0.0, failures)
