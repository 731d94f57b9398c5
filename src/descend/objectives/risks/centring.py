"""Columns centred: a linear risk in which a large offset of a column does not hide its changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array


@dataclass(frozen=True)
class Centring:
    """A risk of columns from which constants are subtracted, and its parameters' way back.

    ::

        X @ coef + b = (X - offset) @ coef + c    with    c = b + offset @ coef

    The values are the same, and so is the penalty, which does not act on the intercept. But times
    in milliseconds, of `1.7e12` with a spread of a day, are nearly a multiple of the intercept's
    ones: in `c` they are not, and neither predictions nor Hessians lose the digits that differ.
    """

    risk: EmpiricalRisk
    offset: Array

    def from_w(self, w: Array) -> Array:
        """Return the centred risk's parameters for those of the risk itself, `(..., d)` both."""
        return self._shifted(w, self.offset)

    def to_w(self, v: Array) -> Array:
        """Return the risk's own parameters for those of the centred one, `(..., d)` both."""
        return self._shifted(v, -self.offset)

    def gradient_to_w(self, g: Array) -> Array:
        """Return the gradient by the risk's own parameters, `(..., d)` both."""
        own = self.risk.model.by_output(g).copy()
        own[..., :-1] += own[..., -1:] * self.offset
        return own.reshape(g.shape)

    def _shifted(self, w: Array, offset: Array) -> Array:
        by_output = self.risk.model.by_output(w).copy()
        moved = by_output[..., :-1].astype(np.float64) @ offset.astype(np.float64)
        by_output[..., -1] = by_output[..., -1] + moved
        return by_output.reshape(w.shape)


def centring_of(risk: EmpiricalRisk) -> Centring | None:
    """Return the risk with its tight columns centred, or None if it has none.

    A column is tight that lies further from zero than its spread by the fourth root of the
    precision: beside the intercept's ones, half of the digits of its curvature are lost. Of sparse
    rows only a column without zeros can be. The rows are copied.
    """
    rows = risk.blocks
    if not (risk.model.intercept and isinstance(rows, Rows)):
        return None
    offset = _offset(rows, risk.few_rows())
    if not offset.any():
        return None
    centred = replace(rows, X=_subtracted(rows.X, offset, sparse=rows.sparse))
    return Centring(replace(risk, blocks=centred), offset)


def _offset(rows: Rows, block: Rows) -> Array:
    """Return the means of the tight columns, by a block of the rows, and zero for the others."""
    offset = np.zeros(rows.n_features, dtype=rows.X.dtype)
    full = _full_columns(block) if rows.sparse else slice(None)
    X = (block.X[:, full].toarray() if rows.sparse else block.X).astype(np.float64, copy=False)
    if not X.size:
        return offset
    with np.errstate(all="ignore"):
        mean = np.average(X, axis=0, weights=block.weight)
        spread = np.sqrt(np.average((X - mean) ** 2, axis=0, weights=block.weight))
        tight = spread < np.finfo(rows.X.dtype).eps ** 0.25 * np.abs(mean)
        if tight.any():
            # what never changes is the intercept's ones once more, and not hidden by them
            tight &= X.min(axis=0) < X.max(axis=0)
    offset[full] = np.where(tight & np.isfinite(mean), mean, 0.0)
    if rows.sparse and offset.any():
        all_full = np.zeros(rows.n_features, dtype=bool)
        all_full[_full_columns(rows)] = True
        offset[~all_full] = 0.0
    return offset


def _full_columns(rows: Rows) -> Any:
    """Return the columns of sparse rows that have an element in each row."""
    counts = np.bincount(rows.X.indices, minlength=rows.n_features)
    whole = rows.X.has_canonical_format and rows.n_rows > 0
    return np.flatnonzero(counts == rows.n_rows) if whole else np.arange(0)


def _subtracted(X: Any, offset: Array, *, sparse: bool) -> Any:
    """Return the rows less the offset; the columns that have one have no zeros."""
    if not sparse:
        return X - offset
    centred = X.copy()
    centred.data -= offset[centred.indices]
    return centred
