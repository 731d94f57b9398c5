"""How a descent of a function is shown while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from descend.objectives import Problem
from descend.protocols import Array, Callback
from descend.records.watched import Subject, Watched
from descend.solvers.progress import bar
from descend.solvers.watching import live_of, steps_told, watching
from descend.support.numbers import counted


@contextmanager
def shown(
    progress: Any, problem: Problem, points: Array, steps: int
) -> Iterator[tuple[Watched | None, tuple[Callback, ...]]]:
    """Yield what is watched on a page, if there is one, and whom to tell of each step."""
    live = live_of("progress", progress)
    if live is not None:
        runs, size = np.atleast_2d(points).shape
        title = live.title or problem.formula or f"A function of {counted(size, 'variable')}"
        with watching(
            Subject(title, most=steps, sign=-1 if live.ascends else 1, of_runs=runs)
        ) as watched:
            watched.begin(np.atleast_2d(points)[0], live.names or problem.names or _names(size))
            yield watched, (steps_told(watched),)
    elif progress:
        with bar(steps) as advance:
            yield None, (advance,)
    else:
        yield None, ()


def upwards(progress: Any, problem: Problem) -> Any:
    """Return how the ascent of a function is shown that is descended as its negative."""
    live = live_of("progress", progress)
    if live is None:
        return progress
    return live._replace(title=live.title or problem.formula, ascends=True)


def _names(size: int) -> tuple[str, ...]:
    return tuple(f"w[{j}]" for j in range(size))
