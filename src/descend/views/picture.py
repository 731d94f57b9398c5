"""The picture of a descent: where it went, and how its value fell."""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from descend.protocols import Adaptive, Array, Objective, Schedule, Search
from descend.rates import Constant
from descend.records.descent import Descent
from descend.support.files import replacing
from descend.views.curves import (
    Log,
    draw_gradient_norms,
    draw_rates,
    draw_values,
    limits_of,
)
from descend.views.landscape import (
    draw_height_bar,
    draw_landscape,
    heights_at,
    survey,
    veil_outside,
)
from descend.views.paths import draw_key, draw_paths, shown_instants
from descend.views.style import INK, dress, headline, new_figure, plain_values, styled
from descend.views.trajectories import Walks, home_of, objective_of, rates_of, tame, walks_of
from descend.views.window import Window, checked, window_of

FORMATS = (".png", ".svg", ".pdf")
CURVE_POINTS = 800

# Matplotlib's ways of drawing that have no window.
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
    """Draw where a descent went, and beside it how its value fell.

    In one variable: the function's curve with the points on it. In two: filled contours, dark
    where the function is high, with the path of every run, its start hollow and its end filled.
    In more, or if no points were recorded: the values and the size of the gradient at each step; of
    a descent by batches, the values and the learning rate of each epoch.

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
        part where the descent went, without the flights of diverged runs.
    log
        Whether values are drawn on a logarithm; "auto" does so when they fall far.

    Returns
    -------
    Figure
        Of matplotlib; `descend.views.save` writes it to a file.

    Raises
    ------
    ValueError
        If nothing was recorded, or the window does not fit.
    """
    walks = walks_of(descent)
    objective = objective_of(descent)
    d = len(descent.names)
    if walks.points is None or objective is None or d > 2:
        return _plot_curves(descent, walks, ax, title, log)
    seen = window_of(walks, home_of(descent)) if window is None else checked(window, d)
    draw = draw_curve if d == 1 else draw_map
    if ax is not None:
        draw(dress(ax), descent, walks, objective, seen)
        if title is not None:
            ax.set_title(title, loc="left")
        return ax.get_figure(root=True)  # type: ignore[return-value]
    figure = new_figure(11.0, 4.9)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    draw(dress(left, title=summary(descent, walks)), descent, walks, objective, seen)
    draw_values(dress(right, title=f"value at each {walks.unit}"), walks, log)
    headline(figure, title if title is not None else descent.formula or "Descent")
    return figure


def _plot_curves(
    descent: Descent, walks: Walks, ax: Axes | None, title: str | None, log: Log
) -> Figure:
    if ax is not None:
        draw_values(dress(ax), walks, log)
        if title is not None:
            ax.set_title(title, loc="left")
        return ax.get_figure(root=True)  # type: ignore[return-value]
    figure = new_figure(11.0, 4.3)
    left, right = figure.subplots(1, 2)
    draw_values(dress(left, title=summary(descent, walks)), walks, log)
    if np.isnan(walks.gradient_norms).all():  # by batches, no gradient of all rows was computed
        right = dress(right, title=f"learning rate of each {walks.unit}")
        draw_rates(right, walks, rates_of(descent), log)
    else:
        draw_gradient_norms(dress(right, title="size of the gradient at each step"), walks, log)
    headline(figure, title if title is not None else descent.formula or "Descent")
    return figure


def draw_map(
    ax: Axes, descent: Descent, walks: Walks, objective: Objective, window: Window
) -> None:
    """Draw the landscape of two variables with its height bar, and the paths on it."""
    assert walks.points is not None
    landscape = survey(objective, window)
    draw_landscape(ax, landscape, descent.names)
    veil_outside(ax, objective, window)
    draw_height_bar(ax, landscape)
    draw_paths(ax, walks, tame_points(walks), shown_instants(walks, window))
    draw_key(ax)


def draw_curve(
    ax: Axes, descent: Descent, walks: Walks, objective: Objective, window: Window
) -> None:
    """Draw the curve of one variable, and the points that were walked on it."""
    draw_ground(ax, descent, walks, objective, window)
    places = places_on_curve(walks)
    draw_paths(ax, walks, places, shown_instants(walks, window), chords=True)
    draw_key(ax)


def draw_ground(
    ax: Axes, descent: Descent, walks: Walks, objective: Objective, window: Window
) -> None:
    """Draw the curve of one variable alone."""
    ((low, high),) = window
    x = np.linspace(low, high, CURVE_POINTS)
    heights = heights_at(objective, x[:, np.newaxis])
    plain_values(ax)
    ax.plot(x, heights, color=INK, linewidth=2, zorder=2)
    veil_outside(ax, objective, window)
    ax.set_xlim(low, high)
    ax.set_ylim(*_heights_shown(heights, places_on_curve(walks), window))
    ax.set_xlabel(descent.names[0])
    ax.set_ylabel("value")


def _heights_shown(heights: Array, places: Array, window: Window) -> tuple[float, float]:
    """Return vertical limits that show the walk and the curve, but not all of a pole."""
    ((low, high),) = window
    visited = places[..., 1][(places[..., 0] >= low) & (places[..., 0] <= high)]
    known = heights[np.isfinite(heights)]
    if known.size == 0 or visited.size == 0:
        return limits_of(known if known.size else visited, log=False)
    usual = float(np.quantile(known, 0.98) - np.quantile(known, 0.02))
    room = 0.7 * float(np.ptp(visited)) or usual
    return limits_of(
        np.array(
            [
                min(visited.min(), max(known.min(), visited.min() - room)),
                max(visited.max(), min(known.max(), visited.max() + room)),
            ]
        ),
        log=False,
    )


def places_on_curve(walks: Walks) -> Array:
    """Return where each recorded point of one variable lies in the picture: `(m, k, 2)`."""
    assert walks.points is not None
    return np.stack([tame(walks.points[..., 0]), tame(walks.values[walks.point_steps])], axis=-1)


def tame_points(walks: Walks) -> Array:
    """Return the recorded points, finite."""
    assert walks.points is not None
    return tame(walks.points)


def summary(descent: Descent, walks: Walks) -> str:
    """Say in a few words how the descent was made and how it ended."""
    told = [] if descent.optimizer is None else [type(descent.optimizer).__name__]
    if (rate := _told_rate(descent.learning_rate)) is not None:
        told.append(rate)
    if walks.n_runs == 1:
        counted = f"{walks.n_steps:,} {walks.unit}{'' if walks.n_steps == 1 else 's'}"
        return ", ".join([*told, f"{descent.status} after {counted}"])
    statuses, counts = np.unique(np.atleast_1d(descent.status), return_counts=True)
    ended = ", ".join(f"{n:,} {status}" for status, n in zip(statuses, counts, strict=True))
    return ", ".join([*told, f"{walks.n_runs:,} runs: {ended}"])


def _told_rate(rate: float | Array | Schedule | Adaptive | Search | None) -> str | None:
    """Say at which rate, or by which rule for it."""
    if rate is None:
        return None
    if isinstance(rate, Search):
        return "line search"
    if isinstance(rate, Adaptive):
        return f"rate by {type(rate).__name__}"
    constant = rate.rate if isinstance(rate, Constant) else rate
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
    path = Path(file)
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise ValueError(
            f"cannot write {path.name!r}: a picture's name must end in {', '.join(FORMATS)}"
        )
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
