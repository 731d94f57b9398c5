"""A picture of a race: every optimizer's values, and for two variables its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.protocols.status import ENDLESS
from descend.views.curves.curves import fit_values, scale_of
from descend.views.figures.keys import key_of_figure
from descend.views.figures.style import (
    CROWD,
    HALO,
    INK,
    RACERS,
    STROKES,
    columns_fitting,
    headline,
    new_figure,
    style_axes,
    styled,
    whole_steps,
)
from descend.views.landscapes.heights import draw_landscape, sample_landscape
from descend.views.landscapes.subjects import inside
from descend.views.records.marks import draw_minima
from descend.views.records.minima import known_minima
from descend.views.records.trajectories import drawable, objective_of
from descend.views.records.window import Window

if TYPE_CHECKING:
    from descend.experiments.race import Entry, Race

BEST = len(RACERS)
"""How many have a colour of their own: the best. All others are grey."""

MOST_POINTS = 1_000
"""Points of a path that are drawn; more would not be seen."""


@styled()
def race(race: Race, *, title: str | None = None) -> Figure:
    """Draw how each optimizer's value fell, and beside it, for two variables, where it went.

    The ten best have a colour and their name in the key; the others are grey.

    Parameters
    ----------
    race
        The result of `descend.race`.
    title
        The headline; by default the formula, if there is one.

    Raises
    ------
    ValueError
        If the race has no entries.
    """
    if not race.entries:
        raise ValueError("a race without optimizers has no picture")
    first = race.entries[0].descent
    objective = objective_of(first)
    flat = len(first.names) == 2 and objective is not None and first.points is not None
    across = columns_fitting(2, 5.0, most=2) if flat else 1
    down = 2 if flat and across == 1 else 1
    figure = new_figure(12.5 if flat else 8.5, 4.9 if down == 1 else 7.6)
    panels = figure.subplots(down, across, squeeze=False).ravel()
    if flat and objective is not None:
        window = _window(race)
        draw_landscape(style_axes(panels[0]), sample_landscape(objective, window), first.names)
        for entry, colour in reversed(_coloured(race)):
            _draw_path(panels[0], entry, colour)
        _draw_start(panels[0], race)
        known = known_minima(first.formula, first.names, maximised=first.maximised)
        best = race.entries[0].descent
        arrived = np.atleast_2d(best.x) if best.status == "converged" else known[:0]
        draw_minima(panels[0], inside(known if len(known) else arrived, window))
    _draw_values(style_axes(panels[-1], title="value above the goal at each step"), race)
    key_of_figure(panels[-1])
    headline(figure, title, first.formula or "Race")
    return figure


def colours_of(race: Race) -> tuple[str, ...]:
    """Return a colour an entry: the ten best have their own."""
    return tuple(RACERS[place] if place < BEST else CROWD for place in range(len(race.entries)))


def others(race: Race) -> str:
    """Return what the key calls those without a colour of their own; nothing if there are none."""
    count = len(race.entries) - BEST
    return "" if count <= 0 else f"{count} other{'s' if count > 1 else ''}"


def _coloured(race: Race) -> list[tuple[Entry, str]]:
    return list(zip(race.entries, colours_of(race), strict=True))


def _draw_path(ax: Axes, entry: Entry, colour: str) -> None:
    assert entry.descent.points is not None
    points = drawable(entry.descent.points)
    shown = np.unique(np.linspace(0, len(points) - 1, MOST_POINTS).astype(int))
    ax.plot(*points[shown].T, color=colour, linewidth=_width(colour))
    ax.plot(*points[-1], marker="o", markersize=5, color=colour, markeredgecolor=HALO)


def _width(colour: str) -> float:
    """Return how wide a line is: those of the crowd are thin."""
    return 0.8 if colour == CROWD else 1.6


def _draw_start(ax: Axes, race: Race) -> None:
    points = race.entries[0].descent.points
    assert points is not None
    ax.plot(*points[0], marker="o", markersize=7, color=HALO, markeredgecolor=INK, zorder=5)


def _draw_values(ax: Axes, race: Race) -> None:
    above = [drawable(entry.descent.values) - race.goal for entry in race.entries]
    steady = [
        values
        for values, entry in zip(above, race.entries, strict=True)
        if entry.descent.status not in ENDLESS
    ]
    together = np.concatenate(steady or above)
    scale = scale_of(together[together > 0], "auto", label="value above goal")
    whole_steps(ax, max(len(values) for values in above) - 1)
    fit_values(ax, scale.apply(together), scale)
    for place, (entry, colour) in enumerate(_coloured(race)):
        name = (
            f"{entry.name} ({entry.descent.status})"
            if entry.descent.status in ENDLESS
            else entry.name
        )
        # a name that begins with an underscore has no place in the key
        label = name if place < BEST else others(race) if place == BEST else f"_{name}"
        ax.plot(
            scale.apply(above[place]),
            color=colour,
            linestyle=STROKES[place % len(STROKES)] if place < BEST else "-",
            linewidth=_width(colour),
            label=label,
            zorder=3 - place / len(race.entries),
        )


def _window(race: Race) -> Window:
    """Return the part where the optimizers went that did not diverge, with room around."""
    steady = [entry for entry in race.entries if entry.descent.status not in ENDLESS]
    paths: list[Array] = [
        drawable(entry.descent.points)
        for entry in steady or race.entries
        if entry.descent.points is not None
    ]
    ends = np.array([path[[0, -1]] for path in paths]).reshape(-1, 2)
    # most of each path, so that a single overshoot does not shrink the rest
    usual = np.concatenate([np.quantile(path, (0.005, 0.995), axis=0) for path in paths])
    places = np.concatenate([ends, usual])
    low, high = places.min(axis=0), places.max(axis=0)
    room = 0.12 * np.maximum(high - low, 0.2 * (high - low).max()) + 1e-3
    return tuple((float(a), float(b)) for a, b in zip(low - room, high + room, strict=True))
