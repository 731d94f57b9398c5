"""The moving parts of an animation: markers with their paths, tangents, curves, the step count."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from descend.protocols import Array
from descend.views.paths import FEW_RUNS, colours_of, draw_starts, line_style, marker_size
from descend.views.style import HALO, INK, MUTED, number
from descend.views.trajectories import Trajectories

Instants = npt.NDArray[np.int64]


class Moving(Protocol):
    """Artists that move. They join axes that are drawn already, and never drawn again."""

    def permanent(self, before: int | None, now: int) -> list[Artist]:
        """Return what is added from one recorded instant to another; None: the first frame."""
        return []

    def passing(self, now: int) -> list[Artist]:
        """Return what is shown at this instant alone."""
        return []


def _stand_out(trajectories: Trajectories) -> bool:
    """Say whether each run is to be told from the others: they are few, or have own colours."""
    return trajectories.n_runs <= FEW_RUNS or trajectories.colours is not None


class RunMarkers(Moving):
    """Markers of all runs, each drawing its path: balls leave none.

    `places` `(n, k, 2)` are where the points of the recorded instants `kept` lie in the picture.
    """

    def __init__(
        self,
        ax: Axes,
        trajectories: Trajectories,
        places: Array,
        kept: Instants,
        *,
        ball: bool = False,
    ) -> None:
        self.places, self.kept, self.ball = places, kept, ball
        width, opacity = line_style(trajectories)
        colours = colours_of(trajectories)
        self.lines = LineCollection(
            [], colors=colours, linewidths=width, alpha=opacity, capstyle="round", zorder=3
        )
        self.outline = LineCollection(
            [], colors=HALO, linewidths=width + 1.4, alpha=0.6, zorder=2.9
        )
        ax.add_collection(self.outline, autolim=False)
        ax.add_collection(self.lines, autolim=False)
        size = marker_size(trajectories)
        x, y = places[0].T
        self.markers = ax.scatter(
            x,
            y,
            s=1.6 * size if ball else 0.9 * size,
            c=colours,
            edgecolors=HALO,
            linewidths=1.0 if size > 12 else 0.3,
            zorder=5,
        )
        draw_starts(ax, trajectories, places)
        self.starts = ax.collections[-1]
        self.outlined = trajectories.n_runs <= FEW_RUNS

    def permanent(self, before: int | None, now: int) -> list[Artist]:
        """Return the starts at first, and then each run's path to here."""
        since = 0 if before is None else before
        opening: list[Artist] = [self.starts] if before is None else []
        if self.ball:
            return opening
        first, last = np.searchsorted(self.kept, (since, now))
        segments = list(self.places[first : last + 1].transpose(1, 0, 2))
        self.lines.set_segments(segments)
        self.outline.set_segments(segments)
        return [*opening, *([self.outline] if self.outlined else []), self.lines]

    def passing(self, now: int) -> list[Artist]:
        """Return the markers."""
        self.markers.set_offsets(self.places[np.searchsorted(self.kept, now)])
        return [self.markers]


class Tangent(Moving):
    """The tangent at each ball on a curve, and of a single one its slope as a number."""

    def __init__(
        self, ax: Axes, trajectories: Trajectories, places: Array, instants: Instants, slopes: Array
    ) -> None:
        self.places, self.instants, self.slopes = places, instants, slopes
        low, high = ax.get_xlim()
        bottom, top = ax.get_ylim()
        self.half = np.array([high - low, top - bottom]) * 0.11
        self.lines = LineCollection(
            [],
            colors=colours_of(trajectories),
            linewidths=2.2 if trajectories.n_runs <= FEW_RUNS else 0.8,
            zorder=4,
        )
        ax.add_collection(self.lines, autolim=False)
        self.label = ax.text(
            0.5, 0.95, "", transform=ax.transAxes, ha="center", color=INK, fontsize=11
        )
        self.single = trajectories.n_runs == 1

    def passing(self, now: int) -> list[Artist]:
        """Return tangents of the same length in the picture, whatever their slope."""
        index = np.searchsorted(self.instants, now)
        slope, places = self.slopes[index], self.places[index]
        # The length in the picture of a unit to the right and `slope` up.
        length = np.hypot(1.0, slope * self.half[0] / self.half[1])
        along = np.stack([self.half[0] / length, slope * self.half[0] / length], axis=-1)
        self.lines.set_segments(list(np.stack([places - along, places + along], axis=1)))
        if not self.single:
            return [self.lines]
        self.label.set_text(f"slope {number(float(slope[0]))}")
        return [self.lines, self.label]


class Trace(Moving):
    """Curves against the step that grow."""

    def __init__(
        self, ax: Axes, trajectories: Trajectories, curves: Array, kept: Instants, steps: Instants
    ) -> None:
        self.curves, self.kept, self.steps = curves, kept, steps
        width, opacity = line_style(trajectories)
        self.lines = LineCollection(
            [],
            colors=colours_of(trajectories),
            linewidths=np.minimum(width, 1.8),
            alpha=opacity if _stand_out(trajectories) else 0.55,
            capstyle="round",
            zorder=3,
        )
        ax.add_collection(self.lines, autolim=False)

    def permanent(self, before: int | None, now: int) -> list[Artist]:
        """Return each curve's part up to here."""
        since = self.steps[0 if before is None else before]
        through = self.kept[(self.kept >= since) & (self.kept <= self.steps[now])]
        rows = self.curves[through]
        across = np.broadcast_to(through[:, np.newaxis], rows.shape)
        self.lines.set_segments(list(np.stack([across, rows], axis=-1).transpose(1, 0, 2)))
        return [self.lines]


class Cursor(Moving):
    """An upright line at the step that is shown, and its number, if its `unit` is given."""

    def __init__(self, ax: Axes, steps: Instants, unit: str | None) -> None:
        self.steps, self.unit = steps, unit
        self.line = ax.axvline(0, color=MUTED, linewidth=1, zorder=2)
        self.text = ax.text(
            1.0, 1.035, "", transform=ax.transAxes, ha="right", color=INK, fontsize=10
        )

    def passing(self, now: int) -> list[Artist]:
        """Return the line and the number."""
        self.line.set_xdata([self.steps[now], self.steps[now]])
        if self.unit is None:
            return [self.line]
        self.text.set_text(f"{self.unit} {self.steps[now]:,} of {self.steps[-1]:,}")
        return [self.line, self.text]
