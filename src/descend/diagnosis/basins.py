"""Basins of attraction: which minimum a descent reaches from each place of a window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.diagnosis.minima import Minimum, distinct_minima
from descend.protocols import Array, Objective
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent

LEFT, WAITING, OUTSIDE = -3, -2, -1
"""What a start came to, if not to a minimum in the window: infinity, nothing yet, another one."""


class Basins(NamedTuple):
    """Which of the `minima` in the window is reached from each place of a grid `(rows, columns)`.

    In `reached` stands the place of the minimum, or `LEFT`, `WAITING` or `OUTSIDE`.
    """

    x: Array
    y: Array
    minima: list[Minimum]
    reached: npt.NDArray[np.int64]


def basins_of(
    objective: Objective,
    window: Sequence[tuple[float, float]],
    columns: int,
    rows: int,
    descend: Callable[[Array], Descent],
) -> Basins:
    """Descend from every place of a grid, and say where each came to.

    Parameters
    ----------
    objective
        Of two variables.
    window, columns, rows
        Where the grid lies, and how many places it has across and up.
    descend
        Descends from starts `(k, 2)`, at which the function is finite.

    Examples
    --------
    >>> from descend import minimize
    >>> from descend.objectives import as_problem
    >>> waves = as_problem("cos(x) + y^2")
    >>> found = basins_of(
    ...     waves.objective, [(-4, 4), (-1, 1)], 4, 2, lambda starts: minimize(waves, starts))
    >>> [minimum.point.round(3).tolist() for minimum in found.minima]
    [[-3.142, 0.0], [3.142, 0.0]]
    >>> found.reached[0].tolist()
    [0, 0, 1, 1]
    """
    x, y = (np.linspace(*edges, n) for edges, n in zip(window, (columns, rows), strict=True))
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    with np.errstate(all="ignore"):
        values, gradients = objective.value_and_gradient(grid)
    places = np.flatnonzero(np.isfinite(values) & np.isfinite(gradients).all(axis=1))
    reached = np.full(len(grid), WAITING)
    minima: list[Minimum] = []
    if len(places):
        descent = descend(grid[places])
        low, high = np.array(window, dtype=float).T
        ended_inside = ((descent.x >= low) & (descent.x <= high)).all(axis=1)
        reached[places[~ended_inside & (descent.status == "converged")]] = OUTSIDE
        reached[places[np.isin(descent.status, ENDLESS)]] = LEFT
        # a few ends far away would make all in the window count as one place
        here = np.flatnonzero(ended_inside)
        minima = distinct_minima(descent.runs(here)) if len(here) else []
        for place, minimum in enumerate(minima):
            reached[places[here[list(minimum.runs)]]] = place
    return Basins(x, y, minima, reached.reshape(rows, columns))
