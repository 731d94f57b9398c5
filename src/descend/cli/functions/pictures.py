"""The pictures that commands write: checked before the work, drawn after it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from descend.cli.outputs import refuse_outputs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from descend.experiments.race import Race
    from descend.records.descent import Descent


class Plottable(Protocol):
    """What draws itself: a race, a test of rates."""

    def plot(self) -> Figure:
        """Return the picture."""
        ...


def refuse_pictures(plot: str | None, animate: str | None, inputs: Sequence[str]) -> None:
    """Refuse files that no picture can be written to, before the descent."""
    refuse_outputs([plot, animate], inputs)
    if plot is not None:
        from descend.views.showing import FORMATS

        if Path(plot).suffix.lower() not in FORMATS:
            raise ValueError(
                f"cannot write {plot!r}: a plot's name must end in {', '.join(FORMATS)}"
            )
    if animate is not None:
        from descend.views.animations.endings import checked_ending

        checked_ending(animate)


def write_pictures(
    descent: Descent, plot: str | None, animate: str | None, window: tuple[float, float] | None
) -> None:
    """Write the pictures of a descent that were asked for, and say so on stderr."""
    d = len(descent.names)
    seen = None if window is None or d > 2 else window if d == 1 else (window, window)
    if plot is not None:
        _save(descent.plot(window=seen), plot)
    if animate is not None:
        descent.animate(animate, window=seen)
        _report(animate)


def write_animation(race: Race, file: str | None) -> None:
    """Write the film of a race if one was asked for, and say so on stderr."""
    if file is not None:
        race.animate(file)
        _report(file)


def write_plot(result: Plottable, file: str | None) -> None:
    """Write the picture of a race or a test of rates if one was asked for, and say so on stderr."""
    if file is not None:
        _save(result.plot(), file)


def _save(figure: Figure, file: str) -> None:
    from descend import views

    views.save(figure, file)
    _report(file)


def _report(file: str) -> None:
    print(f"wrote {file}", file=sys.stderr)
