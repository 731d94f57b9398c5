"""The minima or maxima that a command found, as JSON and on the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from descend.cli.terminal import Terminal, terminal
from descend.diagnosis.minima import Minimum, distinct_minima
from descend.protocols import Array
from descend.records.descent import Descent
from descend.support.numbers import counted

NAME_WIDTH = 8
"""Characters of the column that names the figures."""


class Results(NamedTuple):
    """Where the runs of a descent ended: distinct minima, the best first, and seconds taken.

    Of an ascent, they are the maxima.
    """

    descent: Descent
    minima: list[Minimum]
    seconds: float

    @classmethod
    def of(cls, descent: Descent, seconds: float) -> Results:
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
    def kind(self) -> tuple[str, str]:
        """What was looked for: one of it, and several."""
        return ("maximum", "maxima") if self.descent.maximised else ("minimum", "minima")

    @property
    def best(self) -> int:
        """The run that ended lowest; of an ascent, highest."""
        values = np.atleast_1d(np.asarray(self.descent.fun, dtype=float))
        sign = -1.0 if self.descent.maximised else 1.0
        return int(np.argmin(np.where(np.isfinite(values), sign * values, np.inf)))

    @property
    def best_end(self) -> tuple[Array, float]:
        """The point and the value of the run that ended best."""
        value = float(np.atleast_1d(self.descent.fun)[self.best])
        return np.atleast_2d(self.descent.x)[self.best], value

    def without_minimum(self) -> dict[str, int]:
        """Return how the runs ended that found no minimum, and how many of each."""
        found = {run for minimum in self.minima for run in minimum.runs}
        counts = Counter(
            f"at rest where there is no {self.kind[0]}" if status == "converged" else status
            for run, status in enumerate(self.statuses)
            if run not in found
        )
        return dict(counts.most_common())

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain objects; `status` and `best` are of the run that ended best.

        `best` is None if no run stayed finite.
        """
        point, value = self.best_end
        finite = np.isfinite([*point, value]).all()
        return {
            self.kind[1]: [
                {**self._named(minimum.point, minimum.value), "starts": len(minimum.runs)}
                for minimum in self.minima
            ],
            "best": self._named(point, value) if finite else None,
            "status": self.statuses[self.best],
            "statuses": dict(Counter(self.statuses)),
            "steps": self.steps,
            "seconds": self.seconds,
            "explanation": self.descent.explain(),
        }

    def _named(self, point: Iterable[Any], value: float) -> dict[str, Any]:
        coordinates = zip(self.descent.names, map(float, point), strict=True)
        return {"point": dict(coordinates), "value": value}

    def print(self) -> None:
        """Print where the runs ended, and the explanation."""
        with terminal() as screen:
            if self.descent.n_runs is None:
                self._print_run(screen)
            else:
                self._print_runs(screen)
            screen.say()
            screen.say(self.descent.explain())

    def _print_run(self, screen: Terminal) -> None:
        """Print the end of a single run."""
        descent = self.descent
        figures = [
            *((name, _figure(x)) for name, x in zip(descent.names, descent.x, strict=True)),
            ("value", _figure(float(descent.fun))),
            ("steps", f"{self.steps:,} in {self.seconds:.3g} s"),
            ("status", str(descent.status)),
        ]
        screen.figures(figures, NAME_WIDTH)

    def _print_runs(self, screen: Terminal) -> None:
        """Print the minima, or the lowest end if there are none, and how many runs found each."""
        names = self.descent.names
        if self.minima:
            rows = [
                [*map(_figure, (*minimum.point, minimum.value)), f"{len(minimum.runs):,}"]
                for minimum in self.minima
            ]
            screen.table([*names, "value", "starts"], rows, n_words=0)
        else:
            point, value = self.best_end
            end = ", ".join(f"{name} = {_figure(x)}" for name, x in zip(names, point, strict=True))
            extreme = "highest" if self.descent.maximised else "lowest"
            screen.say(f"The {extreme} end: {end}, value {_figure(value)}.")
        screen.say(self._counts())

    def _counts(self) -> str:
        """Say how many runs found a minimum, and what became of the others."""
        found = sum(len(minimum.runs) for minimum in self.minima)
        count, (one, several) = len(self.minima), self.kind
        reached = f"{count:,} {several}" if count > 1 else f"1 {one}" if count else f"a {one}"
        starts = counted(self.descent.n_runs or 1, "start")
        others = ", ".join(f"{runs:,} {end}" for end, runs in self.without_minimum().items())
        return (
            f"{found or 'None'} of {starts} reached {reached} in at most"
            f" {counted(self.steps, 'step')}, {self.seconds:.3g} s"
            + (f"; the others: {others}." if others else ".")
        )


def _figure(number: float) -> str:
    """Return a number with six digits; minus zero is zero."""
    return f"{number + 0.0:.6g}"
