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

from descend.descent import Descent
from descend.typing import Array, Objective
from descend.views.actors import Counter, Cursor, Panel, Tangent, Trace, Walkers
from descend.views.curves import draw_bands, prepare_curves, scale_of
from descend.views.film import checked_ending, write_film
from descend.views.landscape import (
    Landscape,
    draw_height_bar,
    draw_landscape,
    survey,
)
from descend.views.paths import CROWD, shown_instants
from descend.views.picture import draw_ground, places_on_curve, summary, tame_points
from descend.views.stage import Frame, Stage
from descend.views.style import dress, headline, new_figure, styled
from descend.views.surface import draw_surface, on_surface
from descend.views.walks import Walks, home_of, movement_of, objective_of, pace, tame, walks_of
from descend.views.window import Window, checked, window_of

# The most steps at which curves are drawn, beside those of the frames.
CURVE_STEPS = 400


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
        instants = pace(movement_of(walks, None), count)
        scene = _scene_of_curves(descent, walks, instants, told)
    else:
        seen = window_of(walks, home_of(descent)) if window is None else checked(window, d)
        extent = np.array([high - low for low, high in seen])
        instants = pace(movement_of(walks, extent), count)
        draw = _scene_on_curve if d == 1 else _scene_on_surface if surface else _scene_on_map
        scene = draw(descent, walks, objective, seen, instants, told)
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


def _scene_of_curves(
    descent: Descent, walks: Walks, instants: npt.NDArray[np.int64], title: str
) -> _Scene:
    figure = new_figure(10.0, 4.2)
    left, right = figure.subplots(1, 2)
    dress(left, title=summary(descent, walks))
    dress(right, title="size of the gradient")
    steps = np.arange(len(walks.values))
    value = _ValuePanel(left, walks, walks.values, "value", steps, instants, counts=False)
    norm = _ValuePanel(right, walks, walks.gradient_norms, "gradient norm", steps, instants)
    stage = _curtain_up(figure, title)
    return _Scene(stage, [*value.panels(), *norm.panels()])


def _scene_on_curve(
    descent: Descent,
    walks: Walks,
    objective: Objective,
    window: Window,
    instants: npt.NDArray[np.int64],
    title: str,
) -> _Scene:
    figure = new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    draw_ground(dress(left, title=summary(descent, walks)), descent, walks, objective, window)
    dress(right, title="value")
    value = _ValuePanel(right, walks, walks.values, "value", walks.point_steps, instants)
    stage = _curtain_up(figure, title)
    places = places_on_curve(walks)[instants]
    assert walks.points is not None
    with np.errstate(all="ignore"):
        slopes = tame(objective.value_and_gradient(walks.points[instants])[1][..., 0])
    tangent = Tangent(left, walks, places, instants, slopes)
    return _Scene(
        stage, [tangent, Walkers(left, walks, places, instants, ball=True), *value.panels()]
    )


def _scene_on_map(
    descent: Descent,
    walks: Walks,
    objective: Objective,
    window: Window,
    instants: npt.NDArray[np.int64],
    title: str,
) -> _Scene:
    figure = new_figure(10.0, 4.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    _draw_map(left, descent, walks, survey(objective, window))
    dress(right, title="value")
    value = _ValuePanel(right, walks, walks.values, "value", walks.point_steps, instants)
    stage = _curtain_up(figure, title)
    kept = np.union1d(shown_instants(walks, window), instants)
    return _Scene(stage, [Walkers(left, walks, tame_points(walks)[kept], kept), *value.panels()])


def _scene_on_surface(
    descent: Descent,
    walks: Walks,
    objective: Objective,
    window: Window,
    instants: npt.NDArray[np.int64],
    title: str,
) -> _Scene:
    figure = new_figure(13.0, 4.5)
    grid = figure.add_gridspec(1, 3, width_ratios=(1.25, 1.2, 0.85))
    landscape = survey(objective, window)
    relief = draw_surface(figure, grid[0], landscape, descent.names)
    middle = figure.add_subplot(grid[1])
    _draw_map(middle, descent, walks, landscape)
    right = dress(figure.add_subplot(grid[2]), title="value")
    value = _ValuePanel(right, walks, walks.values, "value", walks.point_steps, instants)
    stage = _curtain_up(figure, title)
    kept = np.union1d(shown_instants(walks, window), instants)
    points = tame_points(walks)[kept]
    lifted = on_surface(relief, landscape, points, tame(walks.values[walks.point_steps[kept]]))
    return _Scene(
        stage,
        [
            Walkers(relief, walks, lifted, kept),
            Walkers(middle, walks, points, kept),
            *value.panels(),
        ],
    )


def _draw_map(ax: Axes, descent: Descent, walks: Walks, landscape: Landscape) -> None:
    draw_landscape(dress(ax, title=summary(descent, walks)), landscape, descent.names)
    draw_height_bar(ax, landscape)


def _curtain_up(figure: Figure, title: str) -> Stage:
    headline(figure, title)
    return Stage(figure)


class _ValuePanel:
    """Curves against the step: the axes and what is still, and then who moves on them."""

    def __init__(
        self,
        ax: Axes,
        walks: Walks,
        values: Array,
        label: str,
        steps: npt.NDArray[np.int64],
        instants: npt.NDArray[np.int64],
        *,
        counts: bool = True,
    ) -> None:
        calm = values[:, ~walks.diverged]
        settled = label == "value" and bool(walks.converged.any())
        scale = scale_of(calm if calm.size else values, "auto", settled=settled, label=label)
        curves = scale.apply(values)
        prepare_curves(ax, walks, curves, scale.log)
        ax.set_ylabel(scale.label)
        self.ax, self.walks, self.curves = ax, walks, curves
        self.steps, self.instants, self.counts = steps, instants, counts
        if walks.n_runs > CROWD:
            draw_bands(ax, np.arange(len(curves)), curves)

    def panels(self) -> list[Panel]:
        """Return who moves; to be asked once the figure is drawn."""
        moving: list[Panel] = [Cursor(self.ax, self.steps)]
        if self.counts:
            moving.append(Counter(self.ax, self.steps))
        if self.walks.n_runs <= CROWD:
            seen = pace(movement_of(self.walks, None), CURVE_STEPS)
            kept = np.union1d(seen, self.steps[self.instants])
            moving.append(Trace(self.ax, self.walks, self.curves, kept, self.steps))
        return moving
