"""Hessians at some points, in coordinates that do not depend on the variables' units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.curvature.hessian_products import hessians
from descend.protocols import Array, Objective
from descend.support.numerics import some

Mask = npt.NDArray[np.bool_]

CLEAR = 1e3
"""A curvature is told from zero when it is this many times its rounding."""


class ScaledSpectrum(NamedTuple):
    """Eigenvalues and eigenvectors of the Hessians `H` at m points, in scaled coordinates.

    With `scale[j] = 1 / sqrt(|H[j, j]|)` each, so that scaling a variable changes nothing else::

        scale[i] * H[i, j] * scale[j] = sum_k directions[i, k] * curvatures[k] * directions[j, k]

    Attributes
    ----------
    scale
        `(m, d)`; a coordinate's `size` where its own curvature is zero.
    curvatures
        Ascending, `(m, d)`.
    directions
        Unit vectors in their last axis but one, `(m, d, d)`.
    rounding
        How far rounding may move the curvatures, `(m, 1)`.
    known
        Whether the Hessian is finite, `(m,)`; curvatures are zero where it is not.
    """

    scale: Array
    curvatures: Array
    directions: Array
    rounding: Array
    known: Mask

    @property
    def negative(self) -> Mask:
        """Which curvatures are clearly below zero, `(m, d)`."""
        return self.curvatures < -CLEAR * self.rounding

    @property
    def flat(self) -> Mask:
        """Which curvatures cannot be told from zero, `(m, d)`."""
        flat: Mask = np.abs(self.curvatures) <= CLEAR * self.rounding
        return flat

    def along(self, v: Array) -> Array:
        """Return the parts of gradients `(m, d)` along the directions, `(m, d)`."""
        parts: Array = np.vecmat(self.scale * v, self.directions)
        return parts

    def point(self, parts: Array) -> Array:
        """Return the vectors in `w` `(m, d)` of which these are the parts along the directions."""
        vectors: Array = self.scale * np.matvec(self.directions, parts)
        return vectors

    def of(self, mask: Mask | npt.NDArray[np.intp]) -> ScaledSpectrum:
        """Return the points in `mask`."""
        return ScaledSpectrum(
            self.scale[mask],
            self.curvatures[mask],
            self.directions[mask],
            self.rounding[mask],
            self.known[mask],
        )


def scaled_spectrum(objective: Objective, w: Array, size: Array, held: Mask) -> ScaledSpectrum:
    """Return the spectrum of the Hessians at `w` `(m, d)`.

    `size` `(m, d)` is the unit of a coordinate whose own curvature is zero; coordinates that are
    `held` `(m, d)`, by a bound or a kink, are left out: their rows are those of the identity.

    Examples
    --------
    >>> from descend.objectives.formulas.formula import Formula
    >>> w = np.array([[1.0, 1.0]])
    >>> free = np.zeros((1, 2), dtype=bool)
    >>> found = scaled_spectrum(Formula("x^2 + 1e12*y^2"), w, np.ones((1, 2)), held=free)
    >>> found.curvatures.round(6).tolist()
    [[1.0, 1.0]]
    """
    d = w.shape[1]
    eps = float(np.finfo(w.dtype).eps)
    with np.errstate(all="ignore"):
        H = hessians(objective, w, size).astype(np.float64, copy=False)
        if some(held):
            H = np.where(held[:, :, None] | held[:, None, :], np.eye(d) * held[:, None, :], H)
        known = np.asarray(np.isfinite(H).all(axis=(-1, -2)))
        if some(~known):
            H = np.where(known[:, None, None], H, 0.0)
        diagonal = np.abs(np.diagonal(H, axis1=-2, axis2=-1))
        scale = np.where(diagonal > 0, 1 / np.sqrt(diagonal), size)
        A = H * scale[:, :, None] * scale[:, None, :]
        unknown = np.asarray(~np.isfinite(A).all(axis=(-1, -2)))
        if some(unknown):
            known &= ~unknown
            A = np.where(known[:, None, None], A, 0.0)
    transposed = A.swapaxes(-1, -2)
    asymmetry = np.abs(A - transposed).max(axis=(-1, -2))
    curvatures, directions = np.linalg.eigh((A + transposed) / 2)
    # they ascend
    largest = np.maximum(np.abs(curvatures[:, 0]), np.abs(curvatures[:, -1]))
    rounding = np.maximum(d * eps * largest, asymmetry / CLEAR)
    return ScaledSpectrum(scale, curvatures, directions, rounding[:, None], known)
