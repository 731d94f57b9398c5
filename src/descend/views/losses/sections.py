"""An objective over some of its coordinates: the others held at a point, or refitted everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from descend.curvature.hessian_products import hessians
from descend.objectives.composite import Slice
from descend.objectives.negative import opposite
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import NoPenalty
from descend.protocols import Array, Composite, Objective, Smoothable
from descend.views.losses.profiles import Places, Profile, by_parts, points_at_once

Others: TypeAlias = Literal["held", "refitted"]

PROBES, QUADRATIC = 12, 1e-7
"""At so many points a function is as a quadratic one says, to this share, if it is one."""

ROUNDING = 1e-10
"""Curvatures of a smaller share of the largest number are none."""

NOT_REFITTED = (
    "refitting the others arrives nowhere: they have no best values, as the loss falls along them "
    'for ever; give others="held"'
)
"""What is said where there is no profile."""

MOST_REFITTED = 200
"""The most parameters that are refitted at each point: each has a row of a matrix there."""


def section_of(
    objective: Objective,
    at: Array,
    free: Sequence[int],
    others: Others,
    view: str,
    *,
    maximised: bool = False,
) -> Objective:
    """Return an objective over the `free` coordinates, the others held at a point or refitted.

    Refitted, they are where the value is smallest (of an ascent, largest), in the valley of the
    point `at` `(d,)`.

    Raises
    ------
    ValueError
        If they are to be refitted and have kinks, or are too many.
    """
    places = np.array(free, dtype=np.intp)
    if others not in ("held", "refitted"):
        raise ValueError(f"others={others!r} must be 'held' or 'refitted'")
    if len(places) == len(at):
        return InParts(objective, points_at_once(objective, len(at)))
    if others == "held":
        held = Slice(objective, at, places)
        if isinstance(objective, EmpiricalRisk) and objective.is_quadratic:
            return Quadratic.of(held, at[places])
        return InParts(held, points_at_once(objective, len(at)))
    _refuse_refitting(objective, at, len(at) - len(places), view)
    whole = _quadratic(objective, at)
    if whole is not None:
        if not whole.has_least(places, -1 if maximised else 1):
            raise ValueError(NOT_REFITTED)
        return whole.refitted(places)
    if maximised:
        return opposite(Profile(opposite(objective, None), at, places), None)
    return Profile(objective, at, places)


def _quadratic(objective: Objective, at: Array) -> Quadratic | None:
    """Return a quadratic objective as such, None if it is none; a user's own is measured."""
    if isinstance(objective, EmpiricalRisk) and objective.is_quadratic:
        return Quadratic.of(objective, at)
    if isinstance(objective, EmpiricalRisk | Composite):
        return None
    with np.errstate(all="ignore"):
        model = Quadratic.of(objective, at)
        far = np.random.default_rng(0).normal(size=(PROBES, len(at)))
        points = at + far * np.logspace(-1, 2, PROBES)[:, np.newaxis] * np.maximum(1, np.abs(at))
        values = np.asarray(objective.value(points))
        same = np.allclose(model.value(points), values, rtol=QUADRATIC, atol=0.0)
    return model if same else None


def _refuse_refitting(objective: Objective, at: Array, count: int, view: str) -> None:
    instead = 'give others="held"'
    if count > MOST_REFITTED:
        raise ValueError(
            f"views.{view} refits at most {MOST_REFITTED} others at each point, and these are "
            f"{count:,}: {instead}"
        )
    kink = isinstance(objective, Composite) and not isinstance(objective.nonsmooth(at), NoPenalty)
    if kink:
        raise ValueError(
            f"views.{view} refits others by their curvature, and here is a penalty with kinks or "
            f"bounds: {instead}"
        )
    if isinstance(objective, EmpiricalRisk) and isinstance(objective.loss, Smoothable):
        raise ValueError(
            f"views.{view} refits others by their curvature, and {type(objective.loss).__name__} "
            f"has kinks: {instead}"
        )


@dataclass(frozen=True)
class InParts:
    """An objective that is evaluated at some points at a time."""

    objective: Objective
    size: int

    def value(self, w: Array) -> Array:
        """Return the values: `(..., d)` to `(...)`."""
        points = w.reshape(-1, w.shape[-1])
        return by_parts(self.objective.value, points, self.size).reshape(w.shape[:-1])

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients."""
        return self.objective.value_and_gradient(w)

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian times `v`."""
        return self.objective.hessian_product(w, v)


@dataclass(frozen=True)
class Quadratic:
    """`value + gradient @ v + v @ hessian @ v / 2` at `centre + v`."""

    centre: Array
    height: float
    gradient: Array
    hessian: Array

    @classmethod
    def of(cls, objective: Objective, at: Array) -> Quadratic:
        """Return an objective that is quadratic, seen from a point `(d,)`."""
        value, gradient = objective.value_and_gradient(at)
        (H,) = hessians(objective, at[np.newaxis], np.ones((1, len(at))))
        return cls(at, float(value), gradient, (H + H.T) / 2)

    def value(self, w: Array) -> Array:
        """Return the values: `(..., d)` to `(...)`."""
        v = w - self.centre
        curved: Array = np.vecdot(v, v @ self.hessian) / 2
        return self.height + v @ self.gradient + curved

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and gradients."""
        return self.value(w), self.gradient + (w - self.centre) @ self.hessian

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessian times `v`."""
        return v @ self.hessian

    def has_least(self, free: Places, sign: int) -> bool:
        """Say whether the others have best values everywhere: the least, or with -1 the most."""
        rest = np.setdiff1d(np.arange(len(self.centre)), free)
        H, g = sign * self.hessian[np.ix_(rest, rest)], self.gradient[rest]
        curvatures, directions = np.linalg.eigh(H)
        size = 1.0 + float(np.abs(self.hessian).max()) + float(np.abs(self.gradient).max())
        # along a flat direction a slope would lead down for ever
        flat = curvatures <= ROUNDING * size
        along = np.concatenate([[g @ directions], self.hessian[np.ix_(free, rest)] @ directions])
        level = bool((np.abs(along[:, flat]) <= np.sqrt(ROUNDING) * size).all())
        return bool(curvatures.min() > -ROUNDING * size) and level

    def refitted(self, free: Places) -> Quadratic:
        """Return it over the free coordinates, the others where it is smallest: in closed form."""
        rest = np.setdiff1d(np.arange(len(self.centre)), free)
        H = self.hessian
        # coordinates that the value does not depend on have no row to be solved for
        inverse = np.linalg.pinv(H[np.ix_(rest, rest)], hermitian=True)
        across = H[np.ix_(free, rest)] @ inverse
        g = self.gradient
        return Quadratic(
            self.centre[free],
            self.height - float(g[rest] @ inverse @ g[rest]) / 2,
            g[free] - across @ g[rest],
            H[np.ix_(free, free)] - across @ H[np.ix_(rest, free)],
        )
