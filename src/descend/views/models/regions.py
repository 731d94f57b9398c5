"""Where a classifier decides for which class: what it says over a window of its features."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array
from descend.views.models.classifiers import (
    Classifier,
    Labels,
    all_classes,
    margins,
    places_of,
    said_of,
)
from descend.views.models.feature_planes import FeaturePlane
from descend.views.records.window import Window, with_room

GRID_POINTS = 201
"""Points in each feature at which a classifier is asked."""

CURVE_POINTS = 801
"""Points of one feature at which it is asked."""

UNTOLD = 0.6
"""How sure a classifier counts as that does not say how sure it is."""


class Regions(NamedTuple):
    """What a classifier decides in a window of one or two features.

    `classes` has k names; `chosen` `(m,)` or `(m, m)` the place of the one chosen at each point of
    the `axes`, by how much each class leads the others `lead` `(..., k)`, and `shares` `(..., k)`
    the probabilities, None if there are none.
    """

    classes: tuple[object, ...]
    axes: tuple[Array, ...]
    chosen: npt.NDArray[np.intp]
    lead: Array
    shares: Array | None

    @property
    def sureness(self) -> Array:
        """From 0 where the chosen class hardly leads, or is as likely as any, to 1, `(...)`."""
        k = len(self.classes)
        at = self.chosen[..., np.newaxis]
        ahead: Array = np.take_along_axis(self.lead, at, axis=-1)[..., 0]
        if k == 1 or (self.shares is None and (ahead == ahead.flat[0]).all()):
            return np.full(ahead.shape, UNTOLD)
        if self.shares is None:
            return np.minimum(ahead / np.quantile(ahead, 0.9), 1.0)
        share = np.take_along_axis(self.shares, at, axis=-1)[..., 0]
        return np.asarray(np.clip((share - 1 / k) / (1 - 1 / k), 0, 1))


def window_in(plane: FeaturePlane) -> Window:
    """Return a window with all rows in it."""
    low, high = np.nanmin(plane.places, axis=0), np.nanmax(plane.places, axis=0)
    if len(low) == 1:
        room = 0.08 * (high - low) + (high == low)
        return tuple(zip((low - room).tolist(), (high + room).tolist(), strict=True))
    return with_room(low, high)


def decided(
    classifier: Classifier,
    plane: FeaturePlane,
    window: Window,
    *labels: Labels,
    points: int | None = None,
) -> Regions:
    """Ask a classifier at the points of a grid; `labels` are others that need a colour."""
    count = points or (GRID_POINTS if len(window) == 2 else CURVE_POINTS)
    axes = tuple(np.linspace(low, high, count) for low, high in window)
    grid = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, len(axes))
    said = said_of([classifier.say(rows) for rows in plane.parts_at(grid)])
    classes = all_classes(classifier.classes, said.labels, *labels)
    k = len(classes)
    chosen = places_of(said.labels, classes)
    shape = (count,) * len(axes)
    shares = None
    if said.shares is not None and said.shares.shape[1] <= k:
        shares = np.zeros((*shape, k))
        shares[..., : said.shares.shape[1]] = said.shares.reshape(*shape, -1)
    lead = margins(said, chosen, k).reshape(*shape, k)
    return Regions(classes, axes, chosen.reshape(shape), lead, shares)


def crossings(regions: Regions) -> Array:
    """Return where one feature goes from one class to another."""
    (x,) = regions.axes
    at = np.flatnonzero(np.diff(regions.chosen))
    left = regions.lead[at, regions.chosen[at]]
    right = -regions.lead[at + 1, regions.chosen[at]]
    return np.asarray(x[at] + (x[at + 1] - x[at]) * left / (left + right))
