"""The moving picture of a descent."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array, Objective
from descend.records.descent import Descent
from descend.views.animations.artists import Counter, Cursor, Panel, RunMarkers, Tangent, Trace
from descend.views.animations.canvas import Frame, Stage
from descend.views.animations.video import checked_ending, write_film
from descend.views.curves import draw_bands, prepare_curves, scale_of
from descend.views.landscape import (
    Landscape,
    draw_height_bar,
    draw_landscape,
    survey,
    veil_outside,
)
from descend.views.paths import CROWD, shown_instants
from descend.views.picture import draw_ground, places_on_curve, summary, tame_points
from descend.views.style import dress, headline, new_figure, styled
from descend.views.surface import draw_surface, on_surface
from descend.views.trajectories import (
    Walks,
    home_of,
    movement_of,
    objective_of,
    pace,
    rates_of,
    tame,
    walks_of,
)
from descend.views.window import Window, checked, window_of

# The most steps at which curves are drawn, beside those of the frames.
CURVE_STEPS = 400


class _Plan(NamedTuple):
    """What a film is about: a record, the recorded instants that are its frames, its headline."""

    descent: Descent
    walks: Walks
    instants: npt.NDArray[np.int64]
    title: str


class _Scene(NamedTuple):
    """What a film shows: a drawn figure, and who moves on it."""

    stage: Stage
    panels: list[Panel]


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
    """Write a descent as a moving picture, a GIF or an MP4.

    In one variable, a ball on the curve with its tangent; in two, the paths on the filled
    contours; in more, the size of the gradient; beside each, the falling values. Not every step is
    a frame: there are more frames where more moves. The last picture stays for a second.

    Parameters
    ----------
    descent
        The record.
    file
        Its ending, .gif or .mp4, is the format; .mp4 needs the program ffmpeg.
    seconds
        How long it plays, without the last second.
    frames_per_second
        How many pictures are shown a second, if the descent has so many steps.
    title
        The headline; by default the formula, if there is one.
    window
        As for `plot`.
    surface
        Whether the landscape of two variables is also drawn in three dimensions.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If nothing was recorded, the ending is unknown, ffmpeg is missing, the window does not fit,
        or a surface is asked for where there is none.
    """
    path = checked_ending(file)
    if not 0 < seconds <= 600 or not 0 < frames_per_second <= 60:
        raise ValueError(
            "an animation lasts more than 0 and at most 600 seconds, of at most 60 frames each, "
            f"got seconds={seconds}, frames_per_second={frames_per_second}"
        )
    walks = walks_of(descent)
    objective = objective_of(descent)
    d = len(descent.names)
    told = title if title is not None else descent.formula or "Descent"
    count = max(2, round(seconds * frames_per_second))
    if surface and (d != 2 or walks.points is None or objective is None):
        raise ValueError("a surface needs an objective of two variables and recorded points")
    if walks.points is None or objective is None or d > 2:
        plan = _Plan(descent, walks, pace(movement_of(walks, None), count), told)
        scene = _scene_of_curves(plan)
    else:
        seen = window_of(walks, home_of(descent)) if window is None else checked(window, d)
        extent = np.array([high - low for low, high in seen])
        plan = _Plan(descent, walks, pace(movement_of(walks, extent), count), told)
        draw = _scene_on_curve if d == 1 else _scene_on_surface if surface else _scene_on_map
        scene = draw(plan, objective, seen)
    instants = plan.instants
    preview = scene.stage.frame(*_cast(scene.panels, None, int(instants[-1])), keep=False)
    write_film(path, _frames(scene, instants), len(instants), preview, seconds)
    return path


def _frames(scene: _Scene, instants: npt.NDArray[np.int64]) -> Iterator[Frame]:
    before = None
    for now in instants:
        yield scene.stage.frame(*_cast(scene.panels, before, int(now)))
        before = int(now)


def _cast(panels: list[Panel], before: int | None, now: int) -> tuple[list[Artist], list[Artist]]:
    """Return who leaves a trail and who acts when the film goes on to the instant `now`."""
    trails = [artist for panel in panels for artist in panel.trails(before, now)]
    return trails, [artist for panel in panels for artist in panel.actors(now)]


def _scene_of_curves(plan: _Plan) -> _Scene:
    walks = plan.walks
    figure = new_figure(10.0, 4.2)
    left, right = figure.subplots(1, 2)
    dress(left, title=summary(plan.descent, walks))
    steps = np.arange(len(walks.values))
    value = _ValuePanel(left, plan, walks.values, "value", steps, counts=False)
    if np.isnan(walks.gradient_norms).all():  # by batches, no gradient of all rows was computed
        dress(right, title="learning rate")
        beside = _ValuePanel(right, plan, rates_of(plan.descent), "learning rate", steps)
    else:
        dress(right, title="size of the gradient")
        beside = _ValuePanel(right, plan, walks.gradient_norms, "gradient norm", steps)
    stage = _curtain_up(figure, plan.title)
    return _Scene(stage, [*value.panels(), *beside.panels()])


def _scene_on_curve(plan: _Plan, objective: Objective, window: Window) -> _Scene:
    walks = plan.walks
    assert walks.points is not None
    figure, left, right = _ground_and_values()
    dress(left, title=summary(plan.descent, walks))
    draw_ground(left, plan.descent, walks, objective, window)
    value = _values_beside(right, plan)
    stage = _curtain_up(figure, plan.title)
    places = places_on_curve(walks)[plan.instants]
    with np.errstate(all="ignore"):
        slopes = tame(objective.value_and_gradient(walks.points[plan.instants])[1][..., 0])
    tangent = Tangent(left, walks, places, plan.instants, slopes)
    balls = RunMarkers(left, walks, places, plan.instants, ball=True)
    return _Scene(stage, [tangent, balls, *value.panels()])


def _scene_on_map(plan: _Plan, objective: Objective, window: Window) -> _Scene:
    figure, left, right = _ground_and_values()
    _draw_map(left, plan, survey(objective, window))
    veil_outside(left, objective, window)
    value = _values_beside(right, plan)
    stage = _curtain_up(figure, plan.title)
    kept = _kept(plan, window)
    walkers = RunMarkers(left, plan.walks, tame_points(plan.walks)[kept], kept)
    return _Scene(stage, [walkers, *value.panels()])


def _scene_on_surface(plan: _Plan, objective: Objective, window: Window) -> _Scene:
    walks = plan.walks
    figure = new_figure(13.0, 4.5)
    grid = figure.add_gridspec(1, 3, width_ratios=(1.25, 1.2, 0.85))
    landscape = survey(objective, window)
    relief = draw_surface(figure, grid[0], landscape, plan.descent.names)
    middle = figure.add_subplot(grid[1])
    _draw_map(middle, plan, landscape)
    veil_outside(middle, objective, window)
    value = _values_beside(figure.add_subplot(grid[2]), plan)
    stage = _curtain_up(figure, plan.title)
    kept = _kept(plan, window)
    points = tame_points(walks)[kept]
    lifted = on_surface(relief, landscape, points, tame(walks.values[walks.point_steps[kept]]))
    climbers = RunMarkers(relief, walks, lifted, kept)
    return _Scene(stage, [climbers, RunMarkers(middle, walks, points, kept), *value.panels()])


def _ground_and_values() -> tuple[Figure, Axes, Axes]:
    """Return a figure with axes for where the walkers are, and for their values."""
    figure = new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    return figure, left, right


def _draw_map(ax: Axes, plan: _Plan, landscape: Landscape) -> None:
    dress(ax, title=summary(plan.descent, plan.walks))
    draw_landscape(ax, landscape, plan.descent.names)
    draw_height_bar(ax, landscape)


def _values_beside(ax: Axes, plan: _Plan) -> "_ValuePanel":
    """Return the falling values, to be shown beside a landscape."""
    dress(ax, title="value")
    return _ValuePanel(ax, plan, plan.walks.values, "value", plan.walks.point_steps)


def _kept(plan: _Plan, window: Window) -> npt.NDArray[np.int64]:
    """Return the recorded instants that trails are drawn through."""
    return np.union1d(shown_instants(plan.walks, window), plan.instants)


def _curtain_up(figure: Figure, title: str) -> Stage:
    headline(figure, title)
    return Stage(figure)


class _ValuePanel:
    """Curves against the step: the axes and what is still, and then who moves on them."""

    def __init__(
        self,
        ax: Axes,
        plan: _Plan,
        values: Array,
        label: str,
        steps: npt.NDArray[np.int64],
        *,
        counts: bool = True,
    ) -> None:
        walks = plan.walks
        calm = values[:, ~walks.diverged]
        settled = label == "value" and bool(walks.converged.any())
        scale = scale_of(calm if calm.size else values, "auto", settled=settled, label=label)
        curves = scale.apply(values)
        prepare_curves(ax, walks, curves, scale.log)
        ax.set_ylabel(scale.label)
        self.ax, self.walks, self.curves = ax, walks, curves
        self.steps, self.instants, self.counts = steps, plan.instants, counts
        if walks.n_runs > CROWD:
            draw_bands(ax, np.arange(len(curves)), curves)

    def panels(self) -> list[Panel]:
        """Return who moves; to be asked once the figure is drawn."""
        moving: list[Panel] = [Cursor(self.ax, self.steps)]
        if self.counts:
            moving.append(Counter(self.ax, self.steps, self.walks.unit))
        if self.walks.n_runs <= CROWD:
            seen = pace(movement_of(self.walks, None), CURVE_STEPS)
            kept = np.union1d(seen, self.steps[self.instants])
            moving.append(Trace(self.ax, self.walks, self.curves, kept, self.steps))
        return moving
