"""The ends of runs in a picture, and their marks."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from descend.protocols import Array


class EndMark(NamedTuple):
    """The mark of an end: its name in keys, its marker, its size beside others, its edge."""

    label: str
    marker: str
    larger: float
    edge: float | None = None


END_MARKS = {
    "end": EndMark("end", "o", 1.1),
    "out": EndMark("on its way out of the picture", "D", 0.8, 0.8),
    "cross": EndMark("last seen before it left for infinity", "X", 1.3, 0.8),
}
"""What is marked where a run ended in the picture, outside, or left for infinity."""


class Ends(NamedTuple):
    """How each run ended, a key of `END_MARKS`, and the row where it was last in the picture.

    That row is -1 for a run that never was.
    """

    kinds: npt.NDArray[np.str_]
    last_seen: npt.NDArray[np.int64]

    @classmethod
    def of(cls, edges: Array, places: Array, diverged: npt.NDArray[np.bool_]) -> Ends:
        """Return the ends of places `(m, k, 2)` in a picture with edges `(2, 2)`."""
        shown = inside(edges, places)
        last = len(places) - 1 - np.argmax(shown[::-1], axis=0)
        kinds = np.where(diverged, "cross", np.where(shown[-1], "end", "out"))
        return cls(kinds, np.where(shown.any(axis=0), last, -1).astype(np.int64))

    def seen_at(self, places: Array) -> Array:
        """Return the places where the runs were last in the picture, NaN if they never were."""
        seen = places[self.last_seen, np.arange(places.shape[1])]
        return np.where(self.last_seen[:, np.newaxis] >= 0, seen, np.nan)

    def cut(self, places: Array) -> Array:
        """Return places that are NaN from the second on after a run left for good.

        The rest of its path would only cross the picture to and fro.
        """
        away = np.arange(len(places))[:, np.newaxis] > self.last_seen + 1
        hidden = away & (self.kinds != "end") & (self.last_seen >= 0)
        return np.where(hidden[..., np.newaxis], np.nan, places)


def edges_of(ax: Axes) -> Array:
    """Return the edges of axes in each coordinate, `(2, 2)`."""
    return np.array([ax.get_xlim(), ax.get_ylim()])


def inside(edges: Array, places: Array) -> npt.NDArray[np.bool_]:
    """Say which places `(m, k, 2)` lie between edges."""
    return np.asarray(((places >= edges[:, 0]) & (places <= edges[:, 1])).all(axis=2))
