"""Colour bars: what the colours of a picture mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.ticker import NullLocator

from descend.views.figures.style import INK, label_numbers


def draw_bar(
    mappable: ScalarMappable,
    ax: Axes | Sequence[Axes],
    title: str,
    ticks: Sequence[float] | None = None,
    labels: Sequence[str] | None = None,
    **options: Any,
) -> None:
    """Draw the bar of a picture's colours beside one or more axes, with a title above it.

    Without `ticks` and their `labels` it has about six round numbers; `options` are matplotlib's.
    """
    beside = [ax] if isinstance(ax, Axes) else list(ax)
    # of a row of axes the bar is no wider than of one
    share = 0.05 / len(beside) ** 0.5
    bar = beside[0].figure.colorbar(
        mappable, ax=beside, fraction=share, pad=0.02, aspect=34, **options
    )
    if ticks is None:
        label_numbers(bar.ax.yaxis, ticks=6)
    else:
        bar.set_ticks(list(ticks), labels=labels)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    bar.ax.set_title(title, fontsize=8.5, color=INK, loc="left", pad=6)
    bar.outline.set_visible(False)
