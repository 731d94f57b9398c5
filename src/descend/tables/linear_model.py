"""A fitted model in the columns' own units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from descend.data.columns import Columns
from descend.data.table import described_rows
from descend.data.target import Task
from descend.losses import CLASSIFICATION, REGRESSION
from descend.losses.classes import class_log_probabilities, loss_for
from descend.protocols import Probabilistic

LabelKind: TypeAlias = Literal["number", "boolean", "text"]
"""What classes can be in a table."""


@dataclass(frozen=True, eq=False)
class LinearModel:
    """A linear model of table columns, which `columns` turns into the p columns of its weights.

    `coefficients` `(k, p)` has a row for the predicted number; for two classes one row, for the
    score of the second; otherwise a row a class. `intercept` is `(k,)`; `classes`, as texts, is
    empty for a regression, and `label_kind` says what they were in the table; `trained` says how it
    was trained, for people to read.
    """

    task: Task
    target: str
    loss: str
    columns: Columns
    coefficients: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]
    classes: tuple[str, ...]
    label_kind: LabelKind = "text"
    trained: dict[str, Any] = field(default_factory=dict)

    def numbers(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the predicted numbers `(n,)` of a regression."""
        with np.errstate(over="ignore"):
            return np.asarray(REGRESSION[self.loss].mean(self._scores(X)[:, 0]))

    @property
    def has_probabilities(self) -> bool:
        """Whether the loss of a classification gives probabilities, or margins alone."""
        return isinstance(CLASSIFICATION[self.loss], Probabilistic)

    def predicted_classes(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
        """Return the index of the predicted class of each row, `(n,)`; -1 where it overflows."""
        z = self._scores(X)
        best = (z[:, 0] > 0).astype(np.intp) if len(self.classes) == 2 else z.argmax(axis=1)
        return np.where(np.isnan(z).any(axis=1), -1, best)

    def log_probabilities(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the logarithm of each class's probability, `(n, classes)`; margins have none."""
        if not self.has_probabilities:
            raise ValueError(f"loss {self.loss!r} gives margins, and no probabilities")
        loss = loss_for(CLASSIFICATION[self.loss], len(self.classes))
        z = self._scores(X)
        with np.errstate(all="ignore"):
            return np.asarray(class_log_probabilities(loss, z[:, 0] if z.shape[1] == 1 else z))

    def _scores(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the predictions before the link, `(n, k)`."""
        # what overflows is infinite or NaN, which the caller checks
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(X @ self.coefficients.T + self.intercept)

    @property
    def labels(self) -> npt.NDArray[Any]:
        """The classes as the table had them: numbers, booleans or texts."""
        if self.label_kind == "number":
            numbers = np.array([float(name) for name in self.classes])
            whole = numbers.astype(np.int64) if (np.abs(numbers) < 2**53).all() else numbers
            return whole if (whole == numbers).all() else numbers
        if self.label_kind == "boolean":
            return np.array([name == "true" for name in self.classes])
        return np.array(self.classes, dtype=object)

    def predictions(self, X: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
        """Return the predicted number, or the number of the predicted class, of each row, `(n,)`.

        A prediction that overflows is refused.
        """
        if self.task == "regression":
            numbers = self.numbers(X)
            _refuse_overflow(np.isfinite(numbers))
            return numbers
        chosen = self.predicted_classes(X)
        _refuse_overflow(chosen >= 0)
        return chosen

    def probabilities(self, X: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return each class's probability, `(n, classes)`; one that overflows is refused."""
        probabilities: npt.NDArray[np.float64] = np.exp(self.log_probabilities(X))
        _refuse_overflow(np.isfinite(probabilities.sum(axis=1)))
        return probabilities

    def weights_by_name(self) -> dict[str, Any]:
        """Return intercept and coefficients by column; of several outputs, by class first."""
        names = self.columns.encoded_names
        coefficients = [dict(zip(names, row, strict=True)) for row in self.coefficients.tolist()]
        return {
            "intercept": self.by_output(self.intercept.tolist()),
            "coefficients": self.by_output(coefficients),
        }

    def by_output(self, outputs: list[Any]) -> Any:
        """Return the only entry, or a dictionary of one entry a class."""
        return outputs[0] if len(outputs) == 1 else dict(zip(self.classes, outputs, strict=True))


def _refuse_overflow(usable: npt.NDArray[np.bool_]) -> None:
    """Refuse predictions that are infinite or no numbers."""
    if not usable.all():
        raise ValueError(
            f"the prediction overflows in {described_rows(~usable)}: its numbers are too large"
        )
