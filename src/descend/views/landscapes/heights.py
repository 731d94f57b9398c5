"""Heights: a function of two variables on a grid, and its picture from above."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize

from descend.experiments.landscapes.grid import finite_values
from descend.objectives.composite import Bounded
from descend.objectives.risks.empirical_risk import EmpiricalRisk
from descend.protocols import Array, Objective
from descend.views.figures.bars import draw_bar
from descend.views.figures.style import HALO, INK, LANDSCAPE, digits_apart, label_numbers, number
from descend.views.records.trajectories import LARGEST_DRAWN
from descend.views.records.window import Window

GRID_POINTS = 120
"""Points of the grid in each coordinate."""

MOST_LOSSES, LEAST_POINTS = 2**25, 25
"""Losses of single rows that a grid may cost, about a second; its points a side, at the least."""

LEVELS = 22
"""Bands of colour."""


class Landscape(NamedTuple):
    """Heights over a window, and the scale `((height - low) / (high - low)) ** (1 / power)`.

    The power gives the lower and the upper half of the area half of the colours each: near 1 for
    waves, 2 for a bowl, more for a deep narrow valley.
    """

    x: Array
    y: Array
    heights: Array
    low: float
    high: float
    power: float

    def share(self, heights: Array) -> Array:
        """Return where the heights lie between low (0) and high (1) on the scale."""
        return linear_share(heights, self.low, self.high) ** (1 / self.power)

    def height(self, share: float) -> float:
        """Return the height at this share of the scale."""
        span = self.high - self.low
        height = self.low + span * share**self.power
        # a zero but for rounding is a zero
        return float(height) if abs(height) > 1e-6 * span else 0.0

    def label(self, share: float) -> str:
        """Return the height at this share as text, as exactly as heights around it differ.

        The lowest point of the grid lies beside a minimum: its 9.57e-5 is a 0 among hundreds.
        """
        height, apart = self.height(share), self.height(share + 0.2) - self.height(share)
        if abs(height) < 0.03 * apart:
            return number(0.0)
        exponent = np.floor(np.log10(apart)) if apart > 0 else 0
        rounded = round(height, 1 - int(exponent)) if abs(exponent) < 200 else height
        return number(rounded, digits_apart(height, apart))

    @property
    def is_cut(self) -> bool:
        """Whether some of it is higher than the scale reaches."""
        return bool(np.nanmax(self.heights) > self.high)


def linear_share(heights: Array, low: float, high: float) -> Array:
    """Return where the heights lie between low (0) and high (1), linearly."""
    span = high - low
    clipped = np.clip((np.clip(heights, low, high) - low) / (span if span > 0 else 1.0), 0, 1)
    return np.asarray(clipped)


def heights_at(objective: Objective, w: Array) -> Array:
    """Return the objective's values, NaN where it has none."""
    return np.clip(finite_values(objective, w), -LARGEST_DRAWN, LARGEST_DRAWN)


def sample_landscape(objective: Objective, window: Window, points: int = GRID_POINTS) -> Landscape:
    """Evaluate the objective of two variables on a grid of so many points in each of them.

    Of a loss over many rows the grid is coarser; one that is quadratic is known everywhere from
    three points in each variable. A ValueError says so if it is finite nowhere.
    """
    risk = _risk_of(objective)
    quadratic = risk is not None and risk.is_quadratic
    if risk is not None and not quadratic:
        affordable = int(np.sqrt(MOST_LOSSES / max(1, risk.blocks.n_rows)))
        points = min(points, max(LEAST_POINTS, affordable))
    x, y = (np.linspace(low, high, points) for low, high in window)
    if quadratic:
        heights = _interpolated(_on_grid(objective, x[[0, -1]], y[[0, -1]], 3), points)
    else:
        heights = _on_grid(objective, x, y, points)
    if np.isnan(heights).all():
        raise ValueError(f"the objective is finite nowhere in the window {window}: choose another")
    return scaled(x, y, heights)


def _on_grid(objective: Objective, x: Array, y: Array, points: int) -> Array:
    """Return the heights at so many points between the first and the last of `x` and of `y`."""
    spread = (np.linspace(each[0], each[-1], points) for each in (x, y))
    grid = np.stack(np.meshgrid(*spread), axis=-1).reshape(-1, 2)
    return heights_at(objective, grid).reshape(points, points)


def _interpolated(heights: Array, points: int) -> Array:
    """Return the heights of a quadratic function on a finer grid, from those of three by three."""
    t = np.linspace(0, 1, points)
    # Lagrange's polynomials through 0, 1/2 and 1
    basis = np.stack([2 * (t - 0.5) * (t - 1), 4 * t * (1 - t), 2 * t * (t - 0.5)], axis=-1)
    return np.asarray(basis @ heights @ basis.T)


