"""Surfaces: a landscape in three dimensions."""

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.colors import LightSource
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.ticker import FuncFormatter
from mpl_toolkits.mplot3d.axes3d import Axes3D
from mpl_toolkits.mplot3d.proj3d import proj_transform

from descend.protocols import Array
from descend.views.figures.shown_axes import ShownAxes3D
from descend.views.figures.style import EDGE, GRID, HALO, INK, LANDSCAPE, MUTED, label_numbers
from descend.views.landscapes.heights import Landscape
from descend.views.records.marks import STAR
from descend.views.records.paths import colours_of, line_style, marker_size
from descend.views.records.trajectories import Trajectories

MESH = 90
"""Facets of the surface in each coordinate."""

BOX = (1.25, 1.25, 0.52)
"""The proportions of the box that holds the surface."""

SIGHT_POINTS = 48
"""Points of a line of sight that are compared with the surface."""

SLACK = 0.04
"""How far below the surface, in its height, a marker's centre may be and the marker be seen."""

LIGHT = 0.3
"""The share of light and shade in a colour: with more, one height would have many colours."""

LIFT = 0.01
"""How far above the surface, in its height, a path is drawn."""


def draw_surface(
    figure: Figure, place: SubplotSpec, landscape: Landscape, names: tuple[str, ...]
) -> Axes3D:
    """Draw the landscape as a surface in a place of a figure, coloured as its contours are."""
    ax: Axes3D = figure.add_subplot(place, axes_class=ShownAxes3D, proj_type="ortho")
    dress_surface(ax, landscape, names)
    return ax


def dress_surface(ax: Axes3D, landscape: Landscape, names: tuple[str, ...]) -> None:
    """Draw the landscape as a surface into axes of three dimensions."""
    x, y = np.meshgrid(landscape.x, landscape.y)
    share = landscape.share(landscape.heights)
    relief = _relief(landscape)
    z = relief.share(landscape.heights)
    colours = LANDSCAPE(np.ma.masked_invalid(share).filled(0.0))
    lit = LightSource(azdeg=300, altdeg=55).shade_rgb(
        colours[..., :3], np.nan_to_num(z), vert_exag=25, blend_mode="soft"
    )
    ax.plot_surface(
        x,
        y,
        z,
        facecolors=LIGHT * lit + (1 - LIGHT) * colours[..., :3],
        rcount=MESH,
        ccount=MESH,
        linewidth=0,
        antialiased=False,
        shade=False,
    )
    ax.view_init(elev=54, azim=-62)
    ax.set_box_aspect(BOX, zoom=1.12)
    ax.set_xlim(landscape.x[0], landscape.x[-1])
    ax.set_ylim(landscape.y[0], landscape.y[-1])
    ax.set_zlim(0, 1)
    axes: tuple[Any, ...] = (ax.xaxis, ax.yaxis, ax.zaxis)
    for axis, label in zip(axes, (*names, ""), strict=True):
        axis.set_pane_color((1, 1, 1, 0))
        axis.line.set_color(EDGE)
        axis._axinfo["grid"].update(color=GRID, linewidth=0.7)
        axis.set_label_text(label, color=INK)
        axis.set_tick_params(labelsize=8, labelcolor=MUTED, color=EDGE, pad=-1)
        label_numbers(axis, ticks=4)
    ax.zaxis.set_major_formatter(FuncFormatter(lambda s, _: relief.label(max(s, 0.0))))


def draw_paths_on_surface(
    ax: Axes3D, landscape: Landscape, trajectories: Trajectories, points: Array, values: Array
) -> None:
    """Draw paths `(m, k, 2)` with values `(m, k)` on the surface, faint where it hides them."""
    x, y, z, seen = _lifted(ax, landscape, points, values)
    width, opacity = line_style(trajectories)
    for run, colour in enumerate(colours_of(trajectories)):
        for shown, style in (
            (seen[:, run], {"alpha": opacity}),
            (~seen[:, run], {"alpha": 0.3 * opacity, "linestyle": ":"}),
        ):
            # a line goes on to the first point on the other side
            reaching = shown.copy()
            reaching[1:] |= shown[:-1]
            path = [np.where(reaching, c[:, run], np.nan) for c in (x, y, z)]
            ax.plot(*path, color=colour, linewidth=width, zorder=5, **style)
    size, colours = marker_size(trajectories), colours_of(trajectories)
    for at, fill, label in ((0, [HALO] * len(colours), "start"), (-1, colours, "end")):
        inside = np.isfinite(x[at])
        ax.scatter(
            x[at][inside],
            y[at][inside],
            z[at][inside],
            s=size,
            c=list(np.array(fill)[inside]),
            edgecolors=list(np.array(colours)[inside]) if at == 0 else HALO,
            linewidths=1.3 if size > 12 else 0.6,
            depthshade=False,
            zorder=6,
            label=label,
        )


