"""Curves against steps: values, gradient norms, losses."""

from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.records.descent import Descent
from descend.views.figures.style import (
    ACCENT,
    INK,
    MINUS,
    MUTED,
    PALETTE,
    STROKES,
    curve_style,
    linear_values,
    log_values,
    new_figure,
    note,
    style_axes,
    styled,
    whole_steps,
)
from descend.views.records.paths import FEW_RUNS, MANY_RUNS, colours_of, line_style
from descend.views.records.trajectories import (
    LARGEST_DRAWN,
    Trajectories,
    drawable,
    keyframes,
    movement_of,
    rates_of,
)

Log: TypeAlias = bool | Literal["auto"]

AXIS_LIMIT = 1e305
"""The largest number that an axis ends at: its ticks stay finite."""

BELOW = 1e-306
"""Where a logarithm draws zero: far below every axis."""

LOG_FALL = 50
"""Values that fall by this factor are drawn on a logarithm."""

SHOWN_GROWTH = 100
"""Of runs that all diverged, the values up to so many times the first ones are shown."""

USUAL = (0.02, 0.98)
"""The losses of batches between these quantiles are in the picture."""

CURVE_POINTS = 400
"""The most points of the curves of many runs."""


class Scale(NamedTuple):
    """How values are drawn: whether on a logarithm, what is subtracted first, and the label."""

    log: bool
    offset: float
    label: str

    def apply(self, values: Array) -> Array:
        """Return what is drawn, finite.

        On a logarithm, a curve that reaches 0 leaves the picture at the bottom; but above the best
        value it ends instead.
        """
        shifted = drawable(values) - self.offset
        if not self.log:
            return shifted
        return np.where(shifted > 0, shifted, BELOW if self.offset == 0 else np.nan)


def scale_of(values: Array, log: Log, *, label: str, settled: bool = False) -> Scale:
    """Choose a logarithm for values above 0 that fall by a factor of 50 or more.

    For others it is that of their distance from the best, if the descent has `settled`; without
    convergence that would drop to zero at the last step and mislead, so the scale is linear.
    """
    finite = values[np.isfinite(values) & (np.abs(values) < LARGEST_DRAWN)]
    if finite.size == 0 or log is False:
        return Scale(False, 0.0, label)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high > 0 and (log is True or low * LOG_FALL <= high):
        return Scale(True, 0.0, label)
    above = finite[finite > low] - low
    wide = above.size > 0 and float(above.min()) * 1e3 < high - low
    if high > low and (log is True or (settled and wide)):
        return Scale(True, low, f"{label} {MINUS} best")
    return Scale(False, 0.0, label)


def draw_values(ax: Axes, trajectories: Trajectories, log: Log = "auto") -> None:
    """Draw the values of every run against the step."""
    if trajectories.maximised and log == "auto":
        log = False  # a logarithm is for the distance to a minimum
    scale = value_scale(trajectories, log)
    _draw_runs(ax, trajectories, trajectories.values, scale)
    draw_batch_losses(ax, trajectories, scale)
    if trajectories.batch_losses is not None:
        by_epoch = trajectories.unit == "epoch"
        which = "the mean loss of the batches" if by_epoch else "the loss of each batch"
        note(ax, f"faint: {which}")


def draw_batch_losses(ax: Axes, trajectories: Trajectories, scale: Scale) -> None:
    """Draw, faint behind the values, the losses of the batches, if there were any."""
    losses = trajectories.batch_losses
    if losses is None or not len(losses):
        return
    # a batch's loss is met where its step begins, an epoch's on the way through it
    steps = np.arange(len(losses)) + (0.5 if trajectories.unit == "epoch" else 0.0)
    drawn = scale.apply(losses)
    ax.plot(steps, drawn, color=MUTED, alpha=0.45, linewidth=1.0, zorder=1.5)
    if np.isfinite(drawn).any() and not trajectories.diverged.all():
        usual = np.quantile(drawn[np.isfinite(drawn)], USUAL)
        fit_values(ax, np.append(scale.apply(trajectories.values), usual), scale)


def draw_measure(
    ax: Axes, trajectories: Trajectories, measure: Array, log: Log, label: str
) -> None:
    """Draw another quantity of every run, `(n + 1, k)`, against the step."""
    _draw_runs(ax, trajectories, measure, scale_of(measure, log, label=label))


def value_scale(trajectories: Trajectories, log: Log = "auto") -> Scale:
    """Choose the scale of the values, by the runs that did not diverge if there are any."""
    values = without_diverged(trajectories, trajectories.values)
    return scale_of(
        values, log, settled=bool(trajectories.converged.any()), label=trajectories.measured
    )


def without_diverged(trajectories: Trajectories, measure: Array) -> Array:
    """Return a quantity of the runs that did not diverge, or of all if all did."""
    return measure if trajectories.diverged.all() else measure[:, ~trajectories.diverged]


def second_measure(descent: Descent, trajectories: Trajectories) -> tuple[str, Array, str]:
    """Return what is shown beside the values: a title, `(n + 1, k)`, and the axis' label."""
    # by batches, no gradient of all rows was computed
    if np.isnan(trajectories.gradient_norms).all():
        return "learning rate", rates_of(descent), "learning rate"
    return "size of the gradient", trajectories.gradient_norms, "gradient norm"


def is_one_number(measure: Array) -> bool:
    """Say whether a quantity `(n + 1, k)` never changes, as a constant rate: it needs no panel."""
    return bool((measure == measure[0]).all())


