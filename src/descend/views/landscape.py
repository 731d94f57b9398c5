"""Landscapes: a function of one or two variables, and the walks on it."""

import warnings
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.patheffects import Normal, Stroke
from matplotlib.ticker import FuncFormatter, MaxNLocator

from descend.typing import Array, Objective
from descend.views.style import ACCENT, INK, LANDSCAPE, PAPER, PATHS, number
from descend.views.walks import FAR, Walks, movement_of, pace
from descend.views.window import Window

GRID_POINTS = 120
LEVELS = 22

# Up to so many runs have a colour and a line of their own.
FEW = 8

# Up to so many steps, each is marked on the path.
STEPS_SEEN = 60


class Landscape(NamedTuple):
    """Heights over a window, and a scale that shows valleys as well as peaks.

    The scale is `share = ((height - low) / (high - low)) ** (1 / power)`, with the power that gives
    the lower and the upper half of the area half of the colours each: near 1 for waves, 2 for a
    bowl, more for a deep narrow valley.
    """

    x: Array
    y: Array
    heights: Array
    low: float
    high: float
    power: float

    def share(self, heights: Array) -> Array:
        """Return where the heights lie between low (0) and high (1) on the scale."""
        return rise(heights, self.low, self.high) ** (1 / self.power)

    def height(self, share: float) -> float:
        """Return the height at this share of the scale."""
        span = self.high - self.low
        height = self.low + span * share**self.power
        # What rounding leaves of a zero is a zero.
        return float(height) if abs(height) > 1e-6 * span else 0.0


def rise(heights: Array, low: float, high: float) -> Array:
    """Return the heights' linear share between low and high, within 0..1."""
    span = high - low
    clipped = np.clip((np.clip(heights, low, high) - low) / (span if span > 0 else 1.0), 0, 1)
    return np.asarray(clipped)


def heights_at(objective: Objective, w: Array) -> Array:
    """Return the objective's values, NaN where it has none."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            heights = np.asarray(objective.value(w), dtype=float)
        except (ArithmeticError, ValueError):
            # A function that raises outside its domain is asked point by point.
            heights = np.array([_height_at(objective, point) for point in w])
    return np.where(np.isfinite(heights), np.clip(heights, -FAR, FAR), np.nan)


def _height_at(objective: Objective, point: Array) -> float:
    try:
        return float(objective.value(point))
    except (ArithmeticError, ValueError):
        return np.nan


def survey(objective: Objective, window: Window) -> Landscape:
    """Measure the objective of two variables on a grid over the window.

    Raises
    ------
    ValueError
        If it is finite nowhere in the window.
    """
    x, y = (np.linspace(low, high, GRID_POINTS) for low, high in window)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    heights = heights_at(objective, grid).reshape(GRID_POINTS, GRID_POINTS)
    known = heights[np.isfinite(heights)]
    if known.size == 0:
        raise ValueError(f"the objective is finite nowhere in the window {window}: choose another")
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
            colors=PAPER,
            linewidths=0.6,
            alpha=0.35,
        )
    else:
        ax.set_facecolor(LANDSCAPE(0.0))
    ax.set_xlim(landscape.x[0], landscape.x[-1])
    ax.set_ylim(landscape.y[0], landscape.y[-1])
    _name_axes(ax, names)


def _name_axes(ax: Axes, names: tuple[str, ...]) -> None:
    for axis, label in zip((ax.xaxis, ax.yaxis), names, strict=True):
        axis.set_label_text(label)
        axis.set_major_locator(MaxNLocator(nbins=6))
        axis.set_major_formatter(FuncFormatter(lambda place, _: number(place)))
    ax.grid(False)


def draw_height_bar(ax: Axes, landscape: Landscape, label: str = "value") -> None:
    """Draw the colour bar of a landscape, labelled with heights in round numbers."""
    if landscape.high == landscape.low:
        return
    mappable = ScalarMappable(Normalize(0, 1), LANDSCAPE)
    heights = sorted(
        {float(f"{landscape.height(s):.2g}") for s in (0.02, 0.2, 0.4, 0.6, 0.8, 0.98)}
    )
    shown = [h for h in heights if landscape.low <= h <= landscape.high]
    bar = ax.figure.colorbar(
        mappable,
        ax=ax,
        fraction=0.05,
        pad=0.02,
        aspect=34,
        ticks=landscape.share(np.array(shown)),
    )
    bar.ax.set_yticklabels([number(h) for h in shown])
    bar.ax.tick_params(length=0, labelsize=8.5, labelcolor=INK)
    bar.ax.set_title(label, fontsize=8.5, color=INK, loc="left", pad=6)
    bar.outline.set_visible(False)


def colours_of(walks: Walks) -> list[str]:
    """Return a colour a run: its own if the runs are few, otherwise one for all."""
    if walks.n_runs == 1 or walks.n_runs > FEW:
        return [ACCENT] * walks.n_runs
    return list(PATHS[: walks.n_runs])


def line_style(walks: Walks) -> tuple[float, float]:
    """Return the width and the opacity of a run's line: the more runs, the finer."""
    k = walks.n_runs
    if k <= FEW:
        return 1.8, 1.0
    return (1.1, 0.85) if k <= 100 else (0.6, float(np.clip(30 / k, 0.03, 0.5)))


