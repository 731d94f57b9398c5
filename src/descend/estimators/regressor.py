"""Linear regression by gradient descent."""

from __future__ import annotations

from typing import Any, Self

from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from descend.estimators.checking import checked_rows, checked_weight, refuse_not_finite
from descend.estimators.fitting import Target, fit_linear, split_parameters, validation_rows
from descend.estimators.settings import RecordParameter, chosen, settings_of
from descend.losses import REGRESSION
from descend.typing import Array


class DescentRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Linear regression by gradient descent.

    Minimises scikit-learn's objective, `mean(loss(y, X @ coef_ + intercept_)) + alpha / 2 *
    sum(coef_**2)`, in the features' own units; the intercept is not penalised.

    Parameters
    ----------
    loss
        "squared_error": half the squared difference.
    penalty
        "l2", or None for no penalty.
    alpha
        The penalty's strength, at least 0.
    fit_intercept
        Whether there is an intercept.
    optimizer
        "auto": full-gradient descent in coordinates from the curvature of sampled rows, with a
        monotone line search; it needs no scaling and no learning rate. A name ("sgd", "momentum",
        "adam") or an instance of an optimizer runs the textbook algorithm on the features as they
        are.
    learning_rate
        For a named optimizer: a number; a schedule or any function of the step count `t`
        (`descend.rates.Cosine(0.1, steps=900)`) or its text, "cosine:0.1", which lasts for all
        steps of `max_iter` epochs; or "auto": a rate from the data's curvature that does not
        diverge, quartered when the loss stops improving, for as long as that helps. With all rows
        at once also a search (`descend.rates.Wolfe()`).
    batch_size
        For a named optimizer: rows a step, "full" for all, "auto" for 32.
    max_iter
        The most epochs (with all rows at once, steps).
    tol
        With "auto": the precision, relative to the coefficients. With batches: an epoch improves
        the loss if it lowers it by `tol` of itself. With "full": the fall of the gradient that
        counts as convergence.
    shuffle
        Whether each epoch visits the rows in a new order.
    early_stopping
        Whether to end when the score on held-out rows stops improving by `tol`, with the best
        parameters.
    validation_fraction
        The share of rows to hold out for `early_stopping`, unless `fit` is given validation rows.
    n_iter_no_change
        Epochs without improvement after which to end.
    warm_start
        Whether `fit` goes on from the last parameters.
    record
        Which parameters `descent_` keeps: those of each "epoch", of every k-th, or None. Memory: 8
        bytes a parameter and epoch.
    callbacks
        One or several functions, called after each epoch with a `descend.typing.Progress`; raising
        `StopIteration` ends the fit.
    verbose
        Whether to print a line an epoch.
    random_state
        Seeds the order of rows and the samples.

    Attributes
    ----------
    coef_
        `(n_features,)`, or `(n_outputs, n_features)` for two-dimensional `y`.
    intercept_
        A number, or `(n_outputs,)`.
    n_iter_
        Epochs run.
    loss_curve_
        The objective at the start and after each epoch (by batches: the mean met in the epoch).
    validation_curve_
        The R² on the validation rows after each epoch, or None.
    learning_rate_
        The rate of the first step.
    descent_
        The whole record, a `Descent`: `descent_.plot()`, `descent_.explain()`.

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

    def __init__(
        self,
        loss: str = "squared_error",
        *,
        penalty: str | None = "l2",
        alpha: float = 1e-4,
        fit_intercept: bool = True,
        optimizer: Any = "auto",
        learning_rate: Any = "auto",
        batch_size: int | str = "auto",
        max_iter: int = 1000,
        tol: float = 1e-6,
        shuffle: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        warm_start: bool = False,
        record: RecordParameter = "epoch",
        callbacks: Any = None,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.fit_intercept = fit_intercept
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.record = record
        self.callbacks = callbacks
        self.verbose = verbose
        self.random_state = random_state

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X
            `(n, n_features)`: an array, a CSR matrix or a data frame.
        y
            `(n,)` or `(n, n_outputs)`.
        sample_weight
            `(n,)`, or None for equal weights.
        X_val, y_val
            Rows to score after each epoch: see `validation_curve_`.

        Raises
        ------
        ValueError
            If a parameter or the data is out of its range.
        descend.DivergenceError
            If the learning rate is too large.
        """
        settings = settings_of(self)
        loss = chosen("loss", self.loss, REGRESSION)
        rows = checked_rows(self, X, reset=True)
        targets = _targets(y, rows)
        w = fit_linear(
            self,
            settings,
            rows,
            Target(targets.reshape(len(targets), -1), targets),
            checked_weight(sample_weight, rows),
            loss,
            _r2,
            validation_rows(self, X_val, y_val),
            stratify=False,
        )
        coef, intercepts = split_parameters(w, self.n_features_in_)
        self.coef_ = coef[0] if targets.ndim == 1 else coef
        self.intercept_ = intercepts[0].item() if targets.ndim == 1 else intercepts
        return self

    def predict(self, X: Any) -> Array:
        """Return the predictions for `X`, `(n,)` or `(n, n_outputs)`."""
        check_is_fitted(self)
        rows = checked_rows(self, X, reset=False)
        predictions: Array = rows @ self.coef_.T + self.intercept_
        return predictions

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags


def _r2(y: Array, z: Array, weight: Array | None) -> float:
    return float(r2_score(y, z.reshape(y.shape), sample_weight=weight))


def _targets(y: Any, rows: Any) -> Array:
    """Return the targets as an array of the rows' type."""
    if y is None:
        raise ValueError("fit requires y to be passed, but the target y is None")
    targets: Array = check_array(
        y, ensure_2d=False, dtype=rows.dtype, ensure_all_finite=False, input_name="y"
    )
    if targets.ndim > 2:
        raise ValueError(f"y has shape {targets.shape}: give (n,) or (n, n_outputs)")
    check_consistent_length(rows, targets)
    refuse_not_finite(targets, "y")
    return targets
