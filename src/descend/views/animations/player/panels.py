"""The panels of a film: what is drawn once, and the tracks that move on it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.views.animations.canvas import settle
from descend.views.animations.plan import Plan
from descend.views.animations.player.layers import layers_of
from descend.views.animations.player.track import Track, encoded, shares_of
from descend.views.animations.region_film import RegionFilm
from descend.views.curves import (
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
    Landscape,
    draw_colour_bar,
    draw_landscape,
    sample_landscape,
    shade_outside,
)
from descend.views.paths import MANY_RUNS
from descend.views.picture import Scene, draw_function, summary
from descend.views.style import new_figure, style_axes
from descend.views.surfaces import draw_surface, on_surface
from descend.views.trajectories import Trajectories, drawable, keyframes, movement_of

NUMBERS = 14_000
"""The most coordinates of a track: the page stays small."""

SIZE = (5.2, 4.3)
"""The size of a panel in inches, as it is on a wide page: on others it is scaled."""

TANGENT = 0.11
"""Half the length of a tangent, as a share of the picture."""


class Panel(NamedTuple):
    """A figure with what does not move, and what moves on its `ax`.

    `tangents` `(frames, k, 2)` lead from each ball to the end of its tangent; `cursor` `(frames,)`
    is where the step that is shown lies; `regions` are what the page draws of a classifier.
    """

    figure: Figure
    ax: Axes
    label: str
    track: Track | None
    tangents: Array | None = None
    cursor: Array | None = None
    is_landscape: bool = False
    regions: dict[str, Any] | None = None

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The axes' left, top, right and bottom edge as shares of the figure, from the top left."""
        left, bottom, right, top = (float(edge) for edge in self.ax.get_position().extents)
        return left, 1 - top, right, 1 - bottom

    def content(self) -> dict[str, Any]:
        """Return what the page needs to draw what moves."""
        content: dict[str, Any] = {
            "box": [round(edge, 5) for edge in self.box],
            "points": float(self.figure.get_figwidth()) * 72,
        }
        if self.track is not None:
            content["track"] = self.track.content()
        if self.tangents is not None:
            content["tangents"] = [encoded(self.tangents[..., axis]) for axis in (0, 1)]
        if self.cursor is not None:
            content["cursor"] = [round(float(across), 5) for across in self.cursor]
        if self.regions is not None:
            content["regions"] = self.regions
        return content


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


def panels_of(plan: Plan) -> list[Panel]:
    """Draw the panels of a film."""
    trajectories, scene = plan.trajectories, plan.scene
    if scene is None and plan.regions is None:
        scale = value_scale(trajectories)
        title, measure, label = second_measure(plan.descent, trajectories)
        steady = without_diverged(trajectories, measure)
        beside = scale_of(steady, "auto", label=label)
        heading = summary(plan.descent, trajectories)
        return [
            _curves(plan, trajectories.values, scale, heading, losses=True),
            _curves(plan, measure, beside, title),
        ]
    faint = "" if trajectories.batch_losses is None else ", batch losses faint"
    heading = f"{trajectories.measured}{faint}"
    scale = value_scale(trajectories)
    below = _curves(plan, trajectories.values, scale, heading, losses=True)
    if scene is None:
        assert plan.regions is not None
        return [_regions(plan, plan.regions), below]
    if len(scene.names) == 1:
        return [_function(plan, scene), below]
    landscape = sample_landscape(scene.objective, scene.window)
    rows = _rows(plan, scene)
    seen = [_map(plan, scene, landscape, rows)]
    if plan.wishes.surface:
        seen.insert(0, _surface(plan, scene, landscape, rows))
    return [*seen, below]


def _regions(plan: Plan, regions: RegionFilm) -> Panel:
    figure = new_figure(*SIZE)
    ax = style_axes(
        figure.add_subplot(), title=summary(plan.descent, plan.trajectories), grid=False
    )
    regions.draw_axes(ax)
    settle(figure)
    layers = layers_of(ax, regions, plan.instants)
    return Panel(figure, ax, "the regions of the classes", None, regions=layers)


def _rows(plan: Plan, scene: Scene) -> npt.NDArray[np.int64]:
    """Return the recorded instants that paths are drawn through: those of the frames, and more."""
    extent = np.ptp(np.array(scene.window), axis=1)
    most = NUMBERS // (2 * len(shown_runs(plan.trajectories))) - len(plan.instants)
    more = keyframes(movement_of(plan.trajectories, extent), max(most, 2))
    return np.union1d(more, plan.instants)


