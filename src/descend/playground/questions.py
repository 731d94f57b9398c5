"""What a request asks to be descended, read from its fields."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from descend.objectives import Problem, as_problem
from descend.optimizers import by_name, names
from descend.optimizers.hyperparameters import with_hyperparameters
from descend.playground import limits, texts
from descend.playground.catalogue import (
    OF_THE_RUN,
    SCHEDULES,
    USUAL,
    Parameter,
    optimizer_parameters,
    schedule_parameters,
)
from descend.playground.fields import Fields, RefusedError, blaming
from descend.protocols import Array, Optimizer
from descend.rates import refuse_out_of_range
from descend.support.intervals import ABOVE_0, AT_LEAST_0

KEPT_FORMULAS = 64


class Question(NamedTuple):
    """Descents that are asked for: from each of the `starts` `(n, d)` by each of the optimizers.

    `rate` is None where it is to be found; `schedule` is the rule that stands for it, if there is
    one. `noise` is the standard deviation of the noise in the gradient. The optimizers whose
    classes are `uncompiled` are stepped by NumPy, whatever loop is loaded: as in an answer that is
    to be repeated exactly.
    """

    problem: Problem
    starts: Array
    optimizers: tuple[Optimizer, ...]
    rate: float | None
    schedule: Any
    noise: float
    seed: int
    steps: int
    ascent: bool
    uncompiled: frozenset[type] = frozenset()

    @property
    def numbers(self) -> int:
        """How many coordinates are computed."""
        return len(self.optimizers) * (self.steps + 1) * self.starts.size


@lru_cache(KEPT_FORMULAS)
def problem_of(formula: str) -> Problem:
    """Return a formula, or a landmark's name, as a problem of one or two variables."""
    problem = as_problem(formula)
    assert problem.names is not None
    if len(problem.names) > 2:
        raise ValueError(
            texts.VARIABLES.format(count=len(problem.names), names=", ".join(problem.names[:10]))
        )
    return problem


def read_problem(fields: Fields) -> Problem:
    """Read the field `formula`."""
    text = fields.text("formula", limits.LONGEST_FORMULA)
    with blaming("formula"):
        return problem_of(text)


def read_question(fields: Fields) -> Question:
    """Read what is to be descended."""
    problem = read_problem(fields)
    assert problem.names is not None
    starts = fields.points("starts", len(problem.names), 1, limits.MOST_BALLS)
    optimizers = tuple(
        read_optimizer(each) for each in fields.objects("optimizers", limits.MOST_OPTIMIZERS)
    )
    steps = fields.whole("steps", 0, limits.MOST_STEPS)
    rate, schedule = read_rate(fields, steps)
    question = Question(
        problem,
        starts,
        optimizers,
        rate,
        schedule,
        noise=fields.number("noise", AT_LEAST_0, 0.0),
        seed=fields.whole("seed", 0, limits.LARGEST_SEED, 0),
        steps=steps,
        ascent=fields.flag("ascent", False),
        uncompiled=frozenset(type(by_name(name)) for name in fields.choices("uncompiled", names())),
    )
    if question.numbers > limits.MOST_NUMBERS:
        raise RefusedError(
            texts.TOO_MANY_NUMBERS.format(
                runs=len(starts) * len(optimizers),
                steps=steps,
                coordinates=starts.shape[1],
                numbers=question.numbers,
                most=limits.MOST_NUMBERS,
            ),
            "steps",
        )
    return question


def read_optimizer(fields: Fields) -> Optimizer:
    """Read the name of an optimizer, and its hyper-parameters."""
    name = fields.choice("name", names())
    values = _values(fields, optimizer_parameters(name))
    fields.done()
    with blaming(fields.path("parameters")):
        return by_name(with_hyperparameters(by_name(name), values))


def read_rate(fields: Fields, steps: int) -> tuple[float | None, Any]:
    """Read the rate, None if it is to be found, and the schedule that it begins, if any."""
    rate = fields.number_or("auto", "rate", ABOVE_0)
    if not fields.is_given("schedule"):
        return rate, None
    own = fields.object("schedule")
    name = own.choice("name", tuple(SCHEDULES))
    kind, field = SCHEDULES[name]
    values = _values(own, schedule_parameters(name))
    own.done()
    if field is not None:
        if rate is None:
            raise RefusedError(texts.NO_SCHEDULE_OF_AUTO, "rate")
        values[field] = rate
    if OF_THE_RUN in kind._fields:
        values[OF_THE_RUN] = max(steps, 1)
    for missing in kind._fields:
        if missing not in values and missing not in kind._field_defaults:
            values[missing] = USUAL[missing]
    schedule = kind(**values)
    with blaming("schedule"):
        refuse_out_of_range(schedule)
    return None if field is None else rate, schedule


def _values(fields: Fields, parameters: list[Parameter]) -> dict[str, Any]:
    """Read the field `parameters`: a value for some of them, by name."""
    own = fields.object("parameters", {})
    values: dict[str, Any] = {}
    for parameter in parameters:
        if not own.is_given(parameter.name):
            continue
        if parameter.scale == "flag":
            values[parameter.name] = own.flag(parameter.name)
        elif parameter.interval.whole:
            values[parameter.name] = own.whole(
                parameter.name, int(parameter.interval.least), limits.LARGEST_SEED
            )
        else:
            values[parameter.name] = own.number(parameter.name, parameter.interval)
    own.done()
    return values
