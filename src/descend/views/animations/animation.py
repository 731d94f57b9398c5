"""The animation of a descent."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from descend.records.descent import Descent
from descend.records.film import Film
from descend.support.files import replacing
from descend.views.animations.endings import PAGE, checked_ending
from descend.views.animations.fit_film import FilmView, FitFilm
from descend.views.animations.frames import frames_of
from descend.views.animations.plan import Plan, Wishes
from descend.views.animations.player.page import most_frames, page_of
from descend.views.animations.video import write_video
from descend.views.figures.style import styled
from descend.views.models.fitted_curves import Truth
from descend.views.records.fitted_records import whole_record
from descend.views.records.marks import STAR
from descend.views.records.paths import colours_of
from descend.views.records.trajectories import Trajectories, trajectories_of


@styled()
def animate(
    what: Any,
    file: str | os.PathLike[str] | None = None,
    *,
    seconds: float = 8.0,
    frames_per_second: float = 15.0,
    title: str | None = None,
    window: Sequence[object] | None = None,
    surface: bool = False,
    view: FilmView = "auto",
    truth: Truth | None = None,
) -> Path | Film:
    """Write a descent as an animation, and return its path; without a file, a film for a notebook.

    In one variable, a ball on the curve with its tangent; in two, the paths on the filled
    contours; in more, of up to eight runs, the paths projected on their principal components; of a
    model of one feature its line over the data, too; beside each, the falling values. Of more runs,
    or without points, the values and the size of the gradient. Frames are closer together where
    there is more movement; the last stays.

    Parameters
    ----------
    what
        The record, or the fitted model or pipeline that has one.
    file
        Its ending is the format: .html is a page of its own with buttons and keys to play, step and
        scrub, which needs no network; .gif; .mp4 needs the program ffmpeg. None returns the page as
        a film that a notebook shows.
    seconds, frames_per_second
        How long it plays, without the last second; the most frames a second.
    title
        The headline; by default the formula, if there is one.
    window
        As for `plot`.
    surface
        Whether the landscape of two variables is also drawn in three dimensions.
    view
        "predictions": those of a fitted model, which approach the truth, with a table of both.
    truth
        The true function of `x` `(n,)`, to be drawn beside a fit.

    Raises
    ------
    ValueError
        If nothing was recorded, the ending is unknown, ffmpeg is missing, the window does not fit,
        or a surface is asked for where there is none.
    OSError
        If the file cannot be written; that is seen before anything is drawn.

    Examples
    --------
    >>> import descend
    >>> descend.minimize("x^2 + y^2", [3.0, 2.0]).animate()
    <Film of 8 s: a notebook shows it; animate("film.html") writes it to a file>
    """
    descent = whole_record(what)
    fit = FitFilm.of(what, view, truth)
    wishes = Wishes(seconds, frames_per_second, title, window, surface, fit=fit)
    return film(descent, trajectories_of(descent), file, wishes)


def film(
    descent: Descent,
    trajectories: Trajectories,
    file: str | os.PathLike[str] | None,
    wishes: Wishes,
) -> Path | Film:
    """Write the trajectories of a descent, or return them as a film, as `animate` does."""
    wishes.check()
    if file is None:
        plan = Plan.of(descent, trajectories, wishes, most_frames(trajectories))
        return Film(page_of(plan), wishes.seconds)
    path = checked_ending(file)
    with replacing(path) as temporary:
        if path.suffix.lower() == PAGE:
            plan = Plan.of(descent, trajectories, wishes, most_frames(trajectories))
            temporary.write_text(page_of(plan), encoding="utf-8")
        else:
            plan = Plan.of(descent, trajectories, wishes, wishes.frames)
            last, frames = frames_of(plan)
            colours = tuple(dict.fromkeys([*colours_of(plan.trajectories), STAR]))
            write_video(temporary, frames, len(plan.instants), last, wishes.seconds, colours)
    return path
