"""Pictures in files, in windows and in notebooks."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.records.descent import Descent
from descend.support.files import replacing
from descend.views.figures.current import open_window
from descend.views.figures.files import checked_path
from descend.views.figures.panels import figure_of
from descend.views.figures.style import styled
from descend.views.picture import plot

FORMATS = (".png", ".svg", ".pdf")
"""The endings of a picture's name."""

# Matplotlib's backends that have no window.
WINDOWLESS = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")


@styled()
def save(figure: Figure | Axes, file: str | os.PathLike[str]) -> Path:
    """Write a figure, or that of some axes, to a PNG, SVG or PDF file, chosen by its ending.

    Raises
    ------
    ValueError
        If the ending is none of these.
    FileNotFoundError
        If the folder does not exist.
    """
    path = checked_path(file, "a picture", FORMATS)
    ending = path.suffix.lower()
    # Without a date, the same figure gives the same file.
    metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": None}[ending]
    with replacing(path) as temporary:
        figure_of(figure).savefig(temporary, format=ending[1:], dpi=160, metadata=metadata)
    return path


def show(descent: Descent) -> None:
    """Show the picture of a descent in the notebook, or in a window.

    Raises
    ------
    ValueError
        If there is neither, as on a machine without a screen.
    """
    figure = plot(descent)
    from matplotlib import pyplot

    backend = pyplot.get_backend().lower()
    if "inline" in backend or "ipympl" in backend:
        import_module("IPython.display").display(figure)
        return
    if backend in WINDOWLESS:
        raise ValueError(
            f"no window can be opened here (matplotlib uses {backend!r}): write the picture to a "
            "file with descend.views.save(descent.plot(), 'descent.png')"
        )
    open_window(figure)
    pyplot.show()
