"""The arguments of `descend.playground` as what the page keeps in its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import numpy as np

from descend.api.defaults import is_auto
from descend.api.starts import given_points, posed
from descend.objectives import Problem
from descend.objectives.landmarks import Landmark
from descend.optimizers import by_name, names
from descend.optimizers.hyperparameters import with_hyperparameters
from descend.playground import texts
from descend.playground.catalogue import (
    OF_THE_RUN,
    SCHEDULES,
    Parameter,
    optimizer_parameters,
    schedule_parameters,
)
from descend.playground.fields import Fields, RefusedError
from descend.playground.functions import Window
from descend.playground.questions import problem_of, read_problem, read_question
from descend.protocols import Array, Optimizer
from descend.rates import Constant
from descend.rates.texts import by_text

UNENCODED = "(),;*/^"
"""Signs that a query may hold as they are, so that people can read it."""

USUAL_STEPS = 200
"""The page's steps, if nothing is said of them."""


def query_of(
    formula: Any = None,
    start: Any = None,
    optimizer: Any = None,
    learning_rate: Any = None,
    steps: int | None = None,
    window: Sequence[Any] | None = None,
) -> str:
    """Return the arguments as a query, "" if there are none; a ValueError says what is wrong.

    Examples
    --------
    >>> query_of("x^2 + y^2", (1, 2), optimizer="adam", learning_rate=0.05)
    '?formula=x^2%20%2B%20y^2&starts=1,2&optimizer=adam&rate=0.05'
    """
    try:
        return _query_of(formula, start, optimizer, learning_rate, steps, window)
    except RefusedError as error:
        raise ValueError(str(error)) from None  # there is no request whose field is to blame


def _query_of(
    formula: Any,
    start: Any,
    optimizer: Any,
    learning_rate: Any,
    steps: int | None,
    window: Sequence[Any] | None,
) -> str:
    if formula is None and (start is not None or window is not None):
        raise ValueError(texts.NO_FORMULA)
    state: dict[str, str] = {}
    question: dict[str, Any] = {"formula": "x^2", "starts": [[0.0]], "steps": USUAL_STEPS}
    if formula is not None:
        problem = _problem(formula, start)
        assert problem.names is not None
        question["formula"] = state["formula"] = _written(formula, problem)
        question["starts"] = [[0.0] * len(problem.names)]
        if start is not None:
            points = np.atleast_2d(given_points(start, problem))
            question["starts"], state["starts"] = points.tolist(), _rows(points)
        if window is not None:
            state["window"] = _rows(_edges(window, len(problem.names)))
    if steps is not None:
        question["steps"] = steps
        state["steps"] = str(steps)
    question["optimizers"], chosen = _optimizers(optimizer)
    question["rate"], question["schedule"], rate = _rate(learning_rate, question["steps"])
    # what the server would refuse is refused now, with its sentence
    read_question(Fields(question))
    state.update(chosen, **rate)
    text = "&".join(f"{name}={quote(value, safe=UNENCODED)}" for name, value in state.items())
    return f"?{text}" if text else ""


def _problem(formula: Any, start: Any) -> Problem:
    """Return what is shown as a problem of one or two variables with a formula."""
    if isinstance(formula, str):
        return read_problem(Fields({"formula": formula}))
    problem = posed(formula, start)
    if problem.formula is None:
        raise ValueError(texts.NO_TEXT.format(given=_shown(formula)))
    return problem_of(problem.formula)


def _written(formula: Any, problem: Problem) -> str:
    """Return the formula as the page's field shows it: as it was given, or a landmark's name."""
    if isinstance(formula, Landmark):
        return formula.name
    text = formula.strip() if isinstance(formula, str) else problem.formula
    assert text is not None
    return text


def _optimizers(given: Any) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """Return the optimizers as a request has them, and as the address has: one, and the race."""
    if given is None:
        return [{"name": "momentum"}], {}
    many = [given] if isinstance(given, str | Optimizer) else list(given)
    if not many:
        raise ValueError(texts.NO_OPTIMIZERS)
    chosen: dict[str, dict[str, Any]] = {}
    state: dict[str, str] = {}
    for each in many:
        name, values = _named(each)
        if name in chosen:
            raise ValueError(texts.TWICE.format(name=name))
        chosen[name] = values
        state.update({f"{name}.{key}": _text(value) for key, value in values.items()})
    first, *others = chosen
    race = {"race": ",".join(others)} if others else {}
    asked = [{"name": name, "parameters": values} for name, values in chosen.items()]
    return asked, {"optimizer": first, **race, **state}


def _named(given: Any) -> tuple[str, dict[str, Any]]:
    """Return the name of an optimizer, and those hyper-parameters that are not the usual ones."""
    own = by_name(given)
    name = next((each for each in names() if type(by_name(each)) is type(own)), None)
    if name is not None:
        values = _changed(own, optimizer_parameters(name))
        if with_hyperparameters(by_name(name), values) == own:
            return name, values
    raise ValueError(texts.NO_CONTROL.format(given=given))


def _rate(given: Any, steps: int) -> tuple[Any, dict[str, Any] | None, dict[str, str]]:
    """Return the rate and the schedule as a request has them, and as the address has."""
    if given is None:
        return 0.1, None, {}
    if is_auto(given):
        return "auto", None, {"rate": "auto"}
    rule: Any = by_text(given, steps) if isinstance(given, str) else given
    constant = rule.rate if isinstance(rule, Constant) else rule
    if isinstance(constant, int | float | np.number) and not isinstance(constant, bool):
        return float(constant), None, {"rate": _text(float(constant))}
    for name, (kind, field) in SCHEDULES.items():
        if type(rule) is not kind:
            continue
        values = _changed(rule, schedule_parameters(name))
        rate = "auto" if field is None else getattr(rule, field)
        again = rule._replace(**values)
        if getattr(rule, OF_THE_RUN, steps) == steps and again == rule:
            state = {f"schedule.{key}": _text(value) for key, value in values.items()}
            own = {} if field is None else {"rate": _text(rate)}
            return rate, {"name": name, "parameters": values}, {**own, "schedule": name, **state}
    raise ValueError(texts.NO_CONTROL.format(given=given))


def _changed(own: Any, parameters: Iterable[Parameter]) -> dict[str, Any]:
    """Return the hyper-parameters that differ from their defaults."""
    values = {each.name: getattr(own, each.name) for each in parameters}
    return {
        each.name: values[each.name] for each in parameters if values[each.name] != each.default
    }


def _edges(window: Sequence[Any], variables: int) -> Array:
    """Return a window as pairs, one a variable; of one variable it may be the pair alone."""
    pairs = [window] if variables == 1 and np.ndim(window) == 1 else window
    given = {"window": np.asarray(pairs, dtype=float).tolist()}
    edges: Window = Fields(given).window("window", variables)
    return np.array(edges)


def _rows(points: Array) -> str:
    """Return points as the address has them: "1,2;3,4"."""
    return ";".join(",".join(map(_text, row)) for row in points.tolist())


def _text(value: Any) -> str:
    """Return a number or a flag as the address has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.12g}"


def _shown(given: Any) -> str:
    return getattr(given, "__name__", None) or type(given).__name__
