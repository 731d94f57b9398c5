"""Descents of the pixels of a map: a block at a time, so that they can be ended between two."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from descend.objectives import Problem
from descend.playground import limits, texts
from descend.playground.descents import Check, as_it_runs, chosen_solver, solved
from descend.playground.fields import Fields, RefusedError
from descend.playground.warmth import WARMTH
from descend.protocols import Array, Optimizer
from descend.records.descent import Descent
from descend.records.joining import ends_together
from descend.solvers.run_state import of_runs

BLOCK_STEPS = 4_000_000
"""Steps of all pixels of a block: a tenth of a second in compiled loops."""

LEAST_BLOCK = 512

SHARE = 0.5
"""Of the time of an answer, what a map should take: others may be computed beside it."""


def read_size(fields: Fields, least_height: int = 2) -> tuple[int, int, int]:
    """Read the fields `width`, `height` and `steps`."""
    width = fields.whole("width", 2, limits.MOST_PIXELS)
    height = fields.whole("height", least_height, limits.MOST_PIXELS)
    steps = fields.whole("steps", 1, limits.MOST_STEPS)
    if width * height > limits.MOST_PIXELS:
        raise RefusedError(
            texts.TOO_MANY_PIXELS.format(width=width, height=height, most=limits.MOST_PIXELS),
            "width",
        )
    if width * height * steps > limits.MOST_PIXEL_STEPS:
        raise RefusedError(
            texts.TOO_MANY_PIXEL_STEPS.format(
                pixels=width * height, steps=steps, most=limits.MOST_PIXEL_STEPS
            ),
            "steps",
        )
    return width, height, steps


def most_pixels(optimizer: Optimizer, pixels: int, began: float) -> int | None:
    """Return how many pixels of a map fit in the time of an answer, judged by one that is done.

    None if that says nothing, because a larger map waits for the optimizer's compiled loop.

    Parameters
    ----------
    optimizer
        Whose descents are mapped.
    pixels, began
        How many pixels were computed, and since when, as `perf_counter` counts.
    """
    if WARMTH.is_coming(type(optimizer)):
        return None
    a_pixel = (perf_counter() - began) / pixels
    return max(pixels, int(SHARE * limits.MOST_SECONDS / a_pixel))


def ends_of(
    problem: Problem,
    starts: Array,
    optimizer: Optimizer,
    rates: Array | float | None,
    steps: int,
    check: Check,
) -> Descent:
    """Return where descents from each start `(k, d)` ended, without the way there.

    Hyper-parameters of the optimizer, and rates, may differ from run to run: arrays `(k, 1)` and
    `(k,)`.
    """
    size = max(LEAST_BLOCK, BLOCK_STEPS // steps)
    parts = []
    for first in range(0, len(starts), size):
        rows = np.arange(first, min(first + size, len(starts)))
        own: Any = rates if rates is None or np.ndim(rates) == 0 else np.asarray(rates)[rows]
        solver = chosen_solver(of_runs(optimizer, rows), own, None, starts[rows], steps)
        solver = as_it_runs(solver, problem, starts[rows], steps, work=len(starts) * steps)
        parts.append(solved(problem, starts[rows], solver, steps, check, record=None))
    return ends_together(parts)
