"""Basins of attraction: which minimum a descent reaches from each place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize, to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import Normal, Stroke

from descend.api.minimization import minimize
from descend.diagnosis.basins import LEFT, OUTSIDE, WAITING, Basins, basins_of
from descend.optimizers.hyperparameters import is_number
from descend.protocols import Array
from descend.views.figures.bars import draw_bar
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import (
    EDGE,
    HALO,
    INK,
    LANDSCAPE,
    MUTED,
    PALETTE,
    PAPER,
    TIMES,
    number,
    styled,
)
from descend.views.landscapes.heights import draw_level_lines, name_axes, sample_landscape
from descend.views.landscapes.subjects import Subject, subject_of
from descend.views.records.marks import STAR, draw_minima
from descend.views.records.paths import key_below

COLOURED = len(PALETTE)
"""Up to so many minima have a colour each; of more, the colour is their value."""

OTHERS = {
    LEFT: (PAPER, "left for infinity"),
    WAITING: ("#c9ced8", "not arrived"),
    OUTSIDE: ("#8d95a3", "to a minimum outside"),
}
"""Their colours, and what the key says."""

PALE = 0.55
"""How much white is mixed into the colours of basins, on which level lines are seen."""


@styled()
def basins(
    objective: Any,
    *,
    optimizer: Any = "sgd",
    learning_rate: Any = "auto",
    steps: int = 1000,
    points: int = 100,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw which minimum of a function of two variables is reached from each start of a grid.

    All starts descend at once, with one call of `descend.minimize`. Minima are stars; up to eight
    have a colour and a letter each, and of more the colour is the value reached. Starts that have
    not arrived within the steps, or came to a minimum outside of the window, are grey, and those
    that left for infinity white.

    Parameters
    ----------
    objective, optimizer, learning_rate, steps
        As for `descend.minimize`. By default plain gradient descent with a line search, which
        arrives on any function but may leap over a hill; with a small rate no start does.
    points
        Starts in each direction, at least 2: there are `points**2`.
    ax, window, title
        As for `contours`.

    Raises
    ------
    ValueError
        If the function is not of two variables, no start arrives, or an argument is out of range.

    Examples
    --------
    >>> ax = basins("himmelblau", points=20)
    >>> ax.get_title(loc="right")
    'sgd, line search, up to 1,000 steps from 20 × 20 starts'
    """
    subject = subject_of(objective, "basins", window=window)
    if points < 2:
        raise ValueError(f"points={points!r} must be at least 2, in each direction")
    found = _found(subject, optimizer, learning_rate, steps, points)
    own = panel(ax, 7.2, 5.0, grid=False)
    _draw_basins(own, found)
    landscape = sample_landscape(subject.objective, subject.window)
    draw_level_lines(own, landscape, INK, 0.35)
    name_axes(own, subject.names)
    draw_minima(own, np.array([minimum.point for minimum in found.minima]))
    _draw_key(own, found, landscape.high - landscape.low)
    own.set_title(_limits(optimizer, learning_rate, steps, points), loc="right", fontsize=8.5,
                  color=MUTED)  # fmt: skip
    return titled(own, ax, title, subject.formula)


def _found(subject: Subject, optimizer: Any, learning_rate: Any, steps: int, points: int) -> Basins:
    """Return where descents from a grid came to; a ValueError if to no minimum in the window."""
    found = basins_of(
        subject.objective,
        subject.window,
        points,
        points,
        lambda starts: minimize(
            subject.objective,
            starts,
            optimizer=optimizer,
            learning_rate=learning_rate,
            steps=steps,
            record=None,
        ),
    )
    if not found.minima:
        raise ValueError(
            f"no start in the window {subject.window} reached a minimum in it in {steps:,} steps: "
            "take more steps, another learning rate or another window"
        )
    return found


def _draw_basins(ax: Axes, found: Basins) -> None:
    """Draw each place in the colour of where it leads, and a line between basins."""
    values = np.array([minimum.value for minimum in found.minima])
    shades = _pale(PALETTE[: len(values)]) if _is_few(found) else LANDSCAPE(_norm(values)(values))
    others = _pale([colour for colour, _ in OTHERS.values()], 0.0)
    rows = np.concatenate([others, np.asarray(shades)[:, :3]])
    dx, dy = np.diff(found.x[:2])[0] / 2, np.diff(found.y[:2])[0] / 2
    extent = (found.x[0] - dx, found.x[-1] + dx, found.y[0] - dy, found.y[-1] + dy)
    image = rows[found.reached - LEFT]
    ax.imshow(image, extent=extent, origin="lower", aspect="auto", interpolation="nearest")
    ax.add_collection(
        LineCollection(_edges(found, dx, dy), colors=HALO, linewidths=1.1, zorder=1.5),
        autolim=False,
    )


