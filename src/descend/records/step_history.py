"""The record of every single step of a stochastic descent, where it is asked for."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from descend.protocols import Array
    from descend.records.descent import Descent


class StepHistory:
    """Points, values and rates step by step, beside the record of the epochs.

    A value is the mean loss of the step's rows, before the step, plus the penalty after it.

    Parameters
    ----------
    start, value
        Where it begins, and the risk there.
    """

    def __init__(self, start: Array, value: float) -> None:
        self._began = time.perf_counter()
        self._points, self._values, self._seconds = [start.copy()], [value], [0.0]
        self._rates: list[float] = []
        self._kept = 0

    def add(self, w: Array, value: float, rate: float) -> None:
        """Add a step of the epoch under way."""
        self._points.append(w.copy())
        self._values.append(value)
        self._rates.append(rate)
        self._seconds.append(time.perf_counter() - self._began)

    def keep(self) -> None:
        """Keep the steps of the epoch that has ended."""
        self._kept = len(self._rates)

    def take_back(self) -> None:
        """Forget the steps of the epoch that has ended."""
        del self._rates[self._kept :]
        for record in (self._points, self._values, self._seconds):
            del record[self._kept + 1 :]

    def of(self, descent: Descent) -> Descent:
        """Return a descent with a row a step in place of a row an epoch."""
        self.take_back()
        rows = len(self._values)
        return replace(
            descent,
            nit=self._kept,
            points=np.array(self._points),
            point_steps=np.arange(rows),
            values=np.array(self._values),
            gradient_norms=np.full(rows, np.nan),
            learning_rates=np.array(self._rates),
            seconds=np.array(self._seconds),
        )
