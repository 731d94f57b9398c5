"""A picture of a sweep: where each combination ended, against its learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from descend.optimizers.hyperparameters import is_number
from descend.protocols.status import ENDLESS
from descend.views.curves.curves import Scale, fit_values, limits_of, scale_of
from descend.views.figures.keys import key_of_figure
from descend.views.figures.style import (
    GRID,
    LANDSCAPE,
    curve_style,
    headline,
    label_numbers,
    log_rates,
    new_figure,
    note,
    number,
    style_axes,
    styled,
)
from descend.views.records.trajectories import drawable

if TYPE_CHECKING:
    from descend.experiments.sweep_result import Sweep, SweepPoint

MOST_LABELS = 9
"""Labels that an axis of the map has room for."""


@styled()
def sweep(sweep: Sweep, *, view: str = "auto", title: str | None = None) -> Figure:
    """Draw the values at the end of a sweep against the learning rates.

    One optimizer with two or more rates and one hyper-parameter becomes a map, a cell a
    combination; anything else curves, one for each optimizer and hyper-parameters. With several
    starts it is the median of their ends. Combinations that diverged are left out, and counted.

    Parameters
    ----------
    sweep
        The result of `descend.sweep`.
    view
        Another picture, by the name of its function in `descend.views`: "compare" the descents, or
        the "convergence" over two numbers.
    title
        The headline; by default the formula, if there is one.

    Raises
    ------
    ValueError
        If fewer than two learning rates are numbers, or every combination diverged.
    """
    if view != "auto":
        from descend.views.choice import OF_SWEEPS, draw_chosen

        return draw_chosen(OF_SWEEPS, view, sweep, title=title)
    points = [point for point in sweep if is_number(point.setting["learning_rate"])]
    rates = sorted({point.setting["learning_rate"] for point in points})
    if len(rates) < 2:
        raise ValueError("a picture of a sweep needs two or more learning rates that are numbers")
    steady = [point for point in points if point.status not in ENDLESS]
    if not steady:
        raise ValueError("every combination diverged: sweep smaller learning rates")
    ends = drawable(np.array([point.value for point in steady]))
    settled = any(point.status == "converged" for point in steady)
    scale = scale_of(ends, "auto", settled=settled, label="value at the end")
    hypers = [name for name in sweep.axes if name not in ("optimizer", "learning_rate", "start")]
    figure = new_figure(8.5, 4.9)
    ax = figure.subplots()
    one_optimizer = len({point.setting["optimizer"] for point in points}) == 1
    if one_optimizer and len(hypers) == 1 and len(sweep.axes[hypers[0]]) > 1:
        _draw_map(
            style_axes(ax, grid=False), points, rates, hypers[0], sweep.axes[hypers[0]], scale
        )
    else:
        _draw_curves(style_axes(ax), points, rates, scale)
        if len(ax.lines) > 1:
            key_of_figure(ax)
    ax.set_xlabel("learning rate")
    if diverged := len(points) - len(steady):
        note(ax, f"{diverged:,} of {len(points):,} combinations diverged")
    headline(figure, title, points[0].together.formula or "Sweep")
    return figure


def _end(points: list[SweepPoint]) -> float:
    """Return the median value at the end, over starts; NaN if more than half diverged."""
    ends = [np.inf if point.status in ENDLESS else point.value for point in points]
    median = float(np.median(ends)) if ends else np.nan
    return median if np.isfinite(median) else np.nan


def _draw_curves(ax: Axes, points: list[SweepPoint], rates: list[float], scale: Scale) -> None:
    """Draw a curve for each optimizer and its hyper-parameters."""
    groups: dict[str, list[SweepPoint]] = {}
    for point in points:
        groups.setdefault(_name(point), []).append(point)
    curves = []
    for place, (name, group) in enumerate(groups.items()):
        ends = [
            _end([point for point in group if point.setting["learning_rate"] == r]) for r in rates
        ]
        curve = scale.apply(np.array(ends))
        curve[np.isnan(ends)] = np.nan
        curves.append(curve)
        style = curve_style(place)
        ax.plot(rates, curve, **style, marker="o", markersize=4, linewidth=1.6, label=name)
    log_rates(ax)
    fit_values(ax, np.concatenate(curves), scale)


def _draw_map(
    ax: Axes,
    points: list[SweepPoint],
    rates: list[float],
    hyper: str,
    values: tuple[Any, ...],
    scale: Scale,
) -> None:
    """Draw a cell for each rate and value of the hyper-parameter; dark is high."""
    cells: dict[tuple[Any, Any], list[SweepPoint]] = {}
    for point in points:
        cells.setdefault((point.setting[hyper], point.setting["learning_rate"]), []).append(point)
    ends = np.array([[_end(cells.get((value, rate), [])) for rate in rates] for value in values])
    shown = np.where(np.isnan(ends), np.nan, scale.apply(ends))
    low, high = limits_of(shown, scale.log)
    norm = LogNorm(low, high, clip=True) if scale.log else Normalize(low, high)
    image = ax.imshow(shown, cmap=LANDSCAPE, norm=norm, aspect="auto", origin="lower")
    # cells where it diverged have none of the map's colours
    ax.set_facecolor(GRID)
    columns, rows = _spread(len(rates)), _spread(len(values))
    ax.set_xticks(columns, [number(rates[i]) for i in columns])
    ax.set_yticks(rows, [f"{values[i]:g}" for i in rows])
    ax.set_ylabel(hyper)
    bar = ax.figure.colorbar(image, ax=ax, label=scale.label, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    label_numbers(bar.ax.yaxis)


def _spread(count: int) -> list[int]:
    """Return which of some cells are labelled: all of a few, evenly spaced ones of many."""
    return list(range(0, count, -(-count // MOST_LABELS)))


def _name(point: SweepPoint) -> str:
    """Return a curve's name: the optimizer, and its hyper-parameters that were swept."""
    own = [
        f"{name}={value:g}"
        for name, value in point.setting.items()
        if name not in ("optimizer", "learning_rate", "start")
    ]
    return ", ".join([str(point.setting["optimizer"]), *own])
