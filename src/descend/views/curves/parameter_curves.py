"""Parameters and losses of one or several runs at each step, a panel each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Array
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent
from descend.records.on_demand import losses_met
from descend.support.suggestions import nearest
from descend.views.curves.curves import Log, fit_values, limits_of, scale_of
from descend.views.figures.keys import key_below_figure
from descend.views.figures.style import (
    INK,
    PALETTE,
    columns_fitting,
    curve_style,
    headline,
    linear_values,
    new_figure,
    note,
    number,
    style_axes,
    styled,
    whole_steps,
)
from descend.views.records.fitted_records import record_in
from descend.views.records.labels import labels_of
from descend.views.records.trajectories import drawable

MOST_PANELS = 11
"""The most parameters of a picture, if none are named: those that move farthest."""

MOST_RUNS = 16
"""The most runs of a picture: each has a colour and a line style of its own."""

WIDTH, HEIGHT = 3.7, 2.7
"""Of a panel, in inches."""


@styled()
def parameters(
    what: Any,
    *,
    names: Sequence[str] | None = None,
    true: Mapping[str, float] | Sequence[float] | None = None,
    log: Log = "auto",
    title: str | None = None,
) -> Figure:
    """Draw each parameter against the step, and the loss, of one run or of several.

    Parameters
    ----------
    what
        A record, a fitted model, a mapping of names to some of them, a list, or a sweep; at most
        16 runs with the same parameters.
    names
        Which parameters; by default all, or of more than 11 those that move farthest.
    true
        The true values, by name or in the order of the parameters: a dotted line each.
    log
        Whether losses are drawn on a logarithm; "auto" does so when they fall far.
    title
        By default none of several runs, of one what it is called.

    Raises
    ------
    ValueError
        If no points were recorded, the runs have different parameters, or there is no parameter of
        a name.

    Examples
    --------
    >>> import descend
    >>> figure = parameters(descend.minimize("(x - 1)^2 + 5*y^2", [4, 2]), true={"x": 1, "y": 0})
    >>> [ax.get_ylabel() for ax in figure.axes]
    ['x', 'y', 'value']
    """
    runs = _runs(what)
    first = next(iter(runs.values()))
    truth = _true_values(true, first.names)
    shown = _shown(runs, names)
    columns = columns_fitting(len(shown) + 1, WIDTH)
    rows = -(-(len(shown) + 1) // columns)
    figure = new_figure(WIDTH * columns, HEIGHT * rows + (0.5 if len(runs) > 1 else 0.2))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for ax, index in zip(axes, shown, strict=False):
        _draw_parameter(style_axes(ax), runs, index, truth.get(first.names[index]))
    losses = style_axes(axes[len(shown)])
    _draw_losses(losses, runs, log)
    for ax in axes[len(shown) + 1 :]:
        ax.set_visible(False)
    _draw_key(figure, axes[0], losses, n_runs=len(runs))
    name = next(iter(runs)) if len(runs) == 1 else None
    if title is not None or name is not None:
        headline(figure, title, name or "")
    if len(shown) < len(first.names) and names is None:
        note(losses, f"{len(shown)} of {len(first.names):,} parameters")
    return figure


def _runs(what: Any) -> dict[str, Descent]:
    record = record_in(what)
    runs = labels_of(what if record is None else record)
    if not 1 <= len(runs) <= MOST_RUNS:
        raise ValueError(f"views.parameters draws 1 to {MOST_RUNS} runs, got {len(runs)}")
    named = {descent.names for descent in runs.values()}
    if len(named) > 1:
        raise ValueError(
            "views.parameters draws runs with the same parameters, got "
            + " and ".join(", ".join(names) for names in sorted(named)[:2])
        )
    for name, descent in runs.items():
        if descent.points is None:
            raise ValueError(
                f"views.parameters needs the points of the path, and {name} recorded none: run it "
                'again with record="all", or fit with record="epoch"'
            )
    return runs


def _true_values(
    true: Mapping[str, float] | Sequence[float] | None, names: tuple[str, ...]
) -> dict[str, float]:
    if true is None:
        return {}
    if isinstance(true, Mapping):
        for name in true:
            _refuse_unknown(str(name), names)
        return {str(name): float(value) for name, value in true.items()}
    values = np.asarray(true, dtype=float).ravel()
    if len(values) != len(names):
        raise ValueError(
            f"true has {len(values)} values for {len(names)} parameters ({', '.join(names)})"
        )
    return dict(zip(names, values.tolist(), strict=True))


def _refuse_unknown(name: str, names: tuple[str, ...]) -> None:
    if name not in names:
        near = nearest(name, names)
        hint = f"did you mean {near!r}?" if near else f"there are {', '.join(names)}"
        raise ValueError(f"there is no parameter {name!r}: {hint}")


def _shown(runs: Mapping[str, Descent], names: Sequence[str] | None) -> list[int]:
    """Return the places of the parameters that are drawn."""
    known = next(iter(runs.values())).names
    if names is not None:
        for name in names:
            _refuse_unknown(name, known)
        return [known.index(name) for name in names]
    reach = np.zeros(len(known))
    for descent in runs.values():
        reach = np.maximum(reach, np.ptp(_points(descent), axis=0))
    return sorted(np.argsort(-reach, kind="stable")[:MOST_PANELS].tolist())


def _points(descent: Descent) -> Array:
    assert descent.points is not None
    return drawable(descent.points)


def _draw_parameter(ax: Axes, runs: Mapping[str, Descent], index: int, true: float | None) -> None:
    curves = [_points(descent)[:, index] for descent in runs.values()]
    for place, (name, descent) in enumerate(runs.items()):
        style = curve_style(place, PALETTE)
        ax.plot(descent.point_steps, curves[place], linewidth=1.7, label=name, zorder=3, **style)
    kept = [
        curve
        for curve, descent in zip(curves, runs.values(), strict=True)
        if descent.status not in ENDLESS
    ]
    seen = np.concatenate(kept or [curve[: max(2, len(curve) // 2)] for curve in curves])
    if true is not None:
        dotted: dict[str, Any] = {"color": INK, "linestyle": ":", "linewidth": 1.6}
        ax.axhline(true, label="true value", zorder=2.5, **dotted)
        note(ax, f"true {number(true)}", INK)
        seen = np.append(seen, true)
    _count_steps(ax, runs)
    linear_values(ax)
    ax.set_ylim(*limits_of(seen, log=False))
    ax.set_ylabel(next(iter(runs.values())).names[index])


def _draw_losses(ax: Axes, runs: Mapping[str, Descent], log: Log) -> None:
    met = [_losses(descent) for descent in runs.values()]
    kept = [
        values
        for (_, values), descent in zip(met, runs.values(), strict=True)
        if descent.status not in ENDLESS
    ]
    scale = scale_of(np.concatenate(kept or [values for _, values in met]), log, label="value")
    for place, (name, (steps, values)) in enumerate(zip(runs, met, strict=True)):
        style = curve_style(place, PALETTE)
        ax.plot(steps, scale.apply(values), linewidth=1.7, label=name, zorder=3, **style)
    _count_steps(ax, runs)
    fit_values(ax, scale.apply(np.concatenate(kept or [values for _, values in met])), scale)


def _losses(descent: Descent) -> tuple[npt.NDArray[np.int64], Array]:
    """Return the steps at which values are known, and these."""
    if descent.batch_losses is None:
        values = losses_met(descent)
        return np.arange(len(values)), values
    return descent.point_steps, descent.values[descent.point_steps]


def _count_steps(ax: Axes, runs: Mapping[str, Descent]) -> None:
    first = next(iter(runs.values()))
    whole_steps(ax, max(int(descent.point_steps[-1]) for descent in runs.values()), first.unit)


def _draw_key(figure: Figure, of_parameter: Axes, losses: Axes, *, n_runs: int) -> None:
    """Name several runs below the picture; a single one is named by the title."""
    if n_runs == 1:
        return
    handles, labels = of_parameter.get_legend_handles_labels()
    if not handles:
        handles, labels = losses.get_legend_handles_labels()
    key_below_figure(figure, handles, labels)
