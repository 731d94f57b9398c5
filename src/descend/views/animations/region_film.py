"""The regions of a classifier as they move: what is shown at each recorded step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.path import Path

from descend.protocols import Array
from descend.records.descent import Descent
from descend.views.landscapes.heights import name_axes
from descend.views.models.classifiers import places_of
from descend.views.models.feature_planes import FeaturePlane, feature_plane
from descend.views.models.recorded_classifiers import RecordedClassifier, recorded_on_plane
from descend.views.models.region_marks import boundary_lines
from descend.views.models.regions import Regions, decided, window_in
from descend.views.records.window import Window, checked

FILM_POINTS = 97
"""Points of the grid in each feature: a film has many pictures."""

MOST_ROWS = 1_500
"""The most rows that a film shows, evenly chosen."""


class RegionFilm(NamedTuple):
    """A classifier of two features at each recorded point, and rows `(n, 2)` with their classes."""

    recorded: RecordedClassifier
    plane: FeaturePlane
    true: npt.NDArray[np.intp]
    window: Window
    of_all: int

    @classmethod
    def of(cls, descent: Descent, window: Sequence[object] | None = None) -> RegionFilm | None:
        """Return the film of a record; None if it is none of a classifier of two features."""
        recorded = None if descent.points is None else recorded_on_plane(descent)
        if recorded is None or recorded.rows is None:
            return None
        X, labels = recorded.rows
        n = len(labels)
        shown = np.linspace(0, n - 1, min(n, MOST_ROWS)).round().astype(int)
        X = X[shown].toarray() if hasattr(X, "toarray") else X[shown]
        plane = feature_plane(X, "animate", names=recorded.risk.names)
        true = places_of(labels[shown], recorded.classes)
        seen = window_in(plane) if window is None else checked(window, 2)
        return cls(recorded, plane, true, seen, n)

    def regions(self, row: int) -> Regions:
        """Return the regions at a recorded point."""
        return decided(self.recorded.at(row), self.plane, self.window, points=FILM_POINTS)

    def missed(self, row: int) -> npt.NDArray[np.bool_]:
        """Say which rows are misclassified at a recorded point."""
        said = self.recorded.at(row).say(self.plane.rows).labels
        return np.asarray(places_of(said, self.recorded.classes) != self.true)

    def marked(self) -> tuple[Array, npt.NDArray[np.intp], None, tuple[object, ...]]:
        """Return what the rows' marks are drawn of."""
        return self.plane.places, self.true, None, self.recorded.classes

    def movement(self) -> Array:
        """Return how much changes between recorded points, `(m - 1,)`: the mean move of scores."""
        at = self.plane.rows
        model = self.recorded.risk.model
        z = np.stack([np.arctan(model.predict(w, at)) for w in self.recorded.points])
        return np.asarray(np.nan_to_num(np.abs(np.diff(z, axis=0))).mean(axis=(1, 2)))

    def draw_axes(self, ax: Axes) -> None:
        """Set the axes of the two features."""
        (left, right), (bottom, top) = self.window
        ax.set_xlim(left, right)
        ax.set_ylim(bottom, top)
        name_axes(ax, self.plane.names)


def boundary_paths(ax: Axes, regions: Regions) -> list[Array]:
    """Return the boundary as paths `(n, 2)` without points on straight parts."""
    paths = []
    for lines in boundary_lines(ax, regions):
        for segment in lines.allsegs[0]:
            pixels = Path(ax.transData.transform(segment)).cleaned(simplify=True)
            kept = np.asarray(pixels.vertices)[np.asarray(pixels.codes) != Path.STOP]
            paths.append(ax.transData.inverted().transform(kept))
        lines.remove()
    return paths