def _is_few(found: Basins) -> bool:
    """Say whether each minimum has a colour of its own."""
    return len(found.minima) <= COLOURED


def _norm(values: Array) -> Normalize:
    """Return the scale of the colours of values."""
    return Normalize(float(values.min()), float(values.max()))


def _pale(colours: Sequence[str], white: float = PALE) -> Array:
    """Return colours mixed with white, `(n, 3)`."""
    return white + (1 - white) * np.array([to_rgb(colour) for colour in colours])


def _edges(found: Basins, dx: float, dy: float) -> list[Array]:
    """Return the sides of cells `(2, 2)` that lie between two basins."""
    upright = np.argwhere(found.reached[:, 1:] != found.reached[:, :-1])
    level = np.argwhere(found.reached[1:] != found.reached[:-1])
    sides = [
        np.array([[found.x[j] + dx, found.y[i] - dy], [found.x[j] + dx, found.y[i] + dy]])
        for i, j in upright
    ]
    sides += [
        np.array([[found.x[j] - dx, found.y[i] + dy], [found.x[j] + dx, found.y[i] + dy]])
        for i, j in level
    ]
    return sides


def _rounded(value: float, span: float) -> str:
    """Return a number as text, 0 where it is one beside the span but for what descents leave."""
    return number(value if abs(value) > 1e-5 * span else 0.0)


def _draw_key(ax: Axes, found: Basins, span: float) -> None:
    """Name the minima, with the share of the starts that came there; or draw a bar of values."""
    handles: list[Artist] = []
    extents = float(np.ptp(found.x)), float(np.ptp(found.y))
    middle = np.array([found.x.mean(), found.y.mean()])
    if _is_few(found):
        colours = _pale(PALETTE[: len(found.minima)])
        for place, (minimum, colour) in enumerate(zip(found.minima, colours, strict=True)):
            letter = chr(ord("A") + place)
            ax.annotate(
                letter,
                tuple(minimum.point),
                # towards the middle, where no edge is
                xytext=tuple(np.where(minimum.point < middle, 7, -7)),
                textcoords="offset points",
                ha="left" if minimum.point[0] < middle[0] else "right",
                va="bottom" if minimum.point[1] < middle[1] else "top",
                fontsize=10,
                fontweight="bold",
                path_effects=[Stroke(linewidth=2.5, foreground=HALO), Normal()],
                zorder=6,
            )
            where = ", ".join(
                _rounded(float(w), extent) for w, extent in zip(minimum.point, extents, strict=True)
            )
            value = _rounded(minimum.value, span)
            told = f"{letter} ({where}): value {value}, {_share(found, place)}"
            handles.append(Patch(facecolor=tuple(colour), edgecolor=EDGE, label=told))
    else:
        values = np.array([minimum.value for minimum in found.minima])
        draw_bar(ScalarMappable(_norm(values), LANDSCAPE), ax, "value")
        handles.append(_star(f"{len(values):,} minima"))
    for place, (colour, told) in OTHERS.items():
        if (found.reached == place).any():
            label = f"{told}, {_share(found, place)}"
            handles.append(Patch(facecolor=colour, edgecolor=EDGE, label=label))
    key_below(ax, handles, [str(handle.get_label()) for handle in handles])


def _star(label: str) -> Line2D:
    """Return a star for a key."""
    return Line2D(
        [], [], marker="*", linestyle="", markersize=10, label=label, markerfacecolor=STAR,
        markeredgecolor=INK,
    )  # fmt: skip


def _share(found: Basins, place: int) -> str:
    """Return the share of the starts that came to a place."""
    share = 100 * float((found.reached == place).mean())
    return f"{share:.0f} % of starts" if share >= 1 else "under 1 % of starts"


def _limits(optimizer: Any, learning_rate: Any, steps: int, points: int) -> str:
    """Say what the picture holds for."""
    name = optimizer if isinstance(optimizer, str) else type(optimizer).__name__
    rate = f"rate {number(learning_rate)}" if is_number(learning_rate) else f"rate {learning_rate}"
    if isinstance(learning_rate, str) and learning_rate == "auto":
        rate = "line search" if name in ("sgd", "auto", "lbfgs") else "rate found by trials"
    return f"{name}, {rate}, up to {steps:,} steps from {points:,} {TIMES} {points:,} starts"
