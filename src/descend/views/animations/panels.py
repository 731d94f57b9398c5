"""The panels of a film: what each draws once, and what moves on it, for frames and pages alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from mpl_toolkits.mplot3d.axes3d import Axes3D

from descend.protocols import Array
from descend.views.animations.fit_film import FitFilm
from descend.views.animations.fit_panels import FitPanel, PredictionsPanel, TablePanel
from descend.views.animations.motion import Detail, Motion
from descend.views.animations.plan import Plan
from descend.views.animations.region_film import RegionFilm
from descend.views.curves.curves import (
    Scale,
    draw_bands,
    draw_batch_losses,
    is_one_number,
    prepare_curves,
    scale_of,
    second_measure,
    value_scale,
    without_diverged,
)
from descend.views.figures.style import style_axes
from descend.views.landscapes.heights import (
    Landscape,
    draw_colour_bar,
    draw_landscape,
    heights_at,
    sample_landscape,
    scaled,
    shade_outside,
)
from descend.views.landscapes.surfaces import draw_surface, on_surface
from descend.views.losses.loss_landscapes import difference, heights_of, short
from descend.views.picture import Scene, draw_function, summary
from descend.views.records.ends import Ends, edges_of
from descend.views.records.paths import MANY_RUNS
from descend.views.records.trajectories import Trajectories, drawable


class Panel(Protocol):
    """A part of a film."""

    @property
    def label(self) -> str:
        """What it shows, in words."""

    @property
    def width(self) -> float:
        """How wide it is beside others, in inches."""

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw what does not move into a place of a figure."""

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return what moves on the axes that were drawn."""


def panels_of(plan: Plan) -> Sequence[Panel]:
    """Return the panels of a film."""
    scene, trajectories = plan.scene, plan.trajectories
    heading = summary(plan.descent, trajectories)
    faint = "" if trajectories.batch_losses is None else ", batch losses faint"
    told = f"{trajectories.measured}{faint}"
    if plan.regions is not None:
        return [RegionsPanel(plan, plan.regions, heading), ValuePanel(plan, told, 4.7)]
    if plan.wishes.fit is not None:
        return [*_fit_panels(plan, plan.wishes.fit, heading), ValuePanel(plan, told, 3.8)]
    if scene is None:
        return [ValuePanel(plan, heading, 5.0), *_measure_panel(plan, 5.0)]
    if len(scene.names) == 1:
        return [FunctionPanel(plan, scene, heading), ValuePanel(plan, told, 4.7)]
    if scene.seen is None:
        landscape = sample_landscape(scene.objective, scene.window)
    else:
        landscape = scaled(scene.seen.x, scene.seen.y, heights_of(scene.seen))
        heading = f"{heading}\n{difference(scene.seen)}"
    above = MapPanel(plan, scene, landscape, heading)
    if plan.wishes.surface:
        return [SurfacePanel(plan, scene, landscape), above, ValuePanel(plan, told, 3.6)]
    return [above, ValuePanel(plan, told, 4.7)]


def _fit_panels(plan: Plan, fit: FitFilm, heading: str) -> Sequence[Panel]:
    """Return the panels of a fit, with the landscape of one or two parameters first."""
    points = fit.fitted.points[plan.instants]
    if fit.predictions:
        return [PredictionsPanel(fit, points, heading), TablePanel(fit, points)]
    scene = plan.scene
    if scene is None:
        return [FitPanel(fit, points, heading)]
    over = FitPanel(fit, points, "the fit over the data")
    if len(scene.names) == 1:
        return [FunctionPanel(plan, scene, heading), over]
    landscape = sample_landscape(scene.objective, scene.window)
    if plan.wishes.surface:
        return [SurfacePanel(plan, scene, landscape), over]
    return [MapPanel(plan, scene, landscape, heading), over]


def _measure_panel(plan: Plan, width: float) -> Sequence[Panel]:
    """Return the panel of a second quantity, none of one that never changes."""
    title, measure, label = second_measure(plan.descent, plan.trajectories)
    if is_one_number(measure):
        return []
    scale = scale_of(without_diverged(plan.trajectories, measure), "auto", label=label)
    return [MeasurePanel(plan, measure, scale, title, width)]


class MapPanel(NamedTuple):
    """The paths on a landscape seen from above."""

    plan: Plan
    scene: Scene
    landscape: Landscape
    heading: str
    label: str = "the paths from above"
    width: float = 5.4

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the landscape and its colour bar."""
        ax = style_axes(figure.add_subplot(place), title=self.heading)
        draw_landscape(ax, self.landscape, self.scene.names)
        draw_colour_bar(ax, self.landscape)
        shade_outside(ax, self.scene.objective, self.scene.window)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the paths, where they end, and the minima and saddles."""
        places = self.scene.places[np.ix_(detail.instants, detail.runs)]
        ends = Ends.of(edges_of(ax), places, self.plan.trajectories.diverged[detail.runs])
        rows = np.searchsorted(detail.instants, self.plan.instants)
        minima, saddles = self.scene.minima, self.scene.saddles
        return Motion(ends.cut(places), rows, ends=ends, minima=minima, saddles=saddles)


class SurfacePanel(NamedTuple):
    """The paths on a landscape in three dimensions."""

    plan: Plan
    scene: Scene
    landscape: Landscape
    label: str = "the paths on the surface"
    width: float = 4.9

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the surface."""
        names = self.scene.names if self.scene.seen is None else short(self.scene.names)
        ax: Axes = draw_surface(figure, place, self.landscape, names)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the paths as they lie in the picture, hidden where the surface hides them."""
        assert isinstance(ax, Axes3D)
        trajectories = self.plan.trajectories
        points = self.scene.places[np.ix_(detail.instants, detail.runs)]
        values = drawable(_heights(self.scene, trajectories)[np.ix_(detail.instants, detail.runs)])
        window = np.array(self.scene.window)
        ends = Ends.of(window, points, trajectories.diverged[detail.runs])
        rows = np.searchsorted(detail.instants, self.plan.instants)
        return Motion(
            ends.cut(on_surface(ax, self.landscape, points, values)),
            rows,
            ends=ends,
            minima=self._marked(ax, self.scene.minima),
            saddles=self._marked(ax, self.scene.saddles),
        )

    def _marked(self, ax: Axes3D, points: Array) -> Array:
        """Return where those of some points `(n, 2)` lie in the picture that are seen."""
        heights = heights_at(self.scene.objective, points)
        places = on_surface(ax, self.landscape, points[np.newaxis], heights[np.newaxis])[0]
        seen: Array = places[np.isfinite(places).all(axis=1)]
        return seen


def _heights(scene: Scene, trajectories: Trajectories) -> Array:
    """Return how high the recorded points are on the surface, `(m, k)`."""
    if scene.seen is not None and scene.seen.path is not None:
        return scene.seen.path.projected
    return trajectories.values[trajectories.point_steps]


class RegionsPanel(NamedTuple):
    """The regions of a classifier of two features, with the rows."""

    plan: Plan
    regions: RegionFilm
    heading: str
    label: str = "the regions of the classes"
    width: float = 5.4

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the axes alone."""
        ax = style_axes(figure.add_subplot(place), title=self.heading, grid=False)
        self.regions.draw_axes(ax)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the regions at the instants of the frames."""
        return Motion(None, self.plan.instants, regions=self.regions)


class FunctionPanel(NamedTuple):
    """Balls with their tangents on the curve of one variable."""

    plan: Plan
    scene: Scene
    heading: str
    label: str = "the balls on the curve"
    width: float = 5.4

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the curve."""
        ax = style_axes(figure.add_subplot(place), title=self.heading)
        draw_function(ax, self.scene)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the balls, which jump from frame to frame, and the slopes there."""
        trajectories, objective = self.plan.trajectories, self.scene.objective
        assert trajectories.points is not None
        chosen = np.ix_(self.plan.instants, detail.runs)
        with np.errstate(all="ignore"):
            _, gradients = objective.value_and_gradient(trajectories.points[chosen])
        places = self.scene.places[chosen]
        minima = self.scene.minima
        return Motion(
            places,
            np.arange(len(places)),
            line=False,
            slopes=drawable(gradients[..., 0]),
            ends=Ends.of(edges_of(ax), places, trajectories.diverged[detail.runs]),
            minima=np.column_stack([minima, heights_at(objective, minima)]),
        )


class ValuePanel(NamedTuple):
    """The values against the step."""

    plan: Plan
    label: str
    width: float

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the axes, the bands of very many runs, and faint losses of batches."""
        trajectories, scale = self.plan.trajectories, value_scale(self.plan.trajectories)
        ax = style_axes(figure.add_subplot(place), title=self.label)
        _draw_curves(ax, self.plan, trajectories.values, scale)
        draw_batch_losses(ax, trajectories, scale)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the curves, and the step that is shown."""
        trajectories = self.plan.trajectories
        return _growing(self.plan, trajectories.values, value_scale(trajectories), detail)


class MeasurePanel(NamedTuple):
    """Another quantity of every run, `(n + 1, k)`, against the step."""

    plan: Plan
    measure: Array
    scale: Scale
    label: str
    width: float

    def draw(self, figure: Figure, place: SubplotSpec) -> Axes:
        """Draw the axes, and the bands of very many runs."""
        ax = style_axes(figure.add_subplot(place), title=self.label)
        _draw_curves(ax, self.plan, self.measure, self.scale)
        return ax

    def motion(self, ax: Axes, detail: Detail) -> Motion:
        """Return the curves, and the step that is shown."""
        return _growing(self.plan, self.measure, self.scale, detail)


def _draw_curves(ax: Axes, plan: Plan, measure: Array, scale: Scale) -> None:
    curves = scale.apply(measure)
    prepare_curves(ax, plan.trajectories, curves, scale)
    if plan.trajectories.n_runs > MANY_RUNS:
        draw_bands(ax, curves)


def _growing(plan: Plan, measure: Array, scale: Scale, detail: Detail) -> Motion:
    """Return curves that grow with the step; of very many runs, which are bands, the step alone."""
    frames = plan.frame_steps()
    if plan.trajectories.n_runs > MANY_RUNS:
        return Motion(None, np.arange(len(frames)), cursor=frames)
    heights = scale.apply(measure)[np.ix_(detail.steps, detail.runs)]
    across = np.broadcast_to(detail.steps[:, np.newaxis], heights.shape)
    places = np.stack([across, heights], axis=-1)
    return Motion(places, np.searchsorted(detail.steps, frames), cursor=frames)
