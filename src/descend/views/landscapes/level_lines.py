"""One point of a function of two variables from above: its level line, and the gradient across."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, Stroke

from descend.protocols import Array
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import HALO, INK, number, styled
from descend.views.landscapes.heights import (
    draw_colour_bar,
    draw_landscape,
    sample_landscape,
    shade_outside,
)
from descend.views.landscapes.tangents import ARROW, REACH, UPHILL, arrow, draw_step, tangent_of
from descend.views.records.marks import draw_minima
from descend.views.records.paths import draw_key


@styled()
def level_line(
    what: Any,
    at: npt.ArrayLike | None = None,
    *,
    rate: float | None = None,
    step: int = 0,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw the level line through a point of two variables, and the gradient at right angles to it.

    Both axes have one scale, so that the right angle is one.

    Parameters
    ----------
    what, at, rate, step, ax, window, title
        As for `tangent`.

    Raises
    ------
    ValueError
        As `tangent`, or if the function is not of two variables.

    Examples
    --------
    >>> ax = level_line("x^2 + 4*y^2", [2, 1], rate=0.1)
    >>> ax.get_legend_handles_labels()[1][:2]
    ['level line, value 8', 'its tangent']
    """
    drawn = tangent_of(what, "level_line", at, rate, step, window, (2,))
    own = panel(ax, 6.4, 5.4, grid=False)
    subject = drawn.subject
    landscape = sample_landscape(subject.objective, subject.window)
    draw_landscape(own, landscape, subject.names)
    shade_outside(own, subject.objective, subject.window)
    draw_colour_bar(own, landscape)
    outline = [Stroke(linewidth=4, foreground=INK), Normal()]
    grid = np.meshgrid(landscape.x, landscape.y)
    if landscape.low < drawn.height < landscape.high:
        lines = own.contour(*grid, landscape.heights, [drawn.height], colors=HALO, zorder=2)
        lines.set(linewidth=2, path_effects=outline)
    (line,) = own.plot([], [], color=HALO, linewidth=2, path_effects=outline)
    line.set_label(f"level line, value {number(drawn.height)}")
    extent = np.ptp(np.array(subject.window), axis=1).min()
    if (size := float(np.linalg.norm(drawn.gradient))) > 0:
        uphill = drawn.gradient / size
        across = np.array([-uphill[1], uphill[0]])
        ends = drawn.point + np.outer([-1, 1], across) * 1.3 * REACH * extent
        own.plot(*ends.T, color=INK, linestyle="--", linewidth=1.6, label="its tangent", zorder=3)
        _draw_corner(own, drawn.point, uphill, across, 0.03 * extent)
        tip = drawn.point + 1.4 * ARROW * extent * uphill
        told = f"gradient, of size {number(size)}"
        arrow(own, drawn.point, tip, UPHILL, told)
    draw_step(own, drawn, drawn.point, drawn.next)
    draw_minima(own, subject.minima)
    own.set_aspect("equal")
    draw_key(own, inside=ax is not None)
    return titled(own, ax, title, subject.formula)


def _draw_corner(ax: Axes, corner: Array, along: Array, across: Array, size: float) -> None:
    """Draw the mark of a right angle."""
    sides = corner + size * np.array([along, along + across, across])
    ax.plot(*sides.T, color=INK, linewidth=1, zorder=3)
