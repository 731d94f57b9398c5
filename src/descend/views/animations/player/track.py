"""A track: where runs are in a picture, from instant to instant."""

from __future__ import annotations

import base64
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from descend.protocols import Array

FARTHEST = 1e4
"""Places farther away than so many pictures are moved to there, in the same direction."""

CENTRE = 0.5


class Track(NamedTuple):
    """Where k runs are in a picture, as shares of its width and height from the top left corner.

    `places` `(n, k, 2)` is NaN where a run is hidden; `rows` `(frames,)` are the places that the
    frames show; between them the runs leave a line, or are balls that jump.
    """

    places: npt.NDArray[np.float32]
    rows: npt.NDArray[np.int64]
    line: bool

    @classmethod
    def on(
        cls, ax: Axes, places: Array, rows: npt.NDArray[np.int64], *, line: bool = True
    ) -> Track:
        """Return the track of places `(n, k, 2)` in the coordinates of axes that are drawn."""
        return cls(shares_of(ax, places).astype(np.float32), rows, line)

    def content(self) -> dict[str, Any]:
        """Return what the page needs: places as text, across once where they are the same."""
        across, down = self.places[..., 0], self.places[..., 1]
        same = bool((across == across[:, :1]).all())
        return {
            "x": encoded(across[:, :1] if same else across),
            "y": encoded(down),
            "rows": self.rows.tolist(),
            "line": self.line,
        }


def shares_of(ax: Axes, places: Array) -> Array:
    """Return places in the coordinates of axes as shares of the figure, from the top left."""
    figure = ax.get_figure(root=True)
    assert figure is not None
    with np.errstate(all="ignore"):
        pixels = ax.transData.transform(places.reshape(-1, 2)).reshape(places.shape)
    shares = pixels / figure.bbox.size * (1.0, -1.0) + (0.0, 1.0)
    away = shares - CENTRE
    farthest = np.abs(away).max(axis=-1, keepdims=True)
    return np.asarray(CENTRE + away * np.minimum(1.0, FARTHEST / np.maximum(farthest, 1.0)))


def encoded(numbers: Array) -> str:
    """Return 32-bit numbers, least byte first, as text in base 64."""
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<f4").tobytes()).decode("ascii")
