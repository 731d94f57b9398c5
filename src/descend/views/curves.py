"""Curves against steps: values, gradient norms, losses."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.views.paths import CROWD, FEW, colours_of, line_style
from descend.views.style import (
    ACCENT,
    INK,
    MINUS,
    PALETTE,
    dress,
    log_values,
    new_figure,
    plain_values,
    styled,
    whole_steps,
)
from descend.views.trajectories import FAR, Walks, movement_of, pace, tame

Log: TypeAlias = bool | Literal["auto"]

# The largest number that an axis ends at: its ticks stay finite.
LARGEST = 1e305

# Where a logarithm draws what it has no place for: far below every axis.
BELOW = 1e-306

# Of runs that all diverged, the values up to so many times the first ones are shown.
FLIGHT = 100


class Scale(NamedTuple):
    """How values are drawn: whether on a logarithm, what is subtracted first, and its name."""

    log: bool
    offset: float
    label: str

    def apply(self, values: Array) -> Array:
        """Return what is drawn, finite.

        On a logarithm, a curve that reaches 0 leaves the picture at the bottom. Nothing is left
        above the best of all values by definition, so there it ends instead.
        """
        shifted = tame(values) - self.offset
        if not self.log:
            return shifted
        return np.where(shifted > 0, shifted, BELOW if self.offset == 0 else np.nan)


def scale_of(values: Array, log: Log, *, settled: bool, label: str) -> Scale:
    """Choose the scale that shows how fast the values fall.

    Values above 0 that fall by a factor of 50 or more are drawn on a logarithm. Others are, if the
    descent converged, as what is left above the best of them; without convergence that would dive
    to nothing at the last step and mislead, so then the scale is linear.
    """
    finite = values[np.isfinite(values) & (np.abs(values) < FAR)]
    if finite.size == 0 or log is False:
        return Scale(False, 0.0, label)
    low, high = float(finite.min()), float(finite.max())
    if low >= 0 and high > 0 and (log is True or low * 50 <= high):
        return Scale(True, 0.0, label)
    left = finite[finite > low] - low
    wide = left.size > 0 and float(left.min()) * 1e3 < high - low
    if log is True or (settled and wide):
        return Scale(
            high > low, low if high > low else 0.0, f"{label} {MINUS} best" if high > low else label
        )
    return Scale(False, 0.0, label)


def draw_values(ax: Axes, walks: Walks, log: Log = "auto", label: str = "value") -> Scale:
    """Draw the values of every run against the step."""
    if walks.maximised and log == "auto":
        log = False  # a logarithm shows how what is left above a minimum shrinks
    calm = walks.values[:, ~walks.diverged]
    scale = scale_of(
        calm if calm.size else walks.values, log, settled=bool(walks.converged.any()), label=label
    )
    _draw_runs(ax, walks, scale.apply(walks.values), scale.log)
    ax.set_ylabel(scale.label)
    return scale


def draw_gradient_norms(ax: Axes, walks: Walks, log: Log = "auto") -> None:
    """Draw the size of the gradient of every run against the step."""
    scale = scale_of(walks.gradient_norms, log, settled=False, label="gradient norm")
    _draw_runs(ax, walks, scale.apply(walks.gradient_norms), scale.log)
    ax.set_ylabel(scale.label)


def draw_rates(ax: Axes, walks: Walks, rates: Array, log: Log = "auto") -> None:
    """Draw the learning rates `(n + 1, k)` of every run against the step that they led to."""
    scale = scale_of(rates, log, settled=False, label="learning rate")
    _draw_runs(ax, walks, scale.apply(rates), scale.log)
    ax.set_ylabel(scale.label)


def _draw_runs(ax: Axes, walks: Walks, curves: Array, log: bool) -> None:
    prepare_curves(ax, walks, curves, log)
    width, opacity = line_style(walks)
    colours = colours_of(walks)
    steps = np.arange(len(curves))
    if walks.n_runs <= FEW:
        for run, colour in enumerate(colours):
            end = walks.last[run] + 1
            ax.plot(steps[:end], curves[:end, run], color=colour, linewidth=width)
    elif walks.n_runs <= CROWD:
        shown = pace(movement_of(walks, None), 400)
        lines = [np.column_stack([steps[shown], curves[shown, run]]) for run in range(walks.n_runs)]
        ax.add_collection(
            LineCollection(lines, colors=ACCENT, linewidths=1.0, alpha=0.55 * opacity),
            autolim=False,
        )
    else:
        draw_bands(ax, steps, curves)


def prepare_curves(ax: Axes, walks: Walks, curves: Array, log: bool) -> None:
    """Set the axes of curves against steps; diverged runs leave at the top or the bottom."""
    whole_steps(ax, len(curves) - 1, walks.unit)
    shown = curves[:, ~walks.diverged]
    if walks.diverged.all():
        near = np.abs(curves) <= FLIGHT * (np.abs(curves[0]).max() or np.abs(curves[:2]).max())
        shown = curves if log else curves[near]
    _fit_values(ax, shown, log)


def _fit_values(ax: Axes, curves: Array, log: bool) -> None:
    """Make the vertical axis show all of the curves."""
    low, high = limits_of(curves, log)
    # Once before the scale, which would otherwise find limits of its own, and once within it.
    ax.set_ylim(low, high)
    (log_values if log else plain_values)(ax)
    ax.set_ylim(low, high)
    if log and high > 1e100:
        # Matplotlib's own locator tries powers beyond the largest number.
        exponents = np.linspace(np.log10(low), np.log10(high), 8).round()[1:-1]
        ax.set_yticks(10.0 ** np.unique(exponents))


def limits_of(curves: Array, log: bool) -> tuple[float, float]:
    """Return the vertical limits that show all of the curves, with a little room."""
    shown = curves[np.isfinite(curves) & (np.abs(curves) < FAR)]
    shown = shown[shown > BELOW] if log else shown
    if shown.size == 0:
        return (0.1, 10.0) if log else (-1.0, 1.0)
    low, high = float(shown.min()), float(shown.max())
    if log:
        decades = float(np.log10(high) - np.log10(low))
        room = max(10 ** (0.05 * decades), 1.3)
        return max(low / room, 1 / LARGEST), min(high * room, LARGEST)
    room = 0.06 * (high - low) or 0.1 * abs(high) or 1.0
    return low - room, high + room


def draw_bands(ax: Axes, steps: npt.NDArray[np.int64], curves: Array) -> None:
    """Draw the median of very many curves, and the bands that hold most and all of them."""
    known = ~np.isnan(curves).all(axis=1)
    steps, curves = steps[known], curves[known]
    quantiles = np.nanquantile(curves, (0, 0.1, 0.5, 0.9, 1), axis=1)
    ax.fill_between(steps, quantiles[0], quantiles[4], color=ACCENT, alpha=0.12, linewidth=0)
    ax.fill_between(steps, quantiles[1], quantiles[3], color=ACCENT, alpha=0.25, linewidth=0)
    ax.plot(steps, quantiles[2], color=ACCENT, linewidth=1.8)
    ax.set_title("median, 80 % and all of the runs", loc="right", fontsize=9, color=INK)


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
    ylabel
        What the values are.
    log
        Whether the values are drawn on a logarithm; "auto" does so if they fall far.
    first
        The epoch that the first values belong to: 0 if they are those of the start.
    xlabel
        What is counted.

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
    ax = dress(figure.add_subplot())
    together = np.concatenate(list(named.values()))
    scale = scale_of(together, log, settled=False, label=ylabel)
    ends = []
    for index, (name, values) in enumerate(named.items()):
        drawn = scale.apply(values)
        ax.plot(
            np.arange(first, first + len(values)),
            drawn,
            color=PALETTE[index % len(PALETTE)],
            linestyle=("-", "--", ":", "-.")[index // len(PALETTE) % 4],
            linewidth=2,
            label=name,
            # A single epoch is a point, and a line through it would not be seen.
            marker="o" if len(values) <= 12 else "",
            markersize=4.5,
        )
        ends.append(first + len(values) - 1)
    whole_steps(ax, max(ends))
    # The first and the last mark are seen whole; a single one stands in the middle.
    room = 0.02 * (max(ends) - first) or 0.5
    ax.set_xlim(first - room, max(ends) + room)
    _fit_values(ax, scale.apply(together), scale.log)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(scale.label)
    _name_lines(ax, list(named))
    return figure


def _name_lines(ax: Axes, names: Sequence[str]) -> None:
    if len(names) > 1:
        ax.legend(loc="best", ncols=1 if len(names) <= 6 else 2)
