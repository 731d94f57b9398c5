"""Linear classification by gradient descent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Self

from sklearn.base import ClassifierMixin
from sklearn.metrics import accuracy_score
from sklearn.utils.metaestimators import available_if

from descend.estimators.base import LinearEstimator
from descend.estimators.documentation import documented
from descend.estimators.fitting import Task
from descend.estimators.labels import (
    announced_classes,
    checked_labels,
    class_weights,
    known_classes,
    labels_to_score,
    targets_of,
)
from descend.losses import CLASSIFICATION, by_name, refuse_out_of_domain
from descend.losses.classes import class_log_probabilities, class_probabilities, loss_for
from descend.protocols import Array, Loss, Probabilistic


def _has_probabilities(estimator: Any) -> bool:
    """Say whether the loss gives probabilities; raise what says why not."""
    loss = by_name(estimator.loss, CLASSIFICATION)
    if loss.normalised or isinstance(loss, Probabilistic):
        return True
    raise AttributeError(
        f"loss={estimator.loss!r} gives no probabilities: give loss='log_loss' or "
        "'modified_huber', or wrap the classifier in sklearn.calibration.CalibratedClassifierCV"
    )


@documented
@dataclass(eq=False, repr=False)
class DescentClassifier(ClassifierMixin, LinearEstimator):  # type: ignore[misc]
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
    {PARAMETERS}
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
    {ATTRIBUTES}

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

    loss: str | Loss = "log_loss"
    class_weight: Any = field(default=None, kw_only=True)

    _losses = CLASSIFICATION
    _checked_targets = staticmethod(checked_labels)

    @documented
    def partial_fit(
        self,
        X: Any,
        y: Any,
        classes: Any = None,
        sample_weight: Any = None,
        X_val: Any = None,
        y_val: Any = None,
    ) -> Self:
        """Train for one epoch over some rows, going on from where the model is.

        {PARTIAL_FIT}

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
        return self._fit_part(X, y, classes, sample_weight, X_val, y_val)

    def decision_function(self, X: Any) -> Array:
        """Return the scores before the link: `(n,)` for two classes, else `(n, n_classes)`."""
        z = self._raw_predictions(X)
        return z[:, 0] if len(self.classes_) == 2 else z

    def predict(self, X: Any) -> Any:
        """Return the class of the largest score of each row, `(n,)`."""
        return self._class_of(self.decision_function(X))

    @available_if(_has_probabilities)  # type: ignore[untyped-decorator]
    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class, `(n, n_classes)`, for losses that have one.

        Of several classes that are each learned against the rest, they are divided by their sum.
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

    def _checked_validation(self, y_val: Any, rows: Any, targets: Any) -> Any:
        return labels_to_score(y_val, self.classes_)

    def _begin(self, targets: Any, *, weighted: bool) -> None:
        self.classes_ = known_classes(targets, weighted=weighted)

    def _begin_part(self, targets: Any, classes: Any, *, begun: bool) -> None:
        self.classes_ = announced_classes(targets, classes, self.classes_ if begun else None)
        if isinstance(self.class_weight, str):
            raise ValueError(
                f"class_weight={self.class_weight!r} counts all labels, and partial_fit sees a "
                "part of them: give a mapping, such as that of "
                "sklearn.utils.class_weight.compute_class_weight('balanced', ...)"
            )

    def _task(self, targets: Any, weight: Array | None, dtype: Any) -> tuple[Task, Array, Any]:
        loss = loss_for(by_name(self.loss, CLASSIFICATION), len(self.classes_))
        y = targets_of(targets, self.classes_, dtype)
        refuse_out_of_domain(loss, y)
        weight = class_weights(self.class_weight, self.classes_, targets, weight)
        return Task(loss, "accuracy", self._accuracy, stratify=True, flat=False), y, weight
