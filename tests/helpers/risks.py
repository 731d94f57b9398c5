"""Risks of linear models on rows in memory."""

import numpy as np

from descend.data.rows import Rows
from descend.losses import SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import NoPenalty

SQUARED, NO_PENALTY = SquaredError(), NoPenalty()


def risk_of(X, y, loss=SQUARED, penalty=NO_PENALTY, weight=None, intercept=True):
    """Return the risk of `y`, `(n,)` or `(n, outputs)`, in the precision of `X`."""
    y = np.asarray(y, dtype=X.dtype).reshape(X.shape[0], -1)
    if weight is not None:
        weight = np.asarray(weight, dtype=X.dtype)
    return EmpiricalRisk(
        Linear(X.shape[1], y.shape[1], intercept), loss, penalty, Rows(X, y, weight)
    )
