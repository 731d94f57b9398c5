"""The loss over one or two chosen parameters, with the path of a descent projected onto it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.views.curves.curves import limits_of
from descend.views.figures.panels import panel, panel_3d, titled
from descend.views.figures.style import (
    INK,
    columns_fitting,
    headline,
    label_numbers,
    linear_values,
    new_figure,
    note_lines,
    number,
    style_axes,
    styled,
)
from descend.views.landscapes.heights import GRID_POINTS, heights_at, sample_landscape
from descend.views.landscapes.maps import draw_map
from descend.views.landscapes.reliefs import draw_relief
from descend.views.landscapes.subjects import Subject
from descend.views.losses.loss_cuts import Ground, Parameter, ground_of, projected_heights
from descend.views.losses.profiles import Profile
from descend.views.losses.sections import NOT_REFITTED, Others
from descend.views.records.marks import draw_minima
from descend.views.records.paths import FEW_RUNS, colours_of, draw_ends, draw_key, marks_of

REFITTED_POINTS = 45
"""Points of the grid in each parameter where others are refitted at each of them."""

CURVE_POINTS = 301
"""Points of a curve over one parameter; where others are refitted, a third of them."""

MOST_PANELS = 30
"""The most parameters that have a panel each."""


@styled()
def loss_over(
    what: Any,
    parameters: Sequence[Parameter] | Parameter | None = None,
    *,
    others: Others = "held",
    at: npt.ArrayLike | Mapping[str, float] | None = None,
    surface: bool = False,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw the loss over one or two parameters, with the path of a descent projected onto it.

    The other parameters are held where the descent ended, or refitted: then each point shows the
    smallest loss that they allow, the profile, in which no valley is narrower than it is.

    Parameters
    ----------
    what
        A record, a fitted model that has one in `descent_`, a pipeline of it, or an objective as
        `descend.minimize` takes it.
    parameters
        One or two, by name or place; by default both of two, or the only one.
    others
        "held", or "refitted": in closed form for a squared error, else by Newton's method.
    at
        Where the others are held, `(d,)` or by name; by default at the end of a record.
    surface
        Whether two parameters are drawn as a surface.
    ax
        Axes to draw into, of three dimensions for a surface; by default those of a new figure.
    window
        What part to show, `(lower, upper)` of one parameter, a pair of these of two; by default
        where the descent went.
    title
        By default the formula, if there is one.

    Raises
    ------
    ValueError
        If a parameter is unknown, there are more than two of which none are chosen, the function or
        the point is not known, or others with kinks are to be refitted.

    Examples
    --------
    >>> from descend import DescentRegressor
    >>> from sklearn.datasets import load_diabetes
    >>> model = DescentRegressor().fit(*load_diabetes(return_X_y=True, as_frame=True))
    >>> ax = loss_over(model, ("bmi", "s5"), others="refitted")
    >>> ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="right").splitlines()[0]
    ('bmi', 's5', '9 others refitted at each point')
    """
    ground = ground_of(what, "loss_over", at)
    free = _free(ground, parameters)
    if len(free) == 1:
        if surface:
            raise ValueError("a surface needs two parameters, and here is one: leave surface out")
        own = panel(ax, 6.4, 4.2)
        _draw_curve(own, ground, free[0], others, window)
    else:
        subject = ground.cut(free, others, "loss_over", window)
        refitted = isinstance(subject.objective, Profile)
        points = REFITTED_POINTS if refitted else GRID_POINTS
        try:
            landscape = sample_landscape(subject.objective, subject.window, points)
        except ValueError as error:
            if refitted:
                raise ValueError(NOT_REFITTED) from error
            raise
        if surface:
            own = panel_3d(ax, 6.4, 5.4)
            draw_relief(own, _on_section(subject), landscape)
            if (marks := marks_of(own))[0]:
                own.legend(*marks, loc="upper right", bbox_to_anchor=(1.0, 0.98))
        else:
            own = panel(ax, 6.4, 4.9, grid=False)
            draw_map(own, subject, landscape)
        told = [ground.told(free, others), _gap_told(ground, subject)]
        note_lines(own, told)
    if not surface:
        draw_key(own, inside=ax is not None)
    return titled(own, ax, title, ground.formula)


