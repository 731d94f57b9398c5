"""Predictions against the truth at a recorded step, and some rows of both as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from descend.protocols import Array
from descend.views.figures.style import (
    ACCENT,
    EDGE,
    INK,
    MUTED,
    columns_fitting,
    headline,
    label_numbers,
    new_figure,
    note,
    number,
    style_axes,
    styled,
)
from descend.views.models.fits import scatter
from descend.views.models.recorded_fits import recorded_fit
from descend.views.records.trajectories import drawable

COLUMNS = ("row", "truth", "prediction", "squared error")
"""The table's columns."""

RIGHT_EDGES = (0.12, 0.36, 0.66, 1.0)
"""Where they end, as shares of the table's width."""

MOST_TABLED = 20
"""The most rows of a table that can be read."""

MOST_STICKS = 300
"""Of more rows the errors are not drawn as lines: they would be a grey area."""


@styled()
def predictions(
    what: Any,
    *,
    step: int | None = None,
    rows: int = 10,
    data: tuple[Any, Any] | None = None,
    title: str | None = None,
) -> Figure:
    """Draw predictions against the truth at any recorded step, and a table of some rows of both.

    On the line the prediction is the truth; how far a point lies from it is its error, and the mean
    of their squares stands above.

    Parameters
    ----------
    what
        A fitted model of any number of features, its record `model.descent_`, or a pipeline.
    step
        A recorded step or epoch; by default the last.
    rows
        How many rows the table has, evenly chosen, at most 20.
    data
        `(X, y)` to predict; by default the rows that the record holds.
    title
        By default the step.

    Raises
    ------
    ValueError
        If the rows are not known, the step was not recorded, or the model has several outputs.

    Examples
    --------
    >>> import descend
    >>> model = descend.DescentRegressor(alpha=0).fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> figure = predictions(model)
    >>> [text.get_text() for text in figure.axes[1].texts[:8]]
    ['row', 'truth', 'prediction', 'squared error', '0', '1', '1', '3']
    """
    fitted = recorded_fit(what, "predictions", data)
    if not 1 <= rows <= MOST_TABLED:
        raise ValueError(f"rows must be 1 to {MOST_TABLED}, got {rows}")
    row = fitted.row_of(step)
    said = fitted.predicted(fitted.points[row : row + 1])[0]
    across = columns_fitting(2, 4.4, most=2) == 2
    figure = new_figure(10.0 if across else 4.4, 4.5 if across else 7.6)
    layout = {"width_ratios": (1.1, 1)} if across else {"height_ratios": (1.2, 1)}
    left, right = figure.subplots(*((1, 2) if across else (2, 1)), gridspec_kw=layout)
    draw_true_axes(style_axes(left), fitted.true, said)
    if len(said) <= MOST_STICKS:
        left.add_collection(sticks(fitted.true, said), autolim=False)
    scatter(left, fitted.true, said)
    note(left, told_error(fitted.true, said), INK)
    shown = tabled_rows(len(said), rows)
    draw_table(right, shown, fitted.true[shown])
    for place, cells in enumerate(moving_cells(fitted.true[shown], said[shown])):
        write_cells(right, place, cells, RIGHT_EDGES[2:])
    headline(figure, title, f"Predictions after {fitted.told_step(row)}")
    return figure


def tabled_rows(n: int, rows: int) -> npt.NDArray[np.int64]:
    """Return which of n rows stand in a table: evenly chosen."""
    return np.linspace(0, n - 1, min(n, rows)).round().astype(np.int64)


def told_error(true: Array, said: Array) -> str:
    """Say what the mean squared error is."""
    with np.errstate(all="ignore"):
        error = float(drawable(np.mean(np.square(true - said), keepdims=True))[0])
    return f"mean squared error {number(error)}"


def draw_true_axes(ax: Axes, true: Array, said: Array) -> None:
    """Draw the line of right predictions on axes that show the truth and what was said at last."""
    low, high = float(min(true.min(), said.min())), float(max(true.max(), said.max()))
    if high - low > 4 * (spread := float(np.ptp(true)) or 1.0):
        low, high = float(true.min()) - spread, float(true.max()) + spread
    room = 0.06 * (high - low) or 1.0
    edges = (low - room, high + room)
    ax.plot(edges, edges, color=INK, linewidth=1.2, zorder=2)
    ax.set_xlim(edges)
    ax.set_ylim(edges)
    for axis in (ax.xaxis, ax.yaxis):
        label_numbers(axis, ticks=6)
    ax.set_xlabel("truth")
    ax.set_ylabel("prediction")


def sticks(true: Array, said: Array) -> LineCollection:
    """Return lines that join predictions with the truth."""
    ends = np.stack([np.column_stack([true, true]), np.column_stack([true, said])], axis=-1)
    return LineCollection(list(ends), colors=ACCENT, linewidths=0.9, alpha=0.5, zorder=2.5)


def draw_table(ax: Axes, rows: npt.NDArray[np.int64], true: Array) -> None:
    """Draw what does not move of a table: its head, its lines, the rows and their truth."""
    ax.set_axis_off()
    ax.set_xlim(0, 1)
    ax.set_ylim(len(rows) + 0.5, -0.7)
    for right, name in zip(RIGHT_EDGES, COLUMNS, strict=True):
        ax.text(right, 0, name, ha="right", va="center", color=MUTED, fontsize=9)
    known = [[f"{row:,}", number(truth)] for row, truth in zip(rows.tolist(), true, strict=True)]
    for place, cells in enumerate(known):
        write_cells(ax, place, cells, RIGHT_EDGES[:2])
    ax.hlines(np.arange(len(rows) + 1) + 0.5, 0, 1, color=EDGE, linewidth=0.6)


def write_cells(ax: Axes, place: int, cells: Sequence[str], edges: Sequence[float]) -> list[Text]:
    """Write some cells of the row of a table at a place, and return them."""
    return [
        ax.text(right, place + 1, text, ha="right", va="center", color=INK, fontsize=9)
        for right, text in zip(edges, cells, strict=True)
    ]


def moving_cells(true: Array, said: Array) -> list[tuple[str, str]]:
    """Return the cells that follow from the predictions, row by row."""
    told = zip(true.tolist(), drawable(said).tolist(), strict=True)
    return [(number(z), number(float(drawable(np.square(y - z))))) for y, z in told]
