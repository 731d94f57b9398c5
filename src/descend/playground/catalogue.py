"""What can be chosen: optimizers, schedules and landmarks, with ranges for sliders.

All of it is read off the classes: their fields and defaults, and the intervals in which the values
of hyper-parameters lie.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from descend import rates
from descend.objectives.landmarks import LANDMARKS, Landmark
from descend.optimizers import by_name, names, recommended_rate
from descend.optimizers.hyperparameters import is_number
from descend.optimizers.ranges import RANGES as OPTIMIZER_RANGES
from descend.playground import limits, texts
from descend.rates.ranges import RANGES as RATE_RANGES
from descend.support.intervals import FINITE, Interval
from descend.support.numbers import counted, written

DECADES = 3
"""A slider of positive numbers reaches so many powers of ten to either side of the default."""

SPAN = 10.0
"""How far a slider of any numbers reaches from zero."""


class Kind(NamedTuple):
    """A schedule, and which of its fields is the request's rate; None if it finds its own."""

    kind: Any
    rate: str | None


SCHEDULES = {
    "step": Kind(rates.Step, "peak"),
    "linear": Kind(rates.Linear, "start"),
    "polynomial": Kind(rates.Polynomial, "peak"),
    "exponential": Kind(rates.Exponential, "peak"),
    "inverse-time": Kind(rates.InverseTime, "peak"),
    "inverse-scaling": Kind(rates.InverseScaling, "peak"),
    "square-root": Kind(rates.SquareRoot, "peak"),
    "cosine": Kind(rates.Cosine, "peak"),
    "warm-restarts": Kind(rates.WarmRestarts, "peak"),
    "one-cycle": Kind(rates.OneCycle, "peak"),
    "cyclic": Kind(rates.Cyclic, "peak"),
    "plateau": Kind(rates.Plateau, "initial"),
    "hyper-gradient": Kind(rates.HyperGradient, "initial"),
    "armijo": Kind(rates.Armijo, "initial"),
    "monotone": Kind(rates.Monotone, None),
    "wolfe": Kind(rates.Wolfe, None),
    "exact": Kind(rates.Exact, None),
    "polyak": Kind(rates.Polyak, None),
    "estimated-polyak": Kind(rates.EstimatedPolyak, None),
    "barzilai-borwein": Kind(rates.BarzilaiBorwein, None),
}
"""The rules for the rate, in the words of `descend.rates.by_text`."""

USUAL = {"every": 100, "cycle": 100, "up": 50, "decay": 0.01, "factor": 0.999, "low": 0.0}
"""Values of fields that have no default."""

OF_THE_RUN = "steps"
"""The field that is the number of the run's steps."""


class Parameter(NamedTuple):
    """A hyper-parameter, and the slider for it.

    `scale` is "linear", "log" or "flag"; `open` says that `high` itself is not allowed.
    """

    name: str
    label: str
    default: float | bool
    low: float
    high: float
    scale: str
    open: bool
    interval: Interval


def parameters_of(kind: Any, ranges: Mapping[str, Interval], without: tuple[str, ...] = ()) -> Any:
    """Return the hyper-parameters of a class that are numbers or flags.

    Examples
    --------
    >>> from descend.optimizers import Momentum
    >>> [(each.name, each.low, each.high) for each in parameters_of(Momentum, OPTIMIZER_RANGES)]
    [('mu', 0, 1), ('rate_inside', 0, 1)]
    """
    found = []
    for name in kind._fields:
        default = kind._field_defaults.get(name, USUAL.get(name))
        if name in without or not (isinstance(default, bool) or is_number(default)):
            continue
        interval = ranges.get(f"{kind.__name__}.{name}") or ranges.get(name, FINITE)
        found.append(_parameter(name, default, interval))
    return found


def _parameter(name: str, default: Any, interval: Interval) -> Parameter:
    """Return a hyper-parameter with the ends of its slider, by its default and its interval."""
    label = name.replace("_", " ")
    if isinstance(default, bool):
        return Parameter(name, label, default, 0, 1, "flag", False, interval)
    if math.isfinite(interval.most):
        return Parameter(
            name, label, default, interval.least, interval.most, "linear",
            not interval.most_closed, interval,
        )  # fmt: skip
    if not math.isfinite(interval.least):
        return Parameter(name, label, default, -SPAN, SPAN, "linear", False, interval)
    if default <= 0:
        return Parameter(name, label, default, interval.least, 1.0, "linear", False, interval)
    factor = 10.0**DECADES
    low, high = max(default / factor, interval.least), default * factor
    return Parameter(name, label, default, low, high, "log", False, interval)


def optimizer_parameters(name: str) -> list[Parameter]:
    """Return the hyper-parameters of an optimizer."""
    found: list[Parameter] = parameters_of(type(by_name(name)), OPTIMIZER_RANGES)
    return found


def schedule_parameters(name: str) -> list[Parameter]:
    """Return the hyper-parameters of a schedule but for the rate and the steps."""
    kind, rate = SCHEDULES[name]
    found: list[Parameter] = parameters_of(kind, RATE_RANGES, (rate or "", OF_THE_RUN))
    return found


def catalogue() -> dict[str, Any]:
    """Return what the page can choose from.

    Examples
    --------
    >>> [each["name"] for each in catalogue()["optimizers"]][:3]
    ['sgd', 'momentum', 'nesterov']
    """
    return {
        "optimizers": [
            {
                "name": name,
                "label": type(by_name(name)).__name__,
                "parameters": [_slider(each) for each in optimizer_parameters(name)],
                "rate": recommended_rate(by_name(name)),
                "summary": _summary(type(by_name(name))),
            }
            for name in names()
        ],
        "schedules": [
            {
                "name": name,
                "label": name.replace("-", " "),
                "parameters": [_slider(each) for each in schedule_parameters(name)],
                "rate": None,
                "takes_rate": each.rate is not None,
                "summary": _summary(each.kind),
            }
            for name, each in SCHEDULES.items()
        ],
        "landmarks": [
            {
                "name": landmark.name,
                "label": label_of(landmark),
                "formula": landmark.formula,
                "summary": _described(landmark),
                "window": landmark.window,
                "rate": landmark.rate,
            }
            for landmark in LANDMARKS.values()
        ],
        "limits": {
            "steps": limits.MOST_STEPS,
            "balls": limits.MOST_BALLS,
            "pixels": limits.MOST_PIXELS,
            "numbers": limits.MOST_NUMBERS,
            "pixel_steps": limits.MOST_PIXEL_STEPS,
            "formula": limits.LONGEST_FORMULA,
            "resolution": limits.MOST_RESOLUTION,
            "points": limits.MOST_POINTS,
        },
    }


def _slider(parameter: Parameter) -> dict[str, Any]:
    """Return a hyper-parameter as the page wants it."""
    return {name: part for name, part in parameter._asdict().items() if name != "interval"}


def _summary(kind: Any) -> str:
    """Return the first sentence of a class's documentation, without marks."""
    sentence = " ".join((kind.__doc__ or "").split("\n\n")[0].split())
    return sentence.replace("`", "")


def _described(landmark: Landmark) -> str:
    """Say what a landmark is known for."""
    if not landmark.minima:
        return texts.NO_MINIMUM
    ends = (f"{written(low)} to {written(high)}" for low, high in landmark.window)
    least = counted(len(landmark.minima), "global minimum").replace("minimums", "minima")
    return texts.LANDMARK.format(minima=least.capitalize(), window=", ".join(ends))


def label_of(landmark: Landmark) -> str:
    """Return a landmark's name as people read it."""
    return landmark.name.replace("_", " ").capitalize()
