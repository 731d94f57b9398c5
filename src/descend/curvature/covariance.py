"""How far the weights of a fitted model would scatter over other samples of rows."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np

from descend.curvature.hessian import (
    gram_matrices,
    group_size,
    groups_of,
    hessians,
    penalty_curvature,
)
from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import NoPenalty
from descend.protocols import Array

LARGEST_MATRIX = 1_000
"""Rows of the largest covariance matrix: of more, it takes longer than the fit."""


class Noise(StrEnum):
    """What is assumed of the rows' gradients at the minimum, beyond their independence."""

    LIKELIHOOD = "likelihood"
    EQUAL_VARIANCE = "equal variance"
    ANY = "any"


def weight_covariances(risk: EmpiricalRisk, w: Array, noise: Noise) -> Array:
    r"""Return the covariances of the weights at the minimum of a risk, `(outputs, width, width)`.

    The minimum of a mean over n independent rows has, for many rows, the covariance

    .. math:: C = H^{-1} J H^{-1} / n

    with the Hessian H of the risk, its penalty included, and the covariance J of the gradients of
    the rows' losses. By the `noise`, J is: for the negative logarithm of a likelihood, the Hessian
    of the mean loss F; for squared errors of equal variance, :math:`s^2 F` with the squared
    residuals' sum over :math:`n - d` as :math:`s^2`; for any noise, :math:`\frac{n}{n-d}` times the
    mean of :math:`g g^\top`. Here :math:`d = \mathrm{tr}(H^{-1} F)` is the effective number of
    weights. Along directions that the rows leave open, the inverse is zero. Between outputs, which
    a normalised loss couples, the covariance is computed, but not returned.

    Raises
    ------
    ValueError
        If there are not more rows than weights, or the matrix would be too large.

    References
    ----------
    P. J. Huber, The behavior of maximum likelihood estimates under nonstandard conditions (1967);
    H. White, Maximum likelihood estimation of misspecified models (1982); for penalties, T. Hastie,
    R. Tibshirani and J. Friedman, The Elements of Statistical Learning (2009), 3.4 and 5.8.
    """
    if group_size(risk) > LARGEST_MATRIX:
        raise ValueError(f"there are over {LARGEST_MATRIX:,} weights")
    rows = risk.blocks
    assert isinstance(rows, Rows)
    rows = rows.densified()
    groups, n = groups_of(risk), rows.n_rows
    F = _loss_hessians(risk, w, rows)
    curvature = penalty_curvature(risk, w).reshape(groups, -1)
    covariances = np.empty_like(F)
    for group, fisher in enumerate(F):
        inverse = _inverse(fisher + np.diag(curvature[group]))
        free = n - np.trace(inverse @ fisher)
        if free < 1:
            raise ValueError(f"there are {n} rows for {len(fisher)} weights")
        if noise == Noise.LIKELIHOOD:
            J = fisher
        else:
            squares = np.square(risk.slopes(w, rows)[:, group])
            if noise == Noise.EQUAL_VARIANCE:
                # a slope is the residual times the curvature, which is in F already
                J = fisher * squares.sum() / (free * risk.loss.largest_curvature)
            else:
                outer = gram_matrices(rows.X, squares[:, None], risk.model.intercept, F.dtype)[0]
                J = outer * n / free
        covariances[group] = inverse @ J @ inverse / n
    width = risk.model.width
    by_output = [
        own[first : first + width, first : first + width]
        for own in covariances
        for first in range(0, len(own), width)
    ]
    return np.array(by_output)


def _loss_hessians(risk: EmpiricalRisk, w: Array, rows: Rows) -> Array:
    """Return the Hessian of the mean loss, `(groups, m, m)`."""
    if risk.loss.normalised:
        return hessians(replace(risk, penalty=NoPenalty()), w, rows)
    with np.errstate(all="ignore"):
        curvatures = risk.loss.curvature(rows.y, risk.model.predict(w, rows.X))
    if rows.weight is not None:
        curvatures = curvatures * rows.weight[:, None]
    return gram_matrices(rows.X, curvatures, risk.model.intercept, np.float64)


def _inverse(H: Array) -> Array:
    """Return the inverse of a symmetric matrix, zero along its null directions."""
    # in units in which the diagonal is one, a null direction shows whatever the columns' units
    diagonal = np.sqrt(np.maximum(np.diag(H), 0.0))
    unit = np.where(diagonal > 0, diagonal, 1.0)
    curvatures, directions = np.linalg.eigh(H / np.outer(unit, unit))
    flat = np.abs(curvatures) <= len(H) * np.finfo(H.dtype).eps * np.abs(curvatures).max()
    if flat.any():
        # a descent from zero does not move along them, in the coordinates that it takes steps in
        steep = np.linalg.qr(directions[:, flat] / unit[:, None], mode="complete").Q[
            :, flat.sum() :
        ]
        across: Array = steep @ _inverse(steep.T @ H @ steep) @ steep.T
        return across
    inverse: Array = (directions / curvatures) @ directions.T / np.outer(unit, unit)
    return inverse
