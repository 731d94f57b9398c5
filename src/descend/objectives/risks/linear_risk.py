"""The risk of a linear model, given only data."""

from typing import Any

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.losses import CrossEntropy, LogLoss, SquaredError
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import L2
from descend.protocols import Array, Loss

ALPHA = 1e-4
"""The strength of the L2 penalty, as in the estimators."""


def linear_risk(X: Array, y: npt.NDArray[Any], n_classes: int = 0) -> EmpiricalRisk:
    """Return the risk of a linear model of `X` `(n, d)` and `y` `(n,)` with a little L2.

    With 0 classes the loss is squared, with 2 the log loss, with more the cross-entropy; `y` then
    holds the classes' numbers from 0.
    """
    loss: Loss = LogLoss() if n_classes else SquaredError()
    outputs = y[:, None].astype(float)
    if n_classes > 2:
        loss = CrossEntropy()
        outputs = np.equal.outer(y, np.arange(n_classes)).astype(float)
    model = Linear(X.shape[1], outputs.shape[1])
    return EmpiricalRisk(model, loss, L2(ALPHA), Rows(X, outputs))
