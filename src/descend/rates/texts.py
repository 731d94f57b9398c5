"""Learning rates by name: `cosine:0.1`, for strings and the command line."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from descend.protocols import Adaptive, Schedule, Search
from descend.rates.adaptive import BarzilaiBorwein, EstimatedPolyak, HyperGradient, Polyak
from descend.rates.brackets import Exact, WholeStep, Wolfe
from descend.rates.composed import Warmup
from descend.rates.cycles import Cosine, Cyclic, OneCycle, WarmRestarts
from descend.rates.decays import Exponential, InverseScaling, InverseTime, Optimal, SquareRoot
from descend.rates.plateau import Divided, Plateau
from descend.rates.ranges import refuse_out_of_range
from descend.rates.schedules import Constant, Linear, MultiStep, Piecewise, Polynomial, Step
from descend.rates.searches import Armijo, Monotone
from descend.support.suggestions import nearest

_CLASSES = (
    Constant, Step, MultiStep, Piecewise, Linear, Polynomial, Exponential, InverseTime,
    InverseScaling, SquareRoot, Optimal, Cosine, WarmRestarts, OneCycle, Cyclic, Plateau, Monotone,
    Armijo, Wolfe, Exact, WholeStep, Polyak, EstimatedPolyak, BarzilaiBorwein, HyperGradient,
)  # fmt: skip

_NAMES: dict[str, Any] = {
    **{re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower(): kind for kind in _CLASSES},
    # scikit-learn's words
    "invscaling": InverseScaling,
    "adaptive": Divided,
}
"""The classes by name: a class's own, in lower case with hyphens, or scikit-learn's."""

_FLAGS = {"short", "straight"}
_LISTS = {"milestones", "values"}
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Text(NamedTuple):
    """A learning rate that was read, before the number of steps of its run is known.

    Parameters
    ----------
    text, kind, arguments, warmup
        What was read, the class that it names, what that was given, and the steps of its warm-up.
    """

    text: str
    kind: Any
    arguments: dict[str, Any]
    warmup: float

    def over(self, steps: int) -> Schedule | Adaptive | Search:
        """Return the learning rate for a run of so many steps, or refuse if warm-up takes all."""
        arguments = dict(self.arguments)
        if "steps" in self.kind._fields and "steps" not in arguments:
            if self.warmup >= max(steps, 1):
                raise ValueError(
                    f"learning_rate={self.text!r}: a warm-up of {self.warmup:g} steps leaves "
                    f"none of the {steps}"
                )
            arguments["steps"] = max(steps, 1) - self.warmup
        made: Schedule | Adaptive | Search = self.kind(**arguments)
        if self.warmup:
            assert not isinstance(made, Adaptive)  # read refuses a warm-up of those
            made = Warmup(made, self.warmup)
        refuse_out_of_range(made)
        return made


def by_text(text: str, steps: int) -> Schedule | Adaptive | Search:
    """Return the learning rate that a text names.

    The text is a name, and after a colon numbers in the order of the class's parameters, or
    `name=number`, separated by commas: `cosine:0.1`, `step:0.1,every=30`,
    `multi-step:0.1,milestones=30/60`. Every schedule takes `warmup=steps` as well. Where a
    schedule's `steps` are not given, they are those of the run that the warm-up leaves.

    Schedules: constant, step, multi-step, piecewise, linear, polynomial, exponential, inverse-time,
    inverse-scaling (or invscaling), square-root, optimal, cosine, warm-restarts, one-cycle, cyclic.
    Rates from the steps before: plateau, adaptive, polyak, estimated-polyak, barzilai-borwein,
    hyper-gradient. Searches: monotone, armijo, wolfe, exact, whole-step.

    Parameters
    ----------
    text, steps
        The text, which is not evaluated, and the number of steps of the run.

    Raises
    ------
    ValueError
        If there is no such name, or it does not take what is given.

    Examples
    --------
    >>> by_text("cosine:0.1", steps=900)
    Cosine(peak=0.1, steps=900, end=0.0)
    >>> by_text("cosine:0.1,warmup=100", steps=1000)
    Warmup(schedule=Cosine(peak=0.1, steps=900, end=0.0), steps=100, start=0.0)
    """
    return read(text).over(steps)


def read(text: str) -> Text:
    """Return what a text names, before the number of steps is known, or refuse as `by_text`."""
    name, colon, rest = text.partition(":")
    kind = _named(name, text)
    given: dict[str, Any] = {}
    order = list(kind._fields)
    for piece in rest.split(",") if colon else []:
        key, equals, value = piece.rpartition("=")
        if not equals:
            if not order or len(given) >= len(order) or order[len(given)] in given:
                raise ValueError(f"learning_rate={text!r}: {value!r} is too many; {_takes(kind)}")
            key = order[len(given)]
        key = key.strip().replace("-", "_")
        if key not in _accepted(kind):
            near = nearest(key, _accepted(kind))
            hint = "" if near is None else f"; did you mean {near}?"
            raise ValueError(f"learning_rate={text!r}: no {key!r} here{hint}; {_takes(kind)}")
        if key in given:
            raise ValueError(f"learning_rate={text!r}: {key} is given twice")
        given[key] = _value(key, value.strip(), text)
    warmup = given.pop("warmup", 0)
    if warmup < 0:
        raise ValueError(f"learning_rate={text!r}: warmup must be at least 0")
    missing = [
        field
        for field in order
        if field not in given and field not in kind._field_defaults and field != "steps"
    ]
    if missing:
        raise ValueError(f"learning_rate={text!r}: {missing[0]} is missing; {_takes(kind)}")
    found = Text(text, kind, given, warmup)
    found.over(int(warmup) + 1)  # numbers out of range are refused here
    return found


def _named(name: str, text: str) -> Any:
    """Return the class of that name; hyphens, underscores and capitals do not matter."""
    plain = {known.replace("-", ""): known for known in _NAMES}
    key = re.sub(r"[-_\s]", "", name).lower()
    if key in plain:
        return _NAMES[plain[key]]
    near = nearest(key, plain)
    hint = (
        "see descend.rates.by_text for all." if near is None else f"did you mean {plain[near]!r}?"
    )
    raise ValueError(
        f"learning_rate={text!r} is not known; there are numbers, 'auto', and names such as "
        f"'cosine:0.1', 'step', 'wolfe': {hint}"
    )


def _accepted(kind: Any) -> list[str]:
    """Return the names that a class takes in a text."""
    return [*kind._fields, *([] if issubclass(kind, Adaptive) else ["warmup"])]


def _takes(kind: Any) -> str:
    """Say what a class takes."""
    described = []
    for field in _accepted(kind):
        if field in kind._field_defaults:
            default = kind._field_defaults[field]
            described.append(field if default is None else f"{field}={default}".lower())
        else:
            described.append({"steps": "steps (the run's)", "warmup": "warmup=0"}.get(field, field))
    return f"it takes {', '.join(described)}" if described else "it takes no numbers"


def _value(key: str, value: str, text: str) -> Any:
    """Return a number, for flags a truth value, for lists a tuple of numbers."""
    if key in _FLAGS:
        if value.lower() not in ("true", "false"):
            raise ValueError(f"learning_rate={text!r}: {key} is true or false, not {value!r}")
        return value.lower() == "true"
    if key in _LISTS:
        return tuple(_number(key, part, text) for part in value.split("/"))
    return _number(key, value, text)


def _number(key: str, value: str, text: str) -> float:
    if not _NUMBER.fullmatch(value):
        raise ValueError(f"learning_rate={text!r}: {key} must be a number, not {value!r}")
    return int(value) if value.isdigit() else float(value)
