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
    """Return the risk of a linear model with a little L2, by the loss that suits the targets.

    Parameters
    ----------
    X, y
        `(n, d)`, and `(n,)`: numbers, or the classes' numbers from 0.
    n_classes
        0 for the squared error of numbers, 2 for the log loss, more for the cross-entropy.

    Examples
    --------
    >>> import numpy as np
    >>> linear_risk(np.ones((4, 2)), np.array([0, 1, 2, 0]), 3).loss
    CrossEntropy()
    """
    loss: Loss = LogLoss() if n_classes else SquaredError()
    outputs = y[:, None].astype(float)
    if n_classes > 2:
        loss = CrossEntropy()
        outputs = np.equal.outer(y, np.arange(n_classes)).astype(float)
    model = Linear(X.shape[1], outputs.shape[1])
    return EmpiricalRisk(model, loss, L2(ALPHA), Rows(X, outputs))