def _map(plan: Plan, scene: Scene, landscape: Landscape, rows: npt.NDArray[np.int64]) -> Panel:
    figure = new_figure(*SIZE)
    ax = style_axes(figure.add_subplot(), title=summary(plan.descent, plan.trajectories))
    draw_landscape(ax, landscape, scene.names)
    draw_colour_bar(ax, landscape)
    shade_outside(ax, scene.objective, scene.window)
    settle(figure)
    points = scene.places[np.ix_(rows, shown_runs(plan.trajectories))]
    track = Track.on(ax, points, np.searchsorted(rows, plan.instants))
    return Panel(figure, ax, "the paths from above", track, is_landscape=True)


def _surface(plan: Plan, scene: Scene, landscape: Landscape, rows: npt.NDArray[np.int64]) -> Panel:
    trajectories, runs = plan.trajectories, shown_runs(plan.trajectories)
    figure = new_figure(*SIZE)
    # a box in three dimensions reaches beyond its axes
    figure.get_layout_engine().set(rect=(0, 0, 1, 0.95))  # type: ignore[union-attr,call-arg]
    ax = draw_surface(figure, figure.add_gridspec(1, 1)[0], landscape, scene.names)
    settle(figure)
    values = drawable(trajectories.values[np.ix_(trajectories.point_steps[rows], runs)])
    places = on_surface(ax, landscape, scene.places[np.ix_(rows, runs)], values)
    track = Track.on(ax, places, np.searchsorted(rows, plan.instants))
    return Panel(figure, ax, "the paths on the surface", track, is_landscape=True)


def _function(plan: Plan, scene: Scene) -> Panel:
    trajectories, runs = plan.trajectories, shown_runs(plan.trajectories)
    assert trajectories.points is not None
    figure = new_figure(*SIZE)
    ax = style_axes(figure.add_subplot(), title=summary(plan.descent, trajectories))
    draw_function(ax, scene)
    settle(figure)
    chosen = np.ix_(plan.instants, runs)
    with np.errstate(all="ignore"):
        _, gradients = scene.objective.value_and_gradient(trajectories.points[chosen])
    places = scene.places[chosen]
    track = Track.on(ax, places, np.arange(len(plan.instants)), line=False)
    tangents = _tangents(ax, drawable(gradients[..., 0]))
    return Panel(figure, ax, "the balls on the curve", track, tangents)


def _tangents(ax: Axes, slopes: Array) -> Array:
    """Return half the tangents as shares of the figure, as long as each other in the picture."""
    corners = shares_of(ax, np.array([[0.0, 0.0], [1.0, 1.0]]))
    across, down = corners[1] - corners[0]
    rise = slopes * down / across
    half = TANGENT / np.hypot(1.0, rise)
    return np.stack([half, half * rise], axis=-1)


def _curves(
    plan: Plan, measure: Array, scale: Scale, heading: str, *, losses: bool = False
) -> Panel:
    trajectories, runs = plan.trajectories, shown_runs(plan.trajectories)
    figure = new_figure(*SIZE)
    ax = style_axes(figure.add_subplot(), title=heading)
    curves = scale.apply(measure)
    prepare_curves(ax, trajectories, curves, scale)
    if losses:
        draw_batch_losses(ax, trajectories, scale)
    crowd = trajectories.n_runs > MANY_RUNS
    if crowd:
        draw_bands(ax, curves)
    settle(figure)
    frames = plan.frame_steps()
    along = np.stack([frames, np.full(len(frames), ax.get_ylim()[0])], axis=-1)
    cursor = shares_of(ax, along)[:, 0]
    if crowd:
        return Panel(figure, ax, heading, None, cursor=cursor)
    most = NUMBERS // (1 + len(runs)) - len(frames)
    steps = np.union1d(keyframes(movement_of(trajectories, None), max(most, 2)), frames)
    heights = curves[steps]
    across = np.broadcast_to(steps[:, np.newaxis], heights.shape)
    places = np.stack([across, heights], axis=-1)
    track = Track.on(ax, places, np.searchsorted(steps, frames))
    return Panel(figure, ax, heading, track, cursor=cursor)
