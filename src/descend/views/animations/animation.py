"""The animation of a descent."""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.protocols import Array
from descend.records.descent import Descent
from descend.views.animations.artists import Cursor, Moving, RunMarkers, Tangent, Trace
from descend.views.animations.canvas import Canvas, Frame
from descend.views.animations.video import checked_ending, write_video
from descend.views.curves import (
    CURVE_POINTS,
    Scale,
    draw_bands,
    draw_batch_losses,
    prepare_curves,
    scale_of,
    second_measure,
    value_scale,
    without_diverged,
)
from descend.views.landscape import (
    draw_colour_bar,
    draw_landscape,
    sample_landscape,
    shade_outside,
)
from descend.views.paths import MANY_RUNS, colours_of, shown_instants
from descend.views.picture import Scene, draw_function, summary
from descend.views.style import headline, new_figure, style_axes, styled
from descend.views.surface import draw_surface, on_surface
from descend.views.trajectories import (
    Trajectories,
    drawable,
    keyframes,
    movement_of,
    trajectories_of,
)


class _Plan(NamedTuple):
    """What is animated: a record, and the recorded instants that are the frames."""

    descent: Descent
    trajectories: Trajectories
    instants: npt.NDArray[np.int64]
    title: str | None
    key: Mapping[str, str]


class _Animation(NamedTuple):
    """A drawn figure, and what moves on it."""

    canvas: Canvas
    moving: list[Moving]

    def artists(self, before: int | None, now: int) -> tuple[list[Artist], list[Artist]]:
        """Return the permanent and the passing artists from one instant to the next."""
        permanent = [artist for part in self.moving for artist in part.permanent(before, now)]
        return permanent, [artist for part in self.moving for artist in part.passing(now)]

    def frames(self, instants: npt.NDArray[np.int64]) -> Iterator[Frame]:
        """Draw the frames, one after the other."""
        before = None
        for now in instants.tolist():
            yield self.canvas.frame(*self.artists(before, now))
            before = now


@styled()
def animate(
    descent: Descent,
    file: str | os.PathLike[str],
    *,
    seconds: float = 8.0,
    frames_per_second: float = 15.0,
    title: str | None = None,
    window: Sequence[object] | None = None,
    surface: bool = False,
) -> Path:
    """Write a descent as an animation, a GIF or an MP4, and return its path.

    In one variable, a ball on the curve with its tangent; in two, the paths on the filled
    contours; in more, the size of the gradient; beside each, the falling values. Frames are closer
    together where there is more movement; the last stays for a second.

    Parameters
    ----------
    descent
        The record.
    file
        Its ending, .gif or .mp4, is the format; .mp4 needs the program ffmpeg.
    seconds, frames_per_second
        How long it plays, without the last second; the most frames a second.
    title
        The headline; by default the formula, if there is one.
    window
        As for `plot`.
    surface
        Whether the landscape of two variables is also drawn in three dimensions.

    Raises
    ------
    ValueError
        If nothing was recorded, the ending is unknown, ffmpeg is missing, the window does not fit,
        or a surface is asked for where there is none.
    """
    return film(
        descent,
        trajectories_of(descent),
        file,
        seconds=seconds,
        frames_per_second=frames_per_second,
        title=title,
        window=window,
        surface=surface,
    )


