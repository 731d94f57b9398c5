"""A panel of a page: its picture, and the tracks that the page moves on it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.views.animations.canvas import settle
from descend.views.animations.motion import Detail, Motion
from descend.views.animations.panels import Panel, SurfacePanel
from descend.views.animations.plan import Plan
from descend.views.animations.player.fits import cells_of, heights_of
from descend.views.animations.player.layers import layers_of
from descend.views.animations.player.track import Track, encoded, shares_of
from descend.views.figures.style import new_figure
from descend.views.records.paths import MANY_RUNS
from descend.views.records.trajectories import Trajectories, keyframes, movement_of

NUMBERS = 14_000
"""The most coordinates of a track: the page stays small."""

SIZE = (5.2, 4.3)
"""The size of a panel in inches, as it is on a wide page: on others it is scaled."""

TANGENT = 0.11
"""Half the length of a tangent, as a share of the picture."""


class Drawn(NamedTuple):
    """A panel as a figure with what does not move, and what moves on its `ax`."""

    panel: Panel
    figure: Figure
    ax: Axes
    motion: Motion
    track: Track | None

    @classmethod
    def of(cls, panel: Panel, detail: Detail) -> Drawn:
        """Draw a panel as a figure of its own."""
        figure = new_figure(*SIZE)
        if isinstance(panel, SurfacePanel):
            # a box in three dimensions reaches beyond its axes
            figure.get_layout_engine().set(rect=(0, 0, 1, 0.95))  # type: ignore[union-attr,call-arg]
        ax = panel.draw(figure, figure.add_gridspec(1, 1)[0])
        settle(figure)
        motion = panel.motion(ax, detail)
        track = None
        if motion.places is not None:
            track = Track.on(ax, motion.places, motion.rows, line=motion.line)
        return cls(panel, figure, ax, motion, track)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The axes' left, top, right and bottom edge as shares of the figure, from the top left."""
        left, bottom, right, top = (float(edge) for edge in self.ax.get_position().extents)
        return left, 1 - top, right, 1 - bottom

    def content(self) -> dict[str, Any]:
        """Return what the page needs to draw what moves."""
        motion = self.motion
        content: dict[str, Any] = {
            "box": [round(edge, 5) for edge in self.box],
            "points": float(self.figure.get_figwidth()) * 72,
            "minima": shares_of(self.ax, motion.minima).round(5).tolist(),
            "saddles": shares_of(self.ax, motion.saddles).round(5).tolist(),
        }
        if self.track is not None:
            content["track"] = self.track.content()
        if motion.slopes is not None:
            # they lead from each ball to the end of its tangent, `(frames, k, 2)`
            tangents = _tangents(self.ax, motion.slopes)
            content["tangents"] = [encoded(tangents[..., axis]) for axis in (0, 1)]
        if motion.cursor is not None:
            bottom = np.full(len(motion.cursor), self.ax.get_ylim()[0])
            across = shares_of(self.ax, np.stack([motion.cursor, bottom], axis=-1))[:, 0]
            content["cursor"] = [round(float(place), 5) for place in across]
        if motion.heights is not None:
            content["heights"] = heights_of(self.ax, motion.heights)
        if motion.cells is not None:
            content["cells"] = cells_of(self.ax, motion.cells)
        if motion.regions is not None:
            content["regions"] = layers_of(self.ax, motion.regions, motion.rows)
        return content


def detail_of(plan: Plan) -> Detail:
    """Return what moves on a page: runs that can be told apart, on tracks that keep it small."""
    trajectories, instants = plan.trajectories, plan.instants
    runs = shown_runs(trajectories)
    if plan.scene is not None:
        extent = np.ptp(np.array(plan.scene.window), axis=1)
        most = NUMBERS // (2 * len(runs)) - len(instants)
        more = keyframes(movement_of(trajectories, extent), max(most, 2))
        instants = np.union1d(more, instants)
    frames = plan.frame_steps()
    most = NUMBERS // (1 + len(runs)) - len(frames)
    steps = np.union1d(keyframes(movement_of(trajectories, None), max(most, 2)), frames)
    return Detail(runs, instants, steps)


def shown_runs(trajectories: Trajectories) -> npt.NDArray[np.int64]:
    """Return the runs that move: all, or as many as can be told from the others."""
    k = trajectories.n_runs
    return np.linspace(0, k - 1, min(k, MANY_RUNS)).round().astype(np.int64)


def moving_part(trajectories: Trajectories) -> Trajectories:
    """Return the trajectories of the runs that move."""
    runs, colours = shown_runs(trajectories), trajectories.colours
    return trajectories._replace(
        points=None if trajectories.points is None else trajectories.points[:, runs],
        values=trajectories.values[:, runs],
        gradient_norms=trajectories.gradient_norms[:, runs],
        last=trajectories.last[runs],
        diverged=trajectories.diverged[runs],
        converged=trajectories.converged[runs],
        colours=None if colours is None else tuple(colours[run] for run in runs),
    )


def _tangents(ax: Axes, slopes: Array) -> Array:
    """Return half the tangents as shares of the figure, as long as each other in the picture."""
    corners = shares_of(ax, np.array([[0.0, 0.0], [1.0, 1.0]]))
    across, down = corners[1] - corners[0]
    rise = slopes * down / across
    half = TANGENT / np.hypot(1.0, rise)
    return np.stack([half, half * rise], axis=-1)
