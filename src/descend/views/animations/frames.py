"""The frames of an animation, drawn one after the other on a figure."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from descend.protocols import Array
from descend.views.animations.artists import Cursor, Moving, RunMarkers, Tangent, Trace
from descend.views.animations.canvas import Canvas, Frame
from descend.views.animations.plan import Plan
from descend.views.animations.region_film import MovingRegions, RegionFilm
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
from descend.views.paths import MANY_RUNS, draw_key, shown_instants
from descend.views.picture import Scene, draw_function, summary
from descend.views.region_marks import draw_rows, ring
from descend.views.style import headline, new_figure, style_axes
from descend.views.surfaces import draw_surface, on_surface
from descend.views.trajectories import drawable, keyframes, movement_of


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


def frames_of(plan: Plan) -> tuple[Frame, Iterator[Frame]]:
    """Return the last frame, which has all colours, and all frames, drawn as they are asked for."""
    if plan.regions is not None:
        animation = _on_regions(plan, plan.regions)
    elif plan.scene is None:
        animation = _of_curves(plan)
    elif len(plan.scene.names) == 1:
        animation = _on_curve(plan, plan.scene)
    else:
        animation = _on_map(plan, plan.scene)
    last = animation.canvas.frame(*animation.artists(None, int(plan.instants[-1])), keep=False)
    return last, animation.frames(plan.instants)


def _of_curves(plan: Plan) -> _Animation:
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


def _on_curve(plan: Plan, scene: Scene) -> _Animation:
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


def _on_regions(plan: Plan, regions: RegionFilm) -> _Animation:
    figure, left, right = _two_panels()
    style_axes(left, title=summary(plan.descent, plan.trajectories), grid=False)
    regions.draw_axes(left)
    value = _values_beside(right, plan)
    # the key stays, while the marks themselves move
    draw_rows(left, *regions.marked())
    ring(left, regions.plane.places[:1], len(regions.true)).set_label("misclassified")
    draw_key(left)
    for mark in list(left.collections):
        mark.remove()
    canvas = _canvas(figure, plan)
    return _Animation(canvas, [MovingRegions(left, regions), *value.moving()])


def _on_map(plan: Plan, scene: Scene) -> _Animation:
    trajectories = plan.trajectories
    landscape = sample_landscape(scene.objective, scene.window)
    if plan.wishes.surface:
        figure = new_figure(15.0 if plan.wishes.key else 13.0, 4.5)
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
    if plan.wishes.surface:
        values = drawable(trajectories.values[trajectories.point_steps[kept]])
        places = on_surface(relief, landscape, points, values)
        moving.append(RunMarkers(relief, trajectories, places, kept))
    return _Animation(canvas, moving)


def _two_panels() -> tuple[Figure, Axes, Axes]:
    """Return a figure with axes for the points, and for their values."""
    figure = new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    return figure, left, right


def _values_beside(ax: Axes, plan: Plan) -> "_Curves":
    """Return the values at the recorded points, to be shown beside them."""
    trajectories = plan.trajectories
    faint = "" if trajectories.batch_losses is None else ", batch losses faint"
    style_axes(ax, title=f"{trajectories.measured}{faint}")
    scale = value_scale(trajectories)
    curves = _Curves(ax, plan, trajectories.values, scale, trajectories.point_steps)
    draw_batch_losses(ax, trajectories, scale)
    return curves


def _canvas(figure: Figure, plan: Plan) -> Canvas:
    headline(figure, plan.title, plan.title)
    if plan.wishes.key:
        marks = [
            Line2D([], [], color=colour, marker="o", linewidth=1.6, label=name)
            for name, colour in plan.wishes.key.items()
        ]
        figure.legend(handles=marks, loc="outside right upper", fontsize=8)
    return Canvas(figure)


class _Curves:
    """Curves against the step: the axes and the bands at first, then what moves on them."""

    def __init__(
        self, ax: Axes, plan: Plan, measure: Array, scale: Scale, steps: npt.NDArray[np.int64]
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
