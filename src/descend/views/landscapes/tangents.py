"""One point of a function: the tangent there, the gradient, and the step that follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from descend.objectives import as_problem
from descend.protocols import Array
from descend.records.descent import Descent
from descend.views.curves.curves import limits_of
from descend.views.figures.panels import panel, panel_3d, titled
from descend.views.figures.style import (
    ACCENT,
    HALO,
    INK,
    MINUS,
    PALETTE,
    TIMES,
    linear_values,
    number,
    styled,
)
from descend.views.landscapes.heights import (
    heights_at,
    sample_landscape,
    shade_outside,
)
from descend.views.landscapes.subjects import Subject, inside, subject_of, value_at
from descend.views.landscapes.surfaces import draw_minima_on_surface, dress_surface
from descend.views.records.marks import draw_minima
from descend.views.records.minima import minima_ahead
from descend.views.records.paths import draw_key
from descend.views.records.trajectories import LARGEST_DRAWN
from descend.views.records.window import checked, with_room

CURVE_POINTS = 600
"""Points of the curve of one variable."""

REACH = 0.17
"""How far a tangent reaches to each side, as a share of the window."""

ARROW = 0.13
"""How long the arrow of the gradient is: it shows where to, and the key how steep."""

UPHILL, STEP = PALETTE[4], ACCENT


class Tangent(NamedTuple):
    """A function at a point `(d,)`: its height and gradient, and where a step leads, if one is."""

    subject: Subject
    point: Array
    height: float
    gradient: Array
    next: Array | None
    told: str

    @property
    def next_height(self) -> float:
        """The value where the step leads."""
        assert self.next is not None
        return value_at(self.subject.objective, self.next)


@styled()
def tangent(
    what: Any,
    at: npt.ArrayLike | None = None,
    *,
    rate: float | None = None,
    step: int = 0,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a function's tangent at a point, its gradient there, and the step `w - rate * gradient`.

    In one variable, the curve with its tangent; in two, the surface with its tangent plane, for
    which heights are drawn linearly. The gradient points uphill, the step goes the other way.

    Parameters
    ----------
    what
        An objective as `descend.minimize` takes it, of one or two variables; or a record.
    at
        The point: a number, or one for each variable. Of a record the point before a step.
    rate
        The learning rate of the step; without one, none is drawn. Of a record the step is its own.
    step
        Which step of a record, counted from 0.
    ax
        Axes to draw into, of three dimensions for two variables; by default those of a new figure.
    window
        What part to show; by default the point, the step, and the minimum ahead.
    title
        By default the formula, if there is one.

    Raises
    ------
    ValueError
        If the function has three or more variables, it has no gradient at the point, or a record
        did not keep the step.

    Examples
    --------
    >>> ax = tangent("x^2", 3, rate=0.1)
    >>> ax.get_legend_handles_labels()[1][:3]
    ['tangent, slope 6', 'gradient, uphill', 'step −0.1 × 6 to 2.4']
    """
    drawn = tangent_of(what, "tangent", at, rate, step, window, (1, 2))
    if len(drawn.point) == 1:
        own = panel(ax, 6.8, 4.4)
        _draw_on_curve(own, drawn)
        draw_key(own, inside=True)
        return titled(own, ax, title, drawn.subject.formula)
    solid = panel_3d(ax, 6.8, 5.6)
    solid.computed_zorder = False
    landscape = sample_landscape(drawn.subject.objective, drawn.subject.window)._replace(power=1.0)
    dress_surface(solid, landscape, drawn.subject.names)
    heights = heights_at(drawn.subject.objective, drawn.subject.minima)
    draw_minima_on_surface(solid, landscape, drawn.subject.minima, heights, maximised=False)
    _draw_plane(solid, drawn, landscape.low, landscape.high)
    solid.legend(loc="upper center", bbox_to_anchor=(0.5, -0.03), ncols=2, handletextpad=0.4)
    return titled(solid, ax, title, drawn.subject.formula)


