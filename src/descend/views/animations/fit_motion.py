"""What moves of a fit: a line, curve or dots over the data, and the cells of a table."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from descend.protocols import Array
from descend.views.models.prediction_tables import RIGHT_EDGES


class MovingHeights(NamedTuple):
    """Heights `(frames, m)` above `x` `(m,)`: joined by a line, or dots."""

    x: Array
    y: Array
    dots: bool = False


class MovingCells(NamedTuple):
    """The words of a table `[frame][row][column]`, whose columns end at the `edges`."""

    words: list[list[tuple[str, str]]]
    edges: tuple[float, ...] = RIGHT_EDGES[2:]

    @property
    def places(self) -> Array:
        """Where the cells' right edges are in the coordinates of the axes, `(rows, columns, 2)`."""
        rows = np.arange(len(self.words[0])) + 1.0
        return np.stack(np.meshgrid(np.array(self.edges), rows), axis=-1)
