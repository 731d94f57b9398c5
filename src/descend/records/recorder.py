"""The recorder: what solvers write while they run, until it becomes a `Descent`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from descend.protocols import Array, Ending, Objective, Optimizer, RateRule, Record, Status, Step
from descend.records.descent import Descent
from descend.records.on_demand import Uncomputed
from descend.support.numerics import norms, some

Runs = npt.NDArray[np.intp]
"""Which of the runs."""

_STATUS, _ENDING = (f"<U{max(map(len, names))}" for names in (Status, Ending))


class Recorder:
    """The record of k runs, row by row: a row is a step, or of a descent by batches an epoch.

    It begins at the starts `w` `(k, d)`, with their values `(k,)` and gradients `(k, d)`, None
    where those are not computed (then they are NaN). `w, value, g` are where the runs are now,
    `best_w, best_value` the lowest so far; `evaluations` counts gradients that were computed,
    `steps_taken` counts steps or epochs, `rows` the rows after the start's; `status, ending,
    message` say how the runs ended.

    Without gradients it is the record of a descent by batches, of one run: `value` is then the loss
    of the batches met on the way (at the start the objective's), and the `Descent` computes the
    objective's own values when they are read.
    """

    def __init__(self, w: Array, value: Array, g: Array | None, record: Record) -> None:
        self.n_runs = len(w)
        self.w, self.value = w.copy(), value.copy()
        self.g = np.full_like(w, np.nan) if g is None else g.copy()
        self._has_gradients = g is not None
        self.best_w, self.best_value = w.copy(), value.copy()
        self._start, self.start_value = w[0].copy(), value.copy()
        self.evaluations = np.ones(self.n_runs, dtype=np.int64)
        self.steps_taken = np.zeros(self.n_runs, dtype=np.int64)
        self.status = np.full(self.n_runs, Status.STOPPED, dtype=_STATUS)
        self.ending = np.full(self.n_runs, "", dtype=_ENDING)
        self.message = np.full(self.n_runs, "", dtype=object)
        self.every = 1 if record in ("all", "steps") else record if isinstance(record, int) else 0
        self._kept = record is not None
        self._began = time.perf_counter()
        self._start_norm = norms(self.g)
        self._norm = self._start_norm.copy()
        self._points = [self.w.copy()] if self.every else []
        self._point_rows = [0] if self.every else []
        self._values, self._gradient_norms = [self.value.copy()], [self._start_norm]
        self._rates: list[Array] = []
        self._batch_losses: list[Array] = []
        self._seconds = [0.0]
        self._row_rates = self._last_rates = np.zeros(self.n_runs)
        self.rows = self._marked = 0

    def note_rates(self, runs: Runs, rate: Array) -> None:
        """Note the rates of the step under way, before it is added."""
        at: Runs | slice = slice(None) if len(runs) == self.n_runs else runs
        self._row_rates[at] = rate

    def move(
        self,
        runs: Runs,
        w: Array,
        value: Array,
        g: Array | None,
        norm: Array | None = None,
        *,
        steps: Any,
    ) -> None:
        """Note where some runs are after so many steps (one number, or one a run).

        The `norm` of the gradient is computed where it is not known.
        """
        # all runs as a slice: to pick a few rows takes as long as a step
        at: Runs | slice = slice(None) if len(runs) == self.n_runs else runs
        self.w[at], self.value[at] = w, value
        if g is not None:
            self.g[at] = g
            self._norm[at] = norms(g) if norm is None else norm
        self.steps_taken[at] = steps
        lower = self.value[at] < self.best_value[at]
        if self.n_runs == 1 and some(lower):
            self.best_w[:], self.best_value[:] = self.w, self.value
        elif some(lower):
            better = runs[lower]
            self.best_w[better], self.best_value[better] = self.w[better], self.value[better]

    def add_row(self, w: Array | None = None, batch_loss: Array | None = None) -> None:
        """Add a row: where the runs are, or points and losses within an epoch."""
        self.rows += 1
        self._last_rates, self._row_rates = self._row_rates, np.zeros(self.n_runs)
        if not self._kept:
            return
        self._rates.append(self._last_rates)
        if self._has_gradients:
            self._values.append(self.value.copy())
        else:
            self._batch_losses.append((self.value if batch_loss is None else batch_loss).copy())
        self._gradient_norms.append(self._norm.copy())
        self._seconds.append(time.perf_counter() - self._began)
        if self.every and self.rows % self.every == 0:
            self._points.append((self.w if w is None else w).copy())
            self._point_rows.append(self.rows)

    def add(self, runs: Runs, w: Array, value: Array, g: Array, norm: Array | None = None) -> None:
        """Add a step that some runs have taken."""
        self.move(runs, w, value, g, norm, steps=self.rows + 1)
        self.add_row()

    def mark(self) -> None:
        """Keep the rows so far, whatever `rewind` takes back."""
        self._marked = self.rows

    def rewind(self) -> None:
        """Take back the rows since the last mark."""
        self.rows = self._marked
        del self._rates[self._marked :], self._batch_losses[self._marked :]
        for rows in (self._values, self._gradient_norms, self._seconds):
            del rows[self._marked + 1 :]
        kept = sum(row <= self._marked for row in self._point_rows)
        del self._points[kept:], self._point_rows[kept:]

    def fill(self, values: Array, gradient_norms: Array, rates: Array, points: Array) -> None:
        """Take over the rows of runs that were not added step by step, spreading the time evenly.

        `values` and `gradient_norms` are `(steps + 1, runs)`, `rates` `(steps, runs)`, and `points`
        the kept ones `(kept, runs, d)`.
        """
        last = int(self.steps_taken.max())
        self._values, self._gradient_norms = list(values), list(gradient_norms)
        self._rates = list(rates)
        if self.every:
            self._points = list(points[: last // self.every + 1])
            self._point_rows = [self.every * i for i in range(len(self._points))]
        self._seconds = list(np.linspace(0.0, time.perf_counter() - self._began, last + 1))

    def end(self, runs: Runs, ending: Ending, **numbers: Any) -> None:
        """Note why some runs have ended, with the numbers of the sentence."""
        self.status[runs], self.ending[runs] = ending.status, ending
        self.message[runs] = ending.message(**numbers)

    def end_each(self, runs: Runs, endings: Sequence[Ending | None], **numbers: Any) -> None:
        """Note why each of some runs has ended; those with None have not."""
        for run, ending in zip(runs, endings, strict=True):
            if ending is not None:
                self.end(np.array([run]), ending, **numbers)

    def end_grown(self, factor: float) -> None:
        """Mark stopped runs as diverged that ended above their start, where it is far steeper."""
        steep = norms(self.g) > factor * self._start_norm
        grown = steep & (self.value > self.start_value) & (self.status == Status.STOPPED)
        for i in np.flatnonzero(grown):
            start, end = float(self.start_value[i]), float(self.value[i])
            self.end(np.array([i]), Ending.GREW, start=start, end=end)

    def step(self, number: int) -> Step:
        """Return the last row as what observers are told."""
        return Step(number, self.w, self.value, self._last_rates)

    def descent(
        self,
        *,
        single: bool,
        objective: Objective,
        optimizer: Optimizer | None,
        learning_rate: RateRule | None,
        names: tuple[str, ...] = (),
        formula: str | None = None,
    ) -> Descent:
        """Return the finished record; for a `single` run without the axis of runs."""
        rows = min(int(self.steps_taken.max()) + 1, len(self._seconds)) if self._kept else 0
        last = rows - 1 if self._kept else int(self.steps_taken.max())
        if self.every and self._point_rows[-1] < last:
            self._points.append(self.w.copy())
            self._point_rows.append(last)
        point_rows = np.array(self._point_rows, dtype=np.int64)
        points = np.array(self._points)[point_rows <= last] if self.every else None

        def history(kept: list[Array], rows: int) -> Any:
            table = np.array(kept[:rows]).reshape(-1, self.n_runs)
            return table[:, 0] if single else table

        def of_run(array: Any) -> Any:
            return array[0] if single else array

        messages = self.message.astype(str)
        if self._has_gradients:
            valued = {
                "fun": self.value[0].item() if single else self.value,
                "best_x": of_run(self.best_w),
                "best_fun": self.best_value[0].item() if single else self.best_value,
                "values": history(self._values, rows),
                "batch_losses": None,
            }
        else:
            start = Uncomputed(self._start, float(self.start_value[0]))
            valued = dict.fromkeys(("fun", "best_x", "best_fun", "values"), start)
            valued["batch_losses"] = history(self._batch_losses, max(0, rows - 1))
        return Descent(
            x=of_run(self.w),
            jac=of_run(self.g) if self._has_gradients else None,
            nit=int(self.steps_taken[0]) if single else self.steps_taken,
            nfev=int(self.evaluations[0]) if single else self.evaluations,
            status=Status(str(self.status[0])) if single else self.status,
            ending=Ending.named(self.ending[0]) if single else self.ending,
            message=str(messages[0]) if single else messages,
            points=points[:, 0] if single and points is not None else points,
            point_steps=point_rows[point_rows <= last],
            gradient_norms=history(self._gradient_norms, rows),
            learning_rates=history(self._rates, max(0, rows - 1)),
            seconds=np.array(self._seconds[:rows]),
            names=names,
            objective=objective,
            optimizer=optimizer,
            learning_rate=learning_rate,
            formula=formula,
            **valued,
        )