def film(
    descent: Descent,
    trajectories: Trajectories,
    file: str | os.PathLike[str],
    *,
    seconds: float,
    frames_per_second: float,
    title: str | None,
    window: Sequence[object] | None,
    surface: bool,
    key: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write the trajectories of a descent as `animate` does, with a `key` of names and colours."""
    path = checked_ending(file)
    if not 0 < seconds <= 600 or not 0 < frames_per_second <= 60:
        raise ValueError(
            "an animation lasts more than 0 and at most 600 seconds, of at most 60 frames each, "
            f"got seconds={seconds}, frames_per_second={frames_per_second}"
        )
    scene = Scene.of(descent, trajectories, window)
    d = len(descent.names)
    if surface and (d != 2 or scene is None):
        raise ValueError("a surface needs an objective of two variables and recorded points")
    extent = None if scene is None else np.ptp(np.array(scene.window), axis=1)
    count = max(2, round(seconds * frames_per_second))
    instants = keyframes(movement_of(trajectories, extent), count)
    plan = _Plan(descent, trajectories, instants, title, key)
    if scene is None:
        animation = _of_curves(plan)
    else:
        animation = _on_curve(plan, scene) if d == 1 else _on_map(plan, scene, surface=surface)
    last = animation.canvas.frame(*animation.artists(None, int(instants[-1])), keep=False)
    colours = tuple(dict.fromkeys(colours_of(trajectories)))
    write_video(path, animation.frames(instants), len(instants), last, seconds, colours)
    return path


def _of_curves(plan: _Plan) -> _Animation:
    trajectories = plan.trajectories
    figure = new_figure(10.0, 4.2)
    left, right = figure.subplots(1, 2)
    style_axes(left, title=summary(plan.descent, trajectories))
    steps = np.arange(len(trajectories.values))
    value = _Curves(left, plan, trajectories.values, value_scale(trajectories), steps)
    draw_batch_losses(left, trajectories, value_scale(trajectories))
    title, measure, label = second_measure(plan.descent, trajectories)
    style_axes(right, title=title)
    scale = scale_of(without_diverged(trajectories, measure), "auto", label=label)
    beside = _Curves(right, plan, measure, scale, steps)
    canvas = _canvas(figure, plan)
    return _Animation(canvas, [*value.moving(counter=False), *beside.moving()])


def _on_curve(plan: _Plan, scene: Scene) -> _Animation:
    trajectories, instants = plan.trajectories, plan.instants
    assert trajectories.points is not None
    figure, left, right = _two_panels()
    style_axes(left, title=summary(plan.descent, trajectories))
    draw_function(left, scene)
    value = _values_beside(right, plan)
    canvas = _canvas(figure, plan)
    with np.errstate(all="ignore"):
        _, gradients = scene.objective.value_and_gradient(trajectories.points[instants])
    places = scene.places[instants]
    tangent = Tangent(left, trajectories, places, instants, drawable(gradients[..., 0]))
    balls = RunMarkers(left, trajectories, places, instants, ball=True)
    return _Animation(canvas, [tangent, balls, *value.moving()])


def _on_map(plan: _Plan, scene: Scene, *, surface: bool) -> _Animation:
    trajectories = plan.trajectories
    landscape = sample_landscape(scene.objective, scene.window)
    if surface:
        figure = new_figure(13.0 if not plan.key else 15.0, 4.5)
        grid = figure.add_gridspec(1, 3, width_ratios=(1.25, 1.2, 0.85))
        relief = draw_surface(figure, grid[0], landscape, scene.names)
        map_, right = figure.add_subplot(grid[1]), figure.add_subplot(grid[2])
    else:
        figure, map_, right = _two_panels()
    style_axes(map_, title=summary(plan.descent, trajectories))
    draw_landscape(map_, landscape, scene.names)
    draw_colour_bar(map_, landscape)
    shade_outside(map_, scene.objective, scene.window)
    value = _values_beside(right, plan)
    canvas = _canvas(figure, plan)
    # paths are drawn through more instants than those of the frames
    kept = np.union1d(shown_instants(trajectories, scene.window), plan.instants)
    points = scene.places[kept]
    moving: list[Moving] = [RunMarkers(map_, trajectories, points, kept), *value.moving()]
    if surface:
        values = drawable(trajectories.values[trajectories.point_steps[kept]])
        places = on_surface(relief, landscape, points, values)
        moving.append(RunMarkers(relief, trajectories, places, kept))
    return _Animation(canvas, moving)


def _two_panels() -> tuple[Figure, Axes, Axes]:
    """Return a figure with axes for the points, and for their values."""
    figure = new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    return figure, left, right


def _values_beside(ax: Axes, plan: _Plan) -> "_Curves":
    """Return the values at the recorded points, to be shown beside them."""
    trajectories = plan.trajectories
    faint = "" if trajectories.batch_losses is None else ", batch losses faint"
    style_axes(ax, title=f"{trajectories.measured}{faint}")
    scale = value_scale(trajectories)
    curves = _Curves(ax, plan, trajectories.values, scale, trajectories.point_steps)
    draw_batch_losses(ax, trajectories, scale)
    return curves


def _canvas(figure: Figure, plan: _Plan) -> Canvas:
    headline(figure, plan.title, plan.descent.formula or "Descent")
    if plan.key:
        marks = [
            Line2D([], [], color=colour, marker="o", linewidth=1.6, label=name)
            for name, colour in plan.key.items()
        ]
        figure.legend(handles=marks, loc="outside right upper", fontsize=8)
    return Canvas(figure)


class _Curves:
    """Curves against the step: the axes and the bands at first, then what moves on them."""

    def __init__(
        self, ax: Axes, plan: _Plan, measure: Array, scale: Scale, steps: npt.NDArray[np.int64]
    ) -> None:
        self.ax, self.trajectories, self.steps = ax, plan.trajectories, steps
        self.instants = plan.instants
        self.curves = scale.apply(measure)
        prepare_curves(ax, plan.trajectories, self.curves, scale)
        if plan.trajectories.n_runs > MANY_RUNS:
            draw_bands(ax, self.curves)

    def moving(self, *, counter: bool = True) -> list[Moving]:
        """Return what moves, once the figure is drawn."""
        unit = self.trajectories.unit if counter else None
        moving: list[Moving] = [Cursor(self.ax, self.steps, unit)]
        if self.trajectories.n_runs <= MANY_RUNS:
            shown = keyframes(movement_of(self.trajectories, None), CURVE_POINTS)
            kept = np.union1d(shown, self.steps[self.instants])
            moving.append(Trace(self.ax, self.trajectories, self.curves, kept, self.steps))
        return moving
