"""The paths of all runs, drawn on a landscape or a curve."""

from collections.abc import Sequence
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patheffects import Normal, Stroke
from matplotlib.transforms import ScaledTranslation

from descend.protocols import Array
from descend.views.figures.key_columns import columns_of_key
from descend.views.figures.style import ACCENT, CROWD, HALO, PATHS
from descend.views.records.ends import END_MARKS, Ends, edges_of
from descend.views.records.marks import scatter_flat
from descend.views.records.trajectories import Trajectories, keyframes, movement_of
from descend.views.records.window import Window

FEW_RUNS = 8
"""Up to so many runs have a colour and a line of their own."""

MARKED_STEPS = 60
"""The most steps that are marked on a path: of more, every second, fifth, tenth or so."""

MANY_RUNS = 200
"""Above so many runs, values are drawn as bands, and starts as faint dots."""

KEY_BELOW = 0.42
"""How far below the axes their key begins, in inches."""

CORNER = (0.5, 0.4)
"""The shares of the axes, across and up, that a key in a corner may cover."""

MARK_WEIGHT = 200
"""How many points of lines a mark counts as much as."""

MOST_COLUMNS = 4
"""The most columns of a key."""

LARGE = 65.0
"""Marks of this area in square points, which are stars and crosses, are larger in the key, too."""

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
        widths = np.broadcast_to(width, trajectories.n_runs).tolist()
        steps, every = marked_steps(trajectories)
        cuts = _cut(ax, places)
        for run, (colour, thick, cut) in enumerate(zip(colours, widths, cuts, strict=True)):
            x, y = places[:cut, run].T
            outline: list[Any] = [Stroke(linewidth=thick + 1.6, foreground=HALO, alpha=0.75)]
            ax.plot(
                x,
                y,
                color=colour,
                linewidth=thick,
                path_effects=None if chords else [*outline, Normal()],
                alpha=opacity,
                zorder=3,
            )
            shown = slice(1, None) if chords else steps[steps < cut]
            ax.plot(
                x[shown], y[shown], "o", color=colour, markersize=4, markeredgewidth=0, zorder=3
            )
        if every > 1 and not chords:
            # an empty line of dots explains those of all runs
            label = f"every {every:,} {trajectories.unit}s"
            ax.plot([], [], "o", color=colours[0], markersize=4, markeredgewidth=0, label=label)
    else:
        lines = LineCollection(
            list(places[instants].transpose(1, 0, 2)),
            colors=colours,
            linewidths=width,
            alpha=opacity,
            zorder=3,
            rasterized=trajectories.n_runs > MANY_RUNS,
        )
        ax.add_collection(lines, autolim=False)
    draw_ends(ax, trajectories, places)


def _cut(ax: Axes, places: Array) -> npt.NDArray[np.intp]:
    """Return how many points of each path are drawn: all, or the first that is out for good.

    The rest of a path that leaves would only cross the picture to and fro.
    """
    last_seen = Ends.of(edges_of(ax), places, np.zeros(places.shape[1], dtype=bool)).last_seen
    return np.where(last_seen >= 0, last_seen + 2, len(places))


def marked_steps(trajectories: Trajectories) -> tuple[npt.NDArray[np.intp], int]:
    """Choose which recorded points of a path are marked: every n-th step, n told beside them.

    n is 1, 2, 5, 10, 20, ...: dots are as far apart as so many steps, whatever the record kept.
    """
    recorded = trajectories.point_steps
    every = 1
    while True:
        marked = np.flatnonzero(recorded % every == 0)[1:]
        if len(marked) <= MARKED_STEPS:
            return marked, every
        every = next(n for n in _round_numbers(every) if n > every)


def _round_numbers(least: int) -> tuple[int, ...]:
    """Return the round numbers of a decade from a round number on."""
    decade = 10 ** (len(str(least)) - 1)
    return tuple(n * decade for n in (1, 2, 5, 10))


