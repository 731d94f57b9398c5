"""Linear classification by gradient descent."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils import column_or_1d, compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from descend.estimators.checking import checked_rows, checked_weight, refuse_not_finite
from descend.estimators.fitting import Target, fit_linear, split_parameters, validation_rows
from descend.estimators.settings import RecordParameter, chosen, settings_of
from descend.losses import CLASSIFICATION, CrossEntropy, LogLoss, log_probabilities
from descend.typing import Array


class DescentClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic and softmax regression by gradient descent.

    Minimises scikit-learn's objective, `mean(loss(y, X @ coef_.T + intercept_)) + alpha / 2 *
    sum(coef_**2)`, in the features' own units; the intercepts are not penalised. Two classes share
    one set of coefficients, more have one each.

    Parameters
    ----------
    loss
        "log_loss": binary cross-entropy for two classes, categorical cross-entropy (softmax) for
        more.
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
    class_weight
        None, "balanced" (each class weighs the same), or a mapping of classes to weights.

    Attributes
    ----------
    classes_
        The classes, sorted.
    coef_
        `(1, n_features)` for two classes, else `(n_classes, n_features)`.
    intercept_
        `(1,)` or `(n_classes,)`.
    n_iter_
        Epochs run.
    loss_curve_
        The objective at the start and after each epoch (by batches: the mean met in the epoch).
    validation_curve_
        The accuracy on the validation rows after each epoch, or None.
    learning_rate_
        The rate of the first step.
    descent_
        The whole record, a `Descent`: `descent_.plot()`, `descent_.explain()`.

    Examples
    --------
    >>> from sklearn.datasets import load_wine
    >>> from descend import DescentClassifier
    >>> X, y = load_wine(return_X_y=True)
    >>> DescentClassifier().fit(X, y).score(X, y)
    1.0

    References
    ----------
    D. R. Cox, The regression analysis of binary sequences (1958); H. Theil, A multinomial
    extension of the linear logit model (1969).
    """

    def __init__(
        self,
        loss: str = "log_loss",
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
        class_weight: Any = None,
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
        self.class_weight = class_weight

    def fit(
        self, X: Any, y: Any, sample_weight: Any = None, X_val: Any = None, y_val: Any = None
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X
            `(n, n_features)`: an array, a CSR matrix or a data frame.
        y
            `(n,)`: numbers, text or booleans.
        sample_weight
            `(n,)`, or None for equal weights.
        X_val, y_val
            Rows to score after each epoch: see `validation_curve_`.

        Raises
        ------
        ValueError
            If a parameter or the data is out of its range, or `y` holds fewer than two classes.
        descend.DivergenceError
            If the learning rate is too large.
        """
        settings = settings_of(self)
        loss = chosen("loss", self.loss, CLASSIFICATION)
        rows = checked_rows(self, X, reset=True)
        labels = _labels(y, rows)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"y holds only 1 class, {self.classes_[0]!r}: a classifier needs at least 2"
            )
        weight = self._weights(sample_weight, labels, rows)
        if weight is not None and len(weighted := np.unique(labels[weight > 0])) < 2:
            raise ValueError(
                f"sample_weight leaves only 1 class of y, {weighted[0]!r}: a classifier needs at "
                "least 2"
            )
        if len(self.classes_) > 2:
            loss = CrossEntropy()
            targets = np.equal.outer(codes, np.arange(len(self.classes_)))
        else:
            targets = codes[:, None]
        w = fit_linear(
            self,
            settings,
            rows,
            Target(targets.astype(rows.dtype), labels),
            weight,
            loss,
            self._accuracy,
            validation_rows(self, X_val, y_val),
            stratify=True,
        )
        self.coef_, self.intercept_ = split_parameters(w, self.n_features_in_)
        return self

    def decision_function(self, X: Any) -> Array:
        """Return the scores before the link: `(n,)` for two classes, else `(n, n_classes)`."""
        check_is_fitted(self)
        rows = checked_rows(self, X, reset=False)
        z: Array = rows @ self.coef_.T + self.intercept_
        return z[:, 0] if len(self.classes_) == 2 else z

    def predict(self, X: Any) -> Any:
        """Return the most probable class of each row, `(n,)`."""
        return self._class_of(self.decision_function(X))

    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, `(n, n_classes)`."""
        z = self.decision_function(X)
        with np.errstate(over="ignore"):
            if z.ndim == 2:
                return CrossEntropy().mean(log_probabilities(z))
            second = LogLoss().mean(z)
            first = LogLoss().mean(-z)
        return np.column_stack([first, second])

    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of the probability of each class, `(n, n_classes)`."""
        z = self.decision_function(X)
        if z.ndim == 1:
            z = np.column_stack([np.zeros_like(z), z])
        return log_probabilities(z)

    def _class_of(self, z: Array) -> Any:
        codes = (z > 0).astype(int) if z.ndim == 1 else z.argmax(axis=1)
        return self.classes_[codes]

    def _accuracy(self, labels: Any, z: Array, weight: Array | None) -> float:
        predicted = self._class_of(z[:, 0] if z.shape[1] == 1 else z)
        return float(accuracy_score(labels, predicted, sample_weight=weight))

    def _weights(self, sample_weight: Any, labels: Any, rows: Any) -> Array | None:
        """Return the rows' weights times those of their classes."""
        weight = checked_weight(sample_weight, rows)
        if self.class_weight is None:
            return weight
        own = compute_class_weight(
            self.class_weight, classes=self.classes_, y=labels, sample_weight=weight
        )
        each = own[np.searchsorted(self.classes_, labels)].astype(rows.dtype)
        return checked_weight(each if weight is None else each * weight, rows)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


def _labels(y: Any, rows: Any) -> Any:
    """Return the labels as a one-dimensional array."""
    if y is None:
        raise ValueError("fit requires y to be passed, but the target y is None")
    labels = column_or_1d(y, warn=True)
    if labels.dtype.kind == "f":
        refuse_not_finite(labels, "y")
    check_classification_targets(labels)
    check_consistent_length(rows, labels)
    return labels
