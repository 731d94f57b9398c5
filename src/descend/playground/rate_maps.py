"""`/api/map`: at which rates, and which value of a hyper-parameter, a descent converges."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import numpy as np

from descend.api.starts import check_finite
from descend.optimizers import by_name
from descend.optimizers.hyperparameters import with_hyperparameters
from descend.optimizers.ranges import RANGES
from descend.playground import texts
from descend.playground.buffer import packed
from descend.playground.catalogue import parameters_of
from descend.playground.descents import Check
from descend.playground.fields import Fields, RefusedError, blaming
from descend.playground.pixels import ends_of, most_pixels, read_size
from descend.playground.questions import read_optimizer, read_problem
from descend.protocols import Array, Status
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent
from descend.support.intervals import ABOVE_0, FINITE, Interval

CONVERGED, DESCENDING, STUCK, DIVERGED = range(4)
"""The verdicts: arrived, still on its way down, going to and fro or stalled, gone."""

RISEN = 0.01
"""A run that has not arrived goes to and fro if its end is above its lowest value by this share of
its fall."""


def answer(fields: Fields, check: Check) -> bytes:
    """Return the map that is asked for."""
    began = perf_counter()
    problem = read_problem(fields)
    assert problem.names is not None
    start = np.array([fields.numbers("start", len(problem.names))])
    optimizer = read_optimizer(fields.object("optimizer"))
    # the rate alone fills one row
    width, height, steps = read_size(fields, least_height=1)
    with blaming("rates"):
        rates = np.geomspace(*_rising(fields, "rates", ABOVE_0), width)
    parameter, values = _parameter(fields, optimizer, height)
    fields.done()
    with blaming("start"):
        check_finite(problem, start)
    column = np.repeat(values, width)[:, None]
    if parameter is not None:
        optimizer = by_name(with_hyperparameters(optimizer, {parameter: column}))
    descent = ends_of(
        problem,
        np.repeat(start, len(column), axis=0),
        optimizer,
        np.tile(rates, height),
        steps,
        check,
    )
    before = float(problem.objective.value(start)[0])
    arrays = {
        "verdicts": verdicts_of(descent, before),
        "losses": descent.fun,
        "steps": descent.nit,
    }
    header = {
        "rates": rates,
        "parameters": values,
        "most_pixels": most_pixels(optimizer, width * height, began),
    }
    return packed(header, {name: np.reshape(a, (height, width)) for name, a in arrays.items()})


def verdicts_of(descent: Descent, before: float) -> Array:
    """Return a verdict a run, from the value at their start and how they ended."""
    status = np.asarray(descent.status)
    fallen = before - descent.best_fun
    falls = (fallen > 0) & (descent.fun - descent.best_fun <= RISEN * fallen)
    verdicts = np.where((status == Status.STOPPED) & falls, DESCENDING, STUCK)
    verdicts[status == Status.CONVERGED] = CONVERGED
    verdicts[np.isin(status, ENDLESS)] = DIVERGED
    return verdicts


def _parameter(fields: Fields, optimizer: Any, height: int) -> tuple[str | None, Array]:
    """Read which hyper-parameter goes up, None if all rows are alike, and its values."""
    if not fields.is_given("parameter"):
        if fields.is_given("parameters"):
            _rising(fields, "parameters", FINITE)
        return None, np.zeros(height)
    known = {
        each.name: each.interval
        for each in parameters_of(type(optimizer), RANGES)
        if each.scale == "linear" and each.interval.least == 0 and each.interval.most == 1
    }
    if not known:
        kind = type(optimizer).__name__
        raise RefusedError(texts.NO_PARAMETER.format(optimizer=kind), "parameter")
    name = fields.choice("parameter", tuple(known))
    return name, np.linspace(*_rising(fields, "parameters", known[name]), height)


def _rising(fields: Fields, name: str, interval: Interval) -> tuple[float, float]:
    """Read two numbers of an interval, the second above the first."""
    low, high = fields.numbers(name, 2)
    if not (interval.holds(low) and interval.holds(high) and low < high):
        raise RefusedError(texts.NOT_RISING.format(name=name, wanted=interval), name)
    return low, high
