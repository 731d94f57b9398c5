"""The loop that every method of descent runs in: steps, observers, time, and how runs end."""

from __future__ import annotations

from time import perf_counter
from typing import Protocol

import numpy as np

from descend.optimizers.classical import SGD
from descend.protocols import Array, Ending, Objective
from descend.protocols.status import ENDLESS
from descend.rates.schedules import Constant
from descend.records.descent import Descent
from descend.records.recorder import Recorder, Runs
from descend.solvers.contract import Observer, Options


class Method(Protocol):
    """A method of descent, step by step."""

    @property
    def running(self) -> Runs:
        """The runs that have not ended."""

    def take(self, t: int) -> bool:
        """Take step `t`, record it, end the runs that cannot; return whether observers are told."""

    def judge(self) -> None:
        """End the runs that have arrived by the last step."""


def iterate(
    method: Method,
    recorder: Recorder,
    options: Options,
    observer: Observer,
    used_up: Ending = Ending.STEPS_USED,
) -> None:
    """Take steps until every run has ended, or steps or time are used up, or the observer ends it.

    `used_up` is how runs end that have taken all steps.
    """
    began = perf_counter()
    active = observer.active
    for t in range(1, options.steps + 1):
        if not len(method.running):
            return
        taken = method.take(t)
        if active and taken and not observer.tell(recorder.step(t)):
            # also what arrived by this step: whoever goes on from here must know
            latest = recorder.steps_taken == recorder.steps_taken.max()
            stopped = latest & (~np.isin(recorder.status, ENDLESS))
            recorder.end(np.flatnonzero(stopped), Ending.CALLBACK)
            return
        method.judge()
        seconds = options.seconds
        if seconds is not None and perf_counter() - began > seconds:
            recorder.end(method.running, Ending.TIME_USED, seconds=seconds, steps=t)
            return
    recorder.end(method.running, used_up, steps=options.steps)


def newton_record(
    recorder: Recorder, objective: Objective, start: Array, options: Options
) -> Descent:
    """Return the record of a run whose whole steps are those of rate one in its coordinates."""
    return recorder.descent(
        single=True,
        objective=objective,
        optimizer=SGD(),
        learning_rate=Constant(1.0),
        names=options.names_of(start),
        formula=options.formula,
    )
