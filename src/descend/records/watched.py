"""A descent as it is watched while it runs: what it was told, thinned, and whether it is to end."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np

from descend.protocols import Array, Ending, Status
from descend.support.compile_time import is_compiling

MOST_MOMENTS = 512
"""Steps that are kept; with one more every second one is dropped."""

MOST_WEIGHTS = 400
"""Weights that are kept of a step; of more, those that the first step moved most."""

DENSE, SPACING_SECONDS = 256, 0.004
"""After so many steps, moments are at least that far apart: a short epoch has no time for more."""

FRESH_SECONDS = 0.2
"""How far behind what is kept may be, between two steps that stay."""

RUNNING, ENDED, FAILED, INTERRUPTED = "running", "ended", "failed", "interrupted"
"""Where a descent is: under way, at its end, or broken off by an error or by Ctrl-C."""


class Subject(NamedTuple):
    """What is descended, in words.

    `unit` is what a step is called, `most` how many there may be, `quantity` what falls and `sign`
    -1 if it rises, because its negative is descended; `metric` is the name of the validation score,
    if there is one, and `of_runs` of how many runs the first is watched.
    """

    title: str
    unit: str = "step"
    most: int = 1000
    quantity: str = "value"
    sign: int = 1
    metric: str | None = None
    of_runs: int = 1


class Moment(NamedTuple):
    """A step: what was known after it. Numbers that are not known are NaN."""

    step: int
    loss: float
    score: float
    rate: float
    seconds: float
    weights: Array


class State(NamedTuple):
    """How a descent stands.

    `version` grows with every change, `generation` with every new beginning, at which the steps
    before are forgotten. Of the `moments`, the first and the last and those whose step is a
    multiple of `stride` stay. `places` are the weights that are kept, of `total`, None for all.
    `state` is one of the four above, `status` and `message` say how it ended, `seconds` how long it
    took, and `start_loss` is the loss where it began, once that is known. `compiling` says that the
    next step waits for a compiler.
    """

    version: int
    generation: int
    stride: int
    moments: tuple[Moment, ...]
    names: tuple[str, ...]
    total: int
    state: str
    status: str
    message: str
    seconds: float
    start_loss: float
    stopping: bool
    compiling: bool


Told = tuple[int, float, float | None, float, float]
"""What is told of a step: its number, loss, score and rate, and when, as `perf_counter` counts."""


class Watched:
    """One descent, told of by the thread that descends, and looked at by others.

    Its memory is bounded: `MOST_MOMENTS` steps of `MOST_WEIGHTS` weights.

    Parameters
    ----------
    subject
        What is descended.

    Examples
    --------
    >>> import numpy as np
    >>> watched = Watched(Subject("x^2"))
    >>> watched.begin(np.array([1.0]), ["x"])
    >>> watched.tell(1, 0.25, None, 0.25, np.array([0.5]))
    True
    >>> [moment.step for moment in watched.look().moments]
    [0, 1]
    >>> watched.stop()
    >>> watched.tell(2, 0.0625, None, 0.25, np.array([0.25]))
    False
    """

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.version = 0
        self.stop_asked = False
        self._lock = Lock()
        self._began = perf_counter()
        self._start: Array = np.zeros(0)
        self._names: Sequence[str] = ()
        self._generation = 0
        self._state, self._status, self._message = RUNNING, "", ""
        self._seconds = self._start_loss = np.nan
        self._forget()

    def begin(self, start: Array, names: Sequence[str]) -> None:
        """Say where it starts, `(d,)`, and what the weights are called."""
        with self._lock:
            self._start, self._names = start.copy(), names
            self._began = perf_counter()
            self._forget()
            self.version += 1

    def restart(self) -> None:
        """Forget the steps so far: the descent begins anew."""
        with self._lock:
            if self._moments:
                self._generation += 1
                self.version += 1
            self._forget()

    def _forget(self) -> None:
        self._moments: list[Moment] = []
        self._stride = 1
        self._places: Any = None
        self._told: Told | None = None
        self._due = self._overdue = -np.inf

    @property
    def is_due(self) -> bool:
        """Whether it wants to be told of a step; not of one that is too soon after another."""
        return self.stop_asked or perf_counter() >= self._due

    def tell(self, step: int, loss: float, score: float | None, rate: float, w: Array) -> bool:
        """Tell of a step, counted from 1, that ended at `w` `(d,)`; return whether to go on."""
        self._told = told = (step, loss, score, rate, perf_counter())
        now = told[4]
        if now >= self._due and (step % self._stride == 0 or now >= self._overdue):
            with self._lock:
                self._keep(self._moment(told, w))
                if step >= DENSE:
                    self._due = now + SPACING_SECONDS
                self._overdue = now + FRESH_SECONDS
        return not self.stop_asked

    def wait_for_compiler(self) -> None:
        """Tell that what comes is being compiled first."""
        with self._lock:
            self.version += 1

    def stop(self) -> None:
        """Ask for its end after the step that it takes now."""
        with self._lock:
            if self._state == RUNNING and not self.stop_asked:
                self.stop_asked = True
                self.version += 1

    def arrive(
        self,
        status: Status,
        message: str,
        w: Array,
        *,
        steps: int,
        loss: float,
        rate: float,
        start_loss: float,
    ) -> None:
        """Say how it ended: where, `(d,)`, after how many steps, at which loss and rate."""
        now = perf_counter()
        with self._lock:
            self._start_loss = start_loss * self.subject.sign
            last = self._told
            if last is None or last[0] < steps:  # it need not be told of each
                last = (steps, loss, None, rate, now)
            if last[0] > 0 or not self._moments:
                self._keep(self._moment(last, w))
            self._end(ENDED, str(status), message, now - self._began)

    def fail(self, error: BaseException) -> None:
        """Say what broke it off."""
        descent = getattr(error, "descent", None)
        name = type(error).__name__
        if isinstance(error, KeyboardInterrupt):
            told = (INTERRUPTED, "interrupted", Ending.INTERRUPTED.message())
        elif descent is not None:
            told = (ENDED, str(descent.status), str(error))
        else:
            told = (FAILED, "failed", f"{name}: {error}" if str(error) else name)
        with self._lock:
            self._end(*told, perf_counter() - self._began)

    @property
    def has_ended(self) -> bool:
        """Whether it is over, one way or another."""
        return self._state != RUNNING

    @property
    def state(self) -> str:
        """Where it is."""
        return self._state

    def look(self, generation: int = -1, since: int = -1) -> State:
        """Return how it stands, with the moments after the step `since` of that generation."""
        with self._lock:
            known = since if generation == self._generation else -1
            moments = tuple(moment for moment in self._moments if moment.step > known)
            places = range(len(self._start)) if self._places is None else self._places
            names = () if known >= 0 or not moments else tuple(self._names[j] for j in places)
            return State(
                self.version,
                self._generation,
                self._stride,
                moments,
                names,
                len(self._start),
                self._state,
                self._status,
                self._message,
                self._seconds if self.has_ended else perf_counter() - self._began,
                self._start_loss,
                self.stop_asked,
                is_compiling() and not self.has_ended,
            )

    def _moment(self, told: Told, w: Array) -> Moment:
        """Return what was told of a step, as it is kept."""
        step, loss, score, rate, now = told
        known = np.nan if score is None else score
        return Moment(step, loss * self.subject.sign, known, rate, now - self._began, self._kept(w))

    def _kept(self, w: Array) -> Array:
        """Return a copy of the weights that are kept; with the first, keep the start, too."""
        if not self._moments:
            if len(w) > MOST_WEIGHTS:
                moved = np.nan_to_num(np.abs(w - self._start), posinf=0.0)
                most = np.argpartition(moved, -MOST_WEIGHTS)[-MOST_WEIGHTS:]
                self._places = np.sort(most)
            begun = self._start if self._places is None else self._start[self._places]
            self._moments.append(Moment(0, np.nan, np.nan, np.nan, 0.0, begun.copy()))
        return w.copy() if self._places is None else w[self._places]

    def _keep(self, moment: Moment) -> None:
        """Keep a moment in the place of a last one that does not stay, and thin them."""
        last = self._moments[-1].step
        if last >= moment.step or last % self._stride:
            self._moments.pop()
        self._moments.append(moment)
        if len(self._moments) > MOST_MOMENTS:
            self._stride *= 2
            *earlier, latest = self._moments
            self._moments = [each for each in earlier if each.step % self._stride == 0]
            self._moments.append(latest)
        self.version += 1

    def _end(self, state: str, status: str, message: str, seconds: float) -> None:
        self._state, self._status, self._message = state, status, message
        self._seconds = seconds
        self.version += 1
