"""A function of two variables as a surface, alone and beside its map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D

from descend.views.figures.panels import panel_3d, titled
from descend.views.figures.shown_axes import ShownAxes3D
from descend.views.figures.style import columns_fitting, headline, new_figure, style_axes, styled
from descend.views.landscapes.heights import Landscape, heights_at, sample_landscape
from descend.views.landscapes.maps import draw_map
from descend.views.landscapes.subjects import Subject, subject_of
from descend.views.landscapes.surfaces import (
    draw_minima_on_surface,
    draw_paths_on_surface,
    dress_surface,
)
from descend.views.records.paths import draw_key, marks_of, shown_instants


@styled()
def surface(
    what: Any,
    *,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes3D:
    """Draw a function of two variables as a surface, with the paths of a record on it.

    Colours are those of `contours`. A path is faint and dotted where the surface hides it.

    Parameters
    ----------
    what, window, title
        As for `contours`.
    ax
        Axes to draw into, `figure.add_subplot(projection="3d")`; by default those of a new figure.

    Raises
    ------
    ValueError
        As for `contours`, or if the axes have two dimensions.

    Examples
    --------
    >>> import descend
    >>> ax = surface(descend.minimize("sin(x)*sin(y)", [1, -0.5], optimizer="adam"))
    >>> ax.get_xlabel(), ax.get_ylabel(), [round(float(x)) for x in ax.get_zlim()]
    ('x', 'y', [0, 1])
    """
    subject = subject_of(what, "surface", window=window)
    own = panel_3d(ax, 6.4, 5.4)
    draw_relief(own, subject, sample_landscape(subject.objective, subject.window))
    draw_key_beside(own)
    titled(own, ax, title, subject.formula)
    return own


@styled()
def side_by_side(
    what: Any, *, window: Sequence[object] | None = None, title: str | None = None
) -> Figure:
    """Draw a function of two variables as a surface and from above, with the paths on both.

    Parameters
    ----------
    what, window, title
        As for `contours`.

    Raises
    ------
    ValueError
        As for `contours`.

    Examples
    --------
    >>> import descend
    >>> figure = side_by_side(descend.minimize("sin(x)*sin(y)", starts=50, seed=0))
    >>> [ax.name for ax in figure.axes[:2]]
    ['3d', 'rectilinear']
    """
    subject = subject_of(what, "side_by_side", window=window)
    landscape = sample_landscape(subject.objective, subject.window)
    if columns_fitting(2, 4.4, most=2) == 2:
        figure = new_figure(11.0, 4.9)
        grid = figure.add_gridspec(1, 2, width_ratios=(1.0, 1.1))
    else:
        figure = new_figure(5.5, 6.4)
        grid = figure.add_gridspec(2, 1)
    relief: Axes3D = figure.add_subplot(grid[0], axes_class=ShownAxes3D, proj_type="ortho")
    draw_relief(relief, subject, landscape)
    above = style_axes(figure.add_subplot(grid[1]), grid=False)
    draw_map(above, subject, landscape)
    draw_key(above)
    headline(figure, title, subject.formula or "Landscape")
    return figure


def draw_key_beside(ax: Axes3D) -> None:
    """Explain the marks in a corner of the box, if there are some."""
    if (marks := marks_of(ax))[0]:
        ax.legend(*marks, loc="upper right", bbox_to_anchor=(1.0, 0.98), handletextpad=0.2)


def draw_relief(ax: Axes3D, subject: Subject, landscape: Landscape) -> None:
    """Draw the landscape as a surface, and on it minima and paths."""
    # the order in which they are drawn is ours: matplotlib's own hides paths that are in front
    ax.computed_zorder = False
    dress_surface(ax, landscape, subject.names)
    values = heights_at(subject.objective, subject.minima)
    draw_minima_on_surface(ax, landscape, subject.minima, values, maximised=subject.maximised)
    if subject.trajectories is not None:
        shown = shown_instants(subject.trajectories, subject.window)
        places = np.asarray(subject.places[shown])
        draw_paths_on_surface(ax, landscape, subject.trajectories, places, subject.heights[shown])
