"""The model that a record was at any of its recorded steps, and the rows that it was fitted to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.rows import Rows
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array
from descend.records.descent import Descent
from descend.views.records.fitted_records import before_last, record_in, recorded_points, row_of
from descend.views.records.trajectories import drawable

MOST_WEIGHTS = 1_000
"""Of more parameters the minimum is not computed in closed form."""


class RecordedFit(NamedTuple):
    """A model of one output at each point `(m, d)` that a record holds, and the rows of its fit.

    `inputs` `(n, q)` are the rows before a pipeline changes them by `prepared`, `true` `(n,)` their
    targets, and `names` those of the inputs.
    """

    descent: Descent
    risk: EmpiricalRisk
    points: Array
    point_steps: npt.NDArray[np.int64]
    inputs: Array
    true: Array
    prepared: Callable[[Any], Any]
    names: tuple[str, ...]

    def row_of(self, step: int | None) -> int:
        """Return the row of a recorded step, the last by default."""
        return len(self.points) - 1 if step is None else row_of(self.point_steps, step)

    def told_step(self, row: int) -> str:
        """Say how many steps or epochs led to a recorded point."""
        step, unit = int(self.point_steps[row]), self.descent.unit
        return f"{step:,} {unit}{'' if step == 1 else 's'}"

    def predicted(self, w: Array, inputs: Array | None = None) -> Array:
        """Return the predictions at points `(m, d)` in the units of the target, `(m, n)`."""
        X = self.prepared(self.inputs if inputs is None else inputs)
        X = X if hasattr(X, "tocsr") else np.asarray(X, dtype=float)
        with np.errstate(all="ignore"):
            z = self.risk.model.predict(np.asarray(w, dtype=float), X)
            return drawable(self.risk.loss.mean(z)[..., 0].T)

    @property
    def closed_form(self) -> Array | None:
        """The minimum `(d,)` by the normal equations; None where there are none."""
        d = self.risk.model.n_parameters
        if not self.risk.is_quadratic or d > MOST_WEIGHTS:
            return None
        H = self.risk.hessian_product(np.zeros((d, d)), np.eye(d))
        _, g = self.risk.value_and_gradient(np.zeros(d))
        minimum: Array = np.linalg.lstsq(H, -g)[0]
        return minimum


def recorded_fit(what: Any, view: str, data: tuple[Any, Any] | None = None) -> RecordedFit:
    """Return the model of a record, of a fitted model or of a pipeline at each recorded step.

    `data` are rows and targets as they were given to `fit`, for what does not hold its own.

    Raises
    ------
    ValueError
        If it is no model of one output, or its rows are not known, with what to do.
    """
    descent = record_in(what)
    if descent is None:
        raise ValueError(
            f"views.{view} takes a fitted model or its record, model.descent_, got "
            f"{type(what).__name__}"
        )
    risk = descent.objective
    if not isinstance(risk, EmpiricalRisk):
        reason = (
            "a file keeps neither rows nor model: give the fitted model, or fit again"
            if risk is None
            else "it is of a function: see plot()"
        )
        raise ValueError(f"views.{view} draws fits of rows, and this record has none: {reason}")
    if risk.model.n_outputs != 1 or risk.loss.normalised or descent.n_runs is not None:
        raise ValueError(f"views.{view} draws models of one output, and this has several")
    prepared = before_last(what)
    inputs, true = _held(risk, prepared, view) if data is None else _given(data, view)
    fit = RecordedFit(
        descent,
        risk,
        *recorded_points(descent),
        inputs,
        true,
        prepared or (lambda rows: rows),
        _names(what, risk, inputs.shape[1]),
    )
    if fit.prepared(inputs[:1]).shape[1] != risk.model.n_features:
        raise ValueError(
            f"data has {inputs.shape[1]} columns, and the model was fitted to "
            f"{risk.model.n_features}: give rows as they were given to fit"
        )
    return fit


def curve_fit(what: Any, view: str, data: tuple[Any, Any] | None = None) -> RecordedFit:
    """Return a recorded fit of one input, which can be drawn as a curve over it."""
    fit = recorded_fit(what, view, data)
    q = fit.inputs.shape[1]
    if q != 1:
        raise ValueError(
            f"views.{view} draws models of one feature, and this one has {q}: give the pipeline if "
            "they are made of one; views.predictions and views.parameters draw any number"
        )
    return fit


def curve_fit_in(what: Any) -> RecordedFit | None:
    """Return the recorded fit of one input that `what` is, None if it is none or has no rows."""
    try:
        return curve_fit(what, "plot")
    except ValueError:
        return None


def refuse_one_point(fit: RecordedFit, view: str) -> None:
    """Raise a ValueError if the steps of a fit were not recorded."""
    if fit.descent.points is None:
        raise ValueError(
            f"views.{view} needs the points of the path, and none were recorded: fit again with "
            'record="epoch"'
        )


def _given(data: tuple[Any, Any], view: str) -> tuple[Array, Array]:
    X, y = (np.asarray(each, dtype=float) for each in data)
    X, y = X.reshape(len(X), -1), y.ravel()
    if len(X) != len(y) or len(X) == 0:
        raise ValueError(f"views.{view} needs a target for each row, got {len(y)} for {len(X)}")
    return X, y


def _held(
    risk: EmpiricalRisk, prepared: Callable[[Any], Any] | None, view: str
) -> tuple[Array, Array]:
    """Return the rows that a risk holds as they were before a pipeline, and their targets."""
    blocks = risk.blocks
    found = None
    if isinstance(blocks, Rows):
        X = blocks.densified().X if blocks.sparse else blocks.X
        found = X if prepared is None else _before(X, prepared)
    if found is None or not isinstance(blocks, Rows):
        raise ValueError(
            f"views.{view} needs the rows as they were given to fit, which this record does not "
            "hold: give data=(X, y)"
        )
    return np.asarray(found, dtype=float), np.asarray(blocks.y[:, 0], dtype=float)


def _before(X: Array, prepared: Callable[[Any], Any]) -> Array | None:
    """Return the rows that the steps of a pipeline made `X` of; None if that cannot be told."""
    steps = getattr(getattr(prepared, "__self__", None), "steps", [])
    for _, step in reversed(steps):
        rows = X if step in (None, "passthrough") else _before_step(X, step)
        if rows is None:
            return None
        X = rows
    return X


def _before_step(X: Array, step: Any) -> Array | None:
    """Return what a step made `X` of: its inverse, or the column that it makes all others of."""
    candidates: list[Callable[[], Any]] = [partial(_column, X, j) for j in range(X.shape[1])]
    if hasattr(step, "inverse_transform"):
        candidates.insert(0, partial(step.inverse_transform, X))
    for candidate in candidates:
        try:
            rows = np.asarray(candidate(), dtype=float)
            again = np.asarray(step.transform(rows), dtype=float)
        except (TypeError, ValueError):
            continue  # the step takes other columns
        if again.shape == X.shape and np.allclose(again, X, rtol=1e-6, atol=1e-9):
            return rows
    return None


def _column(X: Array, index: int) -> Array:
    return X[:, index : index + 1]


def _names(what: Any, risk: EmpiricalRisk, q: int) -> tuple[str, ...]:
    model = getattr(what, "best_estimator_", what)
    own = getattr(model, "feature_names_in_", None)
    known = risk.names if own is None else tuple(map(str, own))
    if known is not None and len(known) == q:
        return known
    return ("x",) if q == 1 and q != risk.model.n_features else tuple(f"x{j}" for j in range(q))
