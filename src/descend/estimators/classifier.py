"""Linear classification by gradient descent."""

from __future__ import annotations

from typing import Any, Self

from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from descend.estimators.checking import (
    all_or_nothing,
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
from descend.estimators.labels import (
    announced_classes,
    checked_labels,
    class_weights,
    known_classes,
    labels_to_score,
    targets_of,
)
from descend.estimators.settings import RecordParameter, settings_of
from descend.losses import CLASSIFICATION, by_name, refuse_out_of_domain
from descend.losses.classes import class_log_probabilities, class_probabilities, loss_for
from descend.protocols import Array, Loss, Penalty, Probabilistic


def _has_probabilities(estimator: Any) -> bool:
    """Say whether the loss gives probabilities; raise what says why not."""
    loss = by_name(estimator.loss, CLASSIFICATION)
    if loss.normalised or isinstance(loss, Probabilistic):
        return True
    raise AttributeError(
        f"loss={estimator.loss!r} gives no probabilities: give loss='log_loss' or "
        "'modified_huber', or wrap the classifier in sklearn.calibration.CalibratedClassifierCV"
    )


class DescentClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Linear classification by gradient descent: logistic and softmax regression, margins.

    Minimises scikit-learn's objective, `mean(loss(y, X @ coef_.T + intercept_)) + penalty(coef_)`,
    in the features' own units; the intercepts are not penalised. Two classes share one set of
    coefficients, more have one each. Their loss is the categorical cross-entropy for "log_loss",
    and for all other losses the sum of those of each class against the rest.

    Parameters
    ----------
    loss
        "log_loss": binary cross-entropy for two classes, categorical cross-entropy (softmax) for
        more; "hinge", "squared_hinge", "perceptron": margins, without probabilities;
        "modified_huber": a margin with probabilities; "focal": easy rows weigh less. Or an
        instance, of the library's (`descend.losses.Focal(gamma=1)`) or one's own, for `y` in
        {0, 1}.
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
        parameters. The score is the accuracy, with the rows' weights; `validation_metric_` names
        it.
    validation_fraction
        The share of rows to hold out for `early_stopping`, of each class alike, unless `fit` is
        given validation rows.
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
    class_weight
        None, "balanced" (each class weighs the same), or a mapping of classes to weights, 1 for
        those that it lacks. The weight of a row is that of its class times its own.

    Attributes
    ----------
    classes_
        The classes, sorted.
    coef_
        `(1, n_features)` for two classes, else `(n_classes, n_features)`.
    intercept_
        `(1,)` or `(n_classes,)`.
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
        What that score is: "accuracy"; or None.
    learning_rate_
        The rate of the first epoch (at its last step), or step; `descent_.learning_rates` has all.
    descent_
        The whole record of the last call, a `Descent`: `descent_.plot()`, `descent_.explain()`.
        Its objective holds the rows, and is left out of pickles.

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
        loss: str | Loss = "log_loss",
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
        class_weight: Any = None,
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
        self.class_weight = class_weight

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
            `(n,)`: numbers, text or booleans.
        sample_weight
            `(n,)`, or None for equal weights. A weight is as good as a repetition, zero as good as
            absence.
        X_val, y_val
            Rows to score after each epoch: see `validation_curve_`.

        Raises
        ------
        ValueError
            If a parameter or the data is out of its range, or `y` holds fewer than two classes.
            After any error the estimator is as it was before.
        descend.DivergenceError
            If the learning rate is too large.
        """
        with all_or_nothing(self):
            settings = settings_of(self)
            by_name(self.loss, CLASSIFICATION)
            rows = rows_to_learn(self, X, reset=True, by_batches=settings.by_batches)
            labels = checked_labels(y, rows)
            weight = checked_weight(sample_weight, rows)
            rows, labels, weight = present(weight, rows, labels, weight)
            self.classes_ = known_classes(labels, weighted=weight is not None)
            own = class_weights(self.class_weight, self.classes_, labels, weight)
            w = self._learn(fit_linear, settings, rows, labels, own, X_val, y_val)
            self.coef_, self.intercept_ = split_parameters(w, self.n_features_in_)
        return self

    def partial_fit(
        self,
        X: Any,
        y: Any,
        classes: Any = None,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
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
            As for `fit`; one row, and one class, is enough.
        classes
            All classes that there are, in the first call.
        sample_weight
            `(n,)`, taken as they are: a row of weight 2 pulls twice as hard.
        X_val, y_val
            Rows to score after this call: see `validation_curve_`.

        Raises
        ------
        ValueError
            As for `fit`; if the first call lacks `classes`, or `y` holds another; if
            `class_weight` is "balanced"; if the optimizer or the learning rate needs all rows.
        descend.DivergenceError
            If the learning rate is too large.
        """
        with all_or_nothing(self):
            settings = settings_of(self)
            begun = hasattr(self, "coef_")
            by_name(self.loss, CLASSIFICATION)
            rows = rows_to_learn(self, X, reset=not begun, by_batches=True)
            labels = checked_labels(y, rows)
            self.classes_ = announced_classes(labels, classes, self.classes_ if begun else None)
            if isinstance(self.class_weight, str):
                raise ValueError(
                    f"class_weight={self.class_weight!r} counts all labels, and partial_fit sees a "
                    "part of them: give a mapping, such as that of "
                    "sklearn.utils.class_weight.compute_class_weight('balanced', ...)"
                )
            weight = checked_weight(sample_weight, rows)
            own = class_weights(self.class_weight, self.classes_, labels, weight)
            w = self._learn(fit_linear_on, settings, rows, labels, own, X_val, y_val)
            self.coef_, self.intercept_ = split_parameters(w, self.n_features_in_)
        return self

    def decision_function(self, X: Any) -> Array:
        """Return the scores before the link: `(n,)` for two classes, else `(n, n_classes)`."""
        check_is_fitted(self)
        rows = rows_to_predict(self, X)
        z: Array = rows @ self.coef_.T + self.intercept_
        return z[:, 0] if len(self.classes_) == 2 else z

    def predict(self, X: Any) -> Any:
        """Return the class of the largest score of each row, `(n,)`."""
        return self._class_of(self.decision_function(X))

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, `(n, n_classes)`.

        For losses with a probability alone. Of several classes that are each learned against the
        rest, the probabilities are divided by their sum.
        """
        z = self.decision_function(X)
        return class_probabilities(self._loss, z)

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of the probability of each class, `(n, n_classes)`."""
        z = self.decision_function(X)
        return class_log_probabilities(self._loss, z)

    def _class_of(self, z: Array) -> Any:
        codes = (z > 0).astype(int) if z.ndim == 1 else z.argmax(axis=1)
        return self.classes_[codes]

    def _accuracy(self, labels: Any, z: Array, weight: Array | None) -> float:
        predicted = self._class_of(z[:, 0] if z.shape[1] == 1 else z)
        return float(accuracy_score(labels, predicted, sample_weight=weight))

    def _learn(
        self, way: Any, settings: Any, rows: Any, labels: Any, weight: Any, X_val: Any, y_val: Any
    ) -> Array:
        """Return the parameters learned one `way`, by `fit_linear` or `fit_linear_on`."""
        loss = loss_for(by_name(self.loss, CLASSIFICATION), len(self.classes_))
        self._loss = loss
        y = targets_of(labels, self.classes_, rows.dtype)
        refuse_out_of_domain(loss, y)
        task = Task(loss, "accuracy", self._accuracy, stratify=True)
        validation = validation_rows(
            self, X_val, y_val, lambda y_val, _: labels_to_score(y_val, self.classes_)
        )
        w: Array = way(self, settings, task, rows, Target(y, labels), weight, validation)
        return w

    def __getstate__(self) -> dict[str, Any]:
        return without_rows(super().__getstate__())

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags
