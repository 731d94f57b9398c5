"""Several descents of one function beside one another: a panel each, and their values together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.experiments.sweep_result import Sweep
from descend.records.descent import Descent
from descend.views.curves.curves import Log, prepare_curves, value_scale
from descend.views.figures.keys import key_below_figure
from descend.views.figures.style import (
    PATHS,
    STROKES,
    columns_fitting,
    headline,
    label_numbers,
    new_figure,
    shortened,
    style_axes,
    styled,
)
from descend.views.landscapes.heights import (
    Landscape,
    draw_colour_bar,
    draw_landscape,
    sample_landscape,
    shade_outside,
)
from descend.views.landscapes.maps import draw_marks
from descend.views.landscapes.subjects import Subject, inside, subject_of
from descend.views.records.labels import labels_of
from descend.views.records.paths import marks_of
from descend.views.records.trajectories import (
    Trajectories,
    joined,
    landmark_window,
    trajectories_of,
)
from descend.views.records.window import checked, window_of

if TYPE_CHECKING:
    from matplotlib.artist import Artist

PANEL = 2.9
"""The width of a panel in inches."""

COLUMNS = 4
"""The most panels side by side."""

MOST = 16
"""The most descents in a picture: each has a colour and a line style of its own."""

LEAST_PANEL = 1.6
"""The width of a panel in inches where the paper is too narrow for two others."""

LETTER = 0.088
"""The width of a letter of a panel's title, in inches."""


@styled()
def compare(
    descents: Mapping[str, Descent] | Sequence[Descent] | Descent | Sweep,
    *,
    window: Sequence[object] | None = None,
    log: Log = "auto",
    title: str | None = None,
) -> Figure:
    """Draw descents of one function beside one another: rates, optimizers, batch sizes, momenta.

    Of a function of two variables each has a panel with its path, all through one window and in
    the same colours; below, the values of all at each step. Of other functions there are the
    values alone.

    Parameters
    ----------
    descents
        Records by name; or a list of records, a record of several runs or a sweep, which are named
        by what they differ in. At most 16.
    window
        As for `contours`; by default one that shows all of the paths and the minimum.
    log
        Whether values are drawn on a logarithm; "auto" does so when they fall far.
    title
        By default the formula, if there is one.

    Raises
    ------
    ValueError
        If there are fewer than two or more than 16, or they are of different functions.

    Examples
    --------
    >>> import descend
    >>> sweep = descend.sweep(
    ...     "(5x^2 + y^2)/2", [3, 3], optimizer="sgd", learning_rate=[0.02, 0.2, 0.41], steps=30,
    ...     record="all")
    >>> figure = compare(sweep)
    >>> [ax.get_title(loc="left").split(":")[0] for ax in figure.axes[1:4]]
    ['rate 0.02', 'rate 0.2', 'rate 0.41']
    """
    named = labels_of(descents)
    if not 2 <= len(named) <= MOST:
        raise ValueError(
            f"views.compare draws 2 to {MOST} descents, got {len(named)}: "
            + (
                "give more of them"
                if len(named) < 2
                else "choose some, as select() does of a sweep"
            )
        )
    runs = {name: trajectories_of(descent) for name, descent in named.items()}
    first = next(iter(named.values()))
    is_flat = all(
        len(descent.names) == 2 and descent.points is not None for descent in named.values()
    ) and all(descent.objective is not None or descent.formula for descent in named.values())
    if not is_flat and window is not None:
        raise ValueError(
            "there is no window to choose: paths are drawn of functions of two variables, in "
            'records with record="all"'
        )
    columns = _columns(len(named)) if is_flat else 1
    rows = -(-len(named) // columns) if is_flat else 0
    figure = new_figure(max(6.8, PANEL * columns), 3.2 if is_flat else 4.2)
    width = min(PANEL, figure.get_figwidth() / columns)
    figure.set_figheight(figure.get_figheight() + (0.45 + 0.7 * width) * rows)
    grid = figure.add_gridspec(rows + 1, columns, height_ratios=[1.0] * rows + [0.95])
    values = style_axes(figure.add_subplot(grid[rows, :]), title="value at each step")
    _draw_values(values, runs, log)
    key: dict[str, Artist] = dict(zip(*reversed(values.get_legend_handles_labels()), strict=True))
    if is_flat:
        subjects = _subjects(named, window)
        panels = _panels(figure, grid, len(named), columns)
        landscape = sample_landscape(subjects[0].objective, subjects[0].window)
        for ax, name, subject in zip(panels, named, subjects, strict=True):
            letters = int(width / LETTER) - 2
            whole = f"{name}: {_ended(named[name])}"
            heading = whole if len(whole) <= letters else shortened(name, letters)
            _draw_panel(ax, heading, subject, landscape)
            if width < PANEL:
                for axis in (ax.xaxis, ax.yaxis):
                    label_numbers(axis, ticks=3)
            key |= dict(zip(*reversed(marks_of(ax)), strict=True))
        draw_colour_bar(panels, landscape)
        _label_outer(panels, columns)
    key_below_figure(figure, list(key.values()), list(key))
    headline(figure, title, first.formula or "Comparison")
    return figure


def _subjects(named: Mapping[str, Descent], window: Sequence[object] | None) -> list[Subject]:
    """Return the subjects of the panels, in one window; a ValueError if the functions differ."""
    subjects = [subject_of(descent, "compare") for descent in named.values()]
    first, starts = subjects[0], np.asarray(subjects[0].places[0])
    heights = np.asarray(first.objective.value(starts))
    for name, subject in zip(named, subjects, strict=True):
        if not np.allclose(subject.objective.value(starts), heights, rtol=1e-6, equal_nan=True):
            raise ValueError(
                f"views.compare draws descents of one function, and {name!r} is of another than "
                f"{next(iter(named))!r}"
            )
    minima = np.concatenate([subject.minima for subject in subjects])
    known = next((w for d in named.values() if (w := landmark_window(d)) is not None), None)
    if window is None:
        seen = window_of(
            joined([s.trajectories for s in subjects if s.trajectories]), known, minima
        )
    else:
        seen = checked(window, 2)
    return [
        subject._replace(
            window=seen,
            minima=inside(minima, seen),
            trajectories=_coloured(subject.trajectories, place),
        )
        for place, subject in enumerate(subjects)
    ]


def _coloured(trajectories: Trajectories | None, place: int) -> Trajectories | None:
    """Return trajectories in the colour of their place."""
    if trajectories is None:
        return None
    return trajectories._replace(colours=(_style(place)["color"],) * trajectories.n_runs)


def _style(place: int) -> dict[str, Any]:
    """Return a colour and a line style, together different for each place."""
    n = len(PATHS)
    return {"color": PATHS[place % n], "linestyle": STROKES[(place + place // n) % len(STROKES)]}


def _panels(figure: Figure, grid: Any, count: int, columns: int) -> list[Axes]:
    """Return the axes of the panels, row by row."""
    return [
        style_axes(figure.add_subplot(grid[place // columns, place % columns]), grid=False)
        for place in range(count)
    ]


def _columns(count: int) -> int:
    """Return in how many columns so many panels leave the fewest places empty."""
    most = columns_fitting(count, PANEL, COLUMNS)
    if most == 1:
        return columns_fitting(count, LEAST_PANEL, 2)
    if most < COLUMNS or count == COLUMNS:
        return most
    return min((COLUMNS, COLUMNS - 1), key=lambda columns: -count % columns)


def _label_outer(panels: Sequence[Axes], columns: int) -> None:
    """Leave labels at the left and under the lowest panel of each column alone."""
    for place, ax in enumerate(panels):
        if place % columns:
            ax.tick_params(labelleft=False)
            ax.set_ylabel("")
        if place + columns < len(panels):
            ax.tick_params(labelbottom=False)
            ax.set_xlabel("")


def _draw_panel(ax: Axes, title: str, subject: Subject, landscape: Landscape) -> None:
    draw_landscape(ax, landscape, subject.names)
    shade_outside(ax, subject.objective, subject.window)
    draw_marks(ax, subject)
    ax.set_title(title, loc="left", fontsize=9.5)


def _ended(descent: Descent) -> str:
    """Say how a descent ended, or how many of its runs did so."""
    if descent.n_runs is None:
        return str(descent.status)
    statuses, counts = np.unique(descent.status, return_counts=True)
    return ", ".join(f"{n:,} {status}" for status, n in zip(statuses, counts, strict=True))


def _draw_values(ax: Axes, runs: Mapping[str, Trajectories], log: Log) -> None:
    """Draw the values of all descents in one panel, with their key."""
    together = joined(list(runs.values()))
    scale = value_scale(together, False if together.maximised and log == "auto" else log)
    prepare_curves(ax, together, scale.apply(together.values), scale)
    for place, (name, trajectories) in enumerate(runs.items()):
        for run, last in enumerate(trajectories.last):
            curve = scale.apply(trajectories.values[: last + 1, run])
            label = name if run == 0 else f"_{name}"
            ax.plot(curve, **_style(place), linewidth=1.8, label=label)
