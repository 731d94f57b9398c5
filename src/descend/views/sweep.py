"""A picture of a sweep: where each combination ended, against its learning rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from descend.views.curves import Scale, limits_of, scale_of
from descend.views.style import (
    GRID,
    LANDSCAPE,
    MUTED,
    PATHS,
    dress,
    headline,
    log_values,
    new_figure,
    number,
    plain_values,
    styled,
)
from descend.views.trajectories import tame

if TYPE_CHECKING:
    from descend.experiments.sweep_result import Sweep, SweepPoint

STROKES = ("-", "--", ":", "-.")

MOST_LABELS = 9
"""Labels that an axis of the map has room for."""


@styled()
def sweep(sweep: Sweep, *, title: str | None = None) -> Figure:
    """Draw the values at the end of a sweep against the learning rates.

    One optimizer with two or more rates and one hyper-parameter becomes a map, a cell a
    combination; anything else curves, one for each optimizer and hyper-parameters. With several
    starts it is the median of their ends. Combinations that diverged are left out, and counted.

    Parameters
    ----------
    sweep
        The result of `descend.sweep`.
    title
        The headline; by default the formula, if there is one.

    Returns
    -------
    Figure
        Of matplotlib; `descend.views.save` writes it to a file.

    Raises
    ------
    ValueError
        If fewer than two learning rates are numbers, or every combination diverged.
    """
    rates = sorted({lane.setting["learning_rate"] for lane in sweep if _has_number(lane)})
    if len(rates) < 2:
        raise ValueError("a picture of a sweep needs two or more learning rates that are numbers")
    lanes = [lane for lane in sweep if _has_number(lane)]
    steady = [lane for lane in lanes if lane.status != "diverged"]
    if not steady:
        raise ValueError("every combination diverged: sweep smaller learning rates")
    ends = tame(np.array([lane.value for lane in steady]))
    settled = any(lane.status == "converged" for lane in steady)
    scale = scale_of(ends, "auto", settled=settled, label="value at the end")
    hypers = [name for name in sweep.axes if name not in ("optimizer", "learning_rate", "start")]
    figure = new_figure(8.5, 4.9)
    ax = figure.subplots()
    one_optimizer = len({lane.setting["optimizer"] for lane in lanes}) == 1
    if one_optimizer and len(hypers) == 1 and len(sweep.axes[hypers[0]]) > 1:
        _draw_map(dress(ax, grid=False), lanes, rates, hypers[0], sweep.axes[hypers[0]], scale)
    else:
        _draw_curves(dress(ax), lanes, rates, scale)
        if len(ax.lines) > 1:
            figure.legend(loc="outside right upper", fontsize=8)
    ax.set_xlabel("learning rate")
    if lost := len(lanes) - len(steady):
        told = f"{lost:,} of {len(lanes):,} combinations diverged"
        ax.set_title(told, loc="right", fontsize=9, color=MUTED)
    headline(figure, title if title is not None else lanes[0].together.formula or "Sweep")
    return figure


def _has_number(lane: SweepPoint) -> bool:
    return isinstance(lane.setting["learning_rate"], int | float)


def _end(lanes: list[SweepPoint]) -> float:
    """Return the median value at the end, over starts; NaN if more than half diverged."""
    ends = [np.inf if lane.status == "diverged" else lane.value for lane in lanes]
    median = float(np.median(ends)) if ends else np.nan
    return median if np.isfinite(median) else np.nan


def _draw_curves(ax: Axes, lanes: list[SweepPoint], rates: list[float], scale: Scale) -> None:
    """Draw a curve for each optimizer and its hyper-parameters."""
    groups: dict[str, list[SweepPoint]] = {}
    for lane in lanes:
        groups.setdefault(_named(lane), []).append(lane)
    curves = []
    for place, (name, group) in enumerate(groups.items()):
        ends = [_end([lane for lane in group if lane.setting["learning_rate"] == r]) for r in rates]
        curve = scale.apply(np.array(ends))
        curve[np.isnan(ends)] = np.nan
        curves.append(curve)
        stroke = STROKES[place // len(PATHS) % len(STROKES)]
        colour = PATHS[place % len(PATHS)]
        ax.plot(
            rates, curve, color=colour, linestyle=stroke, marker="o", markersize=4, linewidth=1.6,
            label=name,
        )  # fmt: skip
    _log_rates(ax)
    low, high = limits_of(np.concatenate(curves), scale.log)
    ax.set_ylim(low, high)
    (log_values if scale.log else plain_values)(ax)
    ax.set_ylim(low, high)
    ax.set_ylabel(scale.label)


def _draw_map(
    ax: Axes,
    lanes: list[SweepPoint],
    rates: list[float],
    hyper: str,
    values: tuple[Any, ...],
    scale: Scale,
) -> None:
    """Draw a cell for each rate and value of the hyper-parameter; dark is high."""
    ends = np.array(
        [
            [
                _end(
                    [
                        lane
                        for lane in lanes
                        if lane.setting["learning_rate"] == rate and lane.setting[hyper] == value
                    ]
                )
                for rate in rates
            ]
            for value in values
        ]
    )
    shown = np.where(np.isnan(ends), np.nan, scale.apply(ends))
    low, high = limits_of(shown, scale.log)
    norm = LogNorm(low, high, clip=True) if scale.log else Normalize(low, high)
    image = ax.imshow(shown, cmap=LANDSCAPE, norm=norm, aspect="auto", origin="lower")
    # cells without an end, where it diverged, are none of the map's colours
    ax.set_facecolor(GRID)
    columns, rows = _spread(len(rates)), _spread(len(values))
    ax.set_xticks(columns, [number(rates[i]) for i in columns])
    ax.set_yticks(rows, [f"{values[i]:g}" for i in rows])
    ax.set_ylabel(hyper)
    bar = ax.figure.colorbar(image, ax=ax, label=scale.label, pad=0.02)
    bar.outline.set_visible(False)
    bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _spread(count: int) -> list[int]:
    """Return which of some cells are labelled: all of a few, evenly spread of many."""
    return list(range(0, count, -(-count // MOST_LABELS)))


def _named(lane: SweepPoint) -> str:
    """Return what a curve is called: the optimizer, and its hyper-parameters if they vary."""
    own = [
        f"{name}={value:g}"
        for name, value in lane.setting.items()
        if name not in ("optimizer", "learning_rate", "start")
    ]
    return ", ".join([str(lane.setting["optimizer"]), *own])


def _log_rates(ax: Axes) -> None:
    ax.set_xscale("log")
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda rate, _: number(rate)))
