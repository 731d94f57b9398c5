"""A stage: a drawn background on which a few artists move, frame by frame."""

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.figure import Figure

Frame = npt.NDArray[np.uint8]
"""A picture: `(height, width, 3)` bytes of red, green and blue."""


class Stage:
    """Draws a figure once; then trails that stay, and actors that are gone in the next frame.

    A frame costs what its new artists cost, however much was drawn before. The figure must be on
    an Agg canvas, as those of `new_figure` are.
    """

    def __init__(self, figure: Figure) -> None:
        # Matplotlib's canvas has no types.
        self.canvas = cast(Any, figure.canvas)
        # Surfaces pad their polygons with whatever lay in memory, and multiply that too.
        with np.errstate(all="ignore"):
            self.canvas.draw()
        # The layout is settled: from here on, nothing may move the axes.
        figure.set_layout_engine("none")
        self.background: Any = self.canvas.copy_from_bbox(figure.bbox)

    def frame(
        self, trails: Iterable[Artist], actors: Iterable[Artist], *, keep: bool = True
    ) -> Frame:
        """Return the background with the trails and, above them, the actors.

        The trails stay for the frames to come, unless `keep` is false.
        """
        canvas = self.canvas
        canvas.restore_region(self.background)
        _draw(trails)
        if keep:
            self.background = canvas.copy_from_bbox(canvas.figure.bbox)
        _draw(actors)
        return np.array(np.asarray(canvas.buffer_rgba())[:, :, :3])


def _draw(artists: Iterable[Artist]) -> None:
    for artist in sorted(artists, key=lambda a: a.get_zorder()):
        artist.axes.draw_artist(artist)  # type: ignore[union-attr]
