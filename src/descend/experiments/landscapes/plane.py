"""A plane through the space of parameters."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Array, Objective


class Plane(NamedTuple):
    """The points `centre + a * directions[0] + b * directions[1]`, of coordinates `(a, b)`."""

    centre: Array
    directions: Array

    def points(self, coordinates: Array) -> Array:
        """Return the points at coordinates: `(..., 2)` to `(..., d)`, in the centre's precision."""
        points: Array = self.centre + coordinates @ self.directions
        return points.astype(self.centre.dtype, copy=False)

    def coordinates(self, points: Array) -> Array:
        """Return the coordinates of the nearest points of the plane: `(..., d)` to `(..., 2)`."""
        gram = self.directions @ self.directions.T
        along = (points - self.centre) @ self.directions.T
        coordinates: Array = np.linalg.solve(gram, along.reshape(-1, 2).T).T.reshape(along.shape)
        return coordinates


class OnPlane(NamedTuple):
    """An objective restricted to a plane: a function of two coordinates."""

    objective: Objective
    plane: Plane

    def value(self, w: Array) -> Array:
        """Return the values at coordinates `(..., 2)`."""
        return self.objective.value(self.plane.points(w))

    def value_and_gradient(self, w: Array) -> tuple[Array, Array]:
        """Return the values and the slopes along the two directions."""
        values, gradients = self.objective.value_and_gradient(self.plane.points(w))
        return values, gradients @ self.plane.directions.T

    def hessian_product(self, w: Array, v: Array) -> Array:
        """Return the Hessians, restricted to the plane, times vectors `(..., 2)`."""
        along = (v @ self.plane.directions).astype(self.plane.centre.dtype, copy=False)
        products = self.objective.hessian_product(self.plane.points(w), along)
        return np.asarray(products @ self.plane.directions.T)
