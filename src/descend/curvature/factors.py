"""Roots of a curvature: a triangle, or the identity and what few rows add to it."""

from typing import Literal, NamedTuple

import numpy as np
from scipy.linalg import solve_triangular

from descend.protocols import Array


def _solved(root: Array, v: Array, *, transposed: bool = False) -> Array:
    """Return `inv(root) @ v`, or `inv(root.T) @ v`, for a lower triangle; all are finite."""
    trans: Literal["N", "T"] = "T" if transposed else "N"
    x: Array = solve_triangular(root, v, lower=True, trans=trans, check_finite=False)
    return x


class Triangle(NamedTuple):
    """The root of a curvature that is known as a matrix, `root @ root.T`.

    Parameters
    ----------
    root
        `(m, m)`: its lower triangle.
    """

    root: Array

    def turn(self, v: Array) -> Array:
        """Return `v @ root`, of rows `(k, m)`."""
        product: Array = v @ self.root
        return product

    def turn_back(self, u: Array) -> Array:
        """Return the `v` that `turn` turns to `u`."""
        return _solved(self.root, u.T, transposed=True).T

    def turn_gradient(self, g: Array) -> Array:
        """Return the gradient after turning for the one before."""
        return _solved(self.root, g.T).T

    def turn_gradient_back(self, g: Array) -> Array:
        """Return the gradient before turning for the one after."""
        product: Array = g @ self.root.T
        return product


class Span(NamedTuple):
    """The root of a curvature that bends like the identity but along few rows.

    ::

        curvature = shift.T @ (1 + B.T @ B) @ shift,    B = diag(sizes) @ (X - middle) @ diag(units)
        root.T    = (1 + B.T @ inv(1 + factor.T) @ B) @ shift
        inv(root.T) = inv(shift) @ (1 - B.T @ inv(factor.T) @ inv(1 + factor) @ B)

    with `factor @ factor.T = 1 + B @ B.T`: matrices of as many rows as `X` has do. An intercept,
    the last of the `m` parameters, bends on its own, once `shift` adds `shares @ v` to it: the rows
    without their mean say nothing about it.

    Parameters
    ----------
    X
        `(n, features)`.
    units
        `(features,)`.
    sizes
        `(n,)`: the roots of the rows' curvatures.
    mass
        `(n,)`: `middle = mass @ X`, and their sum is one; zeros without an intercept.
    factor, beyond
        `(n, n)`: lower triangles, `beyond = 1 + factor`.
    shares
        `(features,)`; None without an intercept.

    References
    ----------
    A. Andrews, A square root formulation of the Kalman covariance equations (1968).
    """

    X: Array
    units: Array
    sizes: Array
    mass: Array
    factor: Array
    beyond: Array
    shares: Array | None

    def turn(self, v: Array) -> Array:
        """Return `v @ root`, of rows `(k, m)`."""
        turned = v.copy()
        weights = self._weights(turned)
        if self.shares is not None:
            turned[:, -1] += weights @ self.shares
        along = self._along(weights)
        weights += self._back(_solved(self.beyond, along, transposed=True))
        return turned

    def turn_back(self, u: Array) -> Array:
        """Return the `v` that `turn` turns to `u`."""
        turned = u.copy()
        weights = self._weights(turned)
        along = _solved(self.beyond, self._along(weights))
        weights -= self._back(_solved(self.factor, along, transposed=True))
        if self.shares is not None:
            turned[:, -1] -= weights @ self.shares
        return turned

    def turn_gradient(self, g: Array) -> Array:
        """Return the gradient after turning for the one before."""
        turned = g.copy()
        weights = self._weights(turned)
        if self.shares is not None:
            weights -= turned[:, -1:] * self.shares
        along = _solved(self.factor, self._along(weights))
        weights -= self._back(_solved(self.beyond, along, transposed=True))
        return turned

    def turn_gradient_back(self, g: Array) -> Array:
        """Return the gradient before turning for the one after."""
        turned = g.copy()
        weights = self._weights(turned)
        weights += self._back(_solved(self.beyond, self._along(weights)))
        if self.shares is not None:
            weights += turned[:, -1:] * self.shares
        return turned

    def _weights(self, v: Array) -> Array:
        """Return a view of the parameters that are no intercept."""
        return v[:, : self.X.shape[1]]

    def _along(self, weights: Array) -> Array:
        """Return `B @ weights.T`, `(n, k)`."""
        z = self.X @ (weights * self.units).T
        along: Array = self.sizes[:, None] * (z - self.mass @ z)
        return along

    def _back(self, along: Array) -> Array:
        """Return `along.T @ B`, `(k, features)`."""
        r = self.sizes[:, None] * along
        r -= np.outer(self.mass, r.sum(axis=0))
        back: Array = (r.T @ self.X) * self.units
        return back
