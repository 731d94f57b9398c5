"""What `fit` does in both estimators, around the training."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state

from descend.estimators.checking import checked_rows, checked_weight
from descend.estimators.settings import Settings
from descend.estimators.training import Examples, train
from descend.typing import Array, Loss


class Target(NamedTuple):
    """The targets as the loss sees them, `(n, outputs)`, and as the score compares them."""

    y: Array
    labels: Any


def fit_linear(
    estimator: Any,
    settings: Settings,
    rows: Any,
    target: Target,
    weight: Any,
    loss: Loss,
    metric: Callable[[Any, Array, Any], float],
    validation: tuple[Any, Any] | None,
    stratify: bool,
) -> Array:
    """Train a linear model, set what all estimators show of it, and return its parameters.

    Parameters
    ----------
    estimator, settings
        Who asks, and for what.
    rows, target, weight
        The checked data.
    loss
        What is descended.
    metric
        The score from labels, raw predictions `(n, outputs)` and weights.
    validation
        Rows and labels given to score after each epoch, or None.
    stratify
        Whether rows held out keep the shares of the labels.

    Returns
    -------
    Array
        `(outputs, n_features + 1)`, or `(outputs, n_features)` without intercepts.
    """
    state = check_random_state(estimator.random_state)
    random = np.random.default_rng(state.randint(2**31))
    held_weight = None
    if validation is None and settings.early_stopping:
        kept, out = _held_out(settings.validation_fraction, target.labels, stratify, state)
        validation = rows[out], target.labels[out]
        held_weight = None if weight is None else weight[out]
        rows, target = rows[kept], Target(target.y[kept], target.labels[kept])
        weight = None if weight is None else checked_weight(weight[kept], rows)

    def score(w: Array) -> float:
        assert validation is not None
        return metric(validation[1], raw_predictions(w, validation[0]), held_weight)

    trained = train(
        settings,
        Examples(rows, target.y, weight),
        loss,
        _last_parameters(estimator, target.y.shape[1]) if estimator.warm_start else None,
        tuple(getattr(estimator, "feature_names_in_", ())) or None,
        None if validation is None else score,
        random,
    )
    estimator.descent_ = trained.descent
    estimator.n_iter_ = max(1, trained.descent.nit)
    estimator.loss_curve_ = trained.descent.values
    estimator.validation_curve_ = None if validation is None else np.array(trained.scores)
    estimator.learning_rate_ = float(next(iter(trained.descent.learning_rates), np.nan))
    return trained.w


def validation_rows(estimator: Any, X_val: Any, y_val: Any) -> tuple[Any, Any] | None:
    """Return the validation rows that `fit` was given, checked, or None.

    Raises
    ------
    ValueError
        If only one of the two was given, or their lengths differ.
    """
    if X_val is None and y_val is None:
        return None
    if X_val is None or y_val is None:
        raise ValueError("X_val and y_val go together: give both or neither")
    rows = checked_rows(estimator, X_val, reset=False)
    labels = np.asarray(y_val)
    if len(labels) != rows.shape[0]:
        raise ValueError(f"X_val has {rows.shape[0]} rows, but y_val has {len(labels)}")
    return rows, labels


def raw_predictions(w: Array, rows: Any) -> Array:
    """Return the predictions `(n, outputs)` before the link."""
    n_features = rows.shape[1]
    z: Array = rows @ w[:, :n_features].T
    return z + w[:, -1] if w.shape[1] > n_features else z


def split_parameters(w: Array, n_features: int) -> tuple[Array, Array]:
    """Return the coefficients `(outputs, n_features)` and the intercepts `(outputs,)`."""
    with_intercept = w.shape[1] > n_features
    intercepts = w[:, -1].copy() if with_intercept else np.zeros(len(w), dtype=w.dtype)
    return w[:, :n_features].copy(), intercepts


def _last_parameters(estimator: Any, outputs: int) -> Array | None:
    """Return the parameters of the fit before, if there was one of the same shape."""
    if not hasattr(estimator, "coef_"):
        return None
    coef = np.atleast_2d(estimator.coef_)
    if coef.shape != (outputs, estimator.n_features_in_):
        raise ValueError(
            f"warm_start: the last fit had {coef.shape[0]} output(s) of {coef.shape[1]} features, "
            f"this one has {outputs} of {estimator.n_features_in_}; set warm_start=False"
        )
    if not estimator.fit_intercept:
        return coef
    return np.hstack([coef, np.reshape(estimator.intercept_, (-1, 1))])


def _held_out(fraction: float, labels: Any, stratify: bool, state: Any) -> tuple[Any, Any]:
    """Return the rows to learn from and the rows to score on."""
    try:
        kept, out = train_test_split(
            np.arange(len(labels)),
            test_size=fraction,
            random_state=state,
            stratify=labels if stratify else None,
        )
    except ValueError as error:
        raise ValueError(
            f"early_stopping cannot hold out a share of {fraction:g} of {len(labels)} rows: {error}"
        ) from None
    return kept, out
