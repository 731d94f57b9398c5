"""A table as a problem to be learned: the task, the parts, the numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.cli.model import Model
from descend.cli.scores import Score, score_of
from descend.data.columns import Columns
from descend.data.scaling import Scaling
from descend.data.splitting import held_out
from descend.data.target import Target, Task, read_target
from descend.losses import CLASSIFICATION, REGRESSION, refuse_out_of_domain
from descend.protocols import Restricted

if TYPE_CHECKING:
    from descend.data.table import Table

VALIDATION_SHARE = 0.1
VALIDATION_ROWS = 100
"""With fewer rows than this to train on, none is set aside to watch the training."""

FEWEST_ROWS_TO_SPLIT = 5


class Settings(NamedTuple):
    """How to train, as asked for on the command line."""

    task: Task | None
    loss: str | None
    penalty: str | None
    alpha: float
    optimizer: str
    learning_rate: str | float
    batch_size: str | int
    epochs: int
    test_size: float
    seed: int


class Parts(NamedTuple):
    """The rows to train on, to watch the training with, and to score the model on."""

    train: npt.NDArray[np.intp]
    validation: npt.NDArray[np.intp]
    test: npt.NDArray[np.intp]


class Problem(NamedTuple):
    """A table as what is to be learned.

    Attributes
    ----------
    target
        The target and the task.
    columns, X
        How the features are encoded, and all rows of them `(n, p)`.
    parts
        Which row is for what.
    scaling
        Mean and deviation of the features over the training rows.
    target_scaling
        The same for the target of a regression; mean 0 and scale 1 for classes.
    settings
        How to train.
    notes
        What was decided, a sentence each.
    """

    target: Target
    columns: Columns
    X: npt.NDArray[np.float64]
    parts: Parts
    scaling: Scaling
    target_scaling: Scaling
    settings: Settings
    notes: tuple[str, ...]

    def features(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.float64]:
        """Return the standardised features of some rows."""
        return self.scaling.apply(self.X[rows])

    def targets(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
        """Return the targets of some rows: standardised numbers, or class indices."""
        y = self.target.y[rows]
        if self.target.task == "classification":
            return y
        return self.target_scaling.apply(y[:, None])[:, 0]

    def model(self, coef: npt.ArrayLike, intercept: npt.ArrayLike, **trained: Any) -> Model:
        """Return a model in the columns' own units from weights of standardised ones."""
        scale = self.target_scaling.scale
        coefficients, offset = self.scaling.unscale(
            np.atleast_2d(np.asarray(coef, dtype=np.float64)) * scale,
            np.atleast_1d(np.asarray(intercept, dtype=np.float64)) * scale
            + self.target_scaling.mean,
        )
        task = self.target.task
        loss = self.settings.loss or default_loss(task)
        return Model(
            task,
            self.target.name,
            loss,
            self.columns,
            coefficients,
            offset,
            self.target.classes,
            trained,
        )

    def scores(self, model: Model) -> tuple[Score, Score, Score]:
        """Return a model's scores on the three parts."""
        train, validation, test = (
            score_of(model, self.X[rows], self.target.y[rows]) for rows in self.parts
        )
        return train, validation, test


def default_loss(task: Task) -> str:
    """Return the loss that a task is trained with unless asked otherwise."""
    return "squared_error" if task == "regression" else "log_loss"


def pose(table: Table, target_name: str, settings: Settings) -> Problem:
    """Decide the task, hold rows out, and learn the encoding and the scaling.

    Raises
    ------
    ValueError
        If the target or the features cannot be learned, or the loss is not one of the task's.
    """
    target = read_target(table, target_name, settings.task or _task_of(settings.loss))
    losses = REGRESSION if target.task == "regression" else CLASSIFICATION
    if settings.loss is not None and settings.loss not in losses:
        raise ValueError(
            f"{settings.loss!r} is no loss of a {target.task}: choose {', '.join(losses)}"
        )
    loss = settings.loss or default_loss(target.task)
    notes = list(table.notes)
    parts = _split(target, table.n_rows, settings, notes)
    columns = Columns.fit(table, target_name, parts.train)
    X, _, encoding_notes = columns.transform(table)
    y = target.y[parts.train]
    if target.task == "regression":
        if (y == y[0]).all():
            raise ValueError(
                f"the target {target_name!r} is the same in every training row:"
                " try another --seed, or more rows"
            )
        refuse_out_of_domain(losses[loss], y)
    if target.task == "regression" and not isinstance(losses[loss], Restricted):
        target_scaling = Scaling.fit(y[:, None])
    else:  # counts and the like have a unit of their own
        target_scaling = Scaling(np.zeros(1), np.ones(1))
    return Problem(
        target,
        columns,
        X,
        parts,
        Scaling.fit(X[parts.train]),
        target_scaling,
        settings,
        (*notes, *columns.notes, *encoding_notes),
    )


def _task_of(loss: str | None) -> Task | None:
    """Return the task that a loss belongs to."""
    if loss in REGRESSION:
        return "regression"
    return "classification" if loss in CLASSIFICATION else None


def _split(target: Target, n_rows: int, settings: Settings, notes: list[str]) -> Parts:
    """Hold out a test part, and a part of the rest to watch the training with."""
    rows = np.arange(n_rows)
    none = rows[:0]
    classes = target.y if target.task == "classification" else None
    generator = np.random.default_rng(settings.seed)
    test = none
    if settings.test_size > 0 and n_rows < FEWEST_ROWS_TO_SPLIT:
        notes.append(f"Only {n_rows} rows: no test part was held out.")
    else:
        rows, test = held_out(rows, settings.test_size, generator, classes)
        if settings.test_size > 0 and not len(test):
            notes.append("The test part came out empty: there is no test score.")
        if len(rows) < 2:
            raise ValueError(
                f"--test-size {settings.test_size:g} leaves {len(rows)} of {n_rows} rows to learn"
                " from: at least 2 are needed"
            )
    if len(rows) < VALIDATION_ROWS:
        notes.append(
            f"Under {VALIDATION_ROWS} rows to train on: none is set aside for a validation score."
        )
        return Parts(rows, none, test)
    return Parts(*held_out(rows, VALIDATION_SHARE, generator, classes), test)