@styled()
def loss_over_each(
    what: Any,
    parameters: Sequence[Parameter] | None = None,
    *,
    others: Others = "held",
    at: npt.ArrayLike | Mapping[str, float] | None = None,
    title: str | None = None,
) -> Figure:
    """Draw the loss against each parameter by itself, a panel each.

    Parameters
    ----------
    what, others, at, title
        As for `loss_over`.
    parameters
        Those that have a panel, by name or place; by default all.

    Raises
    ------
    ValueError
        As for `loss_over`, or if there are more than 30.

    Examples
    --------
    >>> import descend
    >>> found = descend.minimize("(a - 1)^2 + 10*(b + 2)^2 + c^2", [5, 5, 5])
    >>> [ax.get_xlabel() for ax in loss_over_each(found).axes]
    ['a', 'b', 'c']
    """
    ground = ground_of(what, "loss_over_each", at)
    free = ground.places_of(ground.names if parameters is None else parameters)
    if not 0 < len(free) <= MOST_PANELS:
        raise ValueError(
            f"views.loss_over_each draws 1 to {MOST_PANELS} parameters, and these are "
            f"{len(free):,}: name some, parameters=[{ground.names[0]!r}, ...]"
        )
    columns = columns_fitting(len(free), 3.2, most=2 if len(free) in (2, 4) else 3)
    rows = -(-len(free) // columns)
    figure = new_figure(3.2 * columns + 0.3, 2.5 * rows + 0.8)
    for place, parameter in enumerate(free):
        ax = style_axes(figure.add_subplot(rows, columns, place + 1))
        _draw_curve(ax, ground, parameter, others, None)
        ax.set_title("", loc="right")
        if place % columns:
            ax.set_ylabel("")
    held = "refitted at each point" if others == "refitted" else f"held {ground.place}"
    figure.legend(
        *marks_of(figure.axes[0]),
        loc="outside lower left",
        ncols=(1, 2, 4)[columns - 1],
        title=f"the others {held}" if len(ground.names) > 1 else None,
        alignment="left",
        title_fontsize=9,
    )
    headline(figure, title, ground.formula or "Loss over each parameter")
    return figure


def _free(ground: Ground, parameters: Sequence[Parameter] | Parameter | None) -> list[int]:
    """Return the places of the parameters that are shown."""
    names = ground.names
    if parameters is None:
        if len(names) > 2:
            raise ValueError(
                f"views.loss_over draws one or two parameters, and these are {len(names):,}: "
                f"choose, as parameters=({names[0]!r}, {names[-1]!r}), or see views.loss_over_each"
            )
        return list(range(len(names)))
    one = isinstance(parameters, str | int | np.integer)
    free = ground.places_of([parameters] if one else list(parameters))  # type: ignore[list-item,arg-type]
    if len(free) not in (1, 2):
        raise ValueError(f"views.loss_over draws one or two parameters, got {parameters!r}")
    return free


def _on_section(subject: Subject) -> Subject:
    """Return the subject with the paths on the section itself, not at the heights of their own."""
    if subject.trajectories is None:
        return subject
    values = subject.trajectories.values.copy()
    values[subject.trajectories.point_steps] = projected_heights(subject)
    return subject._replace(trajectories=subject.trajectories._replace(values=values))


def _gap_told(ground: Ground, subject: Subject) -> str | None:
    """Say how far the loss of the paths themselves is from the section below them."""
    if subject.trajectories is None or len(ground.at) == subject.places.shape[-1]:
        return None
    with np.errstate(all="ignore"):
        gap = np.abs(subject.heights - projected_heights(subject))
    largest = float(gap.max())
    return f"on the path itself, up to {number(largest)} from what is shown" if largest else None


def _draw_curve(
    ax: Axes,
    ground: Ground,
    parameter: int,
    others: Others,
    window: Sequence[object] | None,
) -> None:
    """Draw the loss over one parameter, and the loss itself along the path."""
    subject = ground.cut([parameter], others, "loss_over", window)
    ((low, high),) = subject.window
    count = CURVE_POINTS if others == "held" else CURVE_POINTS // 3
    x = np.linspace(low, high, count)
    heights = heights_at(subject.objective, x[:, np.newaxis])
    if np.isnan(heights).all():
        raise ValueError(
            NOT_REFITTED
            if others == "refitted"
            else f"the objective is finite nowhere in the window {subject.window}: choose another"
        )
    label = "loss" if len(ground.names) == 1 else f"loss, others {others}"
    ax.plot(x, heights, color=INK, linewidth=2, zorder=2, label=label)
    ax.set_xlim(low, high)
    visited = np.empty(0)
    if subject.trajectories is not None and subject.trajectories.points is not None:
        places = np.stack([subject.places[..., 0], subject.heights], axis=-1)
        visited = places[..., 1][(places[..., 0] >= low) & (places[..., 0] <= high)]
    ax.set_ylim(*_heights_shown(heights, visited))
    if visited.size and subject.trajectories is not None:
        if subject.trajectories.n_runs <= FEW_RUNS:
            for run, colour in enumerate(colours_of(subject.trajectories)):
                label = "loss on the path" if run == 0 else f"_{run}"
                ax.plot(*places[:, run].T, color=colour, linewidth=1.2, zorder=3, label=label)
        draw_ends(ax, subject.trajectories, places)
    lowest = heights_at(subject.objective, subject.minima)
    draw_minima(ax, np.column_stack([subject.minima, lowest]), maximised=subject.maximised)
    label_numbers(ax.xaxis, ticks=5)
    linear_values(ax)
    ax.set_xlabel(subject.names[0])
    ax.set_ylabel("loss")
    note_lines(ax, [ground.told([parameter], others)])


def _heights_shown(heights: Array, visited: Array) -> tuple[float, float]:
    """Return limits that show the curve, and of a path what is no more than as high again."""
    known = heights[np.isfinite(heights)]
    low, high = float(known.min()), float(known.max())
    room = high - low
    inside = visited[(visited >= low - room) & (visited <= high + room)]
    return limits_of(np.concatenate([[low, high], inside]), log=False)