def tangent_of(
    what: Any,
    view: str,
    at: npt.ArrayLike | None,
    rate: float | None,
    step: int,
    window: Sequence[object] | None,
    variables: tuple[int, ...],
) -> Tangent:
    """Return what is drawn at a point of an objective, or at a step of a record."""
    if isinstance(what, Descent):
        d = len(what.names)
        subject = subject_of(what, view, variables=d if d in variables else variables[-1])
        point, following = _recorded(what, step)
    elif at is None:
        raise ValueError(f"views.{view} needs the point: give at=, one number for each variable")
    else:
        point = np.atleast_1d(np.asarray(at, dtype=float))
        known = as_problem(what).names
        d = len(point) if known is None else len(known)
        wanted = d if d in variables else variables[-1]
        # until it is known where the step leads, any will do
        around = window if window is not None or d != wanted else [(-1.0, 1.0)] * d
        subject = subject_of(what, view, window=around, variables=wanted)
        following = None
    if point.shape != (len(subject.names),):
        raise ValueError(
            f"the point at={at!r} must have one number for each of {', '.join(subject.names)}"
        )
    with np.errstate(all="ignore"):
        value, g = subject.objective.value_and_gradient(point)
    if not (np.isfinite(value) and np.isfinite(g).all()):
        raise ValueError(f"there is no gradient at {point.tolist()}: choose another point")
    told = "step" if rate is None else f"step {MINUS}{number(rate)} {TIMES} {_size(g)}"
    if following is None and rate is not None:
        following = point - rate * g
    if following is not None and not (np.abs(following) < LARGEST_DRAWN).all():
        following = None
    ahead = minima_ahead(subject.objective, point[np.newaxis], maximised=subject.maximised)
    if window is None:
        places = np.stack([point, *([] if following is None else [following]), *ahead])
        low, high = places.min(axis=0), places.max(axis=0)
        # in two variables, tangent and gradient need room beyond the point, too
        room = 0.0 if len(point) == 1 else 0.35 * (high - low).max()
        seen = with_room(low - room, high + room)
    else:
        seen = checked(window, len(point))
    minima = inside(np.array(ahead).reshape(-1, len(point)), seen)
    subject = subject._replace(window=seen, minima=minima)
    return Tangent(subject, point, float(value), np.asarray(g), following, told)


def _recorded(descent: Descent, step: int) -> tuple[Array, Array]:
    """Return the points before and after a step of a record; a ValueError if it lacks them."""
    if descent.n_runs is not None:
        raise ValueError("this is a record of several runs: choose one with run(index)")
    assert descent.points is not None
    places = np.flatnonzero(np.isin(descent.point_steps, (step, step + 1)))
    if len(places) < 2:
        raise ValueError(
            f"step {step} was not recorded: choose one from 0 to {descent.nit - 1}"
            + ("" if len(descent.points) > descent.nit else ', or run it again with record="all"')
        )
    before, after = descent.points[places]
    return before, after


def _size(g: Array) -> str:
    """Return a gradient in a key: the slope, or the vector's name."""
    return number(float(g[0])) if len(g) == 1 else "gradient"


def _draw_on_curve(ax: Axes, drawn: Tangent) -> None:
    subject = drawn.subject
    ((low, high),) = subject.window
    x = np.linspace(low, high, CURVE_POINTS)
    heights = heights_at(subject.objective, x[:, np.newaxis])
    ax.plot(x, heights, color=INK, linewidth=2, zorder=2)
    shade_outside(ax, subject.objective, subject.window)
    (w,), height, slope = drawn.point, drawn.height, float(drawn.gradient[0])
    span = REACH * (high - low)
    ends = np.array([w - span, w + span])
    label = f"tangent, slope {number(slope)}"
    lines = ax.plot(ends, height + slope * (ends - w), color=PALETTE[0], linestyle="--", zorder=3)
    lines[0].set(linewidth=2, label=label)
    if slope != 0:
        tip = w + np.sign(slope) * ARROW * (high - low)
        arrow(ax, (w, height), (tip, height), UPHILL, "gradient, uphill")
    seen = [heights[np.isfinite(heights)], np.array([height])]
    if drawn.next is not None:
        (there,), below = drawn.next, drawn.next_height
        draw_step(ax, drawn, (w, height), (there, height))
        ax.plot([there, there], [height, below], color=STEP, linestyle=":", linewidth=1.4, zorder=3)
        ax.plot(there, below, "o", color=STEP, markersize=8, markeredgecolor=HALO, zorder=6)
        seen.append(np.array([below]))
    ax.plot(w, height, "o", color=HALO, markersize=8, markeredgecolor=STEP, zorder=6)
    if len(subject.minima):
        places = np.column_stack([subject.minima, heights_at(subject.objective, subject.minima)])
        draw_minima(ax, places, maximised=subject.maximised)
    ax.set_xlim(low, high)
    ax.set_ylim(*limits_of(np.concatenate(seen), log=False))
    linear_values(ax)
    ax.set_xlabel(subject.names[0])
    ax.set_ylabel("value")