def _draw_runs(ax: Axes, trajectories: Trajectories, measure: Array, scale: Scale) -> None:
    curves = scale.apply(measure)
    prepare_curves(ax, trajectories, curves, scale)
    width, opacity = line_style(trajectories)
    steps = np.arange(len(curves))
    if trajectories.n_runs <= FEW_RUNS:
        for run, colour in enumerate(colours_of(trajectories)):
            end = trajectories.last[run] + 1
            stroke = STROKES[run % len(STROKES)]
            ax.plot(steps[:end], curves[:end, run], color=colour, linewidth=width, linestyle=stroke)
    elif trajectories.n_runs <= MANY_RUNS:
        shown = keyframes(movement_of(trajectories, None), CURVE_POINTS)
        lines = [np.column_stack([steps[shown], curve]) for curve in curves[shown].T]
        drawn = LineCollection(lines, colors=ACCENT, linewidths=1.0, alpha=0.55 * opacity)
        ax.add_collection(drawn, autolim=False)
    else:
        draw_bands(ax, curves)


def prepare_curves(ax: Axes, trajectories: Trajectories, curves: Array, scale: Scale) -> None:
    """Set the axes of curves against steps; those of diverged runs leave at the edges."""
    whole_steps(ax, len(curves) - 1, trajectories.unit)
    shown = curves[:, ~trajectories.diverged]
    if trajectories.diverged.all():
        first = np.abs(curves[0]).max() or np.abs(curves[:2]).max()
        shown = curves if scale.log else curves[np.abs(curves) <= SHOWN_GROWTH * first]
    fit_values(ax, shown, scale)


def fit_values(ax: Axes, curves: Array, scale: Scale) -> None:
    """Make the vertical axis show all of the curves, which the scale was applied to."""
    low, high = limits_of(curves, scale.log)
    # Once before the scale, which would otherwise find limits of its own, and once within it.
    ax.set_ylim(low, high)
    (log_values if scale.log else linear_values)(ax)
    ax.set_ylim(low, high)
    if scale.log and high > 1e100:
        # Matplotlib's own locator tries powers beyond the largest number.
        exponents = np.linspace(np.log10(low), np.log10(high), 8).round()[1:-1]
        ax.set_yticks(10.0 ** np.unique(exponents))
    ax.set_ylabel(scale.label)


def limits_of(curves: Array, log: bool) -> tuple[float, float]:
    """Return the vertical limits that show all of the curves, with a little room."""
    shown = curves[np.isfinite(curves) & (np.abs(curves) < LARGEST_DRAWN)]
    shown = shown[shown > BELOW] if log else shown
    if shown.size == 0:
        return (0.1, 10.0) if log else (-1.0, 1.0)
    low, high = float(shown.min()), float(shown.max())
    if log:
        decades = float(np.log10(high) - np.log10(low))
        room = max(10 ** (0.05 * decades), 1.3)
        return max(low / room, 1 / AXIS_LIMIT), min(high * room, AXIS_LIMIT)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def draw_bands(ax: Axes, curves: Array) -> None:
    """Draw the median of very many curves, and the bands that hold 80 % and all of them."""
    steps = np.flatnonzero(~np.isnan(curves).all(axis=1))
    quantiles = np.nanquantile(curves[steps], (0, 0.1, 0.5, 0.9, 1), axis=1)
    ax.fill_between(steps, quantiles[0], quantiles[4], color=ACCENT, alpha=0.12, linewidth=0)
    ax.fill_between(steps, quantiles[1], quantiles[3], color=ACCENT, alpha=0.25, linewidth=0)
    ax.plot(steps, quantiles[2], color=ACCENT, linewidth=1.8)
    note(ax, "median, 80 % and all of the runs", INK)


@styled()
def loss_curves(
    curves: Mapping[str, npt.ArrayLike],
    ylabel: str = "loss",
    log: Log = "auto",
    *,
    first: int = 1,
    xlabel: str = "epoch",
) -> Figure:
    """Draw named curves of loss against epoch, such as training and validation.

    Parameters
    ----------
    curves
        A name and the values of each curve.
    xlabel, ylabel
        What the axes show.
    log
        Whether the values are drawn on a logarithm; "auto" does so if they fall far.
    first
        The epoch of the first values: 0 if they are those of the start.

    Raises
    ------
    ValueError
        If there is no curve, or a curve is empty.

    Examples
    --------
    >>> figure = loss_curves({"training": [3.0, 1.0, 0.5], "validation": [3.2, 1.4, 1.1]})
    >>> figure.axes[0].get_ylabel()
    'loss'
    """
    named = {name: np.asarray(values, dtype=float).ravel() for name, values in curves.items()}
    if not named or any(values.size == 0 for values in named.values()):
        raise ValueError("loss_curves needs at least one curve, and a value in each")
    figure = new_figure(6.8, 3.8)
    ax = style_axes(figure.add_subplot())
    together = np.concatenate(list(named.values()))
    scale = scale_of(together, log, label=ylabel)
    for place, (name, values) in enumerate(named.items()):
        ax.plot(
            np.arange(first, first + len(values)),
            scale.apply(values),
            **curve_style(place, PALETTE),
            linewidth=2,
            label=name,
            # A single epoch is a point, and a line through it would not be seen.
            marker="o" if len(values) <= 12 else "",
            markersize=4.5,
        )
    last = first + max(values.size for values in named.values()) - 1
    whole_steps(ax, last, xlabel)
    # The first and the last mark are seen whole; a single one stands in the middle.
    room = 0.02 * (last - first) or 0.5
    ax.set_xlim(first - room, last + room)
    fit_values(ax, scale.apply(together), scale)
    if len(named) > 1:
        ax.legend(loc="best", ncols=1 if len(named) <= 6 else 2)
    return figure
