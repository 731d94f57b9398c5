"""What each feature does to a prediction, all others being equal."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from descend.protocols import Array
from descend.views.figures.style import (
    INK,
    MUTED,
    PALETTE,
    columns_fitting,
    curve_style,
    label_numbers,
    linear_values,
    new_figure,
    note,
    shortened,
    style_axes,
    styled,
)
from descend.views.models.fits import FEATURE_LETTERS, scatter

PANEL_WIDTH, PANEL_HEIGHT = 2.6, 2.2
"""The size of a feature's panel, in inches."""

FIRST_YEAR, LAST_YEAR = 1500, 2200
"""Numbers in this range are years, which are written without a comma."""

READABLE_CATEGORIES = 6
"""Above so many categories only the first and the last are named."""


class Effect(NamedTuple):
    """What a feature does: at m numbers or categories `at`, the change of k scores, `(m, k)`.

    `errors`, of the same shape, are standard errors; `points` are the rows' own numbers and what
    each leaves once all other features are taken off, `(n,)` both.
    """

    name: str
    at: Array | Sequence[str]
    change: Array
    errors: Array | None = None
    points: tuple[Array, Array] | None = None


@styled()
def partial_effects(
    effects: Sequence[Effect], ylabel: str = "change", classes: Sequence[object] | None = None
) -> Figure:
    """Draw what each feature does to the prediction, from its mean on, a panel a feature.

    All panels have one scale, so that what is steep matters. Bands and lines reach two standard
    errors to either side; dots are rows, with the effects of all other features taken off (partial
    residuals).

    Parameters
    ----------
    effects
        One a feature.
    ylabel
        What changes.
    classes
        The names of the k scores, if there are several.

    Raises
    ------
    ValueError
        If there is no effect.

    References
    ----------
    W. A. Larsen and S. J. McCleary, The use of partial residual plots in regression analysis
    (1972).

    Examples
    --------
    >>> effect = Effect("age", np.array([20.0, 60.0]), np.array([[-1.0], [1.0]]))
    >>> figure = partial_effects([effect], "change of the price")
    >>> figure.axes[0].get_xlabel()
    'age'
    """
    if not effects:
        raise ValueError("partial_effects needs at least one effect")
    columns = columns_fitting(len(effects), PANEL_WIDTH)
    rows = -(-len(effects) // columns)
    several = effects[0].change.shape[1] > 1
    figure = new_figure(
        PANEL_WIDTH * columns + 1.0, PANEL_HEIGHT * rows + 0.3 + (0.3 if several else 0.0)
    )
    axes = np.atleast_1d(figure.subplots(rows, columns, sharey=True, squeeze=False)).ravel()
    for ax, effect in zip(axes, effects, strict=False):
        style_axes(ax)
        (_draw_categories if isinstance(effect.at, Sequence) else _draw_line)(ax, effect)
        ax.axhline(0, color=MUTED, linewidth=0.8, zorder=1.5)
        ax.set_xlabel(shortened(effect.name, FEATURE_LETTERS), color=INK)
    for ax in axes[len(effects) :]:
        ax.set_visible(False)
    linear_values(axes[0])
    axes[0].set_ylim(_limits(effects))
    figure.suptitle(ylabel, x=0.02, ha="left", fontsize=10, color=INK)
    if several and classes is not None:
        names = [shortened(str(name), 18) for name in classes]
        figure.legend(
            axes[0].get_lines()[: len(names)], names, loc="outside lower left", ncols=columns * 2
        )
    return figure


def _draw_line(ax: Axes, effect: Effect) -> None:
    """Draw the effect of a number."""
    at = np.asarray(effect.at, dtype=float)
    if effect.points is not None:
        scatter(ax, *effect.points)
    for output, change in enumerate(effect.change.T):
        colour = curve_style(output, PALETTE) if effect.change.shape[1] > 1 else {"color": INK}
        ax.plot(at, change, linewidth=2, zorder=4, **colour)
        if effect.errors is not None:
            reach = 2 * effect.errors[:, output]
            ax.fill_between(
                at, change - reach, change + reach, color=colour["color"], alpha=0.18, linewidth=0
            )
    label_numbers(ax.xaxis, ticks=3)
    if at.min() >= FIRST_YEAR and at.max() <= LAST_YEAR:
        ax.xaxis.set_major_formatter(FuncFormatter(lambda year, _: f"{year:g}"))


def _draw_categories(ax: Axes, effect: Effect) -> None:
    """Draw the effect of each category."""
    count, outputs = effect.change.shape
    for output, change in enumerate(effect.change.T):
        colour = curve_style(output, PALETTE) if outputs > 1 else {"color": INK}
        places = np.arange(count) + 0.5 * (output - (outputs - 1) / 2) / outputs
        ax.plot(places, change, "o", color=colour["color"], markersize=5, zorder=4)
        if effect.errors is not None:
            reach = 2 * effect.errors[:, output]
            ax.vlines(places, change - reach, change + reach, color=colour["color"], linewidth=1.3)
    named = range(count) if count <= READABLE_CATEGORIES else (0, count - 1)
    letters = 24 // max(len(named), 1)
    ax.set_xticks(
        list(named), [shortened(str(effect.at[place]), max(letters, 5)) for place in named]
    )
    for label in ax.get_xticklabels():
        label.set_parse_math(False)
    ax.set_xlim(-0.6, count - 0.4)
    if count > READABLE_CATEGORIES:
        note(ax, f"{count} categories")


def _limits(effects: Sequence[Effect]) -> tuple[float, float]:
    """Return limits that hold all effects with their errors, and nearly all rows."""
    ends = []
    for effect in effects:
        reach = 0.0 if effect.errors is None else 2 * effect.errors
        ends += [(effect.change - reach).min(), (effect.change + reach).max()]
        if effect.points is not None and len(effect.points[1]):
            ends += np.quantile(effect.points[1], (0.005, 0.995)).tolist()
    low, high = float(min(ends)), float(max(ends))
    room = 0.06 * (high - low) or 1.0
    return low - room, high + room
