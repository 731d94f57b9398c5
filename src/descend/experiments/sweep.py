"""Every combination of optimizers, learning rates and hyper-parameters, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from time import perf_counter
from typing import Any

import numpy as np

from descend.api.bounds import limits_of
from descend.api.defaults import automatic, is_auto
from descend.api.minimization import check_seconds, minimize
from descend.api.starts import Seed, Start, names_of, size_of, starting_points
from descend.experiments.sweep_result import (
    Sweep,
    SweepPoint,
    is_list,
    is_number,
    is_optimizer,
    label,
    same,
)
from descend.objectives import Gradient, as_problem
from descend.optimizers import by_name
from descend.protocols import Array, Optimizer, Record

SHORTEST = 1e-9
"""Seconds that are left to a run when none are: it takes a step."""

OWN_AXES = ("optimizer", "learning_rate", "start")


def sweep(
    objective: Any,
    start: Start,
    *,
    optimizer: str | Optimizer | Sequence[str | Optimizer] = ("sgd", "momentum", "adam"),
    learning_rate: Any = (1e-4, 1e-3, 1e-2, 1e-1, 1.0),
    hyper: Mapping[str, Sequence[Any]] | None = None,
    steps: int = 1000,
    tol: float = 1e-8,
    seconds: float | None = None,
    gradient: Gradient = None,
    bounds: Any = None,
    record: Record = "values",
    seed: Seed = None,
    progress: bool = False,
) -> Sweep:
    """Minimise by every combination of optimizers, learning rates and hyper-parameters.

    All combinations that an optimizer's class can take walk at once, by broadcasting, and each as
    if it were alone: one that diverges rests, its neighbours go on.

    Parameters
    ----------
    objective, gradient, bounds, steps, tol, seed, progress
        As `descend.minimize`.
    start
        As `descend.minimize`; with several starts, each combination walks from each of them, and
        `start` is an axis of its own, which counts them from 0.
    optimizer
        Names and instances; "auto" means what it does in `descend.minimize`: remembered gradients
        and a line search with the learning rate "auto", plain gradient descent with others.
    learning_rate
        Numbers, or schedules, searches and texts, as `descend.minimize` takes them.
    seconds
        The time budget of all together, shared out evenly between those that walk one after the
        other; what is not used up goes to the next. None for no limit.
    hyper
        Values for hyper-parameters by name, `{"beta1": [0.8, 0.9]}`. They apply to the optimizers
        that have a hyper-parameter of the name.
    record
        As `descend.minimize`, where "all" is the default. None keeps the ends alone, for ten
        thousand combinations and more.

    Returns
    -------
    Sweep
        `result["adam", 0.1]`, `result.best()`, `result.select(optimizer="adam")`,
        `result.to_frame()`, `result.plot()`.

    Raises
    ------
    ValueError
        As `descend.minimize`; if an axis is empty or has a value twice, or if none of the
        optimizers has a hyper-parameter.

    Examples
    --------
    >>> import descend
    >>> result = descend.sweep(
    ...     "booth",
    ...     [5.0, 5.0],
    ...     optimizer=["sgd", "momentum"],
    ...     learning_rate=[0.01, 0.1, 1.0],
    ...     hyper={"mu": [0.5, 0.9]},
    ... )
    >>> len(result), result["sgd", 0.1].status, result["momentum", 1.0, 0.9].status
    (9, 'converged', 'diverged')
    >>> result.best().setting["learning_rate"]
    0.1
    """
    problem = as_problem(objective, gradient=gradient, names=names_of(start))
    limits = None if bounds is None else limits_of(bounds, problem.names, size_of(start, problem))
    points = starting_points(start, problem, seed, limits)
    if not (hyper is None or isinstance(hyper, Mapping)):
        raise ValueError(
            f"hyper={hyper!r} must hold values by name, such as {{'beta1': [0.8, 0.9]}}"
        )
    hypers = {name: _axis(name, values) for name, values in (hyper or {}).items()}
    axes = {
        "optimizer": _axis("optimizer", optimizer),
        "learning_rate": _axis("learning_rate", learning_rate),
        **hypers,
    }
    settings = _settings(axes["optimizer"], axes["learning_rate"], hypers, points)
    check_seconds(seconds)
    began = perf_counter()
    if points.ndim == 2:
        axes["start"] = tuple(range(len(points)))
    starts = np.atleast_2d(points)
    together: dict[Any, list[int]] = {}
    for i, (setting, instance) in enumerate(settings):
        rate = setting["learning_rate"]
        group = (_kind(instance), "number" if is_number(rate) else id(rate))
        together.setdefault(group, []).append(i)
    lanes: dict[tuple[int, int], SweepPoint] = {}
    for number, members in enumerate(together.values()):
        left = None
        if seconds is not None:
            left = (seconds - (perf_counter() - began)) / (len(together) - number)
        rate = settings[members[0]][0]["learning_rate"]
        descent = minimize(
            problem,
            np.tile(starts, (len(members), 1)),
            optimizer=_stacked([settings[i][1] for i in members], starts),
            learning_rate=np.repeat([settings[i][0]["learning_rate"] for i in members], len(starts))
            if is_number(rate)
            else rate,
            steps=steps,
            tol=tol,
            bounds=bounds,
            seconds=None if left is None else max(left, SHORTEST),
            record=record,
            progress=progress,
        )
        for row, (i, j) in enumerate(product(members, range(len(starts)))):
            setting, instance = settings[i]
            whole = {**setting, "start": j} if "start" in axes else setting
            lanes[i, j] = SweepPoint(whole, instance, descent, row)
    labelled = {name: tuple(map(label, values)) for name, values in axes.items()}
    return Sweep(labelled, tuple(lanes[key] for key in sorted(lanes)))


def _axis(name: str, given: Any) -> tuple[Any, ...]:
    """Return the values on an axis, checked."""
    values = tuple(given) if is_list(given) else (given,)
    if not values:
        raise ValueError(f"{name} is empty: give at least one value to sweep")
    for i, value in enumerate(values):
        if any(same(value, other) for other in values[:i]):
            raise ValueError(f"{name} has {label(value)!r} twice: give each value once")
    return tuple(value.item() if isinstance(value, np.generic) else value for value in values)


def _settings(
    optimizers: Sequence[Any],
    rates: Sequence[Any],
    hypers: Mapping[str, Sequence[Any]],
    points: Array,
) -> list[tuple[dict[str, Any], Optimizer]]:
    """Return every combination, and the optimizer with its hyper-parameters."""
    taken = dict.fromkeys(hypers, False)
    combinations: list[tuple[dict[str, Any], Optimizer]] = []
    for given, rate in product(optimizers, rates):
        plain = automatic(points, is_auto(rate)) if is_auto(given) else by_name(given)
        own = {name: values for name, values in hypers.items() if _has_hyper(plain, name)}
        taken |= dict.fromkeys(own, True)
        for values in product(*own.values()):
            chosen = dict(zip(own, values, strict=True))
            setting = {"optimizer": label(given), "learning_rate": rate, **chosen}
            combinations.append((setting, by_name(_with(plain, chosen))))
    for name, was_taken in taken.items():
        if name in OWN_AXES or not was_taken:
            raise ValueError(
                f"none of the optimizers {', '.join(map(str, map(label, optimizers)))} has a "
                f"hyper-parameter {name!r}"
            )
    return combinations


def _fields(optimizer: Any) -> tuple[str, ...]:
    """Return the names of an optimizer's hyper-parameters, none if it is no named tuple."""
    return tuple(getattr(optimizer, "_fields", ()))


