"""Whether this is a notebook, and what shows itself there."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from descend.playground import texts

if TYPE_CHECKING:
    from descend.records.descent import Descent


def in_notebook() -> bool:
    """Say whether the code runs in a kernel, whose front end shows widgets."""
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None) is not None


def has_widgets() -> bool:
    """Say whether anywidget is installed."""
    return find_spec("anywidget") is not None


def page(query: str) -> Any:
    """Return the playground as a widget, in a state; an ImportError says what is missing."""
    if not has_widgets():
        raise ImportError(texts.NO_WIDGETS)
    from descend.playground.widgets import Page

    return Page(query)


def show(descent: Descent) -> None:
    """Show a record: in a notebook as a widget that plays it, elsewhere as a picture in a window.

    In a notebook without anywidget it is the picture, too, with what to install for more.

    Raises
    ------
    ValueError
        If there is nothing to show it on, or nothing recorded to show.
    """
    from descend import views

    if not in_notebook():
        views.show(descent)
    elif not has_widgets():
        views.show(descent)
        print(texts.PICTURE_ALONE)
    else:
        from IPython import display

        from descend.playground.records import packed_record
        from descend.playground.widgets import RecordPage

        shown: Any = display
        shown.display(RecordPage(packed_record(descent)))
