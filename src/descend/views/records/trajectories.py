"""Trajectories: a descent's record in one shape, whether it holds one run or many."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Objective
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent
from descend.records.on_demand import losses_met

LARGEST_DRAWN = 1e300
"""Larger numbers are drawn as this one: it is outside every picture, and small multiples of it are
finite."""


class Trajectories(NamedTuple):
    """k runs of n steps in d coordinates, always with an axis of runs.

    `points` `(m, k, d)` are at the steps `point_steps` `(m,)`, None if none was recorded; `values`
    and `gradient_norms` are `(n + 1, k)`; a stalled run counts as converged; `unit` is "step" or
    "epoch". By batches there are `batch_losses` `(n, k)`; but without points, where the objective
    has no values, `values` are the losses met, and `measured` says so. `colours` are the runs' own,
    None for those that their number suggests.
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
    measured: str = "value"
    batch_losses: Array | None = None
    colours: tuple[str, ...] | None = None

    @property
    def n_runs(self) -> int:
        """The number of runs."""
        return len(self.last)

    @property
    def left(self) -> npt.NDArray[np.bool_]:
        """Which runs went away: they diverged, or ended farther above the start than ever below.

        Losses of batches are noisy: there only those that diverged.
        """
        if self.batch_losses is not None or self.measured != "value" or not len(self.values):
            return self.diverged
        values = drawable(-self.values if self.maximised else self.values)
        above, below = values[-1] - values[0], values[0] - values.min(axis=0)
        left: npt.NDArray[np.bool_] = self.diverged | (above > below)
        return left

    @property
    def n_steps(self) -> int:
        """The largest number of steps that any run took."""
        return int(self.last.max(initial=0))


def trajectories_of(descent: Descent) -> Trajectories:
    """Return the descent's record with an axis of runs; a ValueError if it recorded nothing."""
    values = losses_met(descent)
    if not len(values) or not len(descent.seconds):
        raise ValueError(
            "this descent recorded nothing to draw: run it again with "
            'record="all" or record="values"'
        )
    runs = descent.n_runs or 1
    points = descent.points
    if points is not None:
        points = points.reshape(len(points), runs, -1)
    status = np.atleast_1d(np.asarray(descent.status))
    losses, measured = descent.batch_losses, "value"
    if losses is not None and points is None:
        losses, measured = None, "loss met"
    elif losses is not None:
        values = np.interp(
            np.arange(len(losses) + 1), descent.point_steps, descent.values[descent.point_steps]
        )
    return Trajectories(
        points,
        descent.point_steps,
        values.reshape(-1, runs),
        descent.gradient_norms.reshape(-1, runs),
        np.atleast_1d(np.asarray(descent.nit, dtype=np.int64)),
        np.isin(status, ENDLESS),
        np.isin(status, ("converged", "stalled")),
        descent.unit,
        descent.maximised,
        measured,
        None if losses is None else losses.reshape(-1, runs),
    )


def joined(parts: Sequence[Trajectories]) -> Trajectories:
    """Return the runs of several records side by side; one that ended keeps its last row.

    Points are paired by their places in the records, which need not be the same steps: they are
    where the runs were, not when.
    """
    rows = max(len(part.values) for part in parts)
    all_points = [part.points for part in parts if part.points is not None]
    points = None
    if len(all_points) == len(parts):
        most = max(map(len, all_points))
        points = np.concatenate([_lasting(own, most) for own in all_points], axis=1)

    def beside(name: str) -> Array:
        return np.concatenate([_lasting(getattr(part, name), rows) for part in parts], axis=1)

    return parts[0]._replace(
        points=points,
        values=beside("values"),
        gradient_norms=beside("gradient_norms"),
        last=np.concatenate([part.last for part in parts]),
        diverged=np.concatenate([part.diverged for part in parts]),
        converged=np.concatenate([part.converged for part in parts]),
        batch_losses=None,
        colours=None,
    )


def _lasting(history: Array, rows: int) -> Array:
    """Return a history with so many rows, the last again and again."""
    return np.concatenate([history, np.repeat(history[-1:], rows - len(history), axis=0)])


def objective_of(descent: Descent) -> Objective | None:
    """Return the objective, parsed from the formula if need be; None if it is unknown."""
    if descent.objective is not None or descent.formula is None:
        return descent.objective
    from descend.objectives.formulas.formula import Formula

    return Formula(descent.formula, descent.names)


def rates_of(descent: Descent) -> Array:
    """Return the rate that led to each row of the record, `(n + 1, k)`; at the start, the first."""
    rates = descent.learning_rates.reshape(-1, descent.n_runs or 1)
    return np.concatenate([rates[:1], rates])


def landmark_window(descent: Descent) -> tuple[tuple[float, float], ...] | None:
    """Return the window of a landmark that was minimised from several starts, else None."""
    if descent.n_runs is None or descent.formula is None:
        return None
    from descend.objectives.landmarks import LANDMARKS

    for landmark in LANDMARKS.values():
        if landmark.formula == descent.formula:
            windows = dict(zip(("x", "y"), landmark.window, strict=True))
            return tuple(windows[name] for name in descent.names)
    return None


def drawable(values: Array) -> Array:
    """Return the values within -LARGEST_DRAWN..LARGEST_DRAWN, NaN as the largest."""
    return np.clip(
        np.nan_to_num(values, nan=LARGEST_DRAWN, posinf=LARGEST_DRAWN, neginf=-LARGEST_DRAWN),
        -LARGEST_DRAWN,
        LARGEST_DRAWN,
    )


def keyframes(movement: Array, count: int) -> npt.NDArray[np.int64]:
    """Choose at most `count` of n + 1 instants, closer together where there is more `movement`.

    The first and the last are always among them.

    >>> keyframes(np.array([8.0, 4.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.1]), 5)
    array([0, 1, 3, 5, 8])
    """
    n = len(movement)
    if n < count:
        return np.arange(n + 1)
    # The root keeps the slow end from being skipped; the constant share is that of time.
    weight = np.sqrt(movement)
    total = float(weight.sum())
    share = weight / total if total > 0 else np.zeros(n)
    clock = np.concatenate([[0.0], np.cumsum(0.7 * share + 0.3 / n)])
    chosen = np.searchsorted(clock, np.linspace(0, clock[-1], count) - 1e-12)
    return np.unique(np.concatenate([[0], np.minimum(chosen, n), [n]])).astype(np.int64)


def movement_of(trajectories: Trajectories, extent: Array | None) -> Array:
    """Return the runs' mean movement between recorded instants, `(m - 1,)`.

    It is that of the points, as shares of a window's `extent` `(d,)`; without one, that of values.
    """
    if extent is not None and trajectories.points is not None:
        places = drawable(trajectories.points)
        moved = np.abs(np.diff(places, axis=0) / extent).max(axis=2)
    else:
        values = drawable(trajectories.values)
        low = values.min(axis=0)
        # On a logarithm: as many frames for 100 -> 10 as for 10 -> 1.
        moved = np.abs(np.diff(np.log1p(values - low), axis=0))
    return np.asarray(np.minimum(moved, 1.0).mean(axis=1))
