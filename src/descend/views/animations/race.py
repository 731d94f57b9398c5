"""The animation of a race."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from descend.records.film import Film
from descend.records.joining import side_by_side
from descend.views.animations.animation import film
from descend.views.animations.plan import Wishes
from descend.views.experiments.race_curves import colours_of, others
from descend.views.figures.style import CROWD, styled
from descend.views.records.trajectories import trajectories_of

if TYPE_CHECKING:
    from descend.experiments.race import Race


@styled()
def animate_race(
    race: Race,
    file: str | os.PathLike[str] | None = None,
    *,
    seconds: float = 8.0,
    frames_per_second: float = 15.0,
    title: str | None = None,
    window: Sequence[object] | None = None,
    surface: bool | None = None,
) -> Path | Film:
    """Write a race as an animation, and return its path; without a file, a film for a notebook.

    In two variables, balls on one surface and on its contours; in one, on the curve; in more, the
    values and the size of the gradient. The ten best have a colour and a name, all others are grey.

    Parameters
    ----------
    race
        The result of `descend.race`.
    file, seconds, frames_per_second, title, window
        As for `animate`.
    surface
        Whether there is a surface in three dimensions: of two variables by default.

    Raises
    ------
    ValueError
        As `animate`; or if the race has no entries.
    """
    if not race.entries:
        raise ValueError("a race without optimizers has no picture")
    # the best are drawn last, above the others
    entries = race.entries[::-1]
    together = side_by_side([entry.descent for entry in entries])
    colours = colours_of(race)
    key = {entry.name: colour for entry, colour in zip(race.entries, colours, strict=True)}
    best = {name: colour for name, colour in key.items() if colour != CROWD}
    on_surface = len(together.names) == 2 if surface is None else surface
    named = best | ({others(race): CROWD} if others(race) else {})
    wishes = Wishes(seconds, frames_per_second, title, window, on_surface, named)
    coloured = trajectories_of(together)._replace(colours=colours[::-1])
    return film(together, coloured, file, wishes)
