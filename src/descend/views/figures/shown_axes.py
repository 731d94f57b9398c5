"""Axes that a notebook shows as the figure that they are in."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from mpl_toolkits.mplot3d.axes3d import Axes3D

from descend.views.figures.shown_figure import ShownFigure


class ShownAxes(Axes):
    """Axes of a figure of ours, which are a picture in a notebook, as it is."""

    def _repr_png_(self) -> bytes:
        """Return the figure as a PNG file."""
        return _png_of(self)


class ShownAxes3D(Axes3D):  # type: ignore[misc]
    """The same in three dimensions."""

    def draw(self, renderer: RendererBase) -> None:
        """Draw the axes, without warnings of what is in nothing that is seen."""
        # matplotlib pads the polygons of surfaces with uninitialised memory, and multiplies it
        with np.errstate(all="ignore"):
            super().draw(renderer)

    def _repr_png_(self) -> bytes:
        """Return the figure as a PNG file."""
        return _png_of(self)


def _png_of(axes: Axes) -> bytes:
    figure = axes.get_figure(root=True)
    assert isinstance(figure, ShownFigure)
    return figure._repr_png_()
