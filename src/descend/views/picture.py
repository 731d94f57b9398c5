"""The picture of a descent: where it went, and how its value fell."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Adaptive, Array, Objective, Schedule, Search
from descend.rates.found import constant_rate
from descend.records.descent import Descent
from descend.support.files import replacing
from descend.views.curves import Log, draw_measure, draw_values, limits_of, second_measure
from descend.views.files import checked_path
from descend.views.landscape import (
    draw_colour_bar,
    draw_landscape,
    heights_at,
    sample_landscape,
    shade_outside,
)
from descend.views.paths import draw_key, draw_paths, shown_instants
from descend.views.style import INK, headline, linear_values, new_figure, style_axes, styled
from descend.views.trajectories import (
    Trajectories,
    drawable,
    landmark_window,
    objective_of,
    trajectories_of,
)
from descend.views.window import Window, checked, window_of

FORMATS = (".png", ".svg", ".pdf")
"""The endings of a picture's name."""

FUNCTION_POINTS = 800
"""Points of the curve of one variable."""

# Matplotlib's backends that have no window.
WINDOWLESS = ("agg", "cairo", "pdf", "pgf", "ps", "svg", "template")


@styled()
def plot(
    descent: Descent,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    window: Sequence[object] | None = None,
    log: Log = "auto",
) -> Figure:
    """Draw where a descent went, and beside it how its value fell; return matplotlib's figure.

    In one variable: the function's curve with the points on it. In two: filled contours, dark
    where the function is high, with the path of every run, its start hollow and its end filled.
    In more, or if no points were recorded: the values and the size of the gradient at each step; of
    a descent by batches, the values and the learning rate of each epoch. Values by batches are the
    objective's, with the losses of the batches faint behind them.

    Parameters
    ----------
    descent
        The record.
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
    trajectories = trajectories_of(descent)
    scene = Scene.of(descent, trajectories, window)
    if ax is not None:
        if scene is None:
            draw_values(style_axes(ax), trajectories, log)
        else:
            draw_scene(style_axes(ax), scene)
        if title is not None:
            ax.set_title(title, loc="left")
        return ax.get_figure(root=True)  # type: ignore[return-value]
    figure = new_figure(11.0, 4.3 if scene is None else 4.9)
    left, right = figure.subplots(1, 2, width_ratios=(1 if scene is None else 1.25, 1))
    style_axes(left, title=summary(descent, trajectories))
    if scene is None:
        draw_values(left, trajectories, log)
        name, measure, label = second_measure(descent, trajectories)
        style_axes(right, title=f"{name} at each {trajectories.unit}")
        draw_measure(right, trajectories, measure, log, label)
    else:
        draw_scene(left, scene)
        style_axes(right, title=f"value at each {trajectories.unit}")
        draw_values(right, trajectories, log)
    headline(figure, title, descent.formula or "Descent")
    return figure


class Scene(NamedTuple):
    """What is drawn of a descent of one or two variables beside its values.

    `places` `(m, k, 2)` are the recorded points in the picture, `window` is the part shown.
    """

    trajectories: Trajectories
    places: Array
    objective: Objective
    names: tuple[str, ...]
    window: Window

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
        if window is None:
            seen = window_of(trajectories, landmark_window(descent))
        else:
            seen = checked(window, d)
        places = drawable(trajectories.points)
        if d == 1:
            values = drawable(trajectories.values[trajectories.point_steps])
            places = np.stack([places[..., 0], values], axis=-1)
        return cls(trajectories, places, objective, descent.names, seen)


def why_no_scene(descent: Descent, trajectories: Trajectories) -> str | None:
    """Say why only the curves of a descent can be drawn, and what to do; None if a path can be."""
    d = len(descent.names)
    if d > 2:
        return (
            f"paths are drawn in one or two variables, and here are {d}, which have curves alone; "
            "for a path, minimise over two of them, with numbers in place of the others"
        )
    if trajectories.points is None:
        return 'no points were recorded: run it again with record="all" to see its path'
    if objective_of(descent) is None:
        return (
            "the record does not know its function, as a file keeps formulas alone: run it again "
            "to see its path"
        )
    return None


def draw_scene(ax: Axes, scene: Scene) -> None:
    """Draw a curve with the points on it, or a landscape with its colour bar and the paths."""
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
    draw_key(ax)


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


@styled()
def save(figure: Figure, file: str | os.PathLike[str]) -> Path:
    """Write a figure to a PNG, SVG or PDF file, chosen by its ending.

    Raises
    ------
    ValueError
        If the ending is none of these.
    FileNotFoundError
        If the folder does not exist.
    """
    path = checked_path(file, "a picture", FORMATS)
    ending = path.suffix.lower()
    # Without a date, the same figure gives the same file.
    metadata = {".svg": {"Date": None}, ".pdf": {"CreationDate": None}, ".png": None}[ending]
    with replacing(path) as temporary:
        figure.savefig(temporary, format=ending[1:], dpi=160, metadata=metadata)
    return path


def show(descent: Descent) -> None:
    """Show the picture of a descent in the notebook, or in a window.

    Raises
    ------
    ValueError
        If there is neither, as on a machine without a screen.
    """
    figure = plot(descent)
    from matplotlib import pyplot

    backend = pyplot.get_backend().lower()
    if "inline" in backend or "ipympl" in backend:
        import_module("IPython.display").display(figure)
        return
    if backend in WINDOWLESS:
        raise ValueError(
            f"no window can be opened here (matplotlib uses {backend!r}): write the picture to a "
            "file with descend.views.save(descent.plot(), 'descent.png')"
        )
    manager = pyplot.figure(figsize=figure.get_size_inches()).canvas.manager
    assert manager is not None
    manager.canvas.figure = figure
    figure.set_canvas(manager.canvas)
    pyplot.show()
