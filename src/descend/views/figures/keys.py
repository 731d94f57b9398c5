"""Keys of whole figures: beside what they explain, or below where the paper is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import fill

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.views.figures.key_columns import columns_of_key

LEAST_BESIDE = 6.0
"""Narrower figures, in inches, have their key below."""

LINE_LETTERS = 20
"""The letters of a line of a key on narrow paper."""

MOST_COLUMNS = 8
"""The most columns of a key below."""


def key_of_figure(ax: Axes) -> None:
    """Put the key of the axes' curves to the right of the figure, or below a narrow one."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    handles, labels = ax.get_legend_handles_labels()
    if figure.get_figwidth() >= LEAST_BESIDE:
        figure.legend(handles, labels, loc="outside right upper", fontsize=8)
    else:
        key_below_figure(figure, handles, labels)


def key_below_figure(figure: Figure, handles: Sequence[Artist], labels: Sequence[str]) -> None:
    """Put a key below a figure, in as many columns as fit; on narrow paper, long names in lines."""
    if figure.get_figwidth() < LEAST_BESIDE:
        labels = [fill(label, LINE_LETTERS) for label in labels]
    figure.legend(
        handles,
        labels,
        loc="outside lower left",
        ncols=columns_of_key(labels, figure.get_figwidth() - 0.2, MOST_COLUMNS),
        columnspacing=1.4,
        handletextpad=0.5,
    )
