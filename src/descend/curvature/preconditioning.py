"""A risk in coordinates in which its Hessian is near the identity."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from descend.curvature.factors import Factor
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array


@dataclass(frozen=True)
class PreconditionedObjective:
    """A risk as a function of `u = L.T @ (scale * (w - origin))`.

    For each block of a block-diagonal curvature, `diag(scale) @ L @ L.T @ diag(scale)`, so that the
    Hessian by `u` is near the identity: descent takes the same few steps whatever the features'
    units and correlations. `scale` `(groups, m)` is the square root of the curvature's diagonal;
    `factors` are `L` of each group, none where only the diagonal is known, and of the `factored`
    `(k,)` of its `m` parameters, None for all. Near `origin` `(d,)` `u` keeps digits that `w` would
    round off; the risk and its gradient there, if `known`, save a pass.
    """

    risk: EmpiricalRisk
    scale: Array
    factors: tuple[Factor, ...] = ()
    factored: npt.NDArray[np.intp] | None = None
    origin: Array | float = 0.0
    known: tuple[float, Array] | None = None

    @cached_property
    def _inverse_scale(self) -> Array:
        inverse: Array = 1 / self.scale
        return inverse

    def from_w(self, w: Array) -> Array:
        """Return the `u` of `w`, `(..., d)` both."""
        return self._scaled_first(w - self.origin, self.scale, lambda L, v: L.apply(v))

    def to_w(self, u: Array) -> Array:
        """Return the `w` of `u`, `(..., d)` both."""
        return self.origin + self.direction_to_w(u)

    def direction_to_w(self, v: Array) -> Array:
        """Return the direction in `w` that is the direction `v` in `u`, `(..., d)` both."""
        return self._factored_first(v, self._inverse_scale, lambda L, v: L.solve(v))

    def gradient_from_w(self, g: Array) -> Array:
        """Return the gradient by `u` for the gradient by `w`, `(..., d)` both."""
        return self._scaled_first(g, self._inverse_scale, lambda L, v: L.solve_transpose(v))

    def gradient_to_w(self, g: Array) -> Array:
        """Return the gradient by `w` for the gradient by `u`, `(..., d)` both."""
        return self._factored_first(g, self.scale, lambda L, v: L.apply_transpose(v))

    def value(self, u: Array) -> Array:
        """Return the risk."""
        return self.risk.value(self.to_w(u))

    def value_and_gradient(self, u: Array) -> tuple[Array, Array]:
        """Return the risk and its gradient by `u`."""
        if self.known is not None and not u.any():
            value, g = np.full(u.shape[:-1], self.known[0]), np.broadcast_to(self.known[1], u.shape)
        else:
            value, g = self.risk.value_and_gradient(self.to_w(u))
        return value, self.gradient_from_w(g)

    def value_rounding(self, u: Array) -> Array:
        """Return how far rounding may move the risk: see `EmpiricalRisk`."""
        return self.risk.value_rounding(self.to_w(u))

    def hessian_product(self, u: Array, v: Array) -> Array:
        """Return the Hessian by `u` times `v`."""
        product = self.risk.hessian_product(self.to_w(u), self.direction_to_w(v))
        return self.gradient_from_w(product)

    def _scaled_first(
        self, v: Array, scale: Array, multiply: Callable[[Factor, Array], Array]
    ) -> Array:
        """Return `v` times the scale, and then each group multiplied by its factor."""
        rows = self._multiplied(v.reshape(-1, *scale.shape) * scale, multiply)
        # the factor has more digits than float32 rows can use
        return rows.reshape(v.shape).astype(v.dtype, copy=False)

    def _factored_first(
        self, v: Array, scale: Array, multiply: Callable[[Factor, Array], Array]
    ) -> Array:
        """Return each group of `v` multiplied by its factor, and then times the scale."""
        rows = self._multiplied(v.reshape(-1, *scale.shape), multiply) * scale
        return rows.reshape(v.shape).astype(v.dtype, copy=False)

    def _multiplied(self, rows: Array, multiply: Callable[[Factor, Array], Array]) -> Array:
        """Return rows `(k, groups, m)`, if finite, with each group multiplied by its factor."""
        if not self.factors or not np.isfinite(rows).all():
            return rows
        part = rows if self.factored is None else rows[..., self.factored]
        if len(self.factors) == 1:
            part = np.ascontiguousarray(multiply(self.factors[0], part[:, 0]))[:, None]
        else:
            part = np.stack([multiply(L, part[:, i]) for i, L in enumerate(self.factors)], axis=1)
        if self.factored is None:
            return part
        rows = rows.copy()
        rows[..., self.factored] = part
        return rows