def _has_hyper(optimizer: Any, name: str) -> bool:
    """Say whether an optimizer, or the one inside it, has a hyper-parameter."""
    if name in _fields(optimizer):
        return True
    return any(_has_hyper(getattr(optimizer, field), name) for field in _fields(optimizer))


def _with(optimizer: Any, chosen: Mapping[str, Any]) -> Any:
    """Return an optimizer with other hyper-parameters, its own or of the one inside it."""
    new: dict[str, Any] = {}
    for field in _fields(optimizer):
        part = getattr(optimizer, field)
        new[field] = chosen[field] if field in chosen else _with(part, chosen)
    return optimizer._replace(**new) if new else optimizer


def _kind(optimizer: Any) -> Any:
    """Return what optimizers share that can walk together: all but their numbers."""
    if is_number(optimizer):
        return "number"
    fields = _fields(optimizer)
    if fields or is_optimizer(optimizer):
        parts = tuple(_kind(getattr(optimizer, field)) for field in fields)
        return (type(optimizer), parts) if isinstance(optimizer, tuple) else id(optimizer)
    return optimizer


def _stacked(optimizers: Sequence[Any], starts: Array) -> Any:
    """Return one optimizer for all runs: numbers that differ become arrays `(k, 1)`."""
    first = optimizers[0]
    if is_number(first):
        if all(number == first for number in optimizers):
            return first
        return np.repeat(np.array(optimizers, dtype=starts.dtype), len(starts))[:, None]
    parts = {
        field: _stacked([getattr(optimizer, field) for optimizer in optimizers], starts)
        for field in _fields(first)
    }
    return first._replace(**parts) if parts else first
