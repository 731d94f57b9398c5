"""What `fit` and `partial_fit` do in both estimators, around the training."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import train_test_split

from descend.data.rows import Rows
from descend.estimators.checking import checked_random_state, of_mean_one, rows_to_predict
from descend.estimators.monitoring import Best, Validation
from descend.estimators.resume import ResumeState
from descend.estimators.settings import Settings, for_parts
from descend.estimators.training import Trained, train, train_on
from descend.protocols import Array, Ending, Loss


class Target(NamedTuple):
    """The targets as the loss sees them, `(n, outputs)`, and as the score compares them."""

    y: Array
    labels: Any


class Task(NamedTuple):
    """What is to be learned, whatever the rows.

    Attributes
    ----------
    loss
        What is descended.
    metric
        What the score is called.
    score
        From labels, raw predictions `(n, outputs)` and weights; larger is better.
    stratify
        Whether rows held out keep the shares of the labels.
    """

    loss: Loss
    metric: str
    score: Callable[[Any, Array, Any], float]
    stratify: bool


def fit_linear(
    estimator: Any,
    settings: Settings,
    task: Task,
    rows: Any,
    target: Target,
    weight: Array | None,
    validation: tuple[Any, Any] | None,
) -> Array:
    """Train a linear model, set what all estimators show of it, and return its parameters.

    Parameters
    ----------
    estimator, settings, task
        Who asks, how, and for what.
    rows, target, weight
        The checked data.
    validation
        Rows and labels given to score after each epoch, or None.

    Returns
    -------
    Array
        `(outputs, n_features + 1)`, or `(outputs, n_features)` without intercepts.
    """
    state = checked_random_state(estimator.random_state)
    random = np.random.default_rng(state.randint(2**31))
    held_weight = None
    if validation is None and settings.early_stopping:
        kept, out = _held_out(settings.validation_fraction, target.labels, task.stratify, state)
        validation = rows[out], target.labels[out]
        held_weight = None if weight is None else weight[out]
        rows, target = rows[kept], Target(target.y[kept], target.labels[kept])
        weight = None if weight is None else weight[kept]
    start = last_parameters(estimator, target.y.shape[1]) if estimator.warm_start else None
    trained = train(
        settings,
        Rows(rows, target.y, of_mean_one(weight)),
        task.loss,
        start,
        _names(estimator),
        _validation(task, validation, held_weight),
        random,
        _pause(estimator, settings, start),
    )
    _show(estimator, trained)
    estimator.n_iter_ = max(1, len(trained.losses) - 1)
    estimator.loss_curve_ = trained.losses
    watched = validation is not None
    estimator.validation_curve_ = np.array(trained.scores) if watched else None
    estimator.validation_metric_ = task.metric if watched else None
    return trained.w


def fit_linear_on(
    estimator: Any,
    settings: Settings,
    task: Task,
    rows: Any,
    target: Target,
    weight: Array | None,
    validation: tuple[Any, Any] | None,
) -> Array:
    """Walk once over a part of the data, going on from where the estimator is.

    The weights are taken as they are. The other parameters and the answer are those of
    `fit_linear`.

    Raises
    ------
    ValueError
        If `early_stopping` has no validation rows.
    """
    settings = for_parts(settings)
    if settings.early_stopping and validation is None:
        raise ValueError(
            "early_stopping=True needs validation rows in partial_fit, which sees one part of the "
            "data at a time and cannot hold out a share of it all: give X_val and y_val"
        )
    begun = hasattr(estimator, "coef_")
    best: Best = getattr(estimator, "_best", Best()) if begun else Best()
    start = last_parameters(estimator, target.y.shape[1])
    if settings.early_stopping and best.failures >= settings.n_iter_no_change:
        assert start is not None
        told = Ending.EARLY_STOPPING.message(metric=task.metric, epochs=best.failures)
        estimator.descent_ = replace(
            estimator.descent_, message=f"{told}: these rows were not walked over"
        )
        return start
    pause: ResumeState | None = getattr(estimator, "_pause", None)
    if best.w is not None and pause is not None:
        start = pause.answer  # what is shown is the best, what walks on is the last
    random = checked_random_state(estimator.random_state)
    trained = train_on(
        settings,
        Rows(rows, target.y, weight),
        task.loss,
        start,
        _names(estimator),
        np.random.default_rng(random.randint(2**31)),
        _pause(estimator, settings, start),
    )
    _show(estimator, trained)
    estimator.n_iter_ = estimator.n_iter_ + 1 if begun else 1
    estimator.loss_curve_ = (
        np.append(estimator.loss_curve_, trained.losses[1:]) if begun else trained.losses
    )
    scores: Any = estimator.validation_curve_ if begun else None
    estimator.validation_curve_, estimator.validation_metric_ = scores, None
    scored = _validation(task, validation, None)
    if scored is None:
        return trained.w
    score = scored.score(trained.w)
    estimator.validation_curve_ = np.append([] if scores is None else scores, score)
    estimator.validation_metric_ = task.metric
    if not settings.early_stopping:
        return trained.w
    best = best.after(score, trained.w, settings.tol)
    estimator._best = best
    return trained.w if best.w is None else best.w


def _validation(
    task: Task, validation: tuple[Any, Any] | None, weight: Array | None
) -> Validation | None:
    """Return the score of parameters on validation rows, if there are such rows."""
    if validation is None:
        return None
    rows, labels = validation
    return Validation(task.metric, lambda w: task.score(labels, raw_predictions(w, rows), weight))


def _names(estimator: Any) -> tuple[str, ...] | None:
    return tuple(getattr(estimator, "feature_names_in_", ())) or None


def _pause(estimator: Any, settings: Settings, start: Array | None) -> ResumeState | None:
    """Return what the estimator left to go on from, if it goes on from there."""
    pause: ResumeState | None = getattr(estimator, "_pause", None)
    if pause is None or start is None or not pause.fits(settings, start):
        return None
    return pause


def _show(estimator: Any, trained: Trained) -> None:
    """Set what an estimator shows after `fit` and `partial_fit` alike."""
    estimator.descent_ = trained.descent
    estimator.learning_rate_ = float(next(iter(trained.descent.learning_rates), np.nan))
    estimator._pause = trained.pause
    estimator._best = Best()


def without_rows(state: dict[str, Any]) -> dict[str, Any]:
    """Return what a pickle keeps of an estimator: its record without the rows that it was of."""
    if "descent_" not in state:
        return state
    return {**state, "descent_": replace(state["descent_"], objective=None)}


def validation_rows(
    estimator: Any, X_val: Any, y_val: Any, check: Callable[[Any, Any], Any]
) -> tuple[Any, Any] | None:
    """Return the validation rows that were given, checked, or None.

    Parameters
    ----------
    estimator
        Whose columns they must have.
    X_val, y_val
        Rows and targets, or None for both.
    check
        Returns targets of some rows as the score compares them, or raises.

    Raises
    ------
    ValueError
        If only one of the two was given, or they are not of the kind of the rows learned from.
    """
    if X_val is None and y_val is None:
        return None
    if X_val is None or y_val is None:
        raise ValueError("X_val and y_val go together: give both or neither")
    rows = rows_to_predict(estimator, X_val, "X_val")
    if len(y_val) != rows.shape[0]:
        raise ValueError(f"X_val has {rows.shape[0]} rows, but y_val has {len(y_val)}")
    return rows, check(y_val, rows)


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


def last_parameters(estimator: Any, outputs: int) -> Array | None:
    """Return the parameters of the fit before, if there was one.

    Raises
    ------
    ValueError
        If it had another shape.
    """
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
    intercept = np.reshape(estimator.intercept_, (-1, 1)).astype(coef.dtype, copy=False)
    return np.hstack([coef, intercept])


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
    if len(out) < 2 and not stratify:
        raise ValueError(
            f"early_stopping holds out 1 of {len(labels)} rows, and R² needs at least 2: raise "
            "validation_fraction, or give X_val and y_val"
        )
    return kept, out
