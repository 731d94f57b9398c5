"""What a page draws of a fit: heights that glide, and words of a table."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descend.views.animations.fit_motion import MovingCells, MovingHeights
from descend.views.animations.player.track import encoded, shares_of


def heights_of(ax: Axes, heights: MovingHeights) -> dict[str, Any]:
    """Return where a line or dots are, as shares of a figure that is drawn."""
    across = np.broadcast_to(heights.x, heights.y.shape)
    places = shares_of(ax, np.stack([across, heights.y], axis=-1))
    return {
        "x": encoded(places[0, :, 0]),
        "y": encoded(places[..., 1]),
        "dots": heights.dots,
    }


def cells_of(ax: Axes, cells: MovingCells) -> dict[str, Any]:
    """Return the words of each frame, and where each ends."""
    places = shares_of(ax, cells.places.reshape(-1, 2))
    return {
        "places": places.round(5).tolist(),
        "words": [[word for row in frame for word in row] for frame in cells.words],
    }
