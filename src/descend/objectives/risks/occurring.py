"""Sparse rows without the columns that are empty."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Penalty, verbs

LARGEST_SHARE = 0.75
"""The share of columns that occur up to which leaving out the others is worth a copy of indices."""


@dataclass(frozen=True)
class Occurring:
    """A risk of the columns that occur in sparse rows, and its parameters' way back.

    The slope along an empty column is the penalty's alone. If that leaves zeros where they are, a
    descent from zeros there never moves them: then it need not carry them. Few rows leave most of
    many columns empty, and a step by L-BFGS reads each parameter dozens of times.
    """

    risk: EmpiricalRisk
    positions: npt.NDArray[np.intp]
    n_parameters: int

    def from_w(self, w: Array) -> Array:
        """Return the parameters that occur of all of them, `(..., d)` both."""
        return np.ascontiguousarray(w[..., self.positions])

    def to_w(self, v: Array) -> Array:
        """Return all parameters for those that occur, the others zero, `(..., d)` both."""
        w = np.zeros((*v.shape[:-1], self.n_parameters), dtype=v.dtype)
        w[..., self.positions] = v
        return w


def occurring_in(risk: EmpiricalRisk, start: Array) -> Occurring | None:
    """Return the risk of the columns that occur; None if they are most, or the others may move."""
    rows, model = risk.blocks, risk.model
    if not (isinstance(rows, Rows) and rows.sparse and _leaves_zeros(risk.penalty, start)):
        return None
    if not rows.n_features:
        return None
    occurs = np.zeros(model.width, dtype=bool)
    occurs[rows.X.indices] = True
    n_occurring = int(occurs.sum())
    if not 0 < n_occurring <= LARGEST_SHARE * rows.n_features:
        return None
    occurs[model.n_features :] = True
    if model.by_output(start)[:, ~occurs].any():
        return None
    X = type(rows.X)(
        (rows.X.data, _numbered(occurs)[rows.X.indices], rows.X.indptr),
        shape=(rows.n_rows, n_occurring),
    )
    positions = np.flatnonzero(np.tile(occurs, model.n_outputs))
    columns = np.flatnonzero(occurs[: model.n_features]).tolist()
    names = [str(j) if risk.names is None else risk.names[j] for j in columns]
    compressed = replace(
        risk,
        model=model._replace(n_features=n_occurring),
        blocks=replace(rows, X=X),
        names=tuple(names),
    )
    return Occurring(compressed, positions, model.n_parameters)


def _numbered(occurs: Array) -> Array:
    """Return each column's number among those that occur, in the type of sparse indices."""
    return (np.cumsum(occurs) - 1).astype(np.int32)


def _leaves_zeros(penalty: Penalty, start: Array) -> bool:
    """Say whether a penalty, the same for all parameters, leaves one that is zero where it is."""
    if not isinstance(penalty, tuple) or any(np.ndim(each) for each in penalty):
        return False
    zero = np.zeros(1, dtype=start.dtype)
    moved = penalty.gradient(zero).any() or verbs.prox(penalty, zero, 1.0).any()
    return not (moved or penalty.value(zero).any())
