"""The gradient of a function of two variables as a field of arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, LogNorm, Normalize

from descend.protocols import Array
from descend.views.figures.bars import draw_bar
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import (
    CROWD,
    LANDSCAPE,
    number,
    styled,
)
from descend.views.landscapes.heights import (
    draw_level_lines,
    name_axes,
    sample_landscape,
    shade_outside,
)
from descend.views.landscapes.maps import draw_marks
from descend.views.landscapes.subjects import Subject, subject_of
from descend.views.records.paths import draw_key

ARROWS = 21
"""Arrows from left to right."""

SEEN = ListedColormap(LANDSCAPE(np.linspace(0.35, 1, 256)), name="descend on white")
"""The colours of landscapes without the lightest, which would not be seen on white."""

STEEP = 30.0
"""Sizes of the gradient that differ by more than this factor are coloured on a logarithm."""


@styled()
def field(
    what: Any,
    *,
    arrows: int = ARROWS,
    ax: Axes | None = None,
    window: Sequence[object] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw the way down at each place as an arrow of one length, the darker the steeper it is.

    The arrows are minus the gradient, at right angles to the level lines behind them; of an ascent
    they are the gradient. A record's paths are drawn on them.

    Parameters
    ----------
    what, ax, window, title
        As for `contours`.
    arrows
        How many stand from left to right, at least 2.

    Raises
    ------
    ValueError
        As for `contours`, or if the gradient is finite nowhere.

    Examples
    --------
    >>> ax = field("x^2 + y^2", arrows=5)
    >>> import numpy as np
    >>> drawn = next(c for c in ax.collections if hasattr(c, "U"))
    >>> bool(np.allclose(np.hypot(drawn.U, drawn.V)[drawn.U != 0], 1))
    True
    """
    subject = subject_of(what, "field", window=window)
    if arrows < 2:
        raise ValueError(f"arrows={arrows!r} must be at least 2, from left to right")
    own = panel(ax, 6.8, 5.0, grid=False)
    places, directions, sizes = _sampled(subject, arrows)
    landscape = sample_landscape(subject.objective, subject.window)
    draw_level_lines(own, landscape, CROWD, 0.6)
    shade_outside(own, subject.objective, subject.window)
    name_axes(own, subject.names)
    _draw_arrows(own, places, directions, sizes)
    draw_marks(own, subject)
    draw_key(own, inside=ax is not None)
    return titled(own, ax, title, subject.formula)


def _sampled(subject: Subject, arrows: int) -> tuple[Array, Array, Array]:
    """Return places `(n, 2)`, directions of length one or zero, and gradients' sizes `(n,)`."""
    (left, right), (bottom, top) = subject.window
    rows = max(2, round(0.75 * arrows))
    x = left + (np.arange(arrows) + 0.5) / arrows * (right - left)
    y = bottom + (np.arange(rows) + 0.5) / rows * (top - bottom)
    places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    gradients = gradients_at(subject, places)
    sizes = np.hypot(*gradients.T)
    known = np.isfinite(sizes)
    if not known.any():
        raise ValueError(
            f"the gradient is finite nowhere in the window {subject.window}: choose another"
        )
    places, gradients, sizes = places[known], gradients[known], sizes[known]
    # beside the largest, a gradient that is rounding has no direction
    steep = sizes > 1e-12 * sizes.max()
    directions = np.zeros_like(gradients)
    directions[steep] = gradients[steep] / sizes[steep, np.newaxis]
    return places, directions if subject.maximised else -directions, sizes


def gradients_at(subject: Subject, places: Array) -> Array:
    """Return the gradients at places `(n, 2)`, NaN where there is none."""
    with np.errstate(all="ignore"):
        try:
            values, gradients = subject.objective.value_and_gradient(places)
        except (ArithmeticError, ValueError):
            return np.array([_gradient_at(subject, place) for place in places])
    # that of log(x) is 1 / x, but not where there is no logarithm
    return np.where(np.isfinite(values)[:, np.newaxis], gradients, np.nan)


def _gradient_at(subject: Subject, place: Array) -> Array:
    try:
        return np.asarray(subject.objective.value_and_gradient(place)[1], dtype=float)
    except (ArithmeticError, ValueError):
        return np.full(2, np.nan)


def _draw_arrows(ax: Axes, places: Array, directions: Array, sizes: Array) -> None:
    """Draw the arrows and the bar of their colours."""
    steep = sizes[sizes > 0]
    low, high = (float(steep.min()), float(steep.max())) if steep.size else (0.0, 1.0)
    logarithmic = steep.size > 0 and high > STEEP * low
    # a stationary point among the arrows does not take all of the colours
    low = max(low, 1e-3 * high)
    norm = LogNorm(low, high, clip=True) if logarithmic else Normalize(0, high)
    drawn = ax.quiver(
        *places.T,
        *directions.T,
        sizes,
        cmap=SEEN,
        norm=norm,
        angles="xy",
        pivot="mid",
        scale_units="width",
        scale=1.25 * len(np.unique(places[:, 0])),
        width=0.0042,
        headwidth=4.2,
        headlength=4.6,
        headaxislength=4.2,
        zorder=2.2,
    )
    ticks = np.geomspace(low, high, 5) if logarithmic else np.linspace(0, high, 5)
    draw_bar(drawn, ax, "slope", list(ticks), [number(float(f"{t:.2g}")) for t in ticks])
