"""Factors `L` of a curvature `L @ L.T`: triangular, or the identity plus a low rank."""

from typing import NamedTuple, Protocol

import numpy as np
from scipy.linalg import LinAlgError, cholesky
from scipy.linalg.lapack import dtrtrs, strtrs

from descend.protocols import Array

LEAST_DAMPING = 1e-12
"""The first multiple of the identity, beside a unit diagonal, that is added before factoring."""


class Factor(Protocol):
    """A matrix `L`, `(m, m)`, that multiplies rows `(k, m)`."""

    def apply(self, v: Array) -> Array:
        """Return `v @ L`."""

    def solve(self, v: Array) -> Array:
        """Return `v @ inv(L)`."""

    def apply_transpose(self, v: Array) -> Array:
        """Return `v @ L.T`."""

    def solve_transpose(self, v: Array) -> Array:
        """Return `v @ inv(L.T)`."""


class CholeskyFactor(NamedTuple):
    """A lower triangle `L`, `(m, m)`."""

    L: Array

    def apply(self, v: Array) -> Array:
        product: Array = v @ self.L
        return product

    def solve(self, v: Array) -> Array:
        return _solved(self.L, v.T, transposed=True).T

    def apply_transpose(self, v: Array) -> Array:
        product: Array = v @ self.L.T
        return product

    def solve_transpose(self, v: Array) -> Array:
        return _solved(self.L, v.T).T


class SpectralFactor(NamedTuple):
    """A symmetric matrix `L = 1 + U @ diag(roots - 1) @ U.T`.

    The columns of `U` `(m, k)`, orthonormal, are its eigenvectors of the eigenvalues `roots`
    `(k,)`, all positive; along all others it is the identity.
    """

    U: Array
    roots: Array

    def apply(self, v: Array) -> Array:
        product: Array = v + ((v @ self.U) * (self.roots - 1)) @ self.U.T
        return product

    def solve(self, v: Array) -> Array:
        solution: Array = v + ((v @ self.U) * (1 / self.roots - 1)) @ self.U.T
        return solution

    def apply_transpose(self, v: Array) -> Array:
        return self.apply(v)

    def solve_transpose(self, v: Array) -> Array:
        return self.solve(v)


class WoodburyFactor(NamedTuple):
    """A factor of the identity plus the curvature along few rows.

    ::

        L @ L.T  = shift.T @ (1 + B.T @ B) @ shift,    B = diag(c) @ (X - mean) @ diag(s)
        L.T      = (1 + B.T @ inv(1 + C.T) @ B) @ shift
        inv(L.T) = inv(shift) @ (1 - B.T @ inv(C.T) @ inv(1 + C) @ B)

    with `C @ C.T = 1 + B @ B.T`, `s = feature_scale`, `c = row_scale`, the square roots of the
    rows' curvatures, and `mean = mean_weights @ X`, whose weights sum to one, or are zero without
    an intercept. The triangles `C` (`inner`) and `1 + C` are `(n, n)`. As the mean is subtracted,
    the intercept, the last of the `m` parameters, is independent of the features once `shift` has
    added `coupling @ v` to it; without one, `coupling` is None.

    A. Andrews, A square root formulation of the Kalman covariance equations (1968).
    """

    X: Array
    feature_scale: Array
    row_scale: Array
    mean_weights: Array
    inner: Array
    shifted_inner: Array
    coupling: Array | None

    def apply(self, v: Array) -> Array:
        product = v.copy()
        features = self._features(product)
        if self.coupling is not None:
            product[:, -1] += features @ self.coupling
        along = _solved(self.shifted_inner, self._product(features), transposed=True)
        features += self._pullback(along)
        return product

    def solve(self, v: Array) -> Array:
        solution = v.copy()
        features = self._features(solution)
        along = _solved(self.shifted_inner, self._product(features))
        features -= self._pullback(_solved(self.inner, along, transposed=True))
        if self.coupling is not None:
            solution[:, -1] -= features @ self.coupling
        return solution

    def apply_transpose(self, v: Array) -> Array:
        product = v.copy()
        features = self._features(product)
        features += self._pullback(_solved(self.shifted_inner, self._product(features)))
        if self.coupling is not None:
            features += product[:, -1:] * self.coupling
        return product

    def solve_transpose(self, v: Array) -> Array:
        solution = v.copy()
        features = self._features(solution)
        if self.coupling is not None:
            features -= solution[:, -1:] * self.coupling
        along = _solved(self.inner, self._product(features))
        features -= self._pullback(_solved(self.shifted_inner, along, transposed=True))
        return solution

    def _features(self, v: Array) -> Array:
        """Return a view of the parameters other than the intercept."""
        return v[:, : self.X.shape[1]]

    def _product(self, features: Array) -> Array:
        """Return `B @ features.T`, `(n, k)`."""
        z = self.X @ (features * self.feature_scale).T
        product: Array = self.row_scale[:, None] * (z - self.mean_weights @ z)
        return product

    def _pullback(self, along: Array) -> Array:
        """Return `along.T @ B`, `(k, features)`."""
        r = self.row_scale[:, None] * along
        r -= np.outer(self.mean_weights, r.sum(axis=0))
        product: Array = (r.T @ self.X) * self.feature_scale
        return product


def positive_root(diagonal: Array) -> Array:
    """Return the square root of a diagonal, with one in place of what is not positive."""
    return np.sqrt(np.where(diagonal > 0, diagonal, 1.0))


def cholesky_factor(matrix: Array) -> Array:
    """Return the lower Cholesky factor, damped by a multiple of the identity until it exists."""
    damping = LEAST_DAMPING
    while True:
        try:
            damped = matrix + damping * np.eye(len(matrix))
            L: Array = cholesky(damped, lower=True, check_finite=False)
        except LinAlgError:
            damping *= 10
        else:
            return L


def _solved(L: Array, v: Array, *, transposed: bool = False) -> Array:
    """Return `inv(L) @ v`, or `inv(L.T) @ v`, for a lower triangle; all are finite."""
    if not v.size:
        return v.copy()  # LAPACK refuses a matrix without rows
    solve = strtrs if L.dtype == v.dtype == np.float32 else dtrtrs
    # LAPACK itself, which reads columns: what SciPy adds takes as long as a few dozen parameters
    if L.flags.f_contiguous:
        x, singular = solve(L, v, lower=1, trans=int(transposed))
    else:
        x, singular = solve(L.T, v, lower=0, trans=int(not transposed))
    if singular:
        raise LinAlgError(f"singular matrix: its diagonal is zero in row {singular - 1}")
    return np.asarray(x)
