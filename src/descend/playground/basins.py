"""`/api/basins`: which minimum is reached from each place."""

from __future__ import annotations

from time import perf_counter

from descend.diagnosis.basins import LEFT, basins_of
from descend.playground import texts
from descend.playground.buffer import packed
from descend.playground.descents import Check, Interruptible
from descend.playground.fields import Fields, RefusedError
from descend.playground.functions import read_window
from descend.playground.pixels import ends_of, most_pixels, read_size
from descend.playground.questions import read_optimizer, read_problem
from descend.support.intervals import ABOVE_0

NONE, DIVERGED = -1, -2
"""What stands for a start that came to no minimum in the window, and for one that left."""


def answer(fields: Fields, check: Check) -> bytes:
    """Return the basins that are asked for."""
    began = perf_counter()
    problem = read_problem(fields)
    assert problem.names is not None
    if len(problem.names) != 2:
        raise RefusedError(texts.TWO_VARIABLES.format(count=len(problem.names)), "formula")
    window = read_window(fields, problem)
    optimizer = read_optimizer(fields.object("optimizer"))
    rate = fields.number_or("auto", "rate", ABOVE_0)
    width, height, steps = read_size(fields)
    fields.done()
    found = basins_of(
        Interruptible(problem.objective, check),
        window,
        width,
        height,
        lambda starts: ends_of(problem, starts, optimizer, rate, steps, check),
    )
    reached = found.reached.copy()
    reached[found.reached < 0] = NONE
    reached[found.reached == LEFT] = DIVERGED
    minima = [{"point": each.point, "value": each.value} for each in found.minima]
    header = {
        "minima": minima,
        "window": window,
        "most_pixels": most_pixels(optimizer, width * height, began),
    }
    return packed(header, {"basins": reached})
