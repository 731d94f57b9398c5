"""What more rows would bring."""

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from descend.protocols import Array
from descend.views.figures.style import (
    PALETTE,
    linear_values,
    new_figure,
    number,
    style_axes,
    styled,
)


@styled()
def learning_curve(
    rows: npt.ArrayLike,
    training: npt.ArrayLike,
    held_out: npt.ArrayLike,
    ylabel: str = "score",
    held_out_name: str = "test",
) -> Figure:
    """Draw scores against the number of rows that were trained on.

    Parameters
    ----------
    rows
        `(m,)`, rising.
    training, held_out
        The scores on the rows trained on and on those held out, `(m, k)` for k draws of the rows:
        the lines are the means, the bands reach from the least to the greatest.
    ylabel, held_out_name
        What is measured, and what the rows held out are called.

    Raises
    ------
    ValueError
        If there is no number of rows, or not as many scores.

    Examples
    --------
    >>> figure = learning_curve([10, 100], [[0.9], [0.8]], [[0.4], [0.7]], "R²")
    >>> figure.axes[0].get_xlabel(), [line.get_label() for line in figure.axes[0].lines]
    ('rows trained on', ['training', 'test'])
    """
    counts = np.asarray(rows, dtype=float).ravel()
    curves = [np.asarray(each, dtype=float) for each in (training, held_out)]
    if counts.size == 0 or any(each.ndim != 2 or len(each) != len(counts) for each in curves):
        raise ValueError("learning_curve needs numbers of rows, and scores (m, k) for each")
    figure = new_figure(6.8, 3.8)
    ax = style_axes(figure.add_subplot())
    for colour, name, scores in zip(PALETTE, ("training", held_out_name), curves, strict=False):
        ax.fill_between(
            counts, scores.min(axis=1), scores.max(axis=1), color=colour, alpha=0.15, linewidth=0
        )
        ax.plot(
            counts,
            scores.mean(axis=1),
            color=colour,
            linewidth=2,
            marker="o",
            markersize=4,
            label=name,
        )
    ax.set_xscale("log")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xticks(counts, [number(count) for count in counts])
    linear_values(ax)
    ax.set_ylim(_limits(*curves))
    ax.set_xlabel("rows trained on")
    ax.set_ylabel(ylabel)
    ax.legend(loc="best")
    return figure


def _limits(training: Array, held_out: Array) -> tuple[float, float]:
    """Return limits that show the end well: with very few rows any score may come out."""
    means = np.concatenate([training.mean(axis=1), held_out.mean(axis=1)])
    high = float(max(training.max(), held_out.max()))
    end = float(min(training[-1].mean(), held_out[-1].mean()))
    low = float(means.min())
    if high > end:
        low = max(low, end - 2 * (high - end))
    room = 0.06 * (high - low) or 0.05
    return low - room, high + room
