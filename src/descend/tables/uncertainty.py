"""How certain the weights of a fitted table are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.curvature.covariance import Noise, weight_covariances
from descend.data.rows import Rows
from descend.losses import CLASSIFICATION, REGRESSION
from descend.losses.classes import loss_for
from descend.models import Linear
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.penalties import by_name
from descend.protocols import Array, Smoothable

if TYPE_CHECKING:
    from descend.tables.training import Training

NOISE = {
    "squared_error": Noise.EQUAL_VARIANCE,
    "mean_squared_error": Noise.EQUAL_VARIANCE,
    "log_loss": Noise.LIKELIHOOD,
}
"""What is assumed with a loss; with all others nothing is but that rows are independent."""

ASSUMPTION = {
    Noise.EQUAL_VARIANCE: "residuals are independent and spread alike",
    Noise.LIKELIHOOD: "rows are independent and the probabilities are of the model's form",
    Noise.ANY: "rows are independent, and many",
}
"""What standard errors assume."""

FORMULA = {
    Noise.EQUAL_VARIANCE: (
        "s² H⁻¹ F H⁻¹ / n, with s² the sum of squared residuals over n less the effective number of"
        " weights (Hastie, Tibshirani and Friedman, 2009)"
    ),
    Noise.LIKELIHOOD: "H⁻¹ F H⁻¹ / n (McCullagh and Nelder, 1989)",
    Noise.ANY: (
        "H⁻¹ J H⁻¹ / n, with J the mean square of the gradients of the rows' losses (Huber, 1967;"
        " White, 1982)"
    ),
}
"""What they are the square roots of the diagonal of."""


class Uncertainty(NamedTuple):
    """The covariance of an output's weights and intercept, the last, `(k, p + 1, p + 1)`.

    It is that of the weights in the columns' own units; None where it cannot be known. The
    `assumption` says what it assumes, or why there is none, and the `basis` how it was computed.
    """

    covariance: Array | None
    assumption: str
    basis: str = ""

    @property
    def errors(self) -> Array | None:
        """The standard errors of weights and intercept, `(k, p + 1)`."""
        if self.covariance is None:
            return None
        return np.sqrt(np.maximum(np.diagonal(self.covariance, axis1=1, axis2=2), 0.0))


def uncertainty_of(training: Training) -> Uncertainty:
    """Return how certain the weights are, from the Hessian of the risk of the training rows."""
    problem = training.problem
    settings, target = problem.settings, problem.target
    losses = REGRESSION if target.task == "regression" else CLASSIFICATION
    loss = loss_for(losses[problem.loss], len(target.classes))
    reason = None
    if settings.penalty in ("l1", "elasticnet"):
        reason = f"the {settings.penalty} penalty chooses weights, which this theory does not cover"
    elif isinstance(loss, Smoothable):
        reason = f"{problem.loss} has kinks, and no Hessian"
    if reason is None:
        noise = NOISE.get(problem.loss, Noise.ANY)
        try:
            covariance = _own_units(training, weight_covariances(*_minimum(training, loss), noise))
        except ValueError as error:
            reason = str(error)
        else:
            assumption = f"Standard errors hold if {ASSUMPTION[noise]}."
            return Uncertainty(covariance, assumption, _basis(training, noise))
    return Uncertainty(None, f"There are no standard errors: {reason}.")


def _minimum(training: Training, loss: Any) -> tuple[EmpiricalRisk, npt.NDArray[np.float64]]:
    """Return the risk that was minimised, of standardised columns, and where it was left."""
    problem, estimator = training.problem, training.estimator
    X, y = problem.examples(problem.split.train)
    weights = np.column_stack([np.atleast_2d(estimator.coef_), np.atleast_1d(estimator.intercept_)])
    outputs = y[:, None].astype(np.float64)
    if len(weights) > 1:
        outputs = np.equal.outer(y, np.arange(len(weights))).astype(np.float64)
    settings = problem.settings
    penalty = by_name(settings.penalty, settings.alpha, 0.0)
    risk = EmpiricalRisk(Linear(X.shape[1], len(weights)), loss, penalty, Rows(X, outputs))
    return risk, weights.ravel()


def _own_units(training: Training, standardised: Array) -> Array:
    """Return covariances of weights in the columns' own units."""
    problem = training.problem
    scale = float(problem.target_scaling.scale[0])
    mean, deviation = problem.scaling
    # the weights in own units are this matrix times those of standardised columns
    own = np.diag(np.append(scale / deviation, scale))
    own[-1, :-1] = -scale * mean / deviation
    covariances: Array = own @ standardised @ own.T
    return covariances


def _basis(training: Training, noise: Noise) -> str:
    """Return how the standard errors are computed, and what they assume, in sentences."""
    n = len(training.problem.split.train)
    told = (
        f"They are the square roots of the diagonal of {FORMULA[noise]}. H is the Hessian of the"
        f" risk of the n = {n:,} training rows at these weights, F that of the mean loss alone."
    )
    if training.problem.settings.penalty is not None and training.problem.settings.alpha:
        told += " They count the scatter of the weights, not how far the penalty draws them to 0."
    if training.estimator.descent_.status != "converged":
        told += " The descent ended before the minimum, for which they are meant."
    return told
