"""A fit as artists that move: its line or dots, and the words of its table."""

from __future__ import annotations

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from descend.views.animations.artists import Moving
from descend.views.animations.fit_motion import MovingCells, MovingHeights
from descend.views.models.fits import scatter
from descend.views.models.fitted_curves import FIT_STYLE
from descend.views.models.prediction_tables import write_cells


class MovingFit(Moving):
    """A line or dots that are elsewhere in each frame."""

    def __init__(self, ax: Axes, heights: MovingHeights) -> None:
        self.heights = heights
        if heights.dots:
            scatter(ax, heights.x, heights.y[0])
            self.dots = ax.collections[-1]
        else:
            (self.line,) = ax.plot(heights.x, heights.y[0], **FIT_STYLE)

    def passing(self, now: int) -> list[Artist]:
        """Return it where it is in this frame."""
        x, y = self.heights.x, self.heights.y[now]
        if self.heights.dots:
            self.dots.set_offsets(np.column_stack([x, y]))
            return [self.dots]
        self.line.set_ydata(y)
        return [self.line]


class MovingWords(Moving):
    """The cells of a table, whose words change."""

    def __init__(self, ax: Axes, cells: MovingCells) -> None:
        self.cells = cells
        self.texts = [
            text
            for place, words in enumerate(cells.words[0])
            for text in write_cells(ax, place, words, cells.edges)
        ]

    def passing(self, now: int) -> list[Artist]:
        """Return the cells with the words of this frame."""
        words = [word for row in self.cells.words[now] for word in row]
        for text, word in zip(self.texts, words, strict=True):
            text.set_text(word)
        return [*self.texts]
