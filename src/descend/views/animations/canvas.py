"""A canvas: a drawn background on which a few artists move, frame by frame."""

from collections.abc import Iterable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from PIL import Image

Frame = npt.NDArray[np.uint8]
"""A picture: `(height, width, 3)` bytes of red, green and blue."""


class Canvas:
    """Draws a figure on an Agg canvas once, then only its permanent and its passing artists."""

    def __init__(self, figure: Figure) -> None:
        # Matplotlib's canvas has no types.
        self.agg = cast(Any, figure.canvas)
        settle(figure)
        self.background: Any = self.agg.copy_from_bbox(figure.bbox)

    def frame(
        self, permanent: Iterable[Artist], passing: Iterable[Artist], *, keep: bool = True
    ) -> Frame:
        """Return the background, which keeps permanent artists if `keep`, with the passing ones."""
        self.agg.restore_region(self.background)
        _draw(permanent)
        if keep:
            self.background = self.agg.copy_from_bbox(self.agg.figure.bbox)
        _draw(passing)
        # Pillow leaves the opacity out ten times as fast as NumPy does
        image = Image.frombuffer("RGBA", self.agg.get_width_height(), self.agg.buffer_rgba())
        return np.asarray(image.convert("RGB"))


def settle(figure: Figure) -> None:
    """Draw a figure once; from then on nothing moves its axes."""
    figure.canvas.draw()
    figure.set_layout_engine("none")


def _draw(artists: Iterable[Artist]) -> None:
    for artist in sorted(artists, key=lambda a: a.get_zorder()):
        artist.axes.draw_artist(artist)  # type: ignore[union-attr]
