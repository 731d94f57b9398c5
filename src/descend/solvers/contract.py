"""What every solver is given, and what it returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Protocol, runtime_checkable

import numpy as np

from descend.protocols import Array, Callback, Record, Step
from descend.protocols.remembering import Remembering
from descend.records.descent import Descent


@dataclass(frozen=True)
class Options:
    """How long to descend, and what to keep of it.

    Parameters
    ----------
    steps
        The most steps; by batches, epochs.
    tol
        The precision, as the solver defines it; 0 for all that rounding allows.
    record
        What to keep: see `descend.minimize`.
    seconds
        The time budget, looked at after each step; None for no limit.
    random
        Draws samples and orders of rows.
    names, formula
        The coordinates' names and the objective's text, for the record.
    """

    steps: int = 1000
    tol: float = 1e-8
    record: Record = "all"
    seconds: float | None = None
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))
    names: tuple[str, ...] = ()
    formula: str | None = None

    def limited(self, steps: int, began: float) -> Options:
        """Return the options of a part of a descent that began at a time of `perf_counter`."""
        if self.seconds is None:
            return replace(self, steps=steps)
        left = max(self.seconds - (perf_counter() - began), 0.0)
        return replace(self, steps=steps, seconds=left)

    def names_of(self, start: Array) -> tuple[str, ...]:
        """Return the names of the coordinates, `w[0], w[1], ...` where none were given."""
        return self.names or tuple(f"w[{j}]" for j in range(np.shape(start)[-1]))


class Observer:
    """Who is told after each step, and may end the descent.

    Parameters
    ----------
    callbacks
        Called in turn; one that raises `StopIteration` ends the descent.
    """

    def __init__(self, *callbacks: Callback) -> None:
        self._callbacks = callbacks

    @property
    def active(self) -> bool:
        """Whether anybody listens; a solver need not make up what nobody hears."""
        return bool(self._callbacks)

    def tell(self, step: Step) -> bool:
        """Tell of a step; return whether the descent goes on."""
        try:
            for callback in self._callbacks:
                callback(step)
        except StopIteration:
            return False
        return True

    def restart(self) -> None:
        """Forget the steps so far: the solver begins anew."""


class Transformed(Observer):
    """An observer of a descent in other coordinates, which is told the points in its own.

    Parameters
    ----------
    observer
        Who is told.
    to_w
        Returns its points for those of the descent.
    taken
        Steps that it was told of before.
    """

    def __init__(self, observer: Observer, to_w: Callable[[Array], Array], taken: int = 0) -> None:
        super().__init__()
        self._observer, self._to_w, self._taken = observer, to_w, taken

    @property
    def active(self) -> bool:
        """Whether the observer listens."""
        return self._observer.active

    def tell(self, step: Step) -> bool:
        """Tell of a step at its point in the observer's coordinates."""
        number = self._taken + step.number
        return self._observer.tell(step._replace(number=number, w=self._to_w(step.w)))


SILENT = Observer()
"""Nobody is told."""


@runtime_checkable
class Solver(Protocol, metaclass=Remembering):
    """One method of descent."""

    def solve(
        self, objective: Any, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend an objective from one start `(d,)` or several `(k, d)`.

        Parameters
        ----------
        objective
            What is descended; finite at every start. A solver for risks asks for an
            `EmpiricalRisk`.
        start
            Where to begin.
        options
            How long, and what to keep.
        observer
            Told after each step.
        """
        ...
