"""The pictures that `descend minimize` writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from descend.records.descent import Descent


def refuse_endings(plot: str | None, animate: str | None) -> None:
    """Refuse names that no picture can have, before the descent.

    Raises
    ------
    ValueError
        If an ending is unknown, or the program that it needs is missing.
    """
    if plot is not None:
        from descend.views.picture import FORMATS

        if Path(plot).suffix.lower() not in FORMATS:
            raise ValueError(
                f"cannot write {plot!r}: a plot's name must end in {', '.join(FORMATS)}"
            )
    if animate is not None:
        from descend.views.animations.video import checked_ending

        checked_ending(animate)


def draw(
    descent: Descent, plot: str | None, animate: str | None, window: tuple[float, float] | None
) -> Iterator[str]:
    """Write the pictures that were asked for, and yield the name of each as it is done."""
    d = len(descent.names)
    seen = None if window is None or d > 2 else window if d == 1 else (window, window)
    if plot is not None:
        from descend import views

        views.save(descent.plot(window=seen), plot)
        yield plot
    if animate is not None:
        descent.animate(animate, window=seen)
        yield animate
