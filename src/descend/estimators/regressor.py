"""Linear regression by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.metrics import r2_score

from descend.estimators.base import LinearEstimator
from descend.estimators.checking import checked_targets
from descend.estimators.documentation import documented
from descend.estimators.fitting import Task
from descend.losses import REGRESSION, by_name, refuse_out_of_domain
from descend.protocols import Array, Loss


@documented
@dataclass(eq=False, repr=False)
class DescentRegressor(RegressorMixin, LinearEstimator):  # type: ignore[misc]
    """Linear regression by gradient descent.

    Minimises scikit-learn's objective, `mean(loss(y, X @ coef_ + intercept_)) + penalty(coef_)`, in
    the features' own units; the intercept is not penalised. Losses with a link, such as "poisson",
    predict `exp(X @ coef_ + intercept_)`.

    Parameters
    ----------
    loss
        "squared_error": half the squared difference, the mean is fitted; "mean_squared_error": the
        whole of it, as in tutorials, whose learning rates then hold as printed; "absolute_error",
        "quantile": the median, a quantile; "huber", "log_cosh", "cauchy": outliers weigh less;
        "epsilon_insensitive", "squared_epsilon_insensitive": small differences are free;
        "poisson", "gamma", "tweedie": means of counts and other non-negative targets, through a
        logarithmic link. Or an instance, of the library's (`descend.losses.Huber(delta=2)`) or
        one's own. Thresholds are in the units of `y`, 1 or 0.1 for a name: `fit` warns where they
        do not suit the targets.
    {PARAMETERS}

    Attributes
    ----------
    coef_
        `(n_features,)`, or `(n_outputs, n_features)` for two-dimensional `y`.
    intercept_
        A number, or `(n_outputs,)`.
    {ATTRIBUTES}

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from descend import DescentRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> model = DescentRegressor(alpha=0.0).fit(X, y)
    >>> round(model.score(X, y), 4)
    0.5177

    References
    ----------
    A. Cauchy (1847), for the method; L. Bottou, F. Curtis and J. Nocedal, Optimization methods for
    large-scale machine learning (2018).
    """

    loss: str | Loss = "squared_error"

    _losses = REGRESSION
    _checked_targets = staticmethod(checked_targets)

    @documented
    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None
    ) -> Self:
        """Train for one epoch over some rows, going on from where the model is.

        {PARTIAL_FIT}

        Parameters
        ----------
        X, y
            As for `fit`; one row is enough.
        sample_weight
            `(n,)`, taken as they are: a row of weight 2 pulls twice as hard.
        X_val, y_val
            Rows to score after this call: see `validation_curve_`.

        Raises
        ------
        ValueError
            As for `fit`; or if the optimizer or the learning rate needs all rows at once.
        descend.DivergenceError
            If the learning rate is too large.
        """
        return self._fit_part(X, y, None, sample_weight, X_val, y_val)

    def predict(self, X: Any) -> Array:
        """Return the predictions for `X`, `(n,)` or `(n, n_outputs)`, in the units of `y`."""
        with np.errstate(over="ignore"):
            z = self._raw_predictions(X)
            return self._loss.mean(z)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Return R², the share of the variance of `y` that the predictions explain.

        It is R² for every loss. scikit-learn's generalised linear models return D², the share of
        the deviance: `sklearn.metrics.d2_tweedie_score(y, model.predict(X), power=1)`.

        Parameters
        ----------
        X, y, sample_weight
            As for `fit`.
        """
        return float(super().score(X, y, sample_weight))

    def _checked_validation(self, y_val: Any, rows: Any, targets: Any) -> Array:
        checked = checked_targets(y_val, rows, "y_val")
        if checked.shape[1:] != targets.shape[1:]:
            raise ValueError(
                f"y_val has shape {checked.shape}, but y has {targets.shape}: give it the same way"
            )
        if len(checked) < 2:
            raise ValueError("y_val has 1 row, and R² needs at least 2")
        return checked

    def _begin_part(self, targets: Any, classes: Any, *, begun: bool) -> None:
        if begun and targets.ndim != np.ndim(self.coef_):
            raise ValueError(
                f"y has {targets.ndim} dimension(s), but in the first call it had "
                f"{np.ndim(self.coef_)}: give it the same way"
            )

    def _task(self, targets: Any, weight: Array | None, dtype: Any) -> tuple[Task, Array, Any]:
        loss = by_name(self.loss, REGRESSION)
        refuse_out_of_domain(loss, targets)

        def score(y: Array, z: Array, weight: Array | None) -> float:
            with np.errstate(all="ignore"):
                predictions = loss.mean(z.reshape(y.shape))
            if not np.isfinite(predictions).all():
                return -np.inf
            return float(r2_score(y, predictions, sample_weight=weight))

        task = Task(loss, "R²", score, stratify=False, flat=targets.ndim == 1)
        return task, targets.reshape(len(targets), -1), weight

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
