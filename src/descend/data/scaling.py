"""Columns on a common scale for the descent, and weights back in the columns' own units."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Scaling(NamedTuple):
    r"""Each column's mean and standard deviation over the training rows, `(p,)`; 1 if constant.

    Standardising makes the curvature along all columns alike, so that one learning rate suits all
    of them. Weights move between the two with :math:`x_j' = (x_j - m_j) / s_j`:

    .. math::
        b + \sum_j w_j x_j'
        = \Big(b - \sum_j \frac{w_j}{s_j} m_j\Big) + \sum_j \frac{w_j}{s_j} x_j
    """

    mean: npt.NDArray[np.float64]
    scale: npt.NDArray[np.float64]

    @classmethod
    def fit(cls, X: npt.NDArray[np.float64]) -> Scaling:
        """Return the means and standard deviations of the columns of `X`, `(n, p)`."""
        # division by a power of two is exact: squares of huge and tiny numbers stay in range
        _, exponent = np.frexp(np.abs(X).max(axis=0))
        shares = np.ldexp(X, -exponent)
        mean = shares.mean(axis=0)
        scale = np.ldexp(np.sqrt(np.square(shares - mean).mean(axis=0)), exponent)
        constant = X.min(axis=0) == X.max(axis=0)
        return cls(np.ldexp(mean, exponent), np.where(constant | (scale == 0), 1.0, scale))

    def apply(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return `X` standardised, `(n, p)`."""
        return (X - self.mean) / self.scale

    def unscale(
        self, coef: npt.NDArray[np.float64], intercept: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return weights `(k, p)` and intercepts `(k,)` of k outputs in the units of the columns.

        Examples
        --------
        >>> import numpy as np
        >>> scaling = Scaling(np.array([10.0]), np.array([2.0]))
        >>> scaling.unscale(np.array([[4.0]]), np.array([1.0]))
        (array([[2.]]), array([-19.]))
        """
        own = coef / self.scale
        return own, intercept - own @ self.mean
