"""Objectives within bounds, of some coordinates alone, and penalties on some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.penalties import Box
from descend.protocols import Array, Objective, Penalty, verbs
from descend.support.numerics import largest_squarable


class MaskedPenalty(NamedTuple):
    """A penalty on some coordinates of each row, such as all but the intercepts.

    `mask` `(d,)`, in the type of `w`, is one where the penalty acts, else zero.
    """

    penalty: Penalty
    mask: Array

    def value(self, w: Array) -> Array:
        return self.mask * self.penalty.value(w)

    def gradient(self, w: Array) -> Array:
        return self.mask * self.penalty.gradient(w)

    def curvature(self, w: Array) -> Array:
        return self.mask * self.penalty.curvature(w)

    def kink(self) -> Array:
        return self.mask * verbs.kink(self.penalty)

    def prox(self, w: Array, rate: float | Array) -> Array:
        return np.where(self.mask > 0, self.penalty.prox(w, rate), w)


@dataclass(frozen=True)
class Slice:
    """An objective of the `free` coordinates alone, by place; the others stay as at a point `(d,)`.

    >>> from descend.objectives import as_problem
    >>> plane = as_problem("x^2 + 3*y").objective
    >>> Slice(plane, np.array([1.0, 2.0]), np.array([0])).value(np.array([[5.0]]))
    array([31.])
    """

    objective: Objective
    point: Array
    free: npt.NDArray[np.intp]

    def value(self, w: Array) -> Array:
        """Return the objective's value."""
        return self.objective.value(self._whole(w, self.point))

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the objective's value, and its gradient by the free coordinates."""
        value, g = self.objective.value_and_gradient(self._whole(w, self.point))
        return value, g[..., self.free]

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the free coordinates' part of the Hessian times `v`."""
        along = self._whole(v, np.zeros_like(self.point))
        return self.objective.hessian_product(self._whole(w, self.point), along)[..., self.free]

    def _whole(self, part: Array, rest: Array) -> Array:
        """Return all coordinates `(..., d)`, of which some are given."""
        whole = np.broadcast_to(rest, (*part.shape[:-1], rest.size)).copy()
        whole[..., self.free] = part
        return whole


@dataclass(frozen=True)
class Bounded:
    """An objective whose coordinates stay between bounds `(d,)`, which may be infinite."""

    objective: Objective
    lower: Array
    upper: Array

    def value(self, w: Array) -> Array:
        """Return the objective's value, whatever the bounds."""
        return self.objective.value(w)

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the objective's value and gradient.

        Where a bound holds back a coordinate along which the slope is infinite, as that of a root
        at zero, the slope is a large number instead: any would hold.
        """
        value, g = self.objective.value_and_gradient(w)
        steep = largest_squarable(g.dtype)
        held = ((g == np.inf) & (w <= self.lower)) | ((g == -np.inf) & (w >= self.upper))
        return value, np.where(held, np.copysign(steep, g), g) if held.any() else g

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the objective's Hessian times `v`."""
        return self.objective.hessian_product(w, v)

    def nonsmooth(self, w: Array) -> Penalty:
        """Return the bounds, in the type of `w`."""
        return Box(self.lower.astype(w.dtype), self.upper.astype(w.dtype))
