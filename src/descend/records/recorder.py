"""What a walk leaves behind while it is under way."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from descend.records.descent import Descent
from descend.support.numerics import norms

if TYPE_CHECKING:
    from descend.protocols import Adaptive, Array, Objective, Optimizer, Record, Schedule, Search
    from descend.solvers.run_state import RunState


class History:
    """The record of several runs, step by step, until it becomes a `Descent`."""

    def __init__(self, w: Array, value: Array, g: Array, record: Record) -> None:
        self.n_runs = len(w)
        self.w, self.value, self.g = w.copy(), value.copy(), g.copy()
        self.best_w, self.best_value = w.copy(), value.copy()
        self.start_value = value.copy()
        self.evaluations = np.ones(self.n_runs, dtype=np.int64)
        self.steps_taken = np.zeros(self.n_runs, dtype=np.int64)
        self.status = np.full(self.n_runs, "stopped", dtype="<U9")
        self.message = np.full(self.n_runs, "", dtype=object)
        self._start_slope = norms(g)
        self._record = record
        self.every = 1 if record in ("all", "steps") else record if isinstance(record, int) else 0
        self._began = time.perf_counter()
        self._t = 0
        self._rates = np.zeros(self.n_runs)
        self._points: list[Array] = [self.w.copy()] if self.every else []
        self._point_steps: list[int] = [0] if self.every else []
        self._values = [self.value.copy()]
        self._norms = [self._start_slope]
        self._walked_rates: list[Array] = []
        self._seconds = [0.0]

    def note_rates(self, index: npt.NDArray[Any], rate: Array) -> None:
        """Note the rates of the step under way, before it is added."""
        self._rates[index] = rate

    def add(self, walkers: RunState) -> None:
        """Add the step that the walkers have taken; runs at rest stay where they are."""
        self._t += 1
        index = walkers.index
        self.w[index], self.value[index], self.g[index] = walkers.w, walkers.value, walkers.left
        self.steps_taken[index] = self._t
        better = index[self.value[index] < self.best_value[index]]
        self.best_w[better], self.best_value[better] = self.w[better], self.value[better]
        if self._record is None:
            return
        self._values.append(self.value.copy())
        self._norms.append(norms(self.g))
        self._walked_rates.append(self._rates)
        self._seconds.append(time.perf_counter() - self._began)
        self._rates = np.zeros(self.n_runs)
        if self.every and self._t % self.every == 0:
            self._points.append(self.w.copy())
            self._point_steps.append(self._t)

    def take_over(self, values: Array, norms: Array, rates: Array, points: Array) -> None:
        """Take the record of a walk that was not added step by step.

        `values` and `norms` are `(steps + 1, runs)`, `rates` `(steps, runs)`, and `points` the kept
        ones `(kept, runs, d)`. The time is spread evenly over the steps.
        """
        last = int(self.steps_taken.max())
        self._values, self._norms, self._walked_rates = list(values), list(norms), list(rates)
        if self.every:
            self._points = list(points[: last // self.every + 1])
            self._point_steps = [self.every * i for i in range(len(self._points))]
        self._seconds = list(np.linspace(0.0, time.perf_counter() - self._began, last + 1))

    def end(
        self, index: npt.NDArray[Any], status: str, message: str, steps: int | None = None
    ) -> None:
        """Mark runs as ended; `steps` is given where the last step was taken but not added."""
        self.status[index] = status
        self.message[index] = message
        if steps is not None:
            self.steps_taken[index] = steps

    def judge_growth(self, factor: float) -> None:
        """Mark stopped runs as diverged that ended above their start, on a far steeper slope."""
        steep = norms(self.g) > factor * self._start_slope
        grown = steep & (self.value > self.start_value) & (self.status == "stopped")
        for i in np.flatnonzero(grown):
            told = f"the value rose from {self.start_value[i]:.4g} to {self.value[i]:.4g}"
            self.end(np.array([i]), "diverged", told)

    def descent(
        self,
        *,
        single: bool,
        names: tuple[str, ...],
        objective: Objective,
        optimizer: Optimizer,
        learning_rate: float | Array | Schedule | Adaptive | Search,
        formula: str | None,
    ) -> Descent:
        """Return the finished record; for a `single` run without the axis of runs."""
        last = int(self.steps_taken.max())
        if self.every and self._point_steps[-1] < last:
            self._points.append(self.w.copy())
            self._point_steps.append(last)
        walked = np.array(self._point_steps, dtype=np.int64) <= last
        points = np.array(self._points)[walked] if self.every else None
        rows = 0 if self._record is None else last + 1

        def lane(array: Any) -> Any:
            return array[..., 0] if single else array

        return Descent(
            x=self.w[0] if single else self.w,
            fun=self.value[0].item() if single else self.value,
            jac=self.g[0] if single else self.g,
            best_x=self.best_w[0] if single else self.best_w,
            best_fun=self.best_value[0].item() if single else self.best_value,
            nit=int(self.steps_taken[0]) if single else self.steps_taken,
            nfev=int(self.evaluations[0]) if single else self.evaluations,
            status=str(self.status[0]) if single else self.status,
            message=str(self.message[0]) if single else self.message.astype(str),
            points=points[:, 0] if single and points is not None else points,
            point_steps=np.array(self._point_steps, dtype=np.int64)[walked],
            values=lane(np.array(self._values[:rows]).reshape(rows, self.n_runs)),
            gradient_norms=lane(np.array(self._norms[:rows]).reshape(rows, self.n_runs)),
            learning_rates=lane(
                np.array(self._walked_rates[: max(0, rows - 1)]).reshape(-1, self.n_runs)
            ),
            seconds=np.array(self._seconds[:rows]),
            names=names,
            objective=objective,
            optimizer=optimizer,
            learning_rate=learning_rate,
            formula=formula,
        )


def joined(parts: list[Descent]) -> Descent:
    """Return the record of one run that went on from each part's end to the next part.

    The end, its status and the objective are the last part's.
    """
    last = parts[-1]
    best = min(parts, key=lambda part: float(part.best_fun))
    steps = np.cumsum([0] + [part.nit for part in parts])
    seconds = np.cumsum([0.0] + [part.seconds[-1] if len(part.seconds) else 0.0 for part in parts])

    def tails(name: str) -> Array:
        return np.concatenate([getattr(p, name)[min(i, 1) :] for i, p in enumerate(parts)])

    return replace(
        last,
        best_x=best.best_x,
        best_fun=best.best_fun,
        nit=int(steps[-1]),
        nfev=sum(part.nfev for part in parts),
        points=None if last.points is None else tails("points"),
        point_steps=np.concatenate(
            [p.point_steps[min(i, 1) :] + steps[i] for i, p in enumerate(parts)]
        ),
        values=tails("values"),
        gradient_norms=tails("gradient_norms"),
        learning_rates=np.concatenate([part.learning_rates for part in parts]),
        seconds=np.concatenate([p.seconds[min(i, 1) :] + seconds[i] for i, p in enumerate(parts)]),
    )
