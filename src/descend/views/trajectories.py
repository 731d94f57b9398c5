"""Walks: a descent's record in one shape, whether it holds one run or many."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Objective
from descend.records.descent import Descent

# Larger numbers are drawn as this one: it leaves every picture, and can still be multiplied a bit.
FAR = 1e300


class Walks(NamedTuple):
    """k runs of n steps in d coordinates, always with the axis of runs.

    Attributes
    ----------
    points
        `(m, k, d)` at the steps `point_steps` `(m,)`; None if no point was recorded.
    values, gradient_norms
        `(n + 1, k)`.
    last
        The step at which each run ended, `(k,)`.
    diverged, converged
        Which runs did, `(k,)`.
    unit
        What is counted, a "step" or an "epoch".
    maximised
        Whether they went up.
    """

    points: Array | None
    point_steps: npt.NDArray[np.int64]
    values: Array
    gradient_norms: Array
    last: npt.NDArray[np.int64]
    diverged: npt.NDArray[np.bool_]
    converged: npt.NDArray[np.bool_]
    unit: str
    maximised: bool = False

    @property
    def n_runs(self) -> int:
        """The number of runs."""
        return len(self.last)

    @property
    def n_steps(self) -> int:
        """The largest number of steps that any run took."""
        return int(self.last.max(initial=0))


def walks_of(descent: Descent) -> Walks:
    """Return the descent's record with an axis of runs.

    Raises
    ------
    ValueError
        If the descent recorded nothing.
    """
    if len(descent.values) == 0:
        raise ValueError(
            "this descent recorded nothing to draw: run it again with "
            'record="all" or record="values"'
        )
    runs = descent.n_runs or 1
    points = descent.points
    if points is not None:
        points = points.reshape(len(points), runs, -1)
    status = np.atleast_1d(np.asarray(descent.status))
    return Walks(
        points,
        descent.point_steps,
        descent.values.reshape(-1, runs),
        descent.gradient_norms.reshape(-1, runs),
        np.atleast_1d(np.asarray(descent.nit, dtype=np.int64)),
        status == "diverged",
        np.isin(status, ("converged", "stalled")),
        descent.unit,
        descent.maximised,
    )


def objective_of(descent: Descent) -> Objective | None:
    """Return what was descended, rebuilt from its formula if need be; None if it is unknown."""
    if descent.objective is not None or descent.formula is None:
        return descent.objective
    from descend.objectives.formulas.formula import Formula

    return Formula(descent.formula, descent.names)


def rates_of(descent: Descent) -> Array:
    """Return the learning rate that led to each row of the record, `(n + 1, k)`.

    The start, to which none led, has the first.
    """
    rates = descent.learning_rates.reshape(-1, descent.n_runs or 1)
    return np.concatenate([rates[:1], rates])


def home_of(descent: Descent) -> tuple[tuple[float, float], ...] | None:
    """Return the window of the landmark that was descended from several starts, if it was one."""
    if descent.n_runs is None or descent.formula is None:
        return None
    from descend.objectives.landmarks import LANDMARKS

    for landmark in LANDMARKS.values():
        if landmark.formula == descent.formula:
            windows = dict(zip(("x", "y"), landmark.window, strict=True))
            return tuple(windows[name] for name in descent.names)
    return None


def tame(values: Array) -> Array:
    """Return the values within -FAR..FAR; what is not finite lies above everything."""
    return np.clip(np.nan_to_num(values, nan=FAR, posinf=FAR, neginf=-FAR), -FAR, FAR)


def pace(movement: Array, count: int) -> npt.NDArray[np.int64]:
    """Choose at most `count` of n + 1 instants, closer together where more moves.

    Parameters
    ----------
    movement
        How much moves from each instant to the next, `(n,)`, at least 0.
    count
        How many to choose; the first and the last are always among them.

    Examples
    --------
    >>> pace(np.array([8.0, 4.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.1]), 5)
    array([0, 1, 3, 5, 8])
    """
    n = len(movement)
    if n < count:
        return np.arange(n + 1)
    # The root keeps the slow end from being skipped; the constant share lets time itself pass.
    felt = np.sqrt(movement)
    total = float(felt.sum())
    share = felt / total if total > 0 else np.zeros(n)
    clock = np.concatenate([[0.0], np.cumsum(0.7 * share + 0.3 / n)])
    chosen = np.searchsorted(clock, np.linspace(0, clock[-1], count) - 1e-12)
    return np.unique(np.concatenate([[0], np.minimum(chosen, n), [n]])).astype(np.int64)


def movement_of(walks: Walks, extent: Array | None) -> Array:
    """Return how much moves between recorded instants, averaged over the runs, `(m - 1,)`.

    Parameters
    ----------
    walks
        The record.
    extent
        The size of the window in each coordinate, if points are to be compared with it; otherwise
        the values are compared with one another.
    """
    if extent is not None and walks.points is not None:
        places = tame(walks.points)
        moved = np.abs(np.diff(places, axis=0) / extent).max(axis=2)
    else:
        values = tame(walks.values)
        low = values.min(axis=0)
        # Ranks of a logarithm: as much of the film for 100 -> 10 as for 10 -> 1.
        moved = np.abs(np.diff(np.log1p(values - low), axis=0))
    return np.asarray(np.minimum(moved, 1.0).mean(axis=1))
