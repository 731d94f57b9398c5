"""Figures that a script draws, taken from pyplot without a window."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from descend.support.files import replacing


@contextmanager
def without_windows() -> Iterator[None]:
    """Let no figure of pyplot's open a window within a block; afterwards there are none."""
    from matplotlib import pyplot

    before = mpl.rcParams["backend"]
    pyplot.close("all")
    pyplot.switch_backend("agg")
    try:
        yield
    finally:
        pyplot.close("all")
        mpl.rcParams["backend"] = before


def take_figures() -> tuple[Figure, ...]:
    """Return the figures that were drawn since the last time, views' and pyplot's own."""
    from matplotlib import pyplot

    figures = tuple(pyplot.figure(number) for number in pyplot.get_fignums())
    pyplot.close("all")
    return figures


def write_thumbnail(figure: Figure, file: Path, width: int) -> None:
    """Write a figure as a PNG file of about so many pixels' width."""
    with replacing(file) as temporary:
        figure.savefig(temporary, format="png", dpi=width / figure.get_figwidth())