def _risk_of(objective: Objective) -> EmpiricalRisk | None:
    """Return the risk that an objective is, within bounds or not, if it is one."""
    inner = objective.objective if isinstance(objective, Bounded) else objective
    return inner if isinstance(inner, EmpiricalRisk) else None


def scaled(x: Array, y: Array, heights: Array) -> Landscape:
    """Return heights `(len(y), len(x))`, some of them finite, with the scale that shows them."""
    known = heights[np.isfinite(heights)]
    low, middle, usual, high = (float(q) for q in np.quantile(known, (0, 0.5, 0.98, 1)))
    # A pole would take all the colours.
    if high - low > 4 * (usual - low) > 0:
        high = usual
    half = (middle - low) / (high - low) if high > low else 0.5
    power = float(np.clip(np.log(max(half, 1e-9)) / np.log(0.5), 0.5, 6.0))
    return Landscape(x, y, heights, low, high, power)


def draw_landscape(ax: Axes, landscape: Landscape, names: tuple[str, ...]) -> None:
    """Draw filled contours, dark where the landscape is high, with thin level lines."""
    share = np.ma.masked_invalid(landscape.share(landscape.heights))
    ax.set_facecolor("#eceef2")
    if landscape.high > landscape.low:
        levels = np.linspace(0, 1, LEVELS + 1)
        filled = ax.contourf(
            landscape.x, landscape.y, share, levels, cmap=LANDSCAPE, vmin=0, vmax=1
        )
        # Without an edge of their own colour, neighbouring bands leave hairlines in SVG and PDF.
        filled.set_edgecolor("face")
        filled.set_linewidth(0.2)
        ax.contour(
            landscape.x,
            landscape.y,
            share,
            levels[1:-1:2],
            colors=HALO,
            linewidths=0.6,
            alpha=0.35,
        )
    else:
        ax.set_facecolor(LANDSCAPE(0.0))
    ax.set_xlim(landscape.x[0], landscape.x[-1])
    ax.set_ylim(landscape.y[0], landscape.y[-1])
    name_axes(ax, names)


def shade_outside(ax: Axes, objective: Objective, window: Window) -> None:
    """Shade what lies outside the objective's bounds, if it has some."""
    if not isinstance(objective, Bounded):
        return
    for axis, edges, low, high in zip(
        ("x", "y"), window, objective.lower, objective.upper, strict=False
    ):
        for bound, edge in ((low, edges[0]), (high, edges[1])):
            if edges[0] < bound < edges[1]:
                _shade(ax, axis, bound, edge)


def _shade(ax: Axes, axis: str, bound: float, edge: float) -> None:
    """Shade what lies between a bound and an edge of the window."""
    upright = axis == "x"
    span, line = (ax.axvspan, ax.axvline) if upright else (ax.axhspan, ax.axhline)
    span(bound, edge, facecolor=HALO, alpha=0.65, linewidth=0, zorder=1.5)
    line(bound, color=INK, linewidth=1, zorder=1.6)


def name_axes(ax: Axes, names: tuple[str, ...]) -> None:
    """Name the axes of a map, and label them with numbers."""
    for axis, label in zip((ax.xaxis, ax.yaxis), names, strict=True):
        axis.set_label_text(label)
        label_numbers(axis, ticks=6)
    ax.grid(False)


def draw_level_lines(ax: Axes, landscape: Landscape, colour: str, opacity: float) -> None:
    """Draw thin level lines alone, behind what else is coloured."""
    if landscape.high > landscape.low:
        share = np.ma.masked_invalid(landscape.share(landscape.heights))
        levels = np.linspace(0, 1, LEVELS + 1)[1:-1:2]
        ax.contour(
            landscape.x, landscape.y, share, levels, colors=colour, linewidths=0.6, alpha=opacity
        )
    ax.set_xlim(landscape.x[0], landscape.x[-1])
    ax.set_ylim(landscape.y[0], landscape.y[-1])


def draw_colour_bar(ax: Axes | Sequence[Axes], landscape: Landscape) -> None:
    """Draw the colour bar of a landscape, labelled with heights, beside one or more axes."""
    if landscape.high == landscape.low:
        return
    shares = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    draw_bar(
        ScalarMappable(Normalize(0, 1), LANDSCAPE),
        ax,
        "value",
        shares,
        [landscape.label(share) for share in shares],
        # above the top is the colour of the top
        extend="max" if landscape.is_cut else "neither",
        extendfrac=0.04,
    )
