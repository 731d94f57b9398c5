"""The risk of a linear model on plain data."""

from typing import Any

import numpy as np

from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.objectives.risks.linear_risk import linear_risk

MOST_CLASSES = 20
"""Integer targets with at most so many distinct values are classes."""


def risk_of(X: Any, y: Any) -> EmpiricalRisk:
    """Return the risk, with a little L2, of a linear model on finite rows with a target each."""
    try:
        rows = np.asarray(X, dtype=float)
    except (TypeError, ValueError):
        raise ValueError("X holds something that is no number: encode it first") from None
    targets = np.asarray(y)
    if rows.ndim != 2 or targets.shape != rows.shape[:1] or not rows.size:
        raise ValueError(
            f"X has the shape {rows.shape} and y {targets.shape}: give (n, d) and (n,)"
        )
    if not np.isfinite(rows).all():
        raise ValueError("X holds NaN or infinity: give finite numbers")
    classes, codes = np.unique(targets, return_inverse=True)
    if len(classes) > MOST_CLASSES and targets.dtype.kind in "iu":
        targets = targets.astype(float)
    if targets.dtype.kind == "f":
        if not np.isfinite(targets).all():
            raise ValueError("y holds NaN or infinity: give finite numbers")
        return linear_risk(rows, targets)
    if len(classes) < 2:
        raise ValueError(f"y holds a single class, {classes[0]!r}: give at least two")
    return linear_risk(rows, codes, len(classes))