def shown_instants(walks: Walks, window: Window) -> npt.NDArray[np.int64]:
    """Choose which recorded points of many runs are drawn: all, or as many as can be seen."""
    assert walks.points is not None
    most = max(40, 400_000 // walks.n_runs)
    extent = np.array([high - low for low, high in window])
    return pace(movement_of(walks, extent), most)


def draw_paths(
    ax: Axes,
    walks: Walks,
    places: Array,
    instants: npt.NDArray[np.int64],
    *,
    chords: bool = False,
) -> None:
    """Draw each run's path, its start hollow and its end filled, a cross where it fled.

    Parameters
    ----------
    ax
        Where.
    walks
        The record.
    places
        `(m, k, 2)`: where each recorded point lies in the picture.
    instants
        Which of the m to draw, if the runs are many.
    chords
        Whether the lines are mere chords of a curve: then they are thin, and the points matter.
    """
    width, opacity = line_style(walks)
    colours = colours_of(walks)
    if chords:
        width, opacity = 0.8 * width, 0.5 * opacity
    if walks.n_runs <= FEW:
        casing: list[Any] = [Stroke(linewidth=width + 1.6, foreground=PAPER, alpha=0.75), Normal()]
        effects = None if chords else casing
        for run, colour in enumerate(colours):
            x, y = places[:, run].T
            ax.plot(
                x, y, color=colour, linewidth=width, path_effects=effects, alpha=opacity, zorder=3
            )
            if chords or len(places) <= STEPS_SEEN:
                ax.plot(x[1:], y[1:], "o", color=colour, markersize=4, markeredgewidth=0, zorder=3)
    else:
        lines = LineCollection(
            list(places[instants].transpose(1, 0, 2)),
            colors=colours[0],
            linewidths=width,
            alpha=opacity,
            zorder=3,
            rasterized=walks.n_runs > 200,
        )
        ax.add_collection(lines, autolim=False)
    draw_ends(ax, walks, places)


def draw_starts(ax: Axes, walks: Walks, places: Array) -> None:
    """Mark the starts with hollow circles."""
    size = marker_size(walks)
    x, y = places[0].T
    ax.scatter(
        x,
        y,
        s=size,
        facecolors=PAPER,
        edgecolors=colours_of(walks),
        linewidths=1.3 if size > 12 else 0.6,
        zorder=4,
        label="start",
        plotnonfinite=False,
    )


def draw_ends(ax: Axes, walks: Walks, places: Array) -> None:
    """Mark the starts with hollow circles, the ends with filled ones, and flights with crosses."""
    draw_starts(ax, walks, places)
    size = marker_size(walks)
    colours = np.array(colours_of(walks))
    settled = ~walks.diverged
    if settled.any():
        x, y = places[-1][settled].T
        ax.scatter(
            x,
            y,
            s=size * 1.1,
            c=list(colours[settled]),
            edgecolors=PAPER,
            linewidths=0.9 if size > 12 else 0.3,
            zorder=5,
            label="end",
        )
    if walks.diverged.any():
        x, y = _last_seen(ax, places[:, walks.diverged]).T
        ax.scatter(
            x,
            y,
            s=size * 1.3,
            c=list(colours[walks.diverged]),
            marker="X",
            edgecolors=PAPER,
            linewidths=0.8,
            zorder=5,
            label="last seen before it diverged",
        )


def _last_seen(ax: Axes, places: Array) -> Array:
    """Return each path's last place inside the axes, `(k, 2)`."""
    edges = np.array([ax.get_xlim(), ax.get_ylim()])
    inside = np.all((places >= edges[:, 0]) & (places <= edges[:, 1]), axis=2)
    last = len(places) - 1 - np.argmax(inside[::-1], axis=0)
    seen = places[last, np.arange(places.shape[1])]
    return np.where(inside.any(axis=0)[:, np.newaxis], seen, np.nan)


def marker_size(walks: Walks) -> float:
    """Return the area of a run's marker in square points."""
    k = walks.n_runs
    return 52.0 if k <= FEW else (26.0 if k <= 100 else 9.0)


def draw_key(ax: Axes) -> None:
    """Explain the markers in a line below the axes."""
    handles, labels = ax.get_legend_handles_labels()
    for handle in handles:
        handle.set_sizes([30])  # type: ignore[attr-defined]
    ax.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(-0.02, -0.11),
        ncols=3,
        handletextpad=0.2,
        columnspacing=1.4,
    )
