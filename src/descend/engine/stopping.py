"""When a walk has arrived."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.typing import Array


class GradientShrunk(NamedTuple):
    """The gradient's norm is at most `tol` times the largest that the run has met."""

    tol: float

    def __call__(self, value: Array, norm: Array, steepest: Array) -> npt.NDArray[np.bool_]:
        arrived: npt.NDArray[np.bool_] = norm <= self.tol * steepest
        return arrived


class DecrementSmall(NamedTuple):
    """Half the squared gradient is at most `(tol / 10)**2` times the value.

    In coordinates in which the objective bends like the identity, half the squared gradient is the
    distance of the value to its minimum. The tenth makes up for coordinates that are only nearly
    so.
    """

    tol: float

    def __call__(self, value: Array, norm: Array, steepest: Array) -> npt.NDArray[np.bool_]:
        arrived: npt.NDArray[np.bool_] = norm <= 0.1 * self.tol * np.sqrt(2 * np.abs(value))
        return arrived
