"""What the linear estimators share: parameters, `fit` and `partial_fit`, fitted attributes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import KW_ONLY, dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from descend.data.rows import Rows
from descend.estimators.checking import (
    checked_weight,
    restored_on_error,
    rows_to_learn,
    rows_to_predict,
    without_zero_weight,
)
from descend.estimators.fitting import (
    Continuation,
    Fitted,
    Problem,
    Task,
    ValidationRows,
    fit_part,
    fit_rows,
)
from descend.estimators.initial import initial_of
from descend.estimators.settings import RecordParameter, for_parts, settings_of
from descend.losses import by_name
from descend.protocols import Array, Ending, Loss, Penalty
from descend.records.descent import Descent
from descend.solvers.watching import Live


# a dataclass, so that `__init__`, which scikit-learn reads, lists each parameter of both once
@dataclass(eq=False, repr=False)
class LinearEstimator(BaseEstimator, ABC):  # type: ignore[misc]
    """A linear model, fitted by gradient descent.

    A subclass gives `loss` a default, says in `_losses` which names it may have and in
    `_checked_targets` how to read `y`, and writes `partial_fit` and what is abstract here.
    """

    loss: str | Loss
    _: KW_ONLY
    penalty: str | Penalty | None = "l2"
    alpha: float = 1e-4
    l1_ratio: float = 0.15
    fit_intercept: bool = True
    optimizer: Any = "auto"
    learning_rate: Any = "auto"
    batch_size: int | str = "auto"
    max_iter: int = 1000
    tol: float | None = 1e-6
    precondition: str = "auto"
    shuffle: bool = True
    early_stopping: bool = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 5
    average: bool | int = False
    warm_start: bool = False
    record: RecordParameter = "epoch"
    callbacks: Any = None
    verbose: int | str | Live = 0
    random_state: Any = None

    _losses: ClassVar[dict[str, Loss]]
    _checked_targets: ClassVar[Any]
    _continuation = Continuation()

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
        coef_init: Any = None,
        intercept_init: Any = None,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X
            `(n, n_features)`: an array, a sparse matrix or a data frame. Kernels read rows: a CSC
            matrix is converted to CSR, once.
        y
            Of a regression numbers, `(n,)` or `(n, n_outputs)`; of a classification `(n,)` numbers,
            texts or booleans.
        sample_weight
            `(n,)`, or None for equal weights. A weight is as good as a repetition, zero as good as
            absence.
        X_val, y_val
            Rows to score after each epoch: see `validation_curve_`.
        coef_init, intercept_init
            Where to begin, in the shapes of `coef_` and `intercept_` (`(n_features,)` and a number
            do for one output): each in the place of what `warm_start` remembers, and by batches
            with a new optimizer's memory. None begins at zero, or, with a link, at the mean of `y`.
            Where the objective has one minimum, it is the same from everywhere.

        Raises
        ------
        ValueError
            If a parameter or the data is out of its range, or the `y` of a classification holds
            fewer than two classes. After any error the estimator is as it was before.
        descend.DivergenceError
            If the learning rate is too large.
        """
        with restored_on_error(self):
            settings = settings_of(self)
            by_name(self.loss, self._losses)
            rows = rows_to_learn(self, X, reset=True, by_batches=settings.by_batches)
            targets = self._checked_targets(y, rows)
            weight = checked_weight(sample_weight, rows)
            rows, targets, weight = without_zero_weight(weight, rows, targets, weight)
            self._begin(targets, weighted=weight is not None)
            problem = self._problem(rows, targets, weight, X_val, y_val)
            start = self._parameters(problem.n_outputs) if self.warm_start else None
            initial = initial_of(
                coef_init,
                intercept_init,
                problem.n_outputs,
                self.n_features_in_,
                fit_intercept=settings.fit_intercept,
            )
            before = Continuation() if initial.given else self._continuation
            fitted = fit_rows(settings, problem, start, initial, before, self.random_state)
            self._keep(fitted, problem.task)
        return self

    @abstractmethod
    def _checked_validation(self, y_val: Any, rows: Any, targets: Any) -> Any:
        """Return the targets of validation rows, which must be of the kind of `targets`."""

    def _begin(self, targets: Any, *, weighted: bool) -> None:
        """Learn what has to be known of all targets."""

    @abstractmethod
    def _begin_part(self, targets: Any, classes: Any, *, begun: bool) -> None:
        """Refuse targets that do not go with those of the calls before, if it has `begun`."""

    @abstractmethod
    def _task(self, targets: Any, weight: Array | None, dtype: Any) -> tuple[Task, Array, Any]:
        """Return the task, and the targets `(n, outputs)` and weights as the loss sees them."""

    def _problem(
        self, rows: Any, targets: Any, weight: Array | None, X_val: Any, y_val: Any
    ) -> Problem:
        """Return what is to be learned, and keep its loss for predictions."""
        task, y, weight = self._task(targets, weight, rows.dtype)
        self._loss = task.loss
        validation = self._validation(X_val, y_val, targets)
        names = tuple(getattr(self, "feature_names_in_", ())) or None
        return Problem(task, Rows(rows, y, weight), targets, validation, names)

    def _validation(self, X_val: Any, y_val: Any, targets: Any) -> ValidationRows | None:
        """Return the validation rows that were given, or None."""
        if X_val is None and y_val is None:
            return None
        if X_val is None or y_val is None:
            raise ValueError("X_val and y_val go together: give both or neither")
        rows = rows_to_predict(self, X_val, "X_val")
        if len(y_val) != rows.shape[0]:
            raise ValueError(f"X_val has {rows.shape[0]} rows, but y_val has {len(y_val)}")
        return ValidationRows(rows, self._checked_validation(y_val, rows, targets))

    def _parameters(self, n_outputs: int) -> Array | None:
        """Return the parameters `(outputs, width)` of the fit before, if there was one."""
        if not hasattr(self, "coef_"):
            return None
        coef = np.atleast_2d(self.coef_)
        if coef.shape != (n_outputs, self.n_features_in_):
            raise ValueError(
                f"warm_start: the last fit had {coef.shape[0]} output(s) of {coef.shape[1]} "
                f"features, this one has {n_outputs} of {self.n_features_in_}; set warm_start=False"
            )
        if not self.fit_intercept:
            return coef
        intercept = np.reshape(self.intercept_, (-1, 1)).astype(coef.dtype, copy=False)
        return np.hstack([coef, intercept])

    def _keep(self, fitted: Fitted, task: Task, *, append: bool = False) -> None:
        """Set the fitted attributes; `append` the curves to those of the calls before."""
        epochs, losses, scores = fitted.epochs, fitted.losses, fitted.scores
        if append:
            epochs += self.n_iter_
            losses = np.append(self.loss_curve_, losses[1:])
            if self.validation_curve_ is not None:
                scores = np.append(self.validation_curve_, [] if scores is None else scores)
        self.n_iter_: int = epochs
        self.loss_curve_: Array = losses
        self.validation_curve_: Array | None = scores
        self.validation_metric_ = None if fitted.scores is None else task.metric
        self.descent_: Descent = fitted.descent
        self.learning_rate_ = float(next(iter(fitted.descent.learning_rates), np.nan))
        self._continuation = fitted.continuation
        coef, intercept = fitted.coefficients(self.n_features_in_)
        self.coef_ = coef[0] if task.flat else coef
        self.intercept_ = intercept[0].item() if task.flat else intercept

    def _fit_part(
        self, X: Any, y: Any, classes: Any, sample_weight: Any, X_val: Any, y_val: Any
    ) -> Self:
        """Do what `partial_fit` does; `classes` are those of a classification."""
        with restored_on_error(self):
            settings = for_parts(settings_of(self))
            begun = hasattr(self, "coef_")
            by_name(self.loss, self._losses)
            rows = rows_to_learn(self, X, reset=not begun, by_batches=True)
            targets = self._checked_targets(y, rows)
            self._begin_part(targets, classes, begun=begun)
            weight = checked_weight(sample_weight, rows)
            problem = self._problem(rows, targets, weight, X_val, y_val)
            if settings.early_stopping and problem.validation is None:
                raise ValueError(
                    "early_stopping=True needs validation rows in partial_fit, which sees one part "
                    "of the data at a time and cannot hold out a share of it all: give X_val and "
                    "y_val"
                )
            start = self._parameters(problem.n_outputs)
            failures = self._continuation.best.failures
            if settings.early_stopping and failures >= settings.n_iter_no_change:
                metric = problem.task.metric
                reason = Ending.EARLY_STOPPING.message(metric=metric, epochs=failures)
                message = f"{reason}: these rows were not learned from"
                self.descent_ = self.descent_.changed(message=message)
            else:
                fitted = fit_part(settings, problem, start, self._continuation, self.random_state)
                self._keep(fitted, problem.task, append=begun)
        return self

    def _raw_predictions(self, X: Any) -> Array:
        """Return the predictions before the link, `(n,)` or `(n, n_outputs)`."""
        check_is_fitted(self)
        z: Array = rows_to_predict(self, X) @ self.coef_.T + self.intercept_
        return z

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        if "descent_" not in state:
            return state
        return {**state, "descent_": replace(state["descent_"], objective=None)}

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