def draw_minima_on_surface(
    ax: Axes3D, landscape: Landscape, minima: Array, values: Array, *, maximised: bool
) -> None:
    """Draw minima `(n, 2)` with values `(n,)` as stars on the surface."""
    if not len(minima):
        return
    x, y, z, _ = _lifted(ax, landscape, minima[np.newaxis], values[np.newaxis])
    ax.scatter(
        x[0],
        y[0],
        z[0],
        s=170,
        marker="*",
        c=STAR,
        edgecolors=INK,
        linewidths=0.9,
        depthshade=False,
        zorder=5.5,
        label="maximum" if maximised else "minimum",
    )


def _lifted(
    ax: Axes3D, landscape: Landscape, points: Array, values: Array
) -> tuple[Array, Array, Array, npt.NDArray[np.bool_]]:
    """Return the coordinates of points just above the surface, NaN outside, and which are seen."""
    edges = np.array([landscape.x[[0, -1]], landscape.y[[0, -1]]])
    inside = np.asarray(((points >= edges[:, 0]) & (points <= edges[:, 1])).all(axis=-1))
    x, y = np.moveaxis(np.where(inside[..., np.newaxis], points, edges[:, 0]), -1, 0)
    z = _relief(landscape).share(values) + LIFT
    seen = inside & ~_hidden(ax, landscape, x, y, z)
    x, y, z = (np.where(inside, c, np.nan) for c in (x, y, z))
    return x, y, z, seen


def _relief(landscape: Landscape) -> Landscape:
    """Return the landscape with a scale for heights in three dimensions: a bowl stays a bowl."""
    return landscape._replace(power=max(1.0, landscape.power / 2))


def on_surface(ax: Axes3D, landscape: Landscape, points: Array, values: Array) -> Array:
    """Return where points `(m, k, 2)` with values `(m, k)` lie in the picture, NaN if hidden."""
    x, y, z, seen = _lifted(ax, landscape, points, values)
    across, up, _ = proj_transform(x.ravel(), y.ravel(), z.ravel(), ax.get_proj())
    places = np.stack([np.asarray(across), np.asarray(up)], axis=-1).reshape(points.shape)
    return np.where(seen[..., np.newaxis], places, np.nan)


def _hidden(
    ax: Axes3D, landscape: Landscape, x: Array, y: Array, z: Array
) -> npt.NDArray[np.bool_]:
    """Say which points the surface hides, by following the lines of sight."""
    relief = _relief(landscape)
    ground = np.nan_to_num(relief.share(landscape.heights), nan=-1.0)
    elevation, azimuth = np.radians((ax.elev, ax.azim))
    sight: Array = np.array(
        [
            np.cos(elevation) * np.cos(azimuth),
            np.cos(elevation) * np.sin(azimuth),
            np.sin(elevation),
        ]
    ) / np.array(BOX)
    across = (x - landscape.x[0]) / np.ptp(landscape.x)
    along = (y - landscape.y[0]) / np.ptp(landscape.y)
    hidden = np.zeros(x.shape, dtype=bool)
    # No height is above 1, and farther than this the line of sight is.
    for far in np.linspace(0.04, BOX[2] / np.sin(elevation), SIGHT_POINTS):
        u, v, height = across + far * sight[0], along + far * sight[1], z + far * sight[2]
        column = np.rint(u * (len(landscape.x) - 1)).astype(int)
        row = np.rint(v * (len(landscape.y) - 1)).astype(int)
        above = (u >= 0) & (u <= 1) & (v >= 0) & (v <= 1)
        column, row = np.where(above, column, 0), np.where(above, row, 0)
        hidden |= above & (ground[row, column] > height + SLACK)
    return hidden
