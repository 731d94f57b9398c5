"""The record of a stochastic descent, epoch by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.records.descent import Descent

if TYPE_CHECKING:
    from descend.protocols import Adaptive, Array, Objective, Optimizer, Record, Schedule


FAR = 2.0
"""An end whose loss is this many times the start's, or that of predicting zero, has diverged."""


class EpochHistory:
    """The record of a stochastic descent, epoch by epoch."""

    def __init__(self, start: Array, value: float, record: Record) -> None:
        self._every = 1 if record == "all" else record if isinstance(record, int) else 0
        self._kept = record is not None
        # from zero, any growth is without measure
        self.scale = abs(value) or np.inf
        self.epochs = 0
        self.w, self.value = start.copy(), value
        self.best_w, self.best_value = self.w, value
        self._points = [self.w]
        self._point_steps = [0]
        self.start_value = value
        self._values, self._rates, self._seconds = [value], [0.0], [0.0]

    def add(self, number: int, w: Array, value: float, rate: float, seconds: float) -> None:
        """Add an epoch."""
        self.epochs = number
        self.w, self.value = w.copy(), value
        if value < self.best_value:
            self.best_w, self.best_value = self.w, value
        self._values.append(value)
        self._rates.append(rate)
        self._seconds.append(seconds)
        if self._every and (len(self._values) - 1) % self._every == 0:
            self._points.append(self.w)
            self._point_steps.append(len(self._values) - 1)

    def descent(
        self,
        risk: Objective,
        optimizer: Optimizer,
        schedule: Schedule | Adaptive,
        status: str,
        message: str,
    ) -> Descent:
        """Return the finished record."""
        rows = len(self._values)
        if self._every and self._point_steps[-1] != rows - 1:
            self._points.append(self.w)
            self._point_steps.append(rows - 1)
        kept = slice(None) if self._kept else slice(0, 0)
        return Descent(
            x=self.w,
            fun=self.value,
            jac=None,
            best_x=self.best_w,
            best_fun=self.best_value,
            nit=self.epochs,
            nfev=self.epochs,
            status=status,
            message=message,
            points=np.array(self._points) if self._every else None,
            point_steps=np.array(self._point_steps if self._every else [], dtype=np.int64),
            values=np.array(self._values)[kept],
            gradient_norms=np.full(rows, np.nan)[kept],
            learning_rates=np.array(self._rates[1:])[kept],
            seconds=np.array(self._seconds)[kept],
            names=(),
            objective=risk,
            optimizer=optimizer,
            learning_rate=schedule,
        )
