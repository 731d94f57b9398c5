"""The picture drawn last as pyplot's current figure, where pyplot is in use."""

from __future__ import annotations

import sys
import threading
from typing import Any

from matplotlib._pylab_helpers import Gcf
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.figure import Figure

MOST_HELD = 8
"""The most figures that pyplot holds for us: of more, the oldest are let go, unlike a user's own,
so that a program that draws for ever does not run out of memory."""


class Windowless(FigureManagerBase):
    """What pyplot knows a figure by, which has no window until one is asked for."""

    def show(self) -> None:
        """Open a window, as `pyplot.show()` asks all figures to."""
        open_window(self.canvas.figure)


def make_current(drawn: Any) -> None:
    """Make a figure that was drawn, or that of axes, pyplot's current one, if pyplot is loaded.

    So `pyplot.savefig`, `title` and `show` are about it, as about pyplot's own. No window opens
    before `pyplot.show()`. In a notebook it is current until the end of the cell, as others are.
    """
    if "matplotlib.pyplot" not in sys.modules:
        return
    figure = drawn.get_figure(root=True) if isinstance(drawn, Axes) else drawn
    if not isinstance(figure, Figure) or figure.canvas.manager is not None:
        return
    if threading.current_thread() is not threading.main_thread():
        return  # pyplot is not safe there
    held = [number for number, manager in Gcf.figs.items() if isinstance(manager, Windowless)]
    for number in held[: max(0, len(held) - MOST_HELD + 1)]:
        Gcf.destroy(number)
    Gcf._set_new_active_manager(Windowless(figure.canvas, max(Gcf.figs, default=0) + 1))
    _let_go_after_cell()


def open_window(figure: Figure) -> None:
    """Open a window of pyplot's for a figure that has none, without waiting for it."""
    from matplotlib import pyplot

    if isinstance(figure.canvas.manager, Windowless):
        Gcf.destroy_fig(figure)
    manager = pyplot.figure(figsize=figure.get_size_inches()).canvas.manager
    assert manager is not None
    manager.canvas.figure = figure
    figure.set_canvas(manager.canvas)
    manager.show()


def let_go(*_: object) -> None:
    """Let pyplot forget our figures that have no window."""
    for number, manager in list(Gcf.figs.items()):
        if isinstance(manager, Windowless):
            Gcf.destroy(number)


def _let_go_after_cell() -> None:
    """In a notebook, forget our figures after the cell: they are not what a later one draws on."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None or "ipykernel" not in sys.modules:
        return
    if let_go not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", let_go)
