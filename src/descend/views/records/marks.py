"""Marks of special points: a star where a minimum is, a cross where a saddle is."""

from typing import Any

from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from descend.protocols import Array
from descend.views.figures.style import HALO, INK

STAR = "#ffd43b"
"""The colour of minima: none of the paths' and of the landscape's."""

FEW_MINIMA = 12
"""Up to so many stars are large."""


def scatter_flat(ax: Axes, *places: Any, **style: Any) -> PathCollection:
    """Scatter marks in the plane of the picture, on axes of three dimensions, too.

    Their own scatter sorts marks by depth, and mixes their colours up.
    """
    return Axes.scatter(ax, *places, **style)


def draw_minima(ax: Axes, minima: Array, *, maximised: bool = False) -> None:
    """Draw minima `(n, 2)` as stars, below the ends of paths, which are smaller."""
    if not len(minima):
        return
    x, y = minima.T
    scatter_flat(
        ax,
        x,
        y,
        s=190 if len(minima) <= FEW_MINIMA else 70,
        marker="*",
        facecolors=STAR,
        edgecolors=INK,
        linewidths=0.9,
        zorder=4.5,
        label="maximum" if maximised else "minimum",
    )


def draw_saddles(ax: Axes, saddles: Array) -> None:
    """Draw saddles `(n, 2)` as upright crosses."""
    if not len(saddles):
        return
    x, y = saddles.T
    scatter_flat(
        ax,
        x,
        y,
        s=150,
        marker="P",
        facecolors=HALO,
        edgecolors=INK,
        linewidths=0.9,
        zorder=4.5,
        label="saddle",
    )
