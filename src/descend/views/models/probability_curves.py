"""The probability of a class over one feature, with the rows and the boundary."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from descend.protocols import Array
from descend.views.figures.style import INK, STROKES, label_numbers, linear_values, shortened
from descend.views.models.region_marks import NAME_LETTERS, colour_of, draw_rows
from descend.views.models.regions import Regions, crossings

STRIP = 0.07
"""How far apart the rows of several classes stand above the curves, as a share of their height."""


def draw_probabilities(
    ax: Axes,
    regions: Regions,
    places: Array,
    true: npt.NDArray[np.intp] | None,
    said: npt.NDArray[np.intp] | None,
    name: str,
) -> None:
    """Draw the probability of each class over one feature, with the rows and the boundary.

    Of two classes it is that of the second, and the rows stand at 0 and at 1; of more, a class has
    a curve and, above, a line of its rows. Without probabilities it is how far a class leads.
    """
    (x,) = regions.axes
    k = len(regions.classes)
    told = regions.lead if regions.shares is None else regions.shares
    names = [shortened(str(each), NAME_LETTERS) for each in regions.classes]
    for place in [1] if k == 2 else range(k):
        ax.plot(
            x,
            told[:, place],
            color=INK if k == 2 else colour_of(place),
            linestyle=STROKES[0 if k == 2 else place % len(STROKES)],
            linewidth=2,
            zorder=2.5,
            label=None if k == 2 else f"of {names[place]}",
        )
    low, high = (0.0, 1.0) if regions.shares is not None else (told.min(), told.max())
    lines = np.array([low, high]) if k == 2 else high + STRIP * (high - low) * np.arange(1, k + 1)
    room = STRIP * (high - low) or 1.0
    ax.set_ylim(low - room, lines[-1] + room)
    ax.set_xlim(x[0], x[-1])
    _shade(ax, x, regions)
    if true is not None:
        at = np.column_stack([places[:, 0], lines[true]])
        draw_rows(ax, at, true, said, regions.classes, INK)
    label_numbers(ax.xaxis, ticks=6)
    linear_values(ax)
    if regions.shares is not None:
        ax.set_yticks(np.linspace(0, 1, 6))
    ax.set_xlabel(name)
    which = f" of {names[1]}" if k == 2 else ""
    ax.set_ylabel(("lead" if regions.shares is None else "probability") + which)


def _shade(ax: Axes, x: Array, regions: Regions) -> None:
    """Shade the parts of one feature in the colours of the classes chosen, and mark their ends."""
    ends = crossings(regions)
    changes = np.flatnonzero(np.diff(regions.chosen))
    starts = np.concatenate([[0], changes + 1])
    edges = np.concatenate([[x[0]], ends, [x[-1]]])
    for place, start in enumerate(starts):
        colour = colour_of(int(regions.chosen[start]))
        ax.axvspan(edges[place], edges[place + 1], color=colour, alpha=0.13, linewidth=0, zorder=0)
    for number, end in enumerate(ends):
        label = "boundary" if number == 0 else None
        ax.axvline(end, color=INK, linewidth=1.3, linestyle=(0, (5, 3)), zorder=2, label=label)