def draw_starts(ax: Axes, trajectories: Trajectories, places: Array) -> None:
    """Mark the starts with hollow circles."""
    size = marker_size(trajectories)
    crowd = trajectories.n_runs > MANY_RUNS
    x, y = places[0].T
    scatter_flat(
        ax,
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
    ends = Ends.of(edges_of(ax), places, trajectories.diverged)
    seen = ends.seen_at(places)
    for kind in END_MARKS:
        which = ends.kinds == kind
        if which.any():
            draw_end_marks(ax, trajectories, kind, (places[-1] if kind == "end" else seen), which)


def draw_end_marks(
    ax: Axes,
    trajectories: Trajectories,
    kind: str,
    at: Array,
    which: npt.NDArray[np.bool_],
) -> PathCollection:
    """Mark the ends `which` `(k,)` of this kind at places `(k, 2)`."""
    mark, area = END_MARKS[kind], marker_size(trajectories)
    x, y = at[which].T
    return scatter_flat(
        ax,
        x,
        y,
        s=mark.larger * area,
        c=list(np.array(colours_of(trajectories))[which]),
        marker=mark.marker,
        edgecolors=HALO,
        linewidths=mark.edge or (0.9 if area > 12 else 0.3),
        zorder=5,
        label=mark.label,
    )


def marker_size(trajectories: Trajectories) -> float:
    """Return the area of a run's marker in square points."""
    k = trajectories.n_runs
    return 52.0 if k <= FEW_RUNS else (26.0 if k <= 100 else 9.0)


def draw_key(ax: Axes, *, inside: bool = False) -> None:
    """Explain the markers in a line below the axes; or inside, where others lie below."""
    handles, labels = marks_of(ax)
    if not handles:
        return
    if inside:
        framed: dict[str, Any] = {"frameon": True, "facecolor": HALO, "edgecolor": "none"}
        corner: Any = emptiest_corner(ax)
        ax.legend(handles, labels, loc=corner, framealpha=0.85, handletextpad=0.3, **framed)
        return
    key_below(ax, handles, labels)


def emptiest_corner(ax: Axes) -> str:
    """Return the corner of the axes in which the fewest marks and points of lines are."""
    drawn = [np.asarray(line.get_xydata(), dtype=float) for line in ax.lines]
    weights = [1] * len(drawn)
    for marks in ax.collections:
        if isinstance(marks, PathCollection):
            drawn.append(np.ma.getdata(marks.get_offsets()))
            weights.append(MARK_WEIGHT)
    weight = np.repeat(weights, [len(each) for each in drawn])
    points = np.concatenate([np.empty((0, 2)), *drawn])
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    x, y = (points[:, 0] - left) / (right - left), (points[:, 1] - bottom) / (top - bottom)
    beside = {"left": x < CORNER[0], "right": x > 1 - CORNER[0]}
    beyond = {"upper": y > 1 - CORNER[1], "lower": y < CORNER[1]}
    inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    return min(
        (f"{row} {column}" for row in beyond for column in beside),
        key=lambda corner: weight[
            inside & beyond[corner.split()[0]] & beside[corner.split()[1]]
        ].sum(),
    )


def key_below(ax: Axes, handles: Sequence[Artist], labels: Sequence[str]) -> None:
    """Put a key below the axes, as far as numbers and name reach, in the columns that fit."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    room = figure.get_figwidth() * ax.get_position(original=True).width
    ax.legend(
        handles,
        labels,
        loc="upper left",
        bbox_to_anchor=(-0.02, 0.0),
        bbox_transform=ax.transAxes + ScaledTranslation(0, -KEY_BELOW, figure.dpi_scale_trans),
        ncols=columns_of_key(labels, room, MOST_COLUMNS),
        handletextpad=0.3,
        columnspacing=1.4,
    )


def marks_of(ax: Axes) -> tuple[list[Artist], list[str]]:
    """Return what the key of some axes holds, scattered marks of one size: handles and labels."""
    handles, labels = ax.get_legend_handles_labels()
    return [_small(handle) for handle in handles], labels


def _small(handle: Artist) -> Artist:
    """Return scattered marks as small ones, without changing those in the picture."""
    if not isinstance(handle, PathCollection):
        return handle
    small = copy(handle)
    small.set_sizes(np.array([30.0 if handle.get_sizes()[0] < LARGE else 75.0]))
    return small
