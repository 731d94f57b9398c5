"""When a walk has arrived."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array
from descend.solvers.run_state import RunState
from descend.support.numerics import norms


class GradientShrunk(NamedTuple):
    """The gradient is small beside the steepest met, and the last step was short.

    ::

        |g| <= tol * steepest    and    |moved[j]| <= tol * max(|w[j]|, 1)  for each j

    `steepest` is the largest norm of the gradient that the run has met. The first says nothing
    where a function is steeper at the start than anywhere near its minimum, as `exp(x) + exp(-x)`
    is; the second says nothing where steps are short because the rate is. A gradient of zero has
    arrived in any case. `tol` counts as no smaller than four times the rounding of a number.
    """

    tol: float

    def __call__(self, walkers: RunState, norm: Array) -> npt.NDArray[np.bool_]:
        arrived: npt.NDArray[np.bool_] = norm <= self.tol * walkers.steepest
        if arrived.any():
            w = walkers.w[arrived]
            moved = np.abs(w - walkers.before[arrived])
            short = (moved <= self.short(w.dtype) * np.maximum(np.abs(w), 1)).all(axis=-1)
            arrived[arrived] = short | (norm[arrived] == 0)
        return arrived

    def short(self, dtype: npt.DTypeLike) -> float:
        """Return the share of a coordinate that a short step moves at most."""
        return max(float(self.tol), 4 * float(np.finfo(dtype).eps)) if self.tol > 0 else 0.0


class DecrementSmall(NamedTuple):
    """What the objective may still fall by is at most `(tol / 10)**2` times its value.

    In coordinates in which the objective bends like the identity, half the squared gradient is the
    distance of the value to its minimum. The tenth makes up for coordinates that are only nearly
    so. Where they are `rough`, the bend met along the last step tells more::

        decrement = (g_before @ moved)**2 / (2 * moved @ turned) * |g|**2 / |g_before|**2

    and the larger of the two counts.
    """

    tol: float
    rough: bool = False

    def __call__(self, walkers: RunState, norm: Array) -> npt.NDArray[np.bool_]:
        value = np.abs(walkers.value)
        arrived: npt.NDArray[np.bool_] = norm <= 0.1 * self.tol * np.sqrt(2 * value)
        if not (self.rough and arrived.any()):
            return arrived
        moved, turned = walkers.w - walkers.before, walkers.g - walkers.g_before
        with np.errstate(all="ignore"):
            fell = np.vecdot(walkers.g_before, moved) ** 2 / (2 * np.vecdot(moved, turned))
            decrement = fell * (norm / norms(walkers.g_before)) ** 2
        # before the first step nothing is known of the bend
        arrived &= ~np.isfinite(decrement) | (decrement <= (0.1 * self.tol) ** 2 * value)
        return arrived
