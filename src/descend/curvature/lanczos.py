"""The ends of a Hessian's spectrum, from its products with vectors."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from descend.protocols import Array

_TINY = float(np.finfo(float).tiny)


class Spectrum(NamedTuple):
    """The extreme eigenvalues, NaN if a product was not finite, and their unit eigenvectors."""

    lowest: float
    highest: float
    downward: Array
    upward: Array


def spectrum(product: Callable[[Array], Array], size: int, iterations: int = 30) -> Spectrum:
    """Return the ends of a symmetric matrix's spectrum, given its product with a vector `(size,)`.

    By Lanczos' method: the true ends lie outside, close after few iterations; after `size` they are
    exact.

    Examples
    --------
    >>> found = spectrum(lambda v: np.array([5.0, -1.0]) * v, size=2)
    >>> round(found.lowest, 6), round(found.highest, 6), np.abs(found.upward).round(6).tolist()
    (-1.0, 5.0, [1.0, 0.0])

    References
    ----------
    C. Lanczos, An iteration method for the solution of the eigenvalue problem (1950).
    """
    v = np.random.default_rng(0).standard_normal(size)
    basis = [v / np.linalg.norm(v)]
    diagonal: list[float] = []
    off_diagonal: list[float] = []
    for _ in range(min(iterations, size)):
        Hv = product(basis[-1])
        if not np.isfinite(Hv).all():
            return Spectrum(np.nan, np.nan, basis[0], basis[0])
        diagonal.append(float(Hv @ basis[-1]))
        for _ in range(2):  # orthogonalising once would leave rounding errors that grow
            for v in basis:
                Hv = Hv - (Hv @ v) * v
        length = float(np.linalg.norm(Hv))
        if length <= 1e-12 * max(np.abs(diagonal)) + _TINY:
            break
        off_diagonal.append(length)
        basis.append(Hv / length)
    size = len(diagonal)
    upper = np.diag(off_diagonal[: size - 1], 1)
    tridiagonal = np.diag(diagonal) + upper + upper.T
    values, vectors = np.linalg.eigh(tridiagonal)
    directions = np.stack(basis[:size]).T @ vectors[:, [0, -1]]
    return Spectrum(float(values[0]), float(values[-1]), *directions.T)
