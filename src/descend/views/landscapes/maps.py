"""The map of a function of two variables: its level lines, and the paths of a record on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from descend.views.figures.panels import panel, titled
from descend.views.figures.style import styled
from descend.views.landscapes.heights import (
    Landscape,
    draw_colour_bar,
    draw_landscape,
    sample_landscape,
    shade_outside,
)
from descend.views.landscapes.subjects import Subject, subject_of
from descend.views.records.marks import draw_minima, draw_saddles
from descend.views.records.paths import draw_key, draw_paths, shown_instants


@styled()
def contours(
    what: Any,
    *,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a function of two variables from above, with the paths of a record on it.

    Dark is high. A start is hollow, an end filled, a minimum a star, a saddle at which a run
    ended a plus; a run that left for infinity ends in a cross where it was last seen.

    Parameters
    ----------
    what
        A record, or an objective as `descend.minimize` takes it.
    ax
        Axes to draw into; by default those of a new figure.
    window
        What part to show, `((lower, upper), (lower, upper))`; by default where the record went and
        the minimum that it went for, of a landmark its own window, of other functions -5 to 5.
    title
        By default the formula, if there is one.

    Raises
    ------
    ValueError
        If the function has another number of variables, or no points were recorded.

    Examples
    --------
    >>> import descend
    >>> ax = contours(descend.minimize("(x - 1)^2 + 5*y^2", [4, 2]))
    >>> ax.get_xlabel(), ax.get_legend_handles_labels()[1]
    ('x', ['start', 'end', 'minimum'])
    """
    subject = subject_of(what, "contours", window=window)
    own = panel(ax, 6.4, 4.9, grid=False)
    draw_map(own, subject, sample_landscape(subject.objective, subject.window))
    draw_key(own, inside=ax is not None)
    return titled(own, ax, title, subject.formula)


def draw_map(ax: Axes, subject: Subject, landscape: Landscape, *, bar: bool = True) -> None:
    """Draw the landscape, with a colour `bar`, and on it minima and paths."""
    draw_landscape(ax, landscape, subject.names)
    shade_outside(ax, subject.objective, subject.window)
    if bar:
        draw_colour_bar(ax, landscape)
    draw_marks(ax, subject)


def draw_marks(ax: Axes, subject: Subject) -> None:
    """Draw the paths of a subject, and its minima."""
    if subject.trajectories is not None:
        instants = shown_instants(subject.trajectories, subject.window)
        draw_paths(ax, subject.trajectories, np.asarray(subject.places), instants)
    draw_minima(ax, subject.minima, maximised=subject.maximised)
    draw_saddles(ax, subject.saddles)
