"""Who moves in a film: walkers with their trails, tangents, curves that grow, the step's count."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from descend.protocols import Array
from descend.views.paths import FEW, colours_of, draw_starts, line_style, marker_size
from descend.views.style import HALO, INK, MUTED, number
from descend.views.trajectories import Walks

Instants = npt.NDArray[np.int64]


class Panel(Protocol):
    """Something that moves. Its artists join axes that are drawn already, and never drawn again."""

    def trails(self, before: int | None, now: int) -> list[Artist]:
        """Return what stays of the way from one recorded instant to another; None: the opening."""
        ...

    def actors(self, now: int) -> list[Artist]:
        """Return what is seen at this instant alone."""
        ...


class RunMarkers:
    """Heads of all runs, each drawing its trail.

    Parameters
    ----------
    ax
        Where.
    walks
        The record.
    places
        `(n, k, 2)`: where the points lie in the picture.
    kept
        The recorded instants of these n places, in order.
    ball
        Whether each walker is a ball that leaves no trail.
    """

    def __init__(
        self, ax: Axes, walks: Walks, places: Array, kept: Instants, *, ball: bool = False
    ) -> None:
        self.places, self.kept, self.ball = places, kept, ball
        width, opacity = line_style(walks)
        colours = colours_of(walks)
        self.lines = LineCollection(
            [], colors=colours, linewidths=width, alpha=opacity, capstyle="round", zorder=3
        )
        self.casing = LineCollection([], colors=HALO, linewidths=width + 1.4, alpha=0.6, zorder=2.9)
        ax.add_collection(self.casing, autolim=False)
        ax.add_collection(self.lines, autolim=False)
        size = marker_size(walks)
        x, y = places[0].T
        self.heads = ax.scatter(
            x,
            y,
            s=1.6 * size if ball else 0.9 * size,
            c=colours,
            edgecolors=HALO,
            linewidths=1.0 if size > 12 else 0.3,
            zorder=5,
        )
        draw_starts(ax, walks, places)
        self.starts = ax.collections[-1]
        self.cased = walks.n_runs <= FEW

    def trails(self, before: int | None, now: int) -> list[Artist]:
        """Return the starts at first, and then each run's way to here."""
        since = 0 if before is None else before
        opening: list[Artist] = [self.starts] if before is None else []
        if self.ball:
            return opening
        first, last = np.searchsorted(self.kept, (since, now))
        segments = list(self.places[first : last + 1].transpose(1, 0, 2))
        self.lines.set_segments(segments)
        self.casing.set_segments(segments)
        return [*opening, *([self.casing] if self.cased else []), self.lines]

    def actors(self, now: int) -> list[Artist]:
        """Return the heads."""
        self.heads.set_offsets(self.places[np.searchsorted(self.kept, now)])
        return [self.heads]


class Tangent:
    """The tangent at each ball on a curve, and for a single ball its slope in figures."""

    def __init__(
        self, ax: Axes, walks: Walks, places: Array, instants: Instants, slopes: Array
    ) -> None:
        self.places, self.instants, self.slopes = places, instants, slopes
        low, high = ax.get_xlim()
        bottom, top = ax.get_ylim()
        self.half = np.array([high - low, top - bottom]) * 0.11
        self.lines = LineCollection(
            [], colors=colours_of(walks), linewidths=2.2 if walks.n_runs <= FEW else 0.8, zorder=4
        )
        ax.add_collection(self.lines, autolim=False)
        self.figures = ax.text(
            0.5, 0.95, "", transform=ax.transAxes, ha="center", color=INK, fontsize=11
        )
        self.single = walks.n_runs == 1

    def trails(self, before: int | None, now: int) -> list[Artist]:
        """Return nothing: a tangent leaves no trail."""
        return []

    def actors(self, now: int) -> list[Artist]:
        """Return tangents of the same length on paper, whatever their slope."""
        index = np.searchsorted(self.instants, now)
        slope, places = self.slopes[index], self.places[index]
        # Where a unit to the right and `slope` up lead on paper.
        length = np.hypot(1.0, slope * self.half[0] / self.half[1])
        along = np.stack([self.half[0] / length, slope * self.half[0] / length], axis=-1)
        self.lines.set_segments(list(np.stack([places - along, places + along], axis=1)))
        if not self.single:
            return [self.lines]
        self.figures.set_text(f"slope {number(float(slope[0]))}")
        return [self.lines, self.figures]


class Trace:
    """Curves against the step that grow."""

    def __init__(
        self, ax: Axes, walks: Walks, curves: Array, kept: Instants, steps: Instants
    ) -> None:
        self.curves, self.kept, self.steps = curves, kept, steps
        width, opacity = line_style(walks)
        self.lines = LineCollection(
            [],
            colors=colours_of(walks),
            linewidths=min(width, 1.8),
            alpha=opacity if walks.n_runs <= FEW else 0.55,
            capstyle="round",
            zorder=3,
        )
        ax.add_collection(self.lines, autolim=False)

    def trails(self, before: int | None, now: int) -> list[Artist]:
        """Return each curve's way to here."""
        since = self.steps[0 if before is None else before]
        through = self.kept[(self.kept >= since) & (self.kept <= self.steps[now])]
        rows = self.curves[through]
        across = np.broadcast_to(through[:, np.newaxis], rows.shape)
        self.lines.set_segments(list(np.stack([across, rows], axis=-1).transpose(1, 0, 2)))
        return [self.lines]

    def actors(self, now: int) -> list[Artist]:
        """Return nothing: the cursor says where the curves have come."""
        return []


class Cursor:
    """An upright line at the step that is shown."""

    def __init__(self, ax: Axes, steps: Instants) -> None:
        self.steps = steps
        self.line = ax.axvline(0, color=MUTED, linewidth=1, zorder=2)

    def trails(self, before: int | None, now: int) -> list[Artist]:
        """Return nothing."""
        return []

    def actors(self, now: int) -> list[Artist]:
        """Return the line."""
        self.line.set_xdata([self.steps[now], self.steps[now]])
        return [self.line]


class Counter:
    """The number of the step, or what `unit` says, that is shown."""

    def __init__(self, ax: Axes, steps: Instants, unit: str) -> None:
        self.steps, self.unit = steps, unit
        self.text = ax.text(
            1.0, 1.035, "", transform=ax.transAxes, ha="right", color=INK, fontsize=10
        )

    def trails(self, before: int | None, now: int) -> list[Artist]:
        """Return nothing."""
        return []

    def actors(self, now: int) -> list[Artist]:
        """Return the number."""
        self.text.set_text(f"{self.unit} {self.steps[now]:,} of {self.steps[-1]:,}")
        return [self.text]
