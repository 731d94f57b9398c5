"""Whether a point where a run may end is a minimum, as far as its second derivatives tell."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.curvature.scaled_spectrum import ScaledSpectrum, scaled_spectrum
from descend.protocols import Array, Inexact, Objective
from descend.records.recorder import Runs
from descend.solvers.run_state import Mask, RunState
from descend.support.numerics import rounding_unit, some

ROUNDINGS = 8
"""How many of its roundings a value may be wrong by."""

CLOSE = 10.0
"""A decrease still to come is small that is `(CLOSE * tol)**2` of the decrease so far."""

SHORT = 1e-4
"""Newton's step is short that moves no coordinate further than this share of its size, or `tol`."""

UNSEEN = 1e-12
"""A coordinate has not moved that was never further from zero than this share of the start."""

LOST = 4
"""Newton's step is lost in the rounding of the point that is no longer than so many roundings."""

LONGEST = 1.0
"""The longest step along a direction without curvature, in sizes of a coordinate."""


class Optimality(NamedTuple):
    """What the second derivatives tell of m points.

    With the gradient's parts `q` along the directions of the scaled spectrum, and `a` the sizes of
    their curvatures, Newton's method predicts::

        step = -q / a,    decrease = sum(q**2 / (2 * a))

    which scaling a variable does not change.

    Attributes
    ----------
    spectrum
        Of the Hessians there.
    curvatures
        `a`, `(m, d)`: positive, and along a direction without curvature large enough that no
        coordinate moves further than its size.
    size
        Of the coordinates, `(m, d)`: the largest that they, or what they have moved, have been.
    step
        Newton's, without the directions that have no curvature, `(m, d)`.
    decrease
        What is predicted to be left, `(m,)`.
    rounding
        What counts as rounding of the value, `(m,)`.
    least
        What counts as a decrease, `(m,)`: more than rounding of the value; and where Newton's step
        is short, not small beside the decrease so far, or where curvatures are unclear not lost in
        its rounding.
    enough
        What is small beside the decrease so far, `(m,)`.
    longest
        How many sizes of a coordinate a short step moves it at most.
    """

    spectrum: ScaledSpectrum
    curvatures: Array
    size: Array
    step: Array
    decrease: Array
    rounding: Array
    least: Array
    enough: Array
    longest: float

    @property
    def small(self) -> Mask:
        """Where the predicted decrease does not count."""
        small: Mask = self.decrease <= self.least
        return small

    @property
    def far(self) -> Mask:
        """Which coordinates Newton's step moves far, `(m, d)`: a minimum at infinity stays away."""
        far: Mask = np.abs(self.step) > self.longest * self.size
        return far

    @property
    def lost(self) -> Mask:
        """Where Newton's step is lost in the rounding of the point."""
        longest = LOST * rounding_unit(self.size.dtype) * self.size
        return np.asarray((np.abs(self.step) <= longest).all(axis=-1))

    @property
    def negligible(self) -> Mask:
        """Where the predicted decrease is small beside that so far, however far it leads."""
        negligible: Mask = self.decrease <= np.maximum(self.least, self.enough)
        return negligible

    def of(self, mask: Mask | Runs) -> Optimality:
        """Return the rows in `mask`."""
        return Optimality(
            self.spectrum.of(mask),
            self.curvatures[mask],
            self.size[mask],
            self.step[mask],
            self.decrease[mask],
            self.rounding[mask],
            self.least[mask],
            self.enough[mask],
            self.longest,
        )


def value_rounding(objective: Objective, w: Array, value: Array) -> Array:
    """Return what counts as rounding of the values at `w`, `(m,)`."""
    rounding = rounding_unit(w.dtype) * np.abs(value)
    # isinstance with a protocol takes as long as all else here
    if issubclass(type(objective), Inexact):
        inexact: Any = objective
        rounding = np.maximum(rounding, inexact.value_rounding(w))
    return ROUNDINGS * rounding


@cache
def _root_of_tiny(dtype: npt.DTypeLike) -> float:
    """Return the least size whose square is not lost below the normal numbers."""
    return float(np.sqrt(np.finfo(dtype).tiny))


def optimality(
    objective: Objective, state: RunState, rows: Runs, fallen: Array, tol: float
) -> Optimality:
    """Return what is known of the points of these rows, whose values have `fallen` by so much."""
    w, value, subgradient = state.w[rows], state.value[rows], state.subgradient[rows]
    held = (subgradient == 0) & (state.g[rows] != 0)
    reach = state.reach(rows)
    # a coordinate that moved by rounding alone, as by symmetry, is no measure of a step
    still = reach <= UNSEEN * state.start_size[rows]
    size = np.where(still | (reach <= _root_of_tiny(w.dtype)), 1.0, reach)
    spectrum = scaled_spectrum(objective, w, size, held)
    flat, fallen = spectrum.flat, np.maximum(fallen, 0.0)
    with np.errstate(all="ignore"):
        if some(still):
            natural = spectrum.scale * np.sqrt(2 * fallen)[:, None]
            size = np.where(still & (natural > 0) & np.isfinite(natural), natural, size)
        size = size.astype(w.dtype, copy=False)
        q = spectrum.along(subgradient)
        curvatures = np.maximum(np.abs(spectrum.curvatures), spectrum.rounding)
        if some(flat):
            # without curvature there is no Newton step: let none be longer than the point
            moved = np.abs(spectrum.scale[..., None] * spectrum.directions / size[..., None])
            least = np.abs(q) * moved.max(axis=-2) / LONGEST
            curvatures = np.where(flat, np.maximum(curvatures, least), curvatures)
        curvatures = np.where(curvatures > 0, curvatures, 1.0)
        newton = q / curvatures
        decrease = 0.5 * np.vecdot(q, newton)
        step = -spectrum.point(np.where(flat, 0.0, newton))
    rounding = value_rounding(objective, w, value)
    clear = ~(spectrum.negative | flat).any(axis=-1)
    share = np.where(clear, (CLOSE * tol) ** 2, ROUNDINGS * rounding_unit(w.dtype))
    # from a steep start the value fell by more than matters where it is now
    longest = max(SHORT, tol)
    share = np.where((np.abs(step) > longest * size).any(axis=-1), 0.0, share)
    least = np.maximum(rounding, share * fallen)
    enough = (CLOSE * tol) ** 2 * fallen
    return Optimality(spectrum, curvatures, size, step, decrease, rounding, least, enough, longest)
