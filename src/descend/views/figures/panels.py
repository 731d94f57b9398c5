"""Axes to draw into: given ones, or those of a new figure."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.axes3d import Axes3D

from descend.views.figures.shown_axes import ShownAxes, ShownAxes3D
from descend.views.figures.style import headline, new_figure, shortened, style_axes

LETTERS = 44
"""The longest title of given axes; longer ones are cut."""


def panel(ax: Axes | None, width: float, height: float, *, grid: bool = True) -> Axes:
    """Return given axes, or those of a new figure of this size in inches, in the style.

    A ValueError says so if they have three dimensions.
    """
    if isinstance(ax, Axes3D):
        raise ValueError(
            "this picture has two dimensions, and the given axes have three: leave ax out, or make "
            "them with figure.add_subplot()"
        )
    own = new_figure(width, height).add_subplot(axes_class=ShownAxes) if ax is None else ax
    return style_axes(own, grid=grid)


def panel_3d(ax: Axes | None, width: float, height: float) -> Axes3D:
    """Return given axes of three dimensions, or those of a new figure.

    A ValueError says so if they have two.
    """
    if ax is None:
        figure = new_figure(width, height)
        own: Axes3D = figure.add_subplot(axes_class=ShownAxes3D, proj_type="ortho")
        return own
    if not isinstance(ax, Axes3D):
        raise ValueError(
            "this picture has three dimensions, and the given axes have two: leave ax out, or make "
            'them with figure.add_subplot(projection="3d")'
        )
    return ax


def titled(own: Axes, given: Axes | None, title: str | None, default: str | None) -> Axes:
    """Write the title, or else its default: over a figure of ours, or over given axes."""
    text = default if title is None else title
    if given is not None and text is not None:
        own.set_title(shortened(text, LETTERS), loc="left", fontsize=10)
    elif text is not None:
        figure = own.get_figure(root=True)
        assert figure is not None
        headline(figure, text, text)
    return own


def figure_of(drawn: Axes | Figure) -> Figure:
    """Return the figure that a view drew, whichever of it the view returns."""
    figure = drawn if isinstance(drawn, Figure) else drawn.get_figure(root=True)
    assert isinstance(figure, Figure)
    return figure
