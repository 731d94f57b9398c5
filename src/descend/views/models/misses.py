"""How predictions miss: residuals of numbers, and whether probabilities are kept."""

from typing import Literal

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.views.figures.style import (
    ACCENT,
    INK,
    PALETTE,
    columns_fitting,
    label_numbers,
    linear_values,
    new_figure,
    note,
    style_axes,
    styled,
)
from descend.views.models.fits import paired, scatter

SLICES, SLICE_ROWS = 10, 20
"""Medians and shares are taken of at most so many slices of rows, of at least so many rows each."""


@styled()
def residuals(true: npt.ArrayLike, predicted: npt.ArrayLike, target: str = "target") -> Figure:
    """Draw what is left of the truth when the prediction is taken off, and how it is spread.

    A trend, or a spread that grows, shows what the model lacks; the line joins the medians of
    slices of the rows.

    Parameters
    ----------
    true, predicted
        The truth and the predictions, `(n,)`.
    target
        The name of what is predicted.

    Raises
    ------
    ValueError
        If they differ in length or are empty.

    Examples
    --------
    >>> figure = residuals([1.5, 2.0, 2.5], [1.0, 2.0, 3.0], target="price")
    >>> [ax.get_xlabel() for ax in figure.axes]
    ['predicted price', 'rows']
    """
    truth, said = paired("residuals", true, predicted)
    left = truth - said
    shown = np.isfinite(left) & np.isfinite(said)
    said, left = said[shown], left[shown]
    across = columns_fitting(2, 3.2, most=2) == 2
    figure = new_figure(7.4 if across else 3.7, 3.6 if across else 5.6)
    layout = {"width_ratios": (2.6, 1)} if across else {"height_ratios": (1.7, 1)}
    axes = figure.subplots(*((1, 2) if across else (2, 1)), sharey=across, gridspec_kw=layout)
    points, spread = (style_axes(ax) for ax in axes)
    points.axhline(0, color=INK, linewidth=1.2, zorder=2)
    scatter(points, said, left)
    slices = _slices(said)
    if len(slices) > 2:
        middle = [[np.median(each[rows]) for rows in slices] for each in (said, left)]
        points.plot(*middle, color=ACCENT, linewidth=1.8, zorder=4)
        note(points, f"line: medians of {len(slices)} slices", ACCENT)
    points.set_xlabel(f"predicted {target}")
    points.set_ylabel("true \N{MINUS SIGN} predicted")
    label_numbers(points.xaxis, ticks=5)
    linear_values(points)
    sideways: Literal["horizontal", "vertical"] = "horizontal" if across else "vertical"
    spread.hist(left, bins="auto" if len(left) > 1 else 1, orientation=sideways, color=PALETTE[0])
    if across:
        spread.set_xlabel("rows")
    else:
        spread.set_xlabel("true \N{MINUS SIGN} predicted")
        spread.set_ylabel("rows")
    label_numbers(spread.xaxis, ticks=4)
    return figure


@styled()
def calibration(right: npt.ArrayLike, probability: npt.ArrayLike) -> Figure:
    """Draw how often a class was right against how probable it was said to be.

    Rows are taken in slices of equal size; on the diagonal, probabilities are kept. A line reaches
    two standard errors of a share to either side.

    Parameters
    ----------
    right, probability
        Whether the class that was predicted is the true one, and how probable it was said to be,
        `(n,)`.

    Raises
    ------
    ValueError
        If they differ in length or are empty.

    Examples
    --------
    >>> figure = calibration([False, True, True, True], [0.6, 0.7, 0.9, 0.9])
    >>> figure.axes[0].get_ylabel()
    'share that was right'
    """
    held, said = paired("calibration", right, probability, "probabilities")
    figure = new_figure(4.4, 4.1)
    ax = style_axes(figure.add_subplot())
    slices = _slices(said)
    means = np.array([said[rows].mean() for rows in slices])
    shares = np.array([held[rows].mean() for rows in slices])
    counts = np.array([len(rows) for rows in slices])
    # as if one more row in two had been right: a share of all is not certain, either
    kept = (shares * counts + 1) / (counts + 2)
    reach = 2 * np.sqrt(kept * (1 - kept) / (counts + 2))
    low = float(min(means.min(), shares.min(), 0.5))
    ax.plot([low, 1], [low, 1], color=INK, linewidth=1.2, zorder=2)
    ax.vlines(
        means,
        np.clip(shares - reach, 0, 1),
        np.clip(shares + reach, 0, 1),
        color=PALETTE[0],
        linewidth=1.3,
        zorder=3,
    )
    ax.plot(means, shares, "o", color=PALETTE[0], markersize=5, zorder=4)
    ax.set_xlabel("probability of the predicted class")
    ax.set_ylabel("share that was right")
    label_numbers(ax.xaxis, ticks=5)
    linear_values(ax)
    return figure


def _slices(x: Array) -> list[npt.NDArray[np.intp]]:
    """Return the rows in slices of about equal size, from the least `x` to the greatest."""
    count = max(1, min(SLICES, len(x) // SLICE_ROWS))
    return np.array_split(np.argsort(x, kind="stable"), count)
