"""The paths of all runs, drawn on a landscape or a curve."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patheffects import Normal, Stroke

from descend.protocols import Array
from descend.views.style import ACCENT, CROWD, HALO, PATHS
from descend.views.trajectories import Trajectories, keyframes, movement_of
from descend.views.window import Window

FEW_RUNS = 8
"""Up to so many runs have a colour and a line of their own."""

MARKED_STEPS = 60
"""Up to so many steps, each is marked on the path."""

MANY_RUNS = 200
"""Above so many runs, values are drawn as bands, and starts as faint dots."""

PATH_POINTS = 400_000
"""The most points of the paths of many runs together."""


def colours_of(trajectories: Trajectories) -> list[str]:
    """Return a colour a run: its own if it has one or the runs are few, otherwise one for all."""
    if trajectories.colours is not None:
        return list(trajectories.colours)
    if trajectories.n_runs == 1 or trajectories.n_runs > FEW_RUNS:
        return [ACCENT] * trajectories.n_runs
    return list(PATHS[: trajectories.n_runs])


def line_style(trajectories: Trajectories) -> tuple[float | Array, float]:
    """Return the width of a run's line, or of each, and the opacity: the more runs, the finer."""
    k = trajectories.n_runs
    if trajectories.colours is not None:
        return np.where(np.array(trajectories.colours) == CROWD, 0.8, 1.8), 0.9
    if k <= FEW_RUNS:
        return 1.8, 1.0
    return (1.1, 0.85) if k <= 100 else (0.6, float(np.clip(100 / k, 0.03, 0.85)))


def shown_instants(trajectories: Trajectories, window: Window) -> npt.NDArray[np.int64]:
    """Choose which recorded points of many runs are drawn: all, or as many as can be seen."""
    assert trajectories.points is not None
    most = max(40, PATH_POINTS // trajectories.n_runs)
    extent = np.array([high - low for low, high in window])
    return keyframes(movement_of(trajectories, extent), most)


def draw_paths(
    ax: Axes,
    trajectories: Trajectories,
    places: Array,
    instants: npt.NDArray[np.int64],
    *,
    chords: bool = False,
) -> None:
    """Draw each run's path, its start hollow and its end filled, a cross where it diverged.

    `places` `(m, k, 2)` are where the recorded points lie in the picture, `instants` which of the m
    to draw if the runs are many. `chords` of a curve are thin, and every point is marked.
    """
    width, opacity = line_style(trajectories)
    colours = colours_of(trajectories)
    if chords:
        width, opacity = 0.8 * width, 0.5 * opacity
    if trajectories.n_runs <= FEW_RUNS:
        outline: list[Any] = [Stroke(linewidth=width + 1.6, foreground=HALO, alpha=0.75), Normal()]
        effects = None if chords else outline
        for run, colour in enumerate(colours):
            x, y = places[:, run].T
            ax.plot(
                x, y, color=colour, linewidth=width, path_effects=effects, alpha=opacity, zorder=3
            )
            if chords or len(places) <= MARKED_STEPS:
                ax.plot(x[1:], y[1:], "o", color=colour, markersize=4, markeredgewidth=0, zorder=3)
    else:
        lines = LineCollection(
            list(places[instants].transpose(1, 0, 2)),
            colors=colours[0],
            linewidths=width,
            alpha=opacity,
            zorder=3,
            rasterized=trajectories.n_runs > MANY_RUNS,
        )
        ax.add_collection(lines, autolim=False)
    draw_ends(ax, trajectories, places)


def draw_starts(ax: Axes, trajectories: Trajectories, places: Array) -> None:
    """Mark the starts with hollow circles."""
    size = marker_size(trajectories)
    crowd = trajectories.n_runs > MANY_RUNS
    x, y = places[0].T
    ax.scatter(
        x,
        y,
        s=2 if crowd else size,
        facecolors=HALO,
        edgecolors="none" if crowd else colours_of(trajectories),
        linewidths=1.3 if size > 12 else 0.6,
        # Starts of very many runs would hide the paths, and need no key.
        alpha=float(np.clip(100 / trajectories.n_runs, 0.02, 0.6)) if crowd else 1.0,
        zorder=2.5 if crowd else 4,
        label=None if crowd else "start",
    )


def draw_ends(ax: Axes, trajectories: Trajectories, places: Array) -> None:
    """Mark starts with hollow circles, ends with filled ones, and divergence with crosses."""
    draw_starts(ax, trajectories, places)
    outside = ~_inside(ax, places)[-1] & ~trajectories.diverged
    settled = ~(trajectories.diverged | outside)
    edge = 0.9 if marker_size(trajectories) > 12 else 0.3
    seen = _last_seen(ax, places)
    size, colours = marker_size(trajectories), np.array(colours_of(trajectories))
    for at, which, label, marker, larger, linewidth in (
        (places[-1], settled, "end", "o", 1.1, edge),
        (seen, outside, "on its way out of the picture", "D", 0.8, 0.8),
        (seen, trajectories.diverged, "last seen before it left for infinity", "X", 1.3, 0.8),
    ):
        if not which.any():
            continue
        x, y = at[which].T
        ax.scatter(
            x,
            y,
            s=larger * size,
            c=list(colours[which]),
            marker=marker,
            edgecolors=HALO,
            linewidths=linewidth,
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


def marker_size(trajectories: Trajectories) -> float:
    """Return the area of a run's marker in square points."""
    k = trajectories.n_runs
    return 52.0 if k <= FEW_RUNS else (26.0 if k <= 100 else 9.0)


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
