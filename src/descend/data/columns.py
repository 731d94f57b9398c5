"""Table columns to numbers: the encoding that a model learned, and needs again to predict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from descend.data.features import Feature, as_read, encode, fit_feature, stored_feature
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
        """Learn the encoding of all columns but the target from the training rows, by default all.

        Left out are columns without any value, columns with a single value, and text that is
        nearly all different, such as names. A missing number is replaced by the mean, a missing
        boolean or category by the most frequent one.

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
            readable = as_read(name, column, notes)
            refuse_infinite(name, readable)
            values = readable.values if rows is None else readable.values[rows]
            feature = fit_feature(name, Column(readable.kind, values), notes)
            if feature is not None:
                features.append(feature)
        if not features:
            why = " ".join(notes) or "it has only the target."
            raise ValueError(f"{table.source} has no feature to learn from: {why}")
        columns = cls(tuple(features), tuple(notes))
        clashing = [name for name, n in Counter(columns.encoded_names).items() if n > 1]
        if clashing:
            raise ValueError(
                f"two columns would be called {clashing[0]!r} once encoded: rename one of them"
            )
        return columns

    @property
    def encoded_names(self) -> tuple[str, ...]:
        """The names of all columns of numbers."""
        return tuple(name for feature in self.features for name in feature.encoded_names)

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
            {**feature._asdict(), "categories": list(feature.categories)}
            for feature in self.features
        ]

    @classmethod
    def from_json(cls, stored: Any) -> Columns:
        """Return the encoding that `to_json` described, checked."""
        if not isinstance(stored, list) or not stored:
            raise ValueError("'columns' must be a list of columns")
        return cls(tuple(stored_feature(content) for content in stored))
