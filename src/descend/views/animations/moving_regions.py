"""The regions of a classifier as artists that move, and the key of what is on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from descend.views.animations.artists import Moving
from descend.views.animations.region_film import RegionFilm
from descend.views.models.region_marks import boundary_lines, draw_rows, ring, tinted
from descend.views.records.paths import draw_key


class MovingRegions(Moving):
    """Regions with their boundary and the rows, drawn anew at each instant."""

    def __init__(self, ax: Axes, film: RegionFilm, instants: npt.NDArray[np.int64]) -> None:
        self.ax, self.film, self.instants = ax, film, instants
        before = set(ax.get_children())
        draw_rows(ax, *film.marked())
        self.marks: list[Artist] = [each for each in ax.get_children() if each not in before]
        self.ring = ring(ax, film.plane.places[:0], len(film.true))
        regions = film.regions(0)
        x, y = regions.axes
        self.image = ax.imshow(
            tinted(regions),
            extent=(x[0], x[-1], y[0], y[-1]),
            origin="lower",
            aspect="auto",
            interpolation="bilinear",
        )
        self.lines: list[Any] = []

    def passing(self, now: int) -> list[Artist]:
        """Return the picture of this instant."""
        row = int(self.instants[now])
        regions = self.film.regions(row)
        self.image.set_data(tinted(regions))
        for lines in self.lines:
            lines.remove()
        self.lines = boundary_lines(self.ax, regions)
        self.ring.set_offsets(self.film.plane.places[self.film.missed(row)])
        return [self.image, *self.lines, *self.marks, self.ring]


def explain_classes(ax: Axes, film: RegionFilm) -> None:
    """Put the key of the rows below the axes, without the marks themselves, which move."""
    draw_rows(ax, *film.marked())
    ring(ax, film.plane.places[:1], len(film.true)).set_label("misclassified")
    draw_key(ax)
    for mark in list(ax.collections):
        mark.remove()
