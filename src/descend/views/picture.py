"""The picture of a descent: where it went, and how its value fell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.experiments.landscapes.loss_landscape import LossLandscape
from descend.protocols import Adaptive, Array, Objective, Schedule, Search
from descend.rates.found import constant_rate
from descend.records.descent import Descent
from descend.views.curves.curves import (
    Log,
    draw_measure,
    draw_values,
    is_one_number,
    limits_of,
    second_measure,
)
from descend.views.figures.style import INK, headline, linear_values, new_figure, style_axes, styled
from descend.views.landscapes.heights import (
    draw_colour_bar,
    draw_landscape,
    heights_at,
    sample_landscape,
    shade_outside,
)
from descend.views.landscapes.subjects import seen_of
from descend.views.models.decisions import draw_decisions, plane_classifier
from descend.views.models.fitted_curves import draw_fit
from descend.views.models.recorded_fits import curve_fit_in
from descend.views.records.fitted_records import whole_record
from descend.views.records.labels import draw_run_key
from descend.views.records.marks import draw_minima, draw_saddles
from descend.views.records.paths import draw_key, draw_paths, shown_instants
from descend.views.records.trajectories import (
    Trajectories,
    drawable,
    objective_of,
    trajectories_of,
)
from descend.views.records.window import Window

FUNCTION_POINTS = 800
"""Points of the curve of one variable."""


@styled()
def plot(
    what: Any,
    *,
    view: str = "auto",
    ax: Axes | None = None,
    title: str | None = None,
    window: Sequence[object] | None = None,
    log: Log = "auto",
) -> Figure:
    """Draw where a descent went, and beside it how its value fell; return matplotlib's figure.

    In one variable: the function's curve with the points on it. In two: filled contours, dark
    where the function is high, with the path of every run, its start hollow and its end filled. Of
    a classifier of two features: the regions in which it decides for each class. Of a model of one
    feature: its line over the data, too. In more, or if no
    points were recorded: the values and the size of the gradient at each step; of a descent by
    batches, the values and the learning rate of each epoch, if it changed. Values by batches are
    the objective's, with the losses of the batches faint behind them. Up to eight runs are told
    apart by the rates at which they ran, or by their starts.

    Parameters
    ----------
    what
        A record, or the fitted model or pipeline that has one: of a pipeline the curve is drawn
        over what the pipeline was given.
    view
        Another picture, by the name of its function in `descend.views`: "contours", "surface",
        "side_by_side", "field", "slices", "tangent", "level_line" or, of several runs, "compare";
        of fitted models "fit", "fit_by_step", "predictions", "parameters", and others.
    ax
        Draw the first of these panels alone, into these axes; by default a new figure is made.
    title
        The headline; by default the formula, if there is one.
    window
        What part to show: `(lower, upper)` in one variable, a pair of these in two. By default, the
        part where the descent went, without most of the paths of diverged runs.
    log
        Whether values are drawn on a logarithm; "auto" does so when they fall far.

    Raises
    ------
    ValueError
        If nothing was recorded, or the window does not fit.
    """
    if view != "auto":
        # imported when needed: the usual picture is made of a part of what the others need
        from descend.views.choice import OF_RECORDS, draw_chosen

        own = {} if log == "auto" else {"log": log}
        return draw_chosen(OF_RECORDS, view, what, ax=ax, title=title, window=window, **own)
    descent = whole_record(what)
    trajectories = trajectories_of(descent)
    scene = Scene.of(descent, trajectories, window)
    if ax is not None:
        if scene is None:
            draw_values(style_axes(ax), trajectories, log)
            draw_run_key(ax, descent)
        else:
            draw_scene(style_axes(ax), scene, inside=True)
        if title is not None:
            ax.set_title(title, loc="left")
        return ax.get_figure(root=True)  # type: ignore[return-value]
    if window is None and (fitted := curve_fit_in(what)) is not None:
        figure = new_figure(14.0 if scene is not None else 10.6, 4.7)
        axes = figure.subplots(1, 2 if scene is None else 3)
        style_axes(axes[0], title=summary(descent, trajectories))
        draw_fit(axes[0], fitted, len(fitted.points) - 1)
        draw_key(axes[0])
        if scene is not None:
            draw_scene(style_axes(axes[1], title="loss and path"), scene)
        draw_values(style_axes(axes[-1]), trajectories, log)
        headline(figure, title, "Descent")
        return figure
    if scene is None and window is None and (deciding := plane_classifier(descent)) is not None:
        figure = new_figure(11.0, 4.9)
        left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
        style_axes(left, title=summary(descent, trajectories), grid=False)
        draw_decisions(left, *deciding)
        draw_key(left)
        style_axes(right, title=f"value at each {trajectories.unit}")
        draw_values(right, trajectories, log)
        headline(figure, title, "Descent")
        return figure
    name, measure, label = second_measure(descent, trajectories)
    if scene is None and is_one_number(measure):
        figure = new_figure(7.6, 4.3)
        ax = style_axes(figure.subplots(), title=summary(descent, trajectories))
        draw_values(ax, trajectories, log)
        draw_run_key(ax, descent)
        headline(figure, title, descent.formula or "Descent")
        return figure
    figure = new_figure(11.0, 4.3 if scene is None else 4.9)
    left, right = figure.subplots(1, 2, width_ratios=(1 if scene is None else 1.25, 1))
    style_axes(left, title=summary(descent, trajectories))
    if scene is None:
        draw_values(left, trajectories, log)
        draw_run_key(left, descent)
        style_axes(right, title=f"{name} at each {trajectories.unit}")
        draw_measure(right, trajectories, measure, log, label)
    else:
        draw_scene(left, scene)
        style_axes(right, title=f"value at each {trajectories.unit}")
        draw_values(right, trajectories, log)
        draw_run_key(right, descent)
    headline(figure, title, descent.formula or "Descent")
    return figure


class Scene(NamedTuple):
    """What is drawn of a descent of one or two variables beside its values.

    `places` `(m, k, 2)` are the recorded points in the picture, `window` is the part shown, and
    `minima` `(n, d)` are those known in it, `saddles` those at which runs ended. Of a path of more
    variables, projected on two directions, `seen` is the landscape there.
    """

    trajectories: Trajectories
    places: Array
    objective: Objective
    names: tuple[str, ...]
    window: Window
    minima: Array
    saddles: Array
    seen: LossLandscape | None = None

    @classmethod
    def of(
        cls, descent: Descent, trajectories: Trajectories, window: Sequence[object] | None
    ) -> Scene | None:
        """Return the scene of a descent, or None if there is nothing but its curves to draw."""
        objective, d = objective_of(descent), len(descent.names)
        reason = why_no_scene(descent, trajectories)
        if reason is not None and window is not None:
            raise ValueError(f"there is no window to choose: {reason}")
        if reason is not None or trajectories.points is None or objective is None:
            return None
        seen = seen_of(descent, trajectories, window)
        places = drawable(trajectories.points)
        if d == 1:
            values = drawable(trajectories.values[trajectories.point_steps])
            places = np.stack([places[..., 0], values], axis=-1)
        return cls(trajectories, places, objective, descent.names, *seen)


def why_no_scene(descent: Descent, trajectories: Trajectories) -> str | None:
    """Say why only the curves of a descent can be drawn, and what to do; None if a path can be."""
    d = len(descent.names)
    if d > 2:
        return (
            f"paths are drawn in one or two variables, and here are {d}: "
            'plot(view="landscape") draws the path on two directions'
        )
    if trajectories.points is None:
        return 'no points were recorded: run it again with record="all" to see its path'
    if objective_of(descent) is None:
        return (
            "the record does not know its function, as a file keeps formulas alone: run it again "
            "to see its path"
        )
    return None


def draw_scene(ax: Axes, scene: Scene, *, inside: bool = False) -> None:
    """Draw a curve with the points on it, or a landscape with its colour bar and the paths.

    The key stands below, or `inside` where something else may lie below.
    """
    is_curve = len(scene.names) == 1
    if is_curve:
        draw_function(ax, scene)
    else:
        landscape = sample_landscape(scene.objective, scene.window)
        draw_landscape(ax, landscape, scene.names)
        shade_outside(ax, scene.objective, scene.window)
        draw_colour_bar(ax, landscape)
    instants = shown_instants(scene.trajectories, scene.window)
    draw_paths(ax, scene.trajectories, scene.places, instants, chords=is_curve)
    minima = scene.minima
    if is_curve:
        minima = np.column_stack([minima, heights_at(scene.objective, minima)])
    draw_minima(ax, minima, maximised=scene.trajectories.maximised)
    if not is_curve:
        draw_saddles(ax, scene.saddles)
    draw_key(ax, inside=inside)


def draw_function(ax: Axes, scene: Scene) -> None:
    """Draw the curve of one variable alone."""
    ((low, high),) = scene.window
    x = np.linspace(low, high, FUNCTION_POINTS)
    heights = heights_at(scene.objective, x[:, np.newaxis])
    linear_values(ax)
    ax.plot(x, heights, color=INK, linewidth=2, zorder=2)
    shade_outside(ax, scene.objective, scene.window)
    ax.set_xlim(low, high)
    ax.set_ylim(*_heights_shown(heights, scene))
    ax.set_xlabel(scene.names[0])
    ax.set_ylabel("value")


def _heights_shown(heights: Array, scene: Scene) -> tuple[float, float]:
    """Return vertical limits that show the recorded points and the curve, but not all of a pole."""
    ((low, high),) = scene.window
    x, values = scene.places[..., 0], scene.places[..., 1]
    visited = values[(x >= low) & (x <= high)]
    known = heights[np.isfinite(heights)]
    if known.size == 0 or visited.size == 0:
        return limits_of(known if known.size else visited, log=False)
    usual = float(np.quantile(known, 0.98) - np.quantile(known, 0.02))
    room = 0.7 * float(np.ptp(visited)) or usual
    bottom = min(visited.min(), max(known.min(), visited.min() - room))
    top = max(visited.max(), min(known.max(), visited.max() + room))
    return limits_of(np.array([bottom, top]), log=False)


def summary(descent: Descent, trajectories: Trajectories) -> str:
    """Say in a few words how the descent was made and how it ended."""
    words = [] if descent.optimizer is None else [type(descent.optimizer).__name__]
    if (rate := _describe_rate(descent.learning_rate)) is not None:
        words.append(rate)
    if trajectories.n_runs == 1:
        n = trajectories.n_steps
        counted = f"{n:,} {trajectories.unit}{'' if n == 1 else 's'}"
        return ", ".join([*words, f"{descent.status} after {counted}"])
    statuses, counts = np.unique(np.atleast_1d(descent.status), return_counts=True)
    ended = ", ".join(f"{n:,} {status}" for status, n in zip(statuses, counts, strict=True))
    return ", ".join([*words, f"{trajectories.n_runs:,} runs: {ended}"])


def _describe_rate(rate: float | Array | Schedule | Adaptive | Search | None) -> str | None:
    """Return the rate, or the rule for it, in words."""
    if rate is None:
        return None
    if isinstance(rate, Search):
        return "line search"
    if isinstance(rate, Adaptive):
        return f"rate by {type(rate).__name__}"
    found = constant_rate(rate)
    constant = rate if found is None else found
    if callable(constant):
        name = getattr(constant, "__name__", type(constant).__name__)
        return "scheduled rate" if name == "<lambda>" else f"rate by {name}"
    low, high = float(np.min(constant)), float(np.max(constant))
    return f"rate {low:g}" if low == high else f"rates {low:g} to {high:g}"
