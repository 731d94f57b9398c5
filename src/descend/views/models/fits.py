"""Pictures of a fitted model: its predictions, its weights."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.views.figures.style import (
    ACCENT,
    INK,
    MUTED,
    PALETTE,
    columns_fitting,
    fitting,
    label_numbers,
    linear_values,
    new_figure,
    note,
    number,
    shortened,
    style_axes,
    styled,
)
from descend.views.records.trajectories import LARGEST_DRAWN

RASTER_POINTS = 2_000
"""Above so many points a scatter is drawn as one image, which bounds the size of an SVG."""

CLASS_LETTERS, FEATURE_LETTERS = 18, 34
"""The longest names of classes and of features; longer ones are cut."""


@styled()
def predicted_against_true(
    true: npt.ArrayLike, predicted: npt.ArrayLike, target: str = "target"
) -> Figure:
    """Draw predictions against the truth, with the diagonal on which they would be right.

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
    >>> figure = predicted_against_true([1.0, 2.0, 3.0], [1.1, 1.9, 3.2], target="price")
    >>> figure.axes[0].get_xlabel()
    'true price'
    """
    truth, said = paired("predicted_against_true", true, predicted)
    figure = new_figure(5.2, fitting(5.2) - 0.3)
    ax = style_axes(figure.add_subplot())
    both = np.concatenate([truth, said])
    both = both[np.isfinite(both)]
    low, high = (float(both.min()), float(both.max())) if both.size else (0.0, 1.0)
    room = 0.05 * (high - low) or 1.0
    edges = (low - room, high + room)
    ax.plot(edges, edges, color=INK, linewidth=1.2, zorder=2)
    scatter(ax, truth, said)
    ax.set_xlim(edges)
    ax.set_ylim(edges)
    ax.set_aspect("equal")
    linear_values(ax)
    label_numbers(ax.xaxis, ticks=6)
    ax.set_xlabel(f"true {target}")
    ax.set_ylabel(f"predicted {target}")
    note(ax, "on the line, the prediction is the truth")
    return figure


def paired(
    view: str, true: npt.ArrayLike, said: npt.ArrayLike, what: str = "predictions"
) -> tuple[Array, Array]:
    """Return the truth and what was said of it, `(n,)`; refuse what does not belong together."""
    truth, told = (np.asarray(each, dtype=float).ravel() for each in (true, said))
    if len(truth) != len(told) or len(truth) == 0:
        raise ValueError(f"{view} needs as many {what} as rows, got {len(told)} for {len(truth)}")
    return truth, told


def scatter(ax: Axes, x: Array, y: Array) -> None:
    """Draw points: the more there are, the smaller and the fainter."""
    n = len(x)
    ax.scatter(
        x,
        y,
        s=float(np.clip(4000 / max(n, 1), 5, 36)),
        color=PALETTE[0],
        alpha=float(np.clip(60 / np.sqrt(max(n, 1)) / 4, 0.05, 0.75)),
        linewidths=0,
        rasterized=n > RASTER_POINTS,
        zorder=3,
    )


@styled()
def weights(
    names: Sequence[str],
    weights: npt.ArrayLike,
    intercept: npt.ArrayLike | None = None,
    most: int = 30,
    *,
    classes: Sequence[object] | None = None,
    errors: npt.ArrayLike | None = None,
) -> Figure:
    """Draw weights as bars, the largest on top.

    Parameters
    ----------
    names
        The features' names, d of them.
    weights
        `(d,)`, or `(k, d)` for k classes or outputs: then each has a panel of its own.
    intercept, classes
        A number, or k of them, and k names, for the panels' titles.
    errors
        Their standard errors, of the same shape: a line reaches two of them to either side.
    most
        How many bars a picture shows; it says so when there are more weights.

    Raises
    ------
    ValueError
        If there are not as many names as weights.

    Examples
    --------
    >>> figure = weights(["age", "height"], [0.5, -2.0])
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['height', 'age']
    """
    table = np.atleast_2d(np.asarray(weights, dtype=float))
    k, d = table.shape
    if len(names) != d or d == 0:
        raise ValueError(f"weights needs a name for each weight, got {len(names)} for {d}")
    if classes is not None and len(classes) != k:
        raise ValueError(f"weights needs a class for each row, got {len(classes)} for {k}")
    spread = None if errors is None else np.atleast_2d(np.asarray(errors, dtype=float))
    if spread is not None and spread.shape != table.shape:
        raise ValueError(f"weights needs an error for each weight, got {spread.size} for {k * d}")
    offsets = None if intercept is None else np.broadcast_to(np.asarray(intercept, float), (k,))
    sizes = np.abs(np.nan_to_num(table)).max(axis=0)
    shown = np.argsort(-sizes, kind="stable")[:most]
    columns = columns_fitting(k, 3.4)
    rows = -(-k // columns)
    figure = new_figure(
        7.2 if k == 1 else 3.4 * columns + 1.2, rows * (0.25 * len(shown) + 0.9) + 0.4
    )
    axes = np.atleast_1d(figure.subplots(rows, columns, sharey=True, squeeze=False)).ravel()
    for panel, ax in enumerate(axes[:k]):
        titles = [] if classes is None else [shortened(str(classes[panel]), CLASS_LETTERS)]
        if offsets is not None:
            titles.append(f"intercept {number(float(offsets[panel]))}")
        style_axes(ax, title=", ".join(titles) or None)
        _bars(ax, table[panel, shown], None if spread is None else spread[panel, shown])
    letters = int(FEATURE_LETTERS * min(1.0, fitting(7.2) / 7.2))
    features = [shortened(str(names[index]), letters) for index in shown]
    axes[0].set_yticks(range(len(shown)), features)
    axes[0].set_ylim(len(shown) - 0.4, -0.6)
    for ax in axes[:k]:
        ax.tick_params(axis="y", length=0, labelcolor=INK)
        plain_labels(ax)
    for ax in axes[k:]:
        ax.set_visible(False)
    told = [] if spread is None else ["lines: two standard errors to either side"]
    if len(shown) < d:
        told.append(f"the {len(shown)} largest of {d:,} weights")
    if told:
        figure.supxlabel("\n".join(told), fontsize=9, color=MUTED)
    return figure


def _bars(ax: Axes, values: Array, errors: Array | None) -> None:
    values = np.clip(np.nan_to_num(values), -LARGEST_DRAWN, LARGEST_DRAWN)
    reach = np.zeros_like(values)
    if errors is not None:
        reach = np.clip(np.nan_to_num(2 * errors), 0.0, LARGEST_DRAWN)
    colours = [PALETTE[0] if value >= 0 else ACCENT for value in values]
    places = np.arange(len(values))
    ax.barh(places, values, height=0.66, color=colours, alpha=0.45 if reach.any() else 1, zorder=2)
    if reach.any():
        ax.hlines(places, values - reach, values + reach, color=INK, linewidth=1.3, zorder=4)
        ax.plot(values, places, "o", color=INK, markersize=3.5, zorder=4)
    ax.axvline(0, color=MUTED, linewidth=1, zorder=3)
    ax.grid(False, axis="y")
    label_numbers(ax.xaxis, ticks=5)
    ax.spines["left"].set_visible(False)
    low = min(0.0, float((values - reach).min()))
    high = max(0.0, float((values + reach).max()))
    room = 0.04 * max(high, -low) or 1.0
    ax.set_xlim(low - room, high + room)


def plain_labels(ax: Axes) -> None:
    """Show names as they are: a dollar in a name starts no formula."""
    for label in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        label.set_parse_math(False)
