"""The picture of regions: tints of their classes, the boundary, and the rows with their marks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.contour import ContourSet
from matplotlib.patheffects import Normal, Stroke
from scipy.ndimage import distance_transform_edt

from descend.protocols import Array
from descend.views.figures.style import DARK, HALO, PALETTE, shortened
from descend.views.landscapes.heights import name_axes
from descend.views.models.fits import RASTER_POINTS
from descend.views.models.regions import Regions

TINTS = (0.1, 0.58)
"""How much of a class's colour its region has where it is least sure, and where it is surest."""

SHAPES = ("o", "s", "^", "D", "v", "p", "<", "h", ">", "8")
"""The marks of classes. A star and crosses have meanings of their own."""

OUTLINES = (
    "circle", "square", "up", "diamond", "down", "pentagon", "left", "bar", "right", "lying",
)  # fmt: skip
"""The same on a page, by the names of their outlines."""

COLOURS = (*PALETTE, "#e0559b", "#5c6200")
"""The colours of classes: with the shapes, each of many has a mark of its own."""

NAME_LETTERS = 18
"""The longest name of a class in a key."""

MOST_NAMED = 12
"""The most classes that a key names."""


def colour_of(place: int) -> str:
    """Return the colour of a class."""
    return COLOURS[place % len(COLOURS)]


def tinted(regions: Regions) -> Array:
    """Return the colours of a picture of the regions, `(..., 3)`: the deeper the surer."""
    colours = np.array([to_rgb(colour_of(place)) for place in range(len(regions.classes))])
    strength = (TINTS[0] + (TINTS[1] - TINTS[0]) * regions.sureness)[..., np.newaxis]
    return np.asarray(1 - strength + strength * colours[regions.chosen])


def draw_regions(ax: Axes, regions: Regions, names: tuple[str, ...]) -> None:
    """Draw regions of two features in the colours of their classes, with the boundary."""
    x, y = regions.axes
    halves = [(axis[1] - axis[0]) / 2 for axis in (x, y)]
    edges = (x[0] - halves[0], x[-1] + halves[0], y[0] - halves[1], y[-1] + halves[1])
    ax.imshow(
        tinted(regions), extent=edges, origin="lower", aspect="auto", interpolation="bilinear"
    )
    ax.set_xlim(x[0], x[-1])
    ax.set_ylim(y[0], y[-1])
    draw_boundary(ax, regions)
    name_axes(ax, names)


def draw_boundary(ax: Axes, regions: Regions) -> None:
    """Draw where a classifier goes from one class to another."""
    if boundary_lines(ax, regions):
        ax.plot([], [], color=DARK, linewidth=1.7, label="boundary")


def boundary_lines(ax: Axes, regions: Regions) -> list[ContourSet]:
    """Draw the boundary alone, and return its lines."""
    x, y = regions.axes
    outline = [Stroke(linewidth=3.6, foreground=HALO), Normal()]
    met = np.unique(regions.chosen)
    # of two classes the second's boundary is the first's
    drawn = met[:1] if len(met) == 2 else met if len(met) > 2 else met[:0]
    lines: list[ContourSet] = [
        ax.contour(x, y, regions.lead[..., place], [0.0], colors=DARK, zorder=2.5)
        for place in drawn
    ]
    for line in lines:
        line.set(linewidth=1.7, path_effects=outline)
    return lines


def draw_rows(
    ax: Axes,
    places: Array,
    true: npt.NDArray[np.intp],
    said: npt.NDArray[np.intp] | None,
    classes: Sequence[object],
    rings: str = DARK,
) -> None:
    """Draw rows `(n, 2)` with the marks of their classes, and `rings` around those missed."""
    n = len(places)
    size, opacity = _weight(n)
    named = len(classes) <= MOST_NAMED
    for place, name in enumerate(classes):
        own = places[true == place]
        if not len(own):
            continue
        x, y = own.T
        ax.scatter(
            x,
            y,
            s=size,
            marker=SHAPES[place % len(SHAPES)],
            color=colour_of(place),
            alpha=opacity,
            edgecolors=HALO,
            linewidths=0.5 if size > 12 else 0.2,
            rasterized=n > RASTER_POINTS,
            zorder=3,
            label=shortened(str(name), NAME_LETTERS) if named else None,
        )
    if said is None:
        return
    missed = said != true
    if missed.any():
        ring(ax, places[missed], n, rings).set_label(f"misclassified: {missed.sum():,} of {n:,}")


def ring(ax: Axes, places: Array, n: int, colour: str = DARK) -> PathCollection:
    """Draw rings around places `(m, 2)`, of n rows in all."""
    x, y = places.T
    size, opacity = _weight(n)
    return ax.scatter(
        x,
        y,
        s=2.6 * size,
        marker="o",
        facecolors="none",
        edgecolors=colour,
        linewidths=1.1 if n <= RASTER_POINTS // 4 else 0.7,
        alpha=max(opacity, 0.5),
        rasterized=n > RASTER_POINTS,
        zorder=3.5,
    )


def _weight(n: int) -> tuple[float, float]:
    """Return the area of the mark of each of n rows, in square points, and its opacity."""
    return (
        float(np.clip(6000 / max(n, 1), 9, 38)),
        float(np.clip(40 / np.sqrt(max(n, 1)), 0.15, 0.95)),
    )


def name_regions(ax: Axes, regions: Regions) -> None:
    """Write the names of very many classes into their regions."""
    x, y = regions.axes
    for place in np.unique(regions.chosen):
        # as far inside as can be: beyond the edge of the picture is outside, too
        own = np.pad(regions.chosen == place, 1)
        depth = distance_transform_edt(own)[1:-1, 1:-1]
        row, column = np.unravel_index(int(depth.argmax()), depth.shape)
        ax.text(
            float(x[column]),
            float(y[row]),
            shortened(str(regions.classes[place]), NAME_LETTERS),
            ha="center",
            va="center",
            fontsize=8,
            color=DARK,
            path_effects=[Stroke(linewidth=2.4, foreground=HALO), Normal()],
            zorder=4,
            clip_on=True,
        )
