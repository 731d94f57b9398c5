"""The landscape of an objective of many parameters: from above and as a surface, with the path."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D

from descend.experiments.landscapes.landscape import landscape as landscape_of
from descend.experiments.landscapes.loss_landscape import LossLandscape
from descend.protocols import Array
from descend.views.figures.panels import panel, panel_3d, titled
from descend.views.figures.shown_axes import ShownAxes3D
from descend.views.figures.style import MINUS, headline, new_figure, number, style_axes, styled
from descend.views.landscapes.heights import Landscape, scaled
from descend.views.landscapes.maps import draw_map
from descend.views.landscapes.reliefs import draw_key_beside, draw_relief
from descend.views.landscapes.subjects import Subject, inside
from descend.views.records.paths import draw_key
from descend.views.records.trajectories import LARGEST_DRAWN, Trajectories, trajectories_of

DEFAULT = "Loss landscape"
"""The title of a figure of an objective that has no formula."""


@styled()
def landscape(
    what: Any,
    *,
    surface: bool | None = None,
    ax: Axes | None = None,
    title: str | None = None,
) -> Figure | Axes:
    """Draw an objective of many parameters on two directions through a point.

    From above and as a surface, with the path of a record on both: each of its points is drawn at
    the nearest point of the plane, and the title says how the values there differ from the true
    ones. Where the axes are principal components, they say how much of the path's variance each
    holds.

    Parameters
    ----------
    what
        What `descend.landscape` returned; or what it takes: a record, a fitted estimator, a
        `descend.ModuleRisk`. Call it for other directions, another seed, or more points.
    surface
        Whether to draw the surface alone, or the map alone; None draws both, or what fits `ax`.
    ax
        Axes to draw into; by default those of a new figure.
    title
        By default the formula of a record, if there is one.

    Returns
    -------
    Figure or Axes
        A figure of both, or the axes of one.

    Raises
    ------
    ValueError
        As `descend.landscape`, or if the axes do not fit.

    Examples
    --------
    >>> import descend
    >>> found = descend.minimize("(a - 1)^2 + 10*(b + a)^2 + (c - b)^2", [4, 3, 2], optimizer="sgd")
    >>> ax = landscape(found, surface=False)
    >>> ax.get_xlabel().startswith("principal component 1: ")
    True
    """
    seen = what if isinstance(what, LossLandscape) else landscape_of(what)
    subject, drawn = subject_on(seen), scaled(seen.x, seen.y, heights_of(seen))
    formula = None if seen.descent is None else seen.descent.formula
    if surface is None and ax is not None:
        surface = isinstance(ax, Axes3D)
    if surface:
        relief = panel_3d(ax, 6.4, 5.4)
        draw_relief(relief, subject._replace(names=short(subject.names)), drawn)
        draw_key_beside(relief)
        return titled(relief, ax, title, formula or (DEFAULT if ax is None else None))
    if surface is None:
        return _both(subject, drawn, seen, formula if title is None else title)
    own = panel(ax, 6.6, 5.1, grid=False)
    draw_map(own, subject, drawn)
    draw_key(own, inside=ax is not None)
    if ax is None:
        style_axes(own, title=difference(seen), grid=False)
    return titled(own, ax, title, formula or (DEFAULT if ax is None else None))


def _both(subject: Subject, drawn: Landscape, seen: LossLandscape, title: str | None) -> Figure:
    figure = new_figure(11.4, 5.0)
    grid = figure.add_gridspec(1, 2, width_ratios=(1.0, 1.1))
    relief: Axes3D = figure.add_subplot(grid[0], axes_class=ShownAxes3D, proj_type="ortho")
    draw_relief(relief, subject._replace(names=short(subject.names)), drawn)
    above = style_axes(figure.add_subplot(grid[1]), title=difference(seen), grid=False)
    draw_map(above, subject, drawn)
    draw_key(above)
    headline(figure, title, DEFAULT)
    return figure


def subject_on(seen: LossLandscape) -> Subject:
    """Return the plane of a landscape as what views of two variables draw."""
    window = tuple((float(side[0]), float(side[-1])) for side in (seen.x, seen.y))
    trajectories = None if seen.path is None else on_plane(seen)
    return Subject(
        seen.on_plane,
        seen.names,
        window,
        None,
        trajectories,
        inside(_minima(seen), window),
        np.empty((0, 2)),
    )


def on_plane(seen: LossLandscape) -> Trajectories:
    """Return the path as it is on the plane, with the values there."""
    assert seen.path is not None
    assert seen.descent is not None
    trajectories = trajectories_of(seen.descent)
    values = trajectories.values.copy()
    values[seen.path.steps] = seen.path.projected
    return trajectories._replace(
        points=seen.path.coordinates, point_steps=seen.path.steps, values=values
    )


def _minima(seen: LossLandscape) -> Array:
    """Return where the runs of the record that converged ended on the plane, `(n, 2)`."""
    if seen.path is None or seen.descent is None:
        return np.empty((0, 2))
    converged = np.atleast_1d(np.asarray(seen.descent.status)) == "converged"
    return np.asarray(seen.path.coordinates[-1][converged])


def heights_of(seen: LossLandscape) -> Array:
    """Return the values as they are drawn."""
    return np.clip(seen.values, -LARGEST_DRAWN, LARGEST_DRAWN)


def difference(seen: LossLandscape) -> str | None:
    """Return how far the values on the plane are from the path's true ones, in a few words."""
    if seen.path is None:
        return None
    gaps = (seen.path.largest_gap, seen.path.end_gap)
    largest, end = (number(seen.rounded(gap)) for gap in gaps)
    return f"value drawn {MINUS} true: largest {largest}, at the end {end}"


def short(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of directions as the slanted axes of a surface have room for.

    >>> short(("principal component 1: 97.3 % of variance", "direction 2, filters normalised", "x"))
    ('component 1', 'direction 2', 'x')
    """
    cut = (name.partition(",")[0].partition(":")[0] for name in names)
    return tuple(name.removeprefix("principal ") for name in cut)
