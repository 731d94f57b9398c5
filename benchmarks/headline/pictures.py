"""Distance against seconds, and growth: pictures in the library's style, on paper of their own."""

import math
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullLocator
from reading import MARKS, Result

from descend.views.figures import style
from solvers import OURS

COLUMNS = 3
FLOOR, CEILING = 1e-10, 3.0
WIDTH = 12.0


@style.styled()
def draw_distances(headline: list[Result]) -> Figure:
    """Return a panel a problem: each fit a point, ours thick, a line a solver."""
    peers = sorted({row.name for each in headline for row in each.rows if not row.is_ours})
    looks = {name: look(place) for place, name in enumerate(peers)}
    lines = math.ceil(len(headline) / COLUMNS)
    figure = style.new_figure(WIDTH, 3.1 * lines + 2.0)
    style.headline(figure, None, "Distance to the minimum, relative, against seconds of a fit")
    axes = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
    for ax in axes[len(headline) :]:
        ax.remove()
    drawn = {}
    for ax, result in zip(axes, headline, strict=False):
        draw_panel(ax, result, looks, drawn)
    figure.legend(
        drawn.values(), drawn.keys(), loc="outside lower center", ncols=5, labelcolor=style.INK
    )
    return figure


def look(place: int) -> dict[str, object]:
    return {**style.curve_style(place, style.PALETTE), "linewidth": 1.1, "marker": "o",
            "markersize": 3}  # fmt: skip


def own_look(name: str) -> dict[str, object]:
    strokes = {OURS: "-", f"{OURS} float32": "--", f"{OURS} saga": ":", f"{OURS} sgd": "-."}
    return {
        "color": style.ACCENT,
        "linewidth": 2.4 if name == OURS else 1.8,
        "linestyle": strokes.get(name, (0, (5, 1, 1, 1, 1, 1))),
        "marker": "o",
        "markersize": 4,
        "zorder": 3,
    }


def draw_panel(
    ax: Axes, result: Result, looks: dict[str, dict[str, object]], drawn: dict[str, object]
) -> None:
    heading = result.heading.replace(" x ", "\N{NO-BREAK SPACE}x\N{NO-BREAK SPACE}")
    style.style_axes(ax, title="\n".join(wrap(heading, 52)))
    ax.set(xscale="log", yscale="log", ylim=(FLOOR, CEILING))
    ax.title.set_fontsize(8.5)
    for row in result.rows:
        points = [
            (point.seconds, max(point.distance, FLOOR))
            for point in row.points
            if point.distance <= CEILING
        ]
        if points:
            kept = own_look(row.name) if row.is_ours else looks[row.name]
            (drawn[row.name],) = ax.plot(*zip(*points, strict=True), **kept)
    for mark in MARKS:
        ax.axhline(mark, color=style.EDGE, linewidth=1, linestyle="--", zorder=1)
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 3)))  # some panels show less than a decade
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_minor_locator(NullLocator())
        style.label_numbers(axis)


@style.styled()
def draw_growth(rows: list[Result], columns: list[Result]) -> Figure:
    """Return the seconds to the finer mark against rows, and against columns."""
    figure = style.new_figure(WIDTH, 4.4)
    style.headline(figure, None, f"Seconds to a distance of {MARKS[-1]:g}")
    names = list(dict.fromkeys(row.name for each in (*rows, *columns) for row in each.rows))
    axes = figure.subplots(1, 2)
    panels = (rows, "rows", "columns"), (columns, "columns", "rows")
    for ax, (results, size, other) in zip(axes, panels, strict=True):
        measured = [each for each in results if each.rows]
        style.style_axes(ax, title=f"{measured[0].told[other]:,} {other}" if measured else None)
        ax.set(xscale="log", yscale="log", xlabel=size)
        for place, name in enumerate(names):
            points = [
                (result.told[size], row.seconds_to(MARKS[-1]))
                for result in measured
                for row in result.rows
                if row.name == name and math.isfinite(row.seconds_to(MARKS[-1]))
            ]
            if points:
                kept = own_look(name) if name == OURS else look(place)
                ax.plot(*zip(*points, strict=True), label=name, **kept)
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_minor_locator(NullLocator())
            style.label_numbers(axis)
    axes[0].legend(labelcolor=style.INK)
    return figure
