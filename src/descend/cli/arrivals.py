"""What came of the starts of `descend minimize`, as JSON and on the terminal."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from descend.cli.terminal import terminal
from descend.diagnosis.minima import Minimum, distinct_minima
from descend.protocols import Array
from descend.records.descent import Descent

NAME_WIDTH = 8


class Arrivals(NamedTuple):
    """Where the runs of a descent ended.

    Attributes
    ----------
    descent
        The record.
    minima
        The distinct minima, the lowest first.
    seconds
        The time that the descent took.
    """

    descent: Descent
    minima: list[Minimum]
    seconds: float

    @classmethod
    def of(cls, descent: Descent, seconds: float) -> Arrivals:
        """Return what came of a descent."""
        return cls(descent, distinct_minima(descent), seconds)

    @property
    def statuses(self) -> list[str]:
        """How each run ended."""
        return [str(status) for status in np.atleast_1d(np.asarray(self.descent.status))]

    @property
    def steps(self) -> int:
        """The most steps that a run took."""
        return int(np.max(self.descent.nit))

    @property
    def best(self) -> int:
        """The run that ended lowest."""
        values = np.atleast_1d(np.asarray(self.descent.fun, dtype=float))
        return int(np.argmin(np.where(np.isfinite(values), values, np.inf)))

    def elsewhere(self) -> dict[str, int]:
        """Return how the runs ended that found no minimum, and how many each way."""
        arrived = {run for minimum in self.minima for run in minimum.runs}
        counts = Counter(
            "at rest where there is no minimum" if status == "converged" else status
            for run, status in enumerate(self.statuses)
            if run not in arrived
        )
        return dict(counts.most_common())

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain objects; `status` is that of the run that ended lowest."""
        return {
            "minima": [
                {
                    "point": self._named(minimum.point),
                    "value": minimum.value,
                    "starts": len(minimum.runs),
                }
                for minimum in self.minima
            ],
            "best": self._best(),
            "status": self.statuses[self.best],
            "statuses": dict(Counter(self.statuses)),
            "steps": self.steps,
            "seconds": self.seconds,
            "explanation": self.descent.explain(),
        }

    def _best(self) -> dict[str, Any] | None:
        """Return the lowest end, a minimum or not; None if no run stayed finite."""
        point = np.atleast_2d(self.descent.x)[self.best]
        value = float(np.atleast_1d(self.descent.fun)[self.best])
        if not (np.isfinite(point).all() and np.isfinite(value)):
            return None
        return {"point": self._named(point), "value": value}

    def _named(self, point: Array) -> dict[str, float]:
        return {
            name: float(coordinate)
            for name, coordinate in zip(self.descent.names, point, strict=True)
        }


def print_arrivals(arrivals: Arrivals) -> None:
    """Print where the runs ended, and the explanation."""
    with terminal() as shown:
        if arrivals.descent.n_runs is None:
            shown.figures(_single(arrivals), NAME_WIDTH)
        else:
            if arrivals.minima:
                shown.table(*_table(arrivals), n_words=0)
            else:
                shown.say(_lowest(arrivals))
            shown.say(_counted(arrivals))
        shown.say()
        shown.say(arrivals.descent.explain())


def _single(arrivals: Arrivals) -> list[tuple[str, str]]:
    """Return what there is to say of a single run."""
    descent = arrivals.descent
    return [
        *((name, _told(x)) for name, x in zip(descent.names, descent.x, strict=True)),
        ("value", _told(float(descent.fun))),
        ("steps", f"{arrivals.steps:,} in {arrivals.seconds:.3g} s"),
        ("status", str(descent.status)),
    ]


def _table(arrivals: Arrivals) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a table of the minima."""
    header = [*arrivals.descent.names, "value", "starts"]
    rows = [
        [*(_told(number) for number in (*minimum.point, minimum.value)), f"{len(minimum.runs):,}"]
        for minimum in arrivals.minima
    ]
    return header, rows


def _counted(arrivals: Arrivals) -> str:
    """Say how many runs found a minimum, and what became of the others."""
    arrived = sum(len(minimum.runs) for minimum in arrivals.minima)
    places = len(arrivals.minima)
    reached = f"{places:,} minima" if places > 1 else "1 minimum" if places else "a minimum"
    told = (
        f"{arrived or 'None'} of {arrivals.descent.n_runs:,} starts reached {reached} "
        f"in at most {arrivals.steps:,} step{'s' * (arrivals.steps != 1)}, {arrivals.seconds:.3g} s"
    )
    others = [f"{count:,} {how}" for how, count in arrivals.elsewhere().items()]
    return f"{told}; the others: {', '.join(others)}." if others else f"{told}."


def _lowest(arrivals: Arrivals) -> str:
    """Say where the lowest end is, if it is no minimum."""
    best = arrivals.best
    point = zip(arrivals.descent.names, arrivals.descent.x[best], strict=True)
    where = ", ".join(f"{name} = {_told(x)}" for name, x in point)
    return f"The lowest end: {where}, value {_told(float(arrivals.descent.fun[best]))}."


def _told(number: float) -> str:
    """Return a number with six digits; minus zero is zero."""
    return f"{number + 0.0:.6g}"
