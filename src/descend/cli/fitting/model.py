"""A fitted model in the columns' own units, and the file that holds it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from descend import __version__
from descend.data.columns import Columns
from descend.data.table import described_rows
from descend.data.target import Task
from descend.losses import CLASSIFICATION, REGRESSION
from descend.losses.classes import class_log_probabilities, loss_for
from descend.protocols import Probabilistic
from descend.support.files import replacing

FORMAT = "descend model"
VERSION = 1


@dataclass(frozen=True, eq=False)
class TableModel:
    """A linear model of table columns, which `columns` turns into the p columns of its weights.

    `coefficients` `(k, p)` has a row for the predicted number; for two classes one row, for the
    score of the second; otherwise a row a class. `intercept` is `(k,)`, `classes` is empty for a
    regression, and `trained` says how it was trained, for people to read.
    """

    task: Task
    target: str
    loss: str
    columns: Columns
    coefficients: npt.NDArray[np.float64]
    intercept: npt.NDArray[np.float64]
    classes: tuple[str, ...]
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

    def predictions(self, X: npt.NDArray[np.float64]) -> tuple[list[str], list[list[Any]]]:
        """Return the header and the rows of a table of finite predictions.

        A row is the number, or the class and each class's probability if the loss gives them.
        """
        header = [self.target]
        if self.task == "regression":
            numbers = self.numbers(X)
            usable = np.isfinite(numbers)
            rows = [[number] for number in numbers.tolist()]
        elif not self.has_probabilities:
            chosen = self.predicted_classes(X)
            usable = chosen >= 0
            rows = [[self.classes[index]] for index in chosen.tolist()]
        else:
            header += [f"probability of {name}" for name in self.classes]
            probabilities = np.exp(self.log_probabilities(X))
            usable = np.isfinite(probabilities.sum(axis=1))
            best = [self.classes[index] for index in probabilities.argmax(axis=1)]
            rows = [[name, *row] for name, row in zip(best, probabilities.tolist(), strict=True)]
        if not usable.all():
            raise ValueError(
                f"the prediction overflows in {described_rows(~usable)}: its numbers are too large"
            )
        return header, rows

    def weights_by_name(self) -> dict[str, Any]:
        """Return intercept and coefficients by column; of several outputs, by class first."""
        names = self.columns.encoded_names
        coefficients = [dict(zip(names, row, strict=True)) for row in self.coefficients.tolist()]
        return {
            "intercept": self._by_output(self.intercept.tolist()),
            "coefficients": self._by_output(coefficients),
        }

    def _by_output(self, outputs: list[Any]) -> Any:
        """Return the only entry, or a dictionary of one entry a class."""
        return outputs[0] if len(outputs) == 1 else dict(zip(self.classes, outputs, strict=True))

    def save(self, file: str | Path) -> None:
        """Write the model as JSON, whole or not at all."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "descend": __version__,
            "task": self.task,
            "target": self.target,
            "loss": self.loss,
            "classes": list(self.classes),
            "columns": self.columns.to_json(),
            **self.weights_by_name(),
            "trained": self.trained,
        }
        text = json.dumps(content, indent=1, allow_nan=False, ensure_ascii=False)
        with replacing(file) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: str | Path) -> TableModel:
        """Read a model that `save` wrote; a ValueError if it is broken, or a newer version's."""
        path = Path(file)
        if not path.exists():
            raise FileNotFoundError(f"there is no model file {str(file)!r}")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{str(file)!r} is no model of descend: it is not JSON") from error
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError(
                f'{str(file)!r} is no model of descend: its "format" is not "{FORMAT}"'
            )
        if content.get("version") != VERSION:
            raise ValueError(
                f"{str(file)!r} is of version {content.get('version')!r}, and descend {__version__}"
                f" reads version {VERSION}: install the descend that wrote it"
            )
        try:
            return _model(content)
        except KeyError as error:
            raise ValueError(f"{str(file)!r} is a broken model: it has no {error}") from error
        except (ValueError, OverflowError) as error:
            raise ValueError(f"{str(file)!r} is a broken model: {error}") from error


def _model(content: dict[str, Any]) -> TableModel:
    """Return a model from its JSON, checked."""
    task, target, loss = content["task"], content["target"], content["loss"]
    classes, trained = content["classes"], content["trained"]
    if not isinstance(target, str) or not isinstance(trained, dict):
        raise ValueError("'target' must be a text and 'trained' a dictionary")
    if task not in ("regression", "classification"):
        raise ValueError(f"unknown 'task' {task!r}")
    if not isinstance(loss, str) or loss not in (
        REGRESSION if task == "regression" else CLASSIFICATION
    ):
        raise ValueError(f"unknown 'loss' {loss!r}")
    if not isinstance(classes, list) or not all(isinstance(name, str) for name in classes):
        raise ValueError("'classes' must be a list of texts")
    if (task == "classification") != (len(classes) >= 2) or len(set(classes)) < len(classes):
        raise ValueError("'classes' do not fit the task")
    columns = Columns.from_json(content["columns"])
    rows, intercepts = content["coefficients"], content["intercept"]
    if len(classes) > 2:
        rows, intercepts = _in_order(rows, classes), _in_order(intercepts, classes)
    else:
        rows, intercepts = [rows], [intercepts]
    weights = [_in_order(row, columns.encoded_names) for row in rows]
    return TableModel(
        task,
        target,
        loss,
        columns,
        np.array([[_finite(weight) for weight in row] for row in weights]),
        np.array([_finite(intercept) for intercept in intercepts]),
        tuple(classes),
        trained,
    )


def _in_order(stored: Any, names: Any) -> list[Any]:
    """Return the entries of a dictionary that must have exactly these names."""
    if not isinstance(stored, dict) or set(stored) != set(names):
        raise ValueError("the names of its weights do not fit its columns and classes")
    return [stored[name] for name in names]


def _finite(number: Any) -> float:
    """Return a finite number, or refuse what is none."""
    if type(number) not in (int, float) or not math.isfinite(number):
        raise ValueError(f"{number!r} is no finite number")
    return float(number)
