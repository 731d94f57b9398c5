"""Where a descent begins, from the options `--start`, `--starts` and `--window`."""

from __future__ import annotations

import math

from descend.api.starts import posed
from descend.objectives import Problem
from descend.support.numbers import finite_or_nan

STARTS = 20
"""Random starts, unless the user says where to begin or how often."""


def posed_with_start(
    formula: str, start: str | None, starts: int | None, window: tuple[float, float] | None
) -> tuple[Problem, dict[str, float] | float | None, int | None]:
    """Return the formula as a problem, and its start or the count of random ones in the window."""
    if start is not None and starts is not None:
        raise ValueError("--start and --starts exclude each other: give one of them")
    point = None if start is None else named_start(start)
    problem = posed(formula, point)
    if window is not None and problem.names is not None:
        problem = problem._replace(window=(window,) * len(problem.names))
    count = STARTS if starts is None else starts
    return problem, point, count if point is None else None


def named_start(text: str) -> dict[str, float] | float:
    """Return the numbers of `x=1,y=2`; a number alone is the start of a single variable.

    >>> named_start("x=1, y=2"), named_start("5")
    ({'x': 1.0, 'y': 2.0}, 5.0)
    """
    alone = finite_or_nan(text)
    if math.isfinite(alone):
        return alone
    start: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise ValueError(f"--start must name each variable, as x=1,y=2: not {text!r}")
        if name in start:
            raise ValueError(f"--start gives {name} twice: give it once")
        start[name] = finite_or_nan(number)
        if math.isnan(start[name]):
            raise ValueError(
                f"--start must give {name} a finite number, as {name}=1: not {number!r}"
            )
    return start
