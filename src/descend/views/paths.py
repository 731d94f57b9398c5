"""Paths: the walks of all runs, drawn on a landscape or a curve."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import Normal, Stroke

from descend.protocols import Array
from descend.views.style import ACCENT, HALO, PATHS
from descend.views.trajectories import Walks, movement_of, pace
from descend.views.window import Window

# Up to so many runs have a colour and a line of their own.
FEW = 8

# Up to so many steps, each is marked on the path.
STEPS_SEEN = 60

# Above so many runs, each is no more than a dot and a shade of colour.
CROWD = 200


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
    return (1.1, 0.85) if k <= 100 else (0.6, float(np.clip(100 / k, 0.03, 0.85)))


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
        casing: list[Any] = [Stroke(linewidth=width + 1.6, foreground=HALO, alpha=0.75), Normal()]
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
            rasterized=walks.n_runs > CROWD,
        )
        ax.add_collection(lines, autolim=False)
    draw_ends(ax, walks, places)


def draw_starts(ax: Axes, walks: Walks, places: Array) -> None:
    """Mark the starts with hollow circles."""
    size = marker_size(walks)
    crowd = walks.n_runs > CROWD
    x, y = places[0].T
    ax.scatter(
        x,
        y,
        s=2 if crowd else size,
        facecolors=HALO,
        edgecolors="none" if crowd else colours_of(walks),
        linewidths=1.3 if size > 12 else 0.6,
        # Starts of very many runs would hide the paths, and need no key.
        alpha=float(np.clip(100 / walks.n_runs, 0.02, 0.6)) if crowd else 1.0,
        zorder=2.5 if crowd else 4,
        label=None if crowd else "start",
    )


def draw_ends(ax: Axes, walks: Walks, places: Array) -> None:
    """Mark the starts with hollow circles, the ends with filled ones, and flights with crosses."""
    draw_starts(ax, walks, places)
    outside = ~_inside(ax, places)[-1] & ~walks.diverged
    settled = ~(walks.diverged | outside)
    edge = 0.9 if marker_size(walks) > 12 else 0.3
    _mark(ax, walks, places[-1], settled, "end", marker="o", larger=1.1, edge=edge)
    seen = _last_seen(ax, places)
    _mark(ax, walks, seen, outside, "on its way out of the picture", marker="D", larger=0.8)
    _mark(ax, walks, seen, walks.diverged, "last seen before it diverged", marker="X", larger=1.3)


def _mark(
    ax: Axes,
    walks: Walks,
    places: Array,
    which: npt.NDArray[np.bool_],
    label: str,
    *,
    marker: str,
    larger: float,
    edge: float = 0.8,
) -> None:
    """Mark some of the runs' places, `(k, 2)`."""
    if not which.any():
        return
    x, y = places[which].T
    ax.scatter(
        x,
        y,
        s=larger * marker_size(walks),
        c=list(np.array(colours_of(walks))[which]),
        marker=marker,
        edgecolors=HALO,
        linewidths=edge,
        zorder=5,
        label=label,
    )


def _last_seen(ax: Axes, places: Array) -> Array:
    """Return each path's last place inside the axes, `(k, 2)`."""
    inside = _inside(ax, places)
    last = len(places) - 1 - np.argmax(inside[::-1], axis=0)
    seen = places[last, np.arange(places.shape[1])]
    return np.where(np.expand_dims(inside.any(axis=0), 1), seen, np.nan)


def _inside(ax: Axes, places: Array) -> npt.NDArray[np.bool_]:
    """Say which places `(m, k, 2)` the axes show."""
    edges = np.array([ax.get_xlim(), ax.get_ylim()])
    return np.asarray(((places >= edges[:, 0]) & (places <= edges[:, 1])).all(axis=2))


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
