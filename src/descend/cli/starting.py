"""What the options of `descend minimize` say about where to begin, and how fast."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from descend.objectives import as_problem
from descend.rates import read

STARTS = 20
"""Random starts, unless the user says where to begin or how often."""


def starting_points(
    formula: str,
    start: str | None,
    starts: int | None,
    window: tuple[float, float] | None,
    seed: int,
) -> Any:
    """Return the start as `descend.minimize` takes it: named numbers, an array, or a count.

    Raises
    ------
    ValueError
        If both a start and a number of starts are given, or a start does not fit the formula.
    """
    if start is not None:
        if starts is not None:
            raise ValueError("--start and --starts exclude each other: give one of them")
        return _named_start(formula, start)
    count = STARTS if starts is None else starts
    if window is None:
        return count
    names = as_problem(formula).names
    assert names is not None
    return np.random.default_rng(seed).uniform(*window, size=(count, len(names)))


def given_window(text: str) -> tuple[float, float]:
    """Return the two ends of a window written as `-2,2`.

    Raises
    ------
    ValueError
        If it is not two finite numbers, the lower one first.
    """
    text = text.strip()
    numbers = [_number(part) for part in text.split(",")]
    if len(numbers) != 2 or not numbers[0] < numbers[1]:
        raise ValueError(f"--window must be two numbers, the lower first, as -5,5: not {text!r}")
    if not math.isfinite(numbers[1] - numbers[0]):
        raise ValueError(f"--window must be narrower than 1e308: not {text!r}")
    return numbers[0], numbers[1]


def given_rate(text: str) -> float | str:
    """Return a learning rate: a number, "auto", or the text of a schedule or a search.

    Raises
    ------
    ValueError
        If it is no positive number, and names no rate that there is.
    """
    text = text.strip()
    if text == "auto":
        return text
    try:
        rate = float(text)
    except ValueError:
        return _named_rate(text)
    if not 0 < rate < math.inf:
        raise ValueError(f"--learning-rate must be auto or a positive number, not {text!r}")
    return rate


def _named_rate(text: str) -> str:
    """Return the text of a learning rate, or say what is wrong with it."""
    try:
        read(text)
    except ValueError as error:
        raise ValueError(str(error).replace("learning_rate=", "--learning-rate ")) from None
    return text


def _named_start(formula: str, text: str) -> dict[str, float]:
    """Return the numbers of `x=1,y=2`, one for each variable of the formula."""
    start: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if not equals or not name:
            raise ValueError(f"--start must name each variable, as x=1,y=2: not {text!r}")
        if name in start:
            raise ValueError(f"--start gives {name} twice: give it once")
        if math.isnan(_number(number)):
            raise ValueError(
                f"--start must give {name} a finite number, as {name}=1: not {number!r}"
            )
        start[name] = _number(number)
    try:
        names = as_problem(formula).names or ()
    except ValueError:
        # A word is a variable only where it is declared, as the start does.
        names = as_problem(formula, names=tuple(start)).names or ()
    if missing := [name for name in names if name not in start]:
        raise ValueError(
            f"--start says nothing of {', '.join(missing)}: give each variable a number"
        )
    if extra := [name for name in start if name not in names]:
        raise ValueError(
            f"--start names {', '.join(extra)}, but the formula's variables are {', '.join(names)}"
        )
    return start


def _number(text: str) -> float:
    """Return a finite number, or NaN if the text is none."""
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
