"""Table columns to numbers: the encoding that a model learned, and needs again to predict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.encoding import encode
from descend.data.features import Feature, fit_feature, is_unrepeated, stored_feature
from descend.data.names import distinct
from descend.data.table import Column, Table, enumerated, refuse_infinite


class Encoded(NamedTuple):
    """A table as numbers `X` `(n, p)`, with the p columns' names, such as `age` and `sex=male`.

    The notes say what was imputed, and which categories were never seen in training.
    """

    X: npt.NDArray[np.float64]
    names: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Columns:
    """How a table's columns become numbers; each note is a sentence on what was decided."""

    features: tuple[Feature, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def fit(
        cls, table: Table, target: str | None = None, rows: npt.NDArray[np.intp] | None = None
    ) -> Columns:
        """Learn the encoding of all columns but the target from the training `rows` (None: all).

        Left out are columns without any value, columns with a single value, identifiers, and text
        that is nearly all different, such as names. A missing number, time or date is replaced by
        the mean, a missing boolean or category by the most frequent one.

        Examples
        --------
        >>> import numpy as np
        >>> sex = Column("text", np.array(["male", "female", None], dtype=object))
        >>> Columns.fit(Table(("sex",), (sex,))).encoded_names
        ('sex=female', 'sex=male')
        """
        features = []
        notes: list[str] = []
        for name, column in zip(table.names, table.columns, strict=True):
            if name == target:
                continue
            learned = _learnable(name, column, rows, notes)
            refuse_infinite(name, learned)
            feature = fit_feature(name, _at(learned, rows), notes)
            if feature is not None:
                features.append(feature)
        if not features:
            why = " ".join(notes) or "it has only the target."
            raise ValueError(f"{table.source} has no feature to learn from: {why}")
        return cls(tuple(features), tuple(notes))

    @property
    def encoded_names(self) -> tuple[str, ...]:
        """The names of all columns of numbers, which differ: `a=b (2)` for a second `a=b`."""
        return distinct(name for feature in self.features for name in feature.encoded_names)

    def transform(self, table: Table) -> Encoded:
        """Return a table's features as numbers.

        A category that was not seen in training counts as "(other)" where there is one, and is 0
        in all of its columns otherwise.
        """
        lacking = [feature.name for feature in self.features if feature.name not in table.names]
        if lacking:
            columns = "columns" if len(lacking) > 1 else "column"
            raise ValueError(
                f"{table.source} lacks the {columns} {enumerated(lacking, len(lacking))}"
                " that the model was trained on"
            )
        X = np.zeros((table.n_rows, len(self.encoded_names)))
        notes: list[str] = []
        start = 0
        positions = {name: position for position, name in enumerate(table.names)}
        for feature in self.features:
            stop = start + len(feature.encoded_names)
            encode(feature, table.columns[positions[feature.name]], X[:, start:stop], notes)
            start = stop
        return Encoded(X, self.encoded_names, tuple(notes))

    def to_json(self) -> list[dict[str, Any]]:
        """Return the features as plain lists and dictionaries."""
        return [
            {
                key: list(value) if isinstance(value, tuple) else value
                for key, value in feature._asdict().items()
            }
            for feature in self.features
        ]

    @classmethod
    def from_json(cls, stored: Any) -> Columns:
        """Return the encoding that `to_json` described, checked."""
        if not isinstance(stored, list) or not stored:
            raise ValueError("'columns' must be a list of columns")
        return cls(tuple(stored_feature(content) for content in stored))


def _at(column: Column, rows: npt.NDArray[np.intp] | None) -> Column:
    """Return some rows of a column."""
    return column if rows is None else column._replace(values=column.values[rows])


def _learnable(
    name: str, column: Column, rows: npt.NDArray[np.intp] | None, notes: list[str]
) -> Column:
    """Return a column as it is learned: texts that are no categories may yet be numbers."""
    present = _at(column, rows)
    if column.kind != "text" or not is_unrepeated(present.values[~present.missing]):
        return column
    # Arrow takes longer to import than the columns of most tables to learn
    from descend.data.written.numbers_in_text import numbers_in_text

    return numbers_in_text(name, column, notes) or column
