"""A table as a learning problem: the task, the split of the rows, the features as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.columns import Columns
from descend.data.scaling import Scaling
from descend.data.splitting import hold_out
from descend.data.target import TargetColumn, Task, read_target
from descend.losses import CLASSIFICATION, REGRESSION, refuse_out_of_domain
from descend.protocols import Restricted
from descend.support.numbers import counted
from descend.tables.linear_model import LabelKind, LinearModel
from descend.tables.scores import Score, score_of

if TYPE_CHECKING:
    from descend.data.table import Kind, Table
    from descend.tables.settings import Settings

VALIDATION_SHARE = 0.1
"""The share of the training rows that is set aside to watch the training."""

VALIDATION_ROWS = 100
"""With fewer rows than this to train on, none is set aside to watch the training."""

FEWEST_ROWS_TO_SPLIT = 5
"""With fewer rows than this, none is held out to score on."""


class Split(NamedTuple):
    """The rows to train on, to watch the training with, and to score the model on."""

    train: npt.NDArray[np.intp]
    validation: npt.NDArray[np.intp]
    test: npt.NDArray[np.intp]

    @property
    def held_out(self) -> tuple[str, npt.NDArray[np.intp]]:
        """The rows to show predictions of, and what they are called: held out if there are any."""
        for part in ("test", "validation"):
            rows: npt.NDArray[np.intp] = getattr(self, part)
            if len(rows):
                return part, rows
        return "training", self.train


class TableProblem(NamedTuple):
    """A table as what is to be learned: rows `X` `(n, p)`, encoded by `columns`.

    `split` says which row is for what; `scaling` has the features' means and deviations over the
    training rows, `target_scaling` those of the target of a regression, 0 and 1 for classes;
    `notes` say what was decided, a sentence each.
    """

    settings: Settings
    target: TargetColumn
    label_kind: LabelKind
    loss: str
    columns: Columns
    X: npt.NDArray[np.float64]
    split: Split
    scaling: Scaling
    target_scaling: Scaling
    notes: tuple[str, ...]

    def examples(
        self, rows: npt.NDArray[np.intp]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[Any]]:
        """Return standardised features, and standardised numbers or class indices, of some rows."""
        y = self.target.y[rows]
        if self.target.task == "regression":
            y = self.target_scaling.apply(y[:, None])[:, 0]
        return self.scaling.apply(self.X[rows]), y

    def model(self, coef: npt.ArrayLike, intercept: npt.ArrayLike) -> LinearModel:
        """Return a model in the columns' own units from weights of standardised ones."""
        mean, scale = self.target_scaling
        coefficients, offset = self.scaling.unscale(
            np.atleast_2d(np.asarray(coef, dtype=np.float64)) * scale,
            np.atleast_1d(np.asarray(intercept, dtype=np.float64)) * scale + mean,
        )
        target = self.target
        return LinearModel(
            target.task,
            target.name,
            self.loss,
            self.columns,
            coefficients,
            offset,
            target.classes,
            self.label_kind,
        )

    def scores(self, model: LinearModel) -> tuple[Score, Score, Score]:
        """Return a model's scores on the three parts."""
        train, validation, test = (
            score_of(model, self.X[rows], self.target.y[rows]) for rows in self.split
        )
        return train, validation, test


def pose(table: Table, target_name: str, settings: Settings) -> TableProblem:
    """Decide the task, hold rows out, and learn the encoding and the scaling."""
    notes = list(table.notes)
    if settings.drop_missing_target:
        table = _with_target(table, target_name, notes)
    task = task_of(settings.loss) if settings.task is None else settings.task
    target = read_target(table, target_name, task)
    loss = _loss_of(settings.loss, target.task)
    split, told = _split(target, table.n_rows, settings)
    columns = Columns.fit(table, target.name, split.train)
    encoded = columns.transform(table)
    return TableProblem(
        settings,
        target,
        _label_kind(table[target_name].kind),
        loss,
        columns,
        encoded.X,
        split,
        Scaling.fit(encoded.X[split.train]),
        _target_scaling(target, loss, split.train),
        (*notes, *told, *columns.notes, *encoded.notes),
    )


def _label_kind(kind: Kind) -> LabelKind:
    """Return what classes are in a column: dates and times are told by their texts."""
    return kind if kind == "number" or kind == "boolean" else "text"


def _with_target(table: Table, target_name: str, notes: list[str]) -> Table:
    """Return the rows of a table that have a target."""
    missing = table[target_name].missing
    if not missing.any():
        return table
    if missing.all():
        raise ValueError(f"the target {target_name!r} is missing in every row")
    count = int(missing.sum())
    has = "has" if count == 1 else "have"
    notes.append(f"{counted(count, 'row')} {has} no value of {target_name!r}: left out.")
    return table.at(np.flatnonzero(~missing))


def task_of(loss: str | None) -> Task | None:
    """Return the task that a loss belongs to."""
    if loss in REGRESSION:
        return "regression"
    return "classification" if loss in CLASSIFICATION else None


def _loss_of(name: str | None, task: Task) -> str:
    """Return the name of the loss: the one asked for if it is one of the task's, or its own."""
    losses = REGRESSION if task == "regression" else CLASSIFICATION
    if name is None:
        return "squared_error" if task == "regression" else "log_loss"
    if name not in losses:
        raise ValueError(f"{name!r} is no loss of a {task}: choose {', '.join(losses)}")
    return name


def _target_scaling(target: TargetColumn, loss: str, train: npt.NDArray[np.intp]) -> Scaling:
    """Return the scaling of the target, from the training rows."""
    unscaled = Scaling(np.zeros(1), np.ones(1))
    if target.task == "classification":
        return unscaled
    y = target.y[train]
    if (y == y[0]).all():
        raise ValueError(
            f"the target {target.name!r} is the same in every training row:"
            " try another random_state=, or more rows"
        )
    refuse_out_of_domain(REGRESSION[loss], y)
    # counts and the like have a unit of their own
    return unscaled if isinstance(REGRESSION[loss], Restricted) else Scaling.fit(y[:, None])


def _split(target: TargetColumn, n_rows: int, settings: Settings) -> tuple[Split, list[str]]:
    """Hold out a test part, and a part of the rest to watch the training with; say what was not."""
    rows = np.arange(n_rows)
    test = validation = rows[:0]
    if settings.test_size is None:
        return Split(rows, validation, test), []
    classes = target.y if target.task == "classification" else None
    generator = np.random.default_rng(settings.random_state)
    notes = []
    if settings.test_size > 0 and n_rows < FEWEST_ROWS_TO_SPLIT:
        notes.append(f"Only {n_rows} rows: no test part was held out.")
    else:
        rows, test = hold_out(rows, settings.test_size, generator, classes)
        if settings.test_size > 0 and not len(test):
            notes.append("The test part came out empty: there is no test score.")
        if len(rows) < 2:
            raise ValueError(
                f"test_size={settings.test_size:g} leaves {len(rows)} of {n_rows} rows to learn"
                " from: at least 2 are needed"
            )
    if len(rows) < VALIDATION_ROWS:
        notes.append(
            f"Under {VALIDATION_ROWS} rows to train on: none is set aside for a validation score."
        )
    else:
        rows, validation = hold_out(rows, VALIDATION_SHARE, generator, classes)
    return Split(rows, validation, test), notes
