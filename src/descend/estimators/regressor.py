"""Linear regression by gradient descent."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from descend.estimators.checking import (
    all_or_nothing,
    checked_targets,
    checked_weight,
    present,
    rows_to_learn,
    rows_to_predict,
)
from descend.estimators.fitting import (
    Target,
    Task,
    fit_linear,
    fit_linear_on,
    split_parameters,
    validation_rows,
    without_rows,
)
from descend.estimators.settings import RecordParameter, settings_of
from descend.losses import REGRESSION, by_name, refuse_out_of_domain
from descend.protocols import Array, Loss, Penalty


class DescentRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Linear regression by gradient descent.

    Minimises scikit-learn's objective, `mean(loss(y, X @ coef_ + intercept_)) + penalty(coef_)`, in
    the features' own units; the intercept is not penalised. Losses with a link, such as "poisson",
    predict `exp(X @ coef_ + intercept_)`.

    Parameters
    ----------
    loss
        "squared_error": half the squared difference, the mean is fitted; "absolute_error",
        "quantile": the median, a quantile; "huber", "log_cosh", "cauchy": outliers weigh less;
        "epsilon_insensitive", "squared_epsilon_insensitive": small differences are free;
        "poisson", "gamma", "tweedie": means of counts and other non-negative targets, through a
        logarithmic link. Or an instance, of the library's (`descend.losses.Huber(delta=2)`) or
        one's own.
    penalty
        "l2": `alpha / 2 * sum(coef_**2)`; "l1": `alpha * sum(abs(coef_))`, with exact zeros;
        "elasticnet": both, by `l1_ratio`; None; or an instance, of the library's
        (`descend.penalties.NonNegative()`, `Box(-1, 1)`) or one's own. An instance has its own
        strength.
    alpha
        The named penalty's strength, at least 0.
    l1_ratio
        The share of "l1" in "elasticnet", from 0 to 1.
    fit_intercept
        Whether there is an intercept.
    optimizer
        "auto": full-gradient descent in coordinates from the curvature of sampled rows, with a
        monotone line search; it needs no scaling and no learning rate. A name ("sgd", "momentum",
        "adam", ...: `descend.optimizers.names()`; by batches also "saga", "svrg") or an instance of
        an optimizer runs the textbook algorithm on the features as they are.
    learning_rate
        For a named optimizer: a number; a schedule or any function of the step count `t`
        (`descend.rates.Cosine(0.1, steps=900)`) or its text, "cosine:0.1", which lasts for all
        steps of `max_iter` epochs; or "auto": a rate from the data's curvature that does not
        diverge; by batches it is quartered when the loss stops improving, for as long as that
        helps, and falls towards a hundredth over the last fifth of `max_iter` epochs. By batches
        also "plateau:0.1", which follows from the losses of epochs; with all rows at once a search
        (`descend.rates.Wolfe()`).
    batch_size
        For a named optimizer: rows a step, "full" for all, "auto" for 32, or for all where the
        optimizer looks at the whole gradient ("lars", "dog", ...).
    max_iter
        The most epochs (with all rows at once, steps).
    tol
        With "auto": the precision, relative to the coefficients. With batches: an epoch improves
        the loss if it lowers it by `tol` of itself. With "full": the fall of the gradient that
        counts as convergence. With `early_stopping`: by how much a score is to improve.
    precondition
        The coordinates that a named optimizer walks in; the answer is the same. "none": the
        features' own. "diagonal": each feature in units of its root mean square. "hessian", with
        `batch_size="full"`: those of `optimizer="auto"`. There, and with "diagonal" and all rows
        at once, `learning_rate="auto"` is a monotone line search. "auto": "none" for a named
        optimizer.
    shuffle
        Whether each epoch visits the rows in a new order.
    early_stopping
        Whether to end when the score on held-out rows stops improving by `tol`, with the best
        parameters. The score is R², with the rows' weights; `validation_metric_` names it.
    validation_fraction
        The share of rows to hold out for `early_stopping`, unless `fit` is given validation rows.
    n_iter_no_change
        Epochs without improvement after which to end.
    average
        Whether the answer is the mean of the points walked (Polyak and Ruppert), of a named
        optimizer: all of them, or, for a number, those from that step on.
    warm_start
        Whether `fit` goes on from the last parameters. By batches, with the same optimizer and
        learning rate, it goes on exactly: with the optimizer's memory, the count of the schedule
        (one that has come to its end begins anew) and the order of rows to come; the rate "auto"
        goes on where it stood before the last fifth of the epochs. Not so after
        early stopping, nor if `coef_` was changed since: then, and with all rows at once, it
        begins afresh at those parameters.
    record
        Which parameters `descent_` keeps: those of each "epoch", of each "step", of every k-th
        epoch, or None. Memory: 8 bytes a parameter and point kept (4 for float32); "step" has
        `n_rows / batch_size` points an epoch, and takes time for each.
    callbacks
        One or several functions that `fit` calls after each epoch with a
        `descend.protocols.Progress`; raising `StopIteration` ends it.
    verbose
        Whether `fit` shows the epochs: a bar on a terminal, else a line each.
    random_state
        Seeds the order of rows and the samples.

    Attributes
    ----------
    coef_
        `(n_features,)`, or `(n_outputs, n_features)` for two-dimensional `y`.
    intercept_
        A number, or `(n_outputs,)`.
    n_iter_
        Epochs run, or calls of `partial_fit`.
    n_features_in_, feature_names_in_
        The columns of `X`; their names, if they are texts.
    loss_curve_
        The objective at the start and after each epoch (by batches: the mean met in the epoch);
        `partial_fit` adds to it.
    validation_curve_
        The score on the validation rows after each epoch, or None; `partial_fit` adds to it.
    validation_metric_
        What that score is: "R²"; or None.
    learning_rate_
        The rate of the first epoch (at its last step), or step; `descent_.learning_rates` has all.
    descent_
        The whole record of the last call, a `Descent`: `descent_.plot()`, `descent_.explain()`.
        Its objective holds the rows, and is left out of pickles.

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
        loss: str | Loss = "squared_error",
        *,
        penalty: str | Penalty | None = "l2",
        alpha: float = 1e-4,
        l1_ratio: float = 0.15,
        fit_intercept: bool = True,
        optimizer: Any = "auto",
        learning_rate: Any = "auto",
        batch_size: int | str = "auto",
        max_iter: int = 1000,
        tol: float = 1e-6,
        precondition: str = "auto",
        shuffle: bool = True,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        n_iter_no_change: int = 5,
        average: bool | int = False,
        warm_start: bool = False,
        record: RecordParameter = "epoch",
        callbacks: Any = None,
        verbose: int = 0,
        random_state: Any = None,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.fit_intercept = fit_intercept
        self.optimizer = optimizer
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_iter = max_iter
        self.tol = tol
        self.precondition = precondition
        self.shuffle = shuffle
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.average = average
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
            `(n, n_features)`: an array, a sparse matrix or a data frame. Kernels read rows: a CSC
            matrix is converted to CSR, once.
        y
            `(n,)` or `(n, n_outputs)`.
        sample_weight
            `(n,)`, or None for equal weights. A weight is as good as a repetition, zero as good as
            absence.
        X_val, y_val
            Rows to score after each epoch: see `validation_curve_`.

        Raises
        ------
        ValueError
            If a parameter or the data is out of its range. After any error the estimator is as it
            was before.
        descend.DivergenceError
            If the learning rate is too large.
        """
        with all_or_nothing(self):
            settings = settings_of(self)
            task = self._begin()
            rows = rows_to_learn(self, X, reset=True, by_batches=settings.by_batches)
            y = checked_targets(y, rows)
            weight = checked_weight(sample_weight, rows)
            rows, y, weight = present(weight, rows, y, weight)
            refuse_out_of_domain(task.loss, y)
            w = fit_linear(
                self,
                settings,
                task,
                rows,
                Target(y.reshape(len(y), -1), y),
                weight,
                self._validation(X_val, y_val, y),
            )
            self._show(w, several=y.ndim == 2)
        return self

    def partial_fit(
        self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None
    ) -> Self:
        """Walk once over some rows, going on from where the model is.

        With a named optimizer, calls for consecutive parts of the rows are an epoch over all of
        them: the optimizer's memory, the count of the schedule and the random state go on. A
        schedule in words, such as "cosine:0.1", lasts for `max_iter` calls with as many rows as the
        first. `optimizer="auto"` stands for AdaGrad by batches of 32 rows here.

        With `early_stopping`, each call scores the validation rows; the model is the best so far,
        and after `n_iter_no_change` calls without improvement further calls change nothing:
        `descent_.message` says so.

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
        with all_or_nothing(self):
            settings = settings_of(self)
            begun = hasattr(self, "coef_")
            task = self._begin()
            rows = rows_to_learn(self, X, reset=not begun, by_batches=True)
            y = checked_targets(y, rows)
            if begun and y.ndim != np.ndim(self.coef_):
                raise ValueError(
                    f"y has {y.ndim} dimension(s), but in the first call it had "
                    f"{np.ndim(self.coef_)}: give it the same way"
                )
            refuse_out_of_domain(task.loss, y)
            w = fit_linear_on(
                self,
                settings,
                task,
                rows,
                Target(y.reshape(len(y), -1), y),
                checked_weight(sample_weight, rows),
                self._validation(X_val, y_val, y),
            )
            self._show(w, several=y.ndim == 2)
        return self

    def predict(self, X: Any) -> Array:
        """Return the predictions for `X`, `(n,)` or `(n, n_outputs)`, in the units of `y`."""
        check_is_fitted(self)
        rows = rows_to_predict(self, X)
        with np.errstate(over="ignore"):
            return self._loss.mean(np.asarray(rows @ self.coef_.T + self.intercept_))

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

    def _begin(self) -> Task:
        """Return what is to be learned, and keep its loss for predictions."""
        loss = by_name(self.loss, REGRESSION)
        self._loss = loss

        def score(y: Array, z: Array, weight: Array | None) -> float:
            with np.errstate(all="ignore"):
                predictions = loss.mean(z.reshape(y.shape))
            if not np.isfinite(predictions).all():
                return -np.inf
            return float(r2_score(y, predictions, sample_weight=weight))

        return Task(loss, "R²", score, stratify=False)

    def _validation(self, X_val: Any, y_val: Any, y: Array) -> tuple[Any, Any] | None:
        """Return the validation rows that were given, with targets shaped like `y`, or None."""

        def check(y_val: Any, rows: Any) -> Array:
            targets = checked_targets(y_val, rows, "y_val")
            if targets.shape[1:] != y.shape[1:]:
                raise ValueError(
                    f"y_val has shape {targets.shape}, but y has {y.shape}: give it the same way"
                )
            if len(targets) < 2:
                raise ValueError("y_val has 1 row, and R² needs at least 2")
            return targets

        return validation_rows(self, X_val, y_val, check)

    def _show(self, w: Array, *, several: bool) -> None:
        """Set the parameters `(outputs, width)` as users know them."""
        coef, intercepts = split_parameters(w, self.n_features_in_)
        self.coef_ = coef if several else coef[0]
        self.intercept_ = intercepts if several else intercepts[0].item()

    def __getstate__(self) -> dict[str, Any]:
        return without_rows(super().__getstate__())

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.target_tags.multi_output = True
        tags.target_tags.single_output = True
        return tags
