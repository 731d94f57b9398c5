"""The moving parts of frames: markers with their paths, tangents, curves, the step count."""

from typing import Protocol

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection

from descend.views.animations.motion import Motion
from descend.views.figures.style import HALO, INK, MUTED, STROKES, number
from descend.views.records.marks import draw_minima, draw_saddles, scatter_flat
from descend.views.records.paths import (
    FEW_RUNS,
    colours_of,
    draw_end_marks,
    draw_starts,
    line_style,
    marker_size,
)
from descend.views.records.trajectories import Trajectories


class Moving(Protocol):
    """Artists that move. They join axes that are drawn already, and never drawn again."""

    def permanent(self, before: int | None, now: int) -> list[Artist]:
        """Return what is added from one frame to another; None: before the first."""
        return []

    def passing(self, now: int) -> list[Artist]:
        """Return what is shown in this frame alone."""
        return []


def _stand_out(trajectories: Trajectories) -> bool:
    """Say whether each run is to be told from the others: they are few, or have own colours."""
    return trajectories.n_runs <= FEW_RUNS or trajectories.colours is not None


class RunMarkers(Moving):
    """Markers of all runs, each drawing its path: balls leave none.

    A run that left the picture for good is marked where it was last seen.
    """

    def __init__(self, ax: Axes, trajectories: Trajectories, motion: Motion) -> None:
        assert motion.places is not None
        self.places, self.rows, self.leaves_line = motion.places, motion.rows, motion.line
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
        x, y = self.places[0].T
        self.markers = scatter_flat(
            ax,
            x,
            y,
            s=0.9 * size if motion.line else 1.6 * size,
            c=colours,
            edgecolors=HALO,
            linewidths=1.0 if size > 12 else 0.3,
            zorder=5,
        )
        draw_starts(ax, trajectories, self.places)
        self.starts = ax.collections[-1]
        self.outlined = trajectories.n_runs <= FEW_RUNS
        self.ends = motion.ends
        self.seen = self.places[0] if motion.ends is None else motion.ends.seen_at(self.places)
        self.marks = {kind: self._mark(ax, trajectories, kind) for kind in self._kinds()}

    def _kinds(self) -> set[str]:
        """Return the ways in which runs leave the picture."""
        return set() if self.ends is None else set(self.ends.kinds.tolist()) - {"end"}

    def _mark(self, ax: Axes, trajectories: Trajectories, kind: str) -> PathCollection:
        which = np.ones(trajectories.n_runs, dtype=bool)
        return draw_end_marks(ax, trajectories, kind, self.seen, which)

    def permanent(self, before: int | None, now: int) -> list[Artist]:
        """Return the starts at first, and then each run's path to here."""
        opening: list[Artist] = [self.starts] if before is None else []
        if not self.leaves_line:
            return opening
        first = self.rows[0 if before is None else before]
        segments = list(self.places[first : self.rows[now] + 1].transpose(1, 0, 2))
        self.lines.set_segments(segments)
        self.outline.set_segments(segments)
        return [*opening, *([self.outline] if self.outlined else []), self.lines]

    def passing(self, now: int) -> list[Artist]:
        """Return the markers of the runs that are in the picture, and of those that left it."""
        here = self.places[self.rows[now]]
        if self.ends is None or not self.marks:
            self.markers.set_offsets(here)
            return [self.markers]
        over = now == len(self.rows) - 1
        left = (self.ends.kinds != "end") & (over | (self.rows[now] > self.ends.last_seen))
        self.markers.set_offsets(np.where(left[:, np.newaxis], np.nan, here))
        for kind, mark in self.marks.items():
            which = left & (self.ends.kinds == kind)
            mark.set_offsets(np.where(which[:, np.newaxis], self.seen, np.nan))
        return [self.markers, *self.marks.values()]


class Landmarks(Moving):
    """The stars of minima and the crosses of saddles, above the lines and below the runs."""

    def __init__(self, ax: Axes, motion: Motion, *, maximised: bool) -> None:
        before = len(ax.collections)
        draw_minima(ax, motion.minima, maximised=maximised)
        draw_saddles(ax, motion.saddles)
        self.marks = list(ax.collections)[before:]

    def passing(self, now: int) -> list[Artist]:
        """Return all of them."""
        return [*self.marks]


class Tangent(Moving):
    """The tangent at each ball on a curve, and of a single one its slope as a number."""

    def __init__(self, ax: Axes, trajectories: Trajectories, motion: Motion) -> None:
        assert motion.places is not None
        assert motion.slopes is not None
        self.places, self.slopes = motion.places[motion.rows], motion.slopes
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
        slope, places = self.slopes[now], self.places[now]
        # The length in the picture of a unit to the right and `slope` up.
        length = np.hypot(1.0, slope * self.half[0] / self.half[1])
        along = np.stack([self.half[0] / length, slope * self.half[0] / length], axis=-1)
        self.lines.set_segments(list(np.stack([places - along, places + along], axis=1)))
        if not self.single:
            return [self.lines]
        self.label.set_text(f"slope {number(float(slope[0]))}")
        return [self.lines, self.label]


class Trace(Moving):
    """Curves against the step that grow; those of a few runs differ in their strokes, too."""

    def __init__(self, ax: Axes, trajectories: Trajectories, motion: Motion) -> None:
        assert motion.places is not None
        self.places, self.rows = motion.places, motion.rows
        width, opacity = line_style(trajectories)
        self.is_few = 1 < trajectories.n_runs <= FEW_RUNS
        strokes = [STROKES[run % len(STROKES)] for run in range(trajectories.n_runs)]
        self.lines = LineCollection(
            [],
            colors=colours_of(trajectories),
            linewidths=np.minimum(width, 1.8),
            linestyles=strokes if self.is_few else "-",
            alpha=opacity if _stand_out(trajectories) else 0.55,
            capstyle="butt" if self.is_few else "round",
            zorder=3,
        )
        ax.add_collection(self.lines, autolim=False)

    def permanent(self, before: int | None, now: int) -> list[Artist]:
        """Return each curve's part up to here, if it is not drawn anew in each frame."""
        return [] if self.is_few else self._from(self.rows[0 if before is None else before], now)

    def passing(self, now: int) -> list[Artist]:
        """Return the curves of a few runs: dashes go on only in a line that is drawn at once."""
        return self._from(0, now) if self.is_few else []

    def _from(self, first: int, now: int) -> list[Artist]:
        self.lines.set_segments(list(self.places[first : self.rows[now] + 1].transpose(1, 0, 2)))
        return [self.lines]


class Cursor(Moving):
    """An upright line at the step that is shown, and its number, if its `unit` is given."""

    def __init__(self, ax: Axes, steps: npt.NDArray[np.int64], unit: str | None) -> None:
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
