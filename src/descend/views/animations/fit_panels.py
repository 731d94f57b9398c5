"""The panels of a film of a fit: the data with its line, or predictions beside the truth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec

from descend.protocols import Array
from descend.views.animations.fit_film import FitFilm
from descend.views.animations.fit_motion import MovingCells, MovingHeights
from descend.views.animations.motion import Detail, Motion
from descend.views.figures.style import style_axes
from descend.views.models.fitted_curves import FIT_STYLE, draw_fitted_data, draw_references
from descend.views.models.prediction_tables import (
    draw_table,
    draw_true_axes,
    moving_cells,
    tabled_rows,
)
from descend.views.records.paths import draw_key

TABLE_ROWS = 10
"""The rows of the table of a film."""


class FitPanel(NamedTuple):
    """The data of one feature with the line or curve that moves."""

    film: FitFilm
    points: Array
    heading: str
    label: str = "the fit over the data"
    width: float = 4.7

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the data, and what the fit is compared with."""
        ax = style_axes(figure.add_subplot(place), title=self.heading)
        across = draw_fitted_data(ax, self.film.fitted)
        draw_references(ax, self.film.fitted, across, self.film.truth)
        ax.plot([], [], label="fit", **FIT_STYLE)
        draw_key(ax)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the curve at the instants of the frames."""
        x = np.linspace(*ax.get_xlim(), self.film.curve_points)
        curves = self.film.fitted.predicted(self.points, x[:, np.newaxis])
        return Motion(None, np.arange(len(curves)), heights=MovingHeights(x, curves))


class PredictionsPanel(NamedTuple):
    """Predictions against the truth, which go to the line."""

    film: FitFilm
    points: Array
    heading: str
    label: str = "predictions against the truth"
    width: float = 4.4

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the line of right predictions."""
        ax = style_axes(figure.add_subplot(place), title=self.heading)
        inputs, true = self.film.shown_rows()
        draw_true_axes(ax, true, self.film.fitted.predicted(self.points[[0, -1]], inputs).ravel())
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the predictions at the instants of the frames."""
        inputs, true = self.film.shown_rows()
        said = self.film.fitted.predicted(self.points, inputs)
        heights = MovingHeights(true, said, dots=True)
        return Motion(None, np.arange(len(said)), heights=heights)


class TablePanel(NamedTuple):
    """Some rows of the truth and of the predictions, whose numbers change."""

    film: FitFilm
    points: Array
    label: str = "a table of some rows"
    width: float = 4.0

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the head, the lines and the truth."""
        ax = figure.add_subplot(place)
        rows = tabled_rows(len(self.film.fitted.true), TABLE_ROWS)
        draw_table(ax, rows, self.film.fitted.true[rows])
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the predictions and their squared errors at the instants of the frames."""
        fitted = self.film.fitted
        rows = tabled_rows(len(fitted.true), TABLE_ROWS)
        told = fitted.predicted(self.points, fitted.inputs[rows])
        words = [moving_cells(fitted.true[rows], said) for said in told]
        return Motion(None, np.arange(len(words)), cells=MovingCells(words))
