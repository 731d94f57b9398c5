"""What a record draws and explains by, imported only when called: it must not need matplotlib."""

from __future__ import annotations

from typing import Any


def draw(view: str, record: Any, /, *arguments: Any, **options: Any) -> Any:
    """Draw a record with the function of `descend.views` that has this name."""
    from descend import views

    return getattr(views, view)(record, *arguments, **options)


def explain(record: Any) -> str:
    """Return in sentences how a descent went, and why."""
    from descend.diagnosis import diagnose

    return str(diagnose(record))


def show(record: Any) -> None:
    """Show a record in the notebook, so that it can be played, or in a window."""
    from descend.playground import notebooks

    notebooks.show(record)


def as_html(record: Any) -> str:
    """Return what a notebook shows of a record, as HTML."""
    from descend.views.notebook import as_html

    return as_html(record)


def as_png(record: Any) -> bytes | None:
    """Return what a notebook shows of a record, as a picture; None if nothing can be drawn."""
    from descend.views.notebook import as_png

    return as_png(record)
