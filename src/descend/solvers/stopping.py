"""When a run has arrived."""

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.protocols import Array
from descend.solvers.run_state import Mask, RunState
from descend.support.numerics import norms, rounding_unit, some


class GradientShrunk(NamedTuple):
    """The gradient is small beside the largest met, and the last step was short.

    ::

        |g| <= tol * largest    and    |w[j] - before[j]| <= tol * max(|w[j]|, 1)  for each j

    `largest` is the largest norm of the gradient that the run has met. The first says nothing
    where a function is steeper at the start than anywhere near its minimum, as `exp(x) + exp(-x)`
    is; the second says nothing where steps are short because the rate is. A gradient of zero has
    arrived in any case. `tol` counts as no smaller than four times the rounding of a number.
    """

    tol: float

    def __call__(self, state: RunState, norm: Array) -> Mask:
        """Say which runs have arrived, given the norms of their subgradients."""
        arrived: Mask = norm <= self.tol * state.largest_norm
        if some(arrived):
            w = state.w[arrived]
            moved = np.abs(w - state.before[arrived])
            short = (moved <= self.short(w.dtype) * np.maximum(np.abs(w), 1)).all(axis=-1)
            arrived[arrived] = short | (norm[arrived] == 0)
        return arrived

    def short(self, dtype: npt.DTypeLike) -> float:
        """Return the share of a coordinate that a short step moves at most."""
        return max(float(self.tol), 4 * rounding_unit(np.dtype(dtype))) if self.tol > 0 else 0.0


class DecrementSmall(NamedTuple):
    """What the objective may still fall by is at most `(tol / 10)**2` times its value.

    Where the Hessian is the identity, half the squared gradient is the distance of the value to
    its minimum. The tenth makes up for coordinates in which it is only nearly so. Where little
    more than its diagonal is known (`rough`), the curvature met along the last step counts, too::

        decrement = (g_before @ moved)**2 / (2 * moved @ (g - g_before)) * |g|**2 / |g_before|**2

    and the larger of the two decides.
    """

    tol: float
    rough: bool = False

    def __call__(self, state: RunState, norm: Array) -> Mask:
        """Say which runs have arrived, given the norms of their gradients."""
        value = np.abs(state.value)
        arrived: Mask = norm <= 0.1 * self.tol * np.sqrt(2 * value)
        if not (self.rough and some(arrived)):
            return arrived
        moved, g_change = state.w - state.before, state.g - state.g_before
        with np.errstate(all="ignore"):
            fell = np.vecdot(state.g_before, moved) ** 2 / (2 * np.vecdot(moved, g_change))
            decrement = fell * (norm / norms(state.g_before)) ** 2
        # before the first step no curvature is known
        arrived &= ~np.isfinite(decrement) | (decrement <= (0.1 * self.tol) ** 2 * value)
        return arrived


StoppingRule: TypeAlias = GradientShrunk | DecrementSmall
