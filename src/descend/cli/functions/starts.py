"""Where a descent begins, from the options `--start`, `--starts` and `--window`."""

from __future__ import annotations

import math

import numpy as np

from descend.cli.numbers import finite
from descend.objectives import as_problem
from descend.protocols import Array

STARTS = 20
"""Random starts, unless the user says where to begin or how often."""


def starting_points(
    formula: str,
    start: str | None,
    starts: int | None,
    window: tuple[float, float] | None,
    seed: int,
) -> dict[str, float] | Array | int:
    """Return the start as `descend.minimize` takes it: named numbers, an array, or a count."""
    if start is not None:
        if starts is not None:
            raise ValueError("--start and --starts exclude each other: give one of them")
        return named_start(formula, start)
    count = STARTS if starts is None else starts
    if window is None:
        return count
    names = as_problem(formula).names
    assert names is not None
    return np.random.default_rng(seed).uniform(*window, size=(count, len(names)))


def named_start(formula: str, text: str) -> dict[str, float]:
    """Return the numbers of `x=1,y=2`, one for each variable of the formula.

    Of a single variable the number alone will do.
    """
    if math.isfinite(finite(text)):
        names = as_problem(formula).names or ()
        if len(names) == 1:
            return {names[0]: finite(text)}
    start: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise ValueError(f"--start must name each variable, as x=1,y=2: not {text!r}")
        if name in start:
            raise ValueError(f"--start gives {name} twice: give it once")
        start[name] = finite(number)
        if math.isnan(start[name]):
            raise ValueError(
                f"--start must give {name} a finite number, as {name}=1: not {number!r}"
            )
    try:
        names = as_problem(formula).names or ()
    except ValueError:
        # a word is a variable only where it is declared, as the start does
        names = as_problem(formula, names=tuple(start)).names or ()
    if extra := [name for name in start if name not in names]:
        raise ValueError(
            f"--start names {', '.join(extra)}, but the formula's variables are {', '.join(names)}"
        )
    if missing := [name for name in names if name not in start]:
        raise ValueError(
            f"--start says nothing of {', '.join(missing)}: give each variable a number"
        )
    return start
