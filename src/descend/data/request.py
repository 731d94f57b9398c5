"""What is asked of a table that is read: which columns, and how their cells are to be taken."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from descend.data.table import enumerated

if TYPE_CHECKING:
    from descend.data.columns import Columns
    from descend.data.features import Feature


class Request(NamedTuple):
    """The columns to `use` (None: all) and to `drop`, and the sign of decimals and format of dates.

    With `expected` features, which a model learned, their columns alone are converted, and by the
    features' own types.
    """

    use: Collection[str] | None = None
    drop: Collection[str] = ()
    decimal: str | None = None
    date_format: str | None = None
    expected: dict[str, Feature] | None = None

    def wanted(self, names: Sequence[str], source: str) -> list[int]:
        """Return the positions of the columns to read; a ValueError for one that there is not."""
        for name in (*(self.use or ()), *self.drop):
            if name not in names:
                raise ValueError(
                    f"{source} has no column {name!r}: it has {enumerated(tuple(names))}"
                )
        return [
            position
            for position, name in enumerate(names)
            if name not in self.drop and (self.use is None or name in self.use)
        ]

    def expecting(self, columns: Columns) -> Request:
        """Return the same request of a file that a model is to predict."""
        return self._replace(expected={feature.name: feature for feature in columns.features})

    def feature(self, name: str) -> Feature | None:
        """Return what a model expects of a column, None if nothing."""
        return None if self.expected is None else self.expected.get(name)

    def may_tell(self, name: str) -> bool:
        """Say whether a column may hold numbers, as far as a model knows, and so a notation."""
        if self.expected is None:
            return True
        feature = self.expected.get(name)
        return feature is not None and feature.encoding == "number"

    def may_be_plain(self, name: str) -> bool:
        """Say whether a column may hold numbers without units."""
        feature = self.feature(name)
        return self.may_tell(name) and (feature is None or not feature.written)
