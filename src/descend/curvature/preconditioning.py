"""Coordinates in which a risk bends about equally in all directions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from descend.curvature.factors import Span, Triangle
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array


@dataclass(frozen=True)
class PreconditionedObjective:
    """A risk in coordinates `u` in which it bends about equally in all directions.

    For each group of parameters that bend together the curvature is `diag(scale) @ root @ root.T @
    diag(scale)`, and `u = root.T @ (scale * (w - origin))`. There it is near the identity, and
    descent takes the same few steps whatever the features' units and correlations. Of many
    parameters only some are turned by a root; of the others the diagonal alone is known. Of few
    rows the root is their `spans`.

    Parameters
    ----------
    risk
        The objective in the coordinates `w`.
    scale
        `(groups, m)`: the root of the curvature's diagonal.
    root
        `(groups, k, k)`: lower triangles; None where only the diagonal is known.
    turned
        `(k,)`: which of the `m` parameters of each group the root is of; None for all.
    origin
        `(d,)`: the `w` of zeros. Near it `u` keeps the digits that `w` itself would round off.
    known
        The risk and its gradient by `w` at the origin, if somebody knows them: saves a pass.
    spans
        For each group the root in place of `root` where few rows bend many parameters.
    """

    risk: EmpiricalRisk
    scale: Array
    root: Array | None
    turned: npt.NDArray[np.intp] | None = None
    origin: Array | float = 0.0
    known: tuple[float, Array] | None = None
    spans: tuple[Span, ...] | None = None

    def from_w(self, w: Array) -> Array:
        """Return the `u` of `w`, `(..., d)` both."""
        away = w - self.origin
        return self._each_group(away, self.scale, lambda root, v: root.turn(v), after=True)

    def to_w(self, u: Array) -> Array:
        """Return the `w` of `u`, `(..., d)` both."""
        return self.origin + self.way_to_w(u)

    def way_to_w(self, v: Array) -> Array:
        """Return the way in `w` that is the way `v` in `u`, `(..., d)` both."""
        return self._each_group(v, 1 / self.scale, lambda root, v: root.turn_back(v))

    def gradient_from_w(self, g: Array) -> Array:
        """Return the gradient by `u` for the gradient by `w`, `(..., d)` both."""
        return self._each_group(
            g, 1 / self.scale, lambda root, v: root.turn_gradient(v), after=True
        )

    def gradient_to_w(self, g: Array) -> Array:
        """Return the gradient by `w` for the gradient by `u`, `(..., d)` both."""
        return self._each_group(g, self.scale, lambda root, v: root.turn_gradient_back(v))

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
        return self.gradient_from_w(self.risk.hessian_product(self.to_w(u), self.way_to_w(v)))

    def _each_group(
        self,
        v: Array,
        scale: Array,
        turn: Callable[[Triangle | Span, Array], Array],
        *,
        after: bool = False,
    ) -> Array:
        """Return `v` with each group scaled, and turned by its root before or `after` that."""
        groups, size = self.scale.shape
        rows = v.reshape(-1, groups, size)
        if after:
            rows = rows * scale
        roots = self._roots()
        if roots and np.isfinite(rows).all():
            part = rows if self.turned is None else rows[..., self.turned]
            part = np.stack([turn(root, part[:, i]) for i, root in enumerate(roots)], axis=1)
            rows = part if self.turned is None else _with(rows, self.turned, part)
        if not after:
            rows = rows * scale
        # the factor has more digits than float32 rows can use
        return rows.reshape(v.shape).astype(v.dtype, copy=False)

    def _roots(self) -> Sequence[Triangle | Span]:
        """Return the root of each group; none where only the diagonal is known."""
        if self.spans is not None:
            return self.spans
        return () if self.root is None else [Triangle(root) for root in self.root]


def _with(rows: Array, places: npt.NDArray[np.intp], part: Array) -> Array:
    """Return the rows with other elements at some places of the last axis."""
    rows = rows.copy()
    rows[..., places] = part
    return rows
