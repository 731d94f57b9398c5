"""Figures that a notebook shows, whether pyplot is loaded or not."""

import io

from matplotlib.figure import Figure


class ShownFigure(Figure):
    """A matplotlib figure that is a picture in a notebook.

    IPython knows figures only once pyplot is loaded; these, that have no window, come without it.
    """

    def _repr_png_(self) -> bytes:
        """Return the figure as a PNG file."""
        stream = io.BytesIO()
        self.savefig(stream, format="png", dpi=self.dpi)
        return stream.getvalue()