def draw_step(ax: Axes, drawn: Tangent, start: Any, end: Any) -> None:
    """Draw the arrow of the step, if there is one."""
    if drawn.next is None:
        return
    where = ", ".join(number(float(x)) for x in drawn.next)
    told = f"{drawn.told} to {where if len(drawn.next) == 1 else f'({where})'}"
    arrow(ax, start, end, STEP, told)
    if len(drawn.point) == 2:
        ax.plot(*start, "o", color=HALO, markersize=8, markeredgecolor=STEP, zorder=6)
        ax.plot(*end, "o", color=STEP, markersize=8, markeredgecolor=HALO, zorder=6)


def arrow(ax: Axes, start: Any, end: Any, colour: str, label: str) -> None:
    """Draw an arrow, and a line of its colour for the key."""
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", xy=end, xytext=start, arrowprops=style, zorder=5, annotation_clip=False)
    ax.plot([], [], color=colour, linewidth=2.2, marker=">", markersize=5, label=label)


def _draw_plane(ax: Any, drawn: Tangent, low: float, high: float) -> None:
    """Draw the tangent plane, the gradient and the step on a surface from `low` to `high`."""
    window = np.array(drawn.subject.window)
    half = REACH * np.ptp(window, axis=1)
    rise = float(np.abs(drawn.gradient) @ half) / (high - low)
    half *= min(1.0, 0.45 / rise) if rise > 0 else 1.0

    def lifted(offsets: Array) -> Array:
        heights = drawn.height + offsets @ drawn.gradient
        return np.column_stack([drawn.point + offsets, (heights - low) / (high - low) + 0.015])

    corners = lifted(half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]))
    plane = Poly3DCollection(
        [corners],
        facecolors=PALETTE[0],
        edgecolors=HALO,
        alpha=0.6,
        zorder=4,
        label="tangent plane",
    )
    ax.add_collection3d(plane)
    size = float(np.linalg.norm(drawn.gradient))
    if size > 0:
        uphill = drawn.gradient / size * float(half.min())
        path = lifted(np.array([[0.0, 0.0], uphill]))
        _arrow_3d(ax, path, UPHILL, f"gradient, of size {number(size)}")
    if drawn.next is not None:
        top = (drawn.next_height - low) / (high - low) + 0.015
        path = np.stack([lifted(np.zeros((1, 2)))[0], [*drawn.next, top]])
        where = ", ".join(number(float(x)) for x in drawn.next)
        _arrow_3d(ax, path, STEP, f"{drawn.told} to ({where})")
        ax.scatter(*path[1], s=52, c=STEP, edgecolors=HALO, depthshade=False, zorder=7)
    ax.scatter(
        *lifted(np.zeros((1, 2)))[0], s=52, c=HALO, edgecolors=STEP, depthshade=False, zorder=7
    )


def _arrow_3d(ax: Any, path: Array, colour: str, label: str) -> None:
    start, end = path
    ax.quiver(
        *start, *(end - start), color=colour, linewidth=2.4, arrow_length_ratio=0.25, zorder=6,
        label=label,
    )  # fmt: skip
