"""Slices through the end of a descent: the value along a line, the other coordinates held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from descend.protocols import Array
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent
from descend.views.curves.curves import Log, fit_values, scale_of
from descend.views.figures.panels import panel, titled
from descend.views.figures.style import HALO, PALETTE, STROKES, curve_style, label_numbers, styled
from descend.views.landscapes.heights import heights_at
from descend.views.records.fitted_records import record_in
from descend.views.records.labels import labels_of
from descend.views.records.trajectories import drawable, objective_of

POINTS = 400
"""Points of a curve, beside its end."""

MOST = 12
"""The most curves in a picture."""


@styled()
def slices(
    what: Any,
    along: str | Sequence[str] | npt.ArrayLike | None = None,
    *,
    reach: float | None = None,
    log: Log = False,
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw the value on lines through the end of a descent, the other coordinates held there.

    Along one coordinate the axis is that coordinate, and the ends of all records stand where they
    are; along several, or along a direction, it is the distance from the end.

    Parameters
    ----------
    what
        A record of a function of any number of variables, or a fitted model that has one; or
        several, as `compare` takes them, of one function or of different ones, such as two models.
    along
        A coordinate's name, or several; or a direction `(d,)`, which is taken as of length one. By
        default every coordinate.
    reach
        How far the lines go to each side; by default as far as the descent went along them.
    log
        Whether values are drawn on a logarithm.
    ax
        Axes to draw into; by default those of a new figure.
    title
        By default the formula of the first, if there is one.

    Raises
    ------
    ValueError
        If there would be more than 12 curves, a coordinate is unknown, or a record does not know
        its function.

    Examples
    --------
    >>> import descend
    >>> found = descend.minimize("(x - 1)^2 + 10*(y + 2)^2 + z^2", [5, 5, 5])
    >>> ax = slices(found)
    >>> [line.get_label() for line in ax.get_lines()]
    ['along x', 'along y', 'along z']
    """
    single = record_in(what)
    named = {"": single} if single is not None and single.n_runs is None else labels_of(what)
    cuts = []
    for name, descent in named.items():
        lines_of = _directions(descent, along)
        for label, direction, coordinate in lines_of:
            # the axis says along what all of them go
            told = name if name and len(lines_of) == 1 else " ".join(filter(None, (name, label)))
            cuts.append((told, descent, direction, coordinate))
    if len(cuts) > MOST:
        raise ValueError(
            f"views.slices draws at most {MOST} curves, and these are {len(cuts)}: name some "
            "coordinates with along=['...'], or choose fewer records"
        )
    own = panel(ax, 6.8, 4.4)
    # one coordinate by name, the same for all, is an axis of its own
    shared = cuts[0][3] if len({coordinate for *_, coordinate in cuts}) == 1 else None
    lines = [_line(descent, direction, shared, reach) for _, descent, direction, _ in cuts]
    low, high = min(at - far for at, far in lines), max(at + far for at, far in lines)
    curves = [
        (_curve(descent, direction, at, (low, high)), at)
        for (_, descent, direction, _), (at, _) in zip(cuts, lines, strict=True)
    ]
    together = np.concatenate([heights for (_, heights, _), _ in curves])
    scale = scale_of(together, log, label="value")
    for place, ((label, *_), ((x, heights, end), at)) in enumerate(zip(cuts, curves, strict=True)):
        style = curve_style(place, PALETTE) | {"linestyle": STROKES[place % len(STROKES)]}
        own.plot(x, scale.apply(heights), **style, linewidth=2, label=label)
        own.scatter(
            at,
            scale.apply(np.array([end])),
            s=52,
            color=style["color"],
            edgecolors=HALO,
            zorder=5,
            label="end" if place == len(cuts) - 1 else None,
        )
    own.set_xlim(low, high)
    label_numbers(own.xaxis, ticks=6)
    fit_values(own, scale.apply(together), scale)
    own.set_xlabel("distance from the end" if shared is None else shared)
    own.legend(loc="best")
    return titled(own, ax, title, next(iter(named.values())).formula)


def _directions(descent: Descent, along: Any) -> list[tuple[str, Array, str | None]]:
    """Return the lines through a record's end: label, direction `(d,)`, and coordinate's name."""
    names = descent.names
    if along is None:
        chosen: Sequence[str] = names
    elif isinstance(along, str):
        chosen = [along]
    elif len(along) and all(isinstance(name, str) for name in along):
        chosen = list(along)
    else:
        direction = np.asarray(along, dtype=float)
        size = np.linalg.norm(direction)
        if direction.shape != (len(names),) or not 0 < size < np.inf:
            raise ValueError(
                f"the direction along={along!r} must have a number for each of the {len(names)} "
                "coordinates, not all of them zero"
            )
        return [("along the direction", direction / size, None)]
    for name in chosen:
        if name not in names:
            raise ValueError(
                f"there is no coordinate {name!r} in this record: it has {', '.join(names[:20])}"
            )
    d = len(names)
    return [(f"along {name}", np.eye(d)[names.index(name)], name) for name in chosen]


def _line(
    descent: Descent, direction: Array, coordinate: str | None, reach: float | None
) -> tuple[float, float]:
    """Return where the end is on the horizontal axis, and how far the line goes to each side."""
    if descent.status in ENDLESS or not np.isfinite(descent.x).all():
        raise ValueError("this descent left for infinity: it has no end to cut through")
    far = _reach(descent, direction) if reach is None else float(reach)
    if not 0 < far < np.inf:
        raise ValueError(f"reach={reach!r} must be a number above 0")
    return (0.0 if coordinate is None else float(descent.x @ direction)), far


def _curve(
    descent: Descent, direction: Array, at: float, edges: tuple[float, float]
) -> tuple[Array, Array, float]:
    """Return places on the axis, the heights there, and the height of the end, which is `at`."""
    objective = objective_of(descent)
    if objective is None:
        raise ValueError(
            "views.slices needs the function, which this record does not know, as a file keeps "
            "formulas alone: run it again"
        )
    x = np.union1d(np.linspace(*edges, POINTS), [at])
    heights = heights_at(objective, descent.x + (x - at)[:, np.newaxis] * direction)
    return x, heights, float(heights[np.searchsorted(x, at)])


def _reach(descent: Descent, direction: Array) -> float:
    """Return how far a descent went along a direction, and a little more; 1 if it stood still."""
    if descent.points is None:
        return 1.0
    moved = float(np.abs(drawable(descent.points - descent.x) @ direction).max())
    return 1.15 * moved if moved > 0 else 1.0
