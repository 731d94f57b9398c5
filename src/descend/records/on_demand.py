"""What a record by batches computes when it is first asked for: the objective's values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent

POINTS_AT_ONCE = 8
"""Points whose values are computed in one pass over the rows: more would not fit the cache."""


class Uncomputed(NamedTuple):
    """In place of what follows from the objective's values, which nobody has asked for yet.

    An epoch by batches does not need the objective, which takes a pass over all rows: known are
    only the start `w` `(d,)` and its value.
    """

    w: Array
    value: float


class OnDemand:
    """A field that may hold `Uncomputed`: then it is computed when it is first read."""

    def __init__(self, name: str, compute: Callable[[Descent, Uncomputed], Any]) -> None:
        self._name, self._compute = name, compute

    def __get__(self, descent: Descent | None, owner: type) -> Any:
        if descent is None:
            return self  # asked of the class, as by what documents it
        fields = vars(descent)
        if isinstance(fields[self._name], Uncomputed):
            fields[self._name] = self._compute(descent, fields[self._name])
        return fields[self._name]

    def __set__(self, descent: Descent, value: Any) -> None:
        vars(descent)[self._name] = value


def read_on_demand(record: type[Descent]) -> None:
    """Let the fields of a record that follow from the objective's values be computed when read."""
    computed = {
        "fun": end_value,
        "values": recorded_values,
        "best_x": best_point,
        "best_fun": best_value,
    }
    for name, compute in computed.items():
        setattr(record, name, OnDemand(name, compute))


def losses_met(descent: Descent) -> Array:
    """Return the value at the start and the losses met on the way, without computing any.

    They are the values, but by batches the loss of the batches in each row after the start's.
    """
    if descent.batch_losses is None:
        return descent.values
    values = vars(descent)["values"]
    start = values.value if isinstance(values, Uncomputed) else values[0]
    return np.append(start, descent.batch_losses)


def end_value(descent: Descent, start: Uncomputed) -> float:
    """Return the objective's value at the end."""
    return float(_values_at(descent, descent.x[None])[0])


def recorded_values(descent: Descent, start: Uncomputed) -> Array:
    """Return the objective's values at the start, at each recorded point and at the end.

    They are NaN in the rows between, `(steps + 1,)`.
    """
    values = np.full(len(descent.seconds), np.nan)
    if not len(values):
        return values
    if descent.points is not None:
        values[descent.point_steps] = _values_at(descent, descent.points)
    values[-1] = descent.fun
    values[0] = start.value
    return values


def best_point(descent: Descent, start: Uncomputed) -> Array:
    """Return the point of the smallest value known."""
    values = _known_values(descent, start)
    row = int(np.argmin(np.where(np.isnan(values), np.inf, values)))
    if row == 0:
        return start.w
    if row == len(values) - 1 or descent.points is None:
        return descent.x
    best: Array = descent.points[descent.point_steps == row][0]
    return best


def best_value(descent: Descent, start: Uncomputed) -> float:
    """Return the smallest value known."""
    values = _known_values(descent, start)
    return float(np.nanmin(values)) if not np.isnan(values).all() else np.nan


def _known_values(descent: Descent, start: Uncomputed) -> Array:
    """Return the recorded values; without a record, those at the start and at the end."""
    return descent.values if len(descent.values) else np.array([start.value, descent.fun])


def _values_at(descent: Descent, points: Array) -> Array:
    """Return the objective's values at points `(n, d)`."""
    objective = descent.objective
    assert objective is not None
    with np.errstate(all="ignore"):
        parts = [
            objective.value(points[first : first + POINTS_AT_ONCE])
            for first in range(0, len(points), POINTS_AT_ONCE)
        ]
    return np.concatenate(parts)
