"""The frames of an animation, drawn one after the other on a figure."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.views.animations.artists import Cursor, Landmarks, Moving, RunMarkers, Tangent, Trace
from descend.views.animations.canvas import Canvas, Frame
from descend.views.animations.motion import Detail, Motion
from descend.views.animations.moving_fits import MovingFit, MovingWords
from descend.views.animations.moving_regions import MovingRegions, explain_classes
from descend.views.animations.panels import panels_of
from descend.views.animations.plan import Plan
from descend.views.curves.curves import CURVE_POINTS
from descend.views.figures.style import HALO, INK, headline, new_figure
from descend.views.records.ends import END_MARKS
from descend.views.records.marks import STAR
from descend.views.records.paths import MANY_RUNS, colours_of, key_below, shown_instants
from descend.views.records.trajectories import Trajectories, keyframes, movement_of

HEIGHT = {False: 4.2, True: 4.6}
"""The height of a figure of curves alone, and of one with a key below, in inches."""

NAMES = 1.8
"""The width of a key of names at the side, in inches."""


class _Animation(NamedTuple):
    """A drawn figure, what moves on it, and the number of frames."""

    canvas: Canvas
    moving: Sequence[Moving]
    n_frames: int

    def artists(self, before: int | None, now: int) -> tuple[list[Artist], list[Artist]]:
        """Return the permanent and the passing artists from one frame to another."""
        permanent = [artist for part in self.moving for artist in part.permanent(before, now)]
        return permanent, [artist for part in self.moving for artist in part.passing(now)]

    def frames(self) -> Iterator[Frame]:
        """Draw the frames, one after the other."""
        for now in range(self.n_frames):
            yield self.canvas.frame(*self.artists(now - 1 if now else None, now))

    def last(self) -> Frame:
        """Draw the last frame alone."""
        return self.canvas.frame(*self.artists(None, self.n_frames - 1), keep=False)


def frames_of(plan: Plan) -> tuple[Frame, Iterator[Frame]]:
    """Return the last frame, which has all colours, and all frames, drawn as they are asked for."""
    panels, detail = panels_of(plan), _detail_of(plan)
    widths = [panel.width for panel in panels]
    named = NAMES if plan.wishes.key else 0.0
    figure = new_figure(sum(widths) + named, HEIGHT[plan.shows_points])
    grid = figure.add_gridspec(1, len(panels), width_ratios=widths)
    axes = [panel.draw(figure, grid[place]) for place, panel in enumerate(panels)]
    motions = [panel.motion(ax, detail) for panel, ax in zip(panels, axes, strict=True)]
    if plan.scene is not None:
        # the marks of one panel explain those of all
        place = max(place for place, motion in enumerate(motions) if motion.ends is not None)
        _explain_marks(axes[place], plan.trajectories, motions[place])
    if plan.regions is not None:
        explain_classes(axes[0], plan.regions)
    _name_runs(figure, plan)
    headline(figure, plan.title, plan.title)
    canvas = Canvas(figure)
    moving = [
        part
        for ax, motion in zip(axes, motions, strict=True)
        for part in _moving(ax, plan, motion, counts=ax is axes[-1])
    ]
    animation = _Animation(canvas, moving, len(plan.instants))
    return animation.last(), animation.frames()


def _detail_of(plan: Plan) -> Detail:
    """Return what moves: all runs, through more instants than those of the frames."""
    trajectories, instants = plan.trajectories, plan.instants
    if plan.scene is not None:
        instants = np.union1d(shown_instants(trajectories, plan.scene.window), instants)
    shown = keyframes(movement_of(trajectories, None), CURVE_POINTS)
    steps = np.union1d(shown, plan.frame_steps())
    return Detail(np.arange(trajectories.n_runs), instants, steps)


def _moving(ax: Axes, plan: Plan, motion: Motion, *, counts: bool) -> Iterator[Moving]:
    """Yield what moves on drawn axes; one of the panels `counts` the steps."""
    trajectories = plan.trajectories
    if motion.heights is not None:
        yield MovingFit(ax, motion.heights)
        return
    if motion.cells is not None:
        yield MovingWords(ax, motion.cells)
        return
    if motion.regions is not None:
        yield MovingRegions(ax, motion.regions, motion.rows)
        return
    if motion.cursor is not None:
        yield Cursor(ax, motion.cursor, trajectories.unit if counts else None)
        if motion.places is not None:
            yield Trace(ax, trajectories, motion)
        return
    if motion.slopes is not None:
        yield Tangent(ax, trajectories, motion)
    yield Landmarks(ax, motion, maximised=trajectories.maximised)
    yield RunMarkers(ax, trajectories, motion)


def _explain_marks(ax: Axes, trajectories: Trajectories, motion: Motion) -> None:
    """Put a key of the marks of a film below the axes."""
    ends, colour = motion.ends, colours_of(trajectories)[0]
    assert ends is not None
    handles = [] if trajectories.n_runs > MANY_RUNS else [_mark("o", HALO, colour, "start")]
    for kind, mark in END_MARKS.items():
        if (ends.kinds == kind).any():
            handles.append(_mark(mark.marker, colour, HALO, mark.label))
    if len(motion.minima):
        name = "maximum" if trajectories.maximised else "minimum"
        handles.append(_mark("*", STAR, INK, name, 11))
    if len(motion.saddles):
        handles.append(_mark("P", HALO, INK, "saddle", 8))
    key_below(ax, handles, [str(handle.get_label()) for handle in handles])


def _mark(marker: str, face: str, edge: str, label: str, size: float = 6) -> Line2D:
    style = {"markerfacecolor": face, "markeredgecolor": edge, "markersize": size}
    return Line2D([], [], linestyle="", marker=marker, label=label, **style)  # type: ignore[arg-type]


def _name_runs(figure: Figure, plan: Plan) -> None:
    """Put the names of the runs, if they have some, at the side."""
    if not plan.wishes.key:
        return
    marks = [
        Line2D([], [], color=colour, marker="o", linewidth=1.6, label=name)
        for name, colour in plan.wishes.key.items()
    ]
    figure.legend(handles=marks, loc="outside right upper", fontsize=8)
