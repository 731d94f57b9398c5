"""Every combination of optimizers, learning rates and hyper-parameters, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from time import perf_counter
from typing import Any

import numpy as np

from descend.api.bounds import limits_of
from descend.api.defaults import automatic, is_auto
from descend.api.minimization import check_seconds, minimize
from descend.api.random_starts import Seed
from descend.api.starts import Start, posed, size_of, starting_points
from descend.experiments.sweep_result import Sweep, SweepPoint, is_list, label, same
from descend.objectives import Gradient
from descend.optimizers import by_name
from descend.optimizers.hyperparameters import (
    has_hyperparameter,
    is_number,
    stacked,
    structure,
    with_hyperparameters,
)
from descend.protocols import Array, Optimizer, Record

LEAST_SECONDS = 1e-9
"""The time budget of a run once the sweep's is used up: it takes one step."""

OWN_AXES = ("optimizer", "learning_rate", "start")
"""Names of axes that no hyper-parameter can have."""


def sweep(
    objective: Any,
    start: Start | None = None,
    *,
    starts: int | None = None,
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

    All combinations of an optimizer's class run at once, by broadcasting, and each as if it were
    alone: one that diverges is frozen, its neighbours go on. Of the result, see
    `result["adam", 0.1]`, `best()`, `select(optimizer="adam")`, `to_frame()` and `plot()`.

    Parameters
    ----------
    objective, starts, gradient, bounds, steps, tol, seed, progress
        As `descend.minimize`.
    start
        As `descend.minimize`; with several starts, each combination runs from each of them, and
        `start` is an axis of its own, which counts them from 0.
    optimizer
        Names and instances; "auto" means what it does in `descend.minimize`: L-BFGS and a line
        search with the learning rate "auto", plain gradient descent with others.
    learning_rate
        Numbers, or schedules, searches and texts, as `descend.minimize` takes them.
    seconds
        The time budget of all together, shared out evenly between those that run one after the
        other; what is not used up goes to the next. None for no limit.
    hyper
        Values for hyper-parameters by name, `{"beta1": [0.8, 0.9]}`. They apply to the optimizers
        that have a hyper-parameter of the name.
    record
        As `descend.minimize`, where "all" is the default. None keeps the ends alone, for ten
        thousand combinations and more.

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
    problem = posed(objective, start, gradient)
    limits = None if bounds is None else limits_of(bounds, problem.names, size_of(start, problem))
    points = starting_points(start, problem, seed, limits, starts)
    if not (hyper is None or isinstance(hyper, Mapping)):
        raise ValueError(
            f"hyper={hyper!r} must hold values by name, such as {{'beta1': [0.8, 0.9]}}"
        )
    given = {"optimizer": optimizer, "learning_rate": learning_rate, **(hyper or {})}
    axes = {name: _axis(name, values) for name, values in given.items()}
    combinations = _combinations(axes, hyper or {}, points)
    check_seconds(seconds)
    if points.ndim == 2:
        axes["start"] = tuple(range(len(points)))
    begun = np.atleast_2d(points)
    groups = _groups(combinations)
    found: dict[tuple[int, int], SweepPoint] = {}
    deadline = np.inf if seconds is None else perf_counter() + seconds
    for number, members in enumerate(groups):
        share = (deadline - perf_counter()) / (len(groups) - number)
        rates = [combinations[i][0]["learning_rate"] for i in members]
        descent = minimize(
            problem,
            np.tile(begun, (len(members), 1)),
            optimizer=stacked([combinations[i][1] for i in members], len(begun), begun.dtype),
            learning_rate=np.repeat(rates, len(begun)) if is_number(rates[0]) else rates[0],
            steps=steps,
            tol=tol,
            bounds=bounds,
            seconds=None if seconds is None else max(share, LEAST_SECONDS),
            record=record,
            progress=progress,
        )
        for row, (i, j) in enumerate(product(members, range(len(begun)))):
            setting, instance = combinations[i]
            own = {**setting, "start": j} if "start" in axes else setting
            found[i, j] = SweepPoint(own, instance, descent, row)
    labelled = {name: tuple(map(label, values)) for name, values in axes.items()}
    return Sweep(labelled, tuple(found[key] for key in sorted(found)))


def _axis(name: str, given: Any) -> tuple[Any, ...]:
    """Return the values on an axis, checked."""
    values = tuple(given) if is_list(given) else (given,)
    if not values:
        raise ValueError(f"{name} is empty: give at least one value to sweep")
    for i, value in enumerate(values):
        if any(same(value, other) for other in values[:i]):
            raise ValueError(f"{name} has {label(value)!r} twice: give each value once")
    return tuple(value.item() if isinstance(value, np.generic) else value for value in values)


def _combinations(
    axes: Mapping[str, Sequence[Any]], hyper: Iterable[str], points: Array
) -> list[tuple[dict[str, Any], Optimizer]]:
    """Return every combination's setting, and the optimizer with its hyper-parameters."""
    used: set[str] = set()
    found: list[tuple[dict[str, Any], Optimizer]] = []
    for given, rate in product(axes["optimizer"], axes["learning_rate"]):
        plain = automatic(points, is_auto(rate)) if is_auto(given) else by_name(given)
        own = {name: axes[name] for name in hyper if has_hyperparameter(plain, name)}
        used.update(own)
        for values in product(*own.values()):
            chosen = dict(zip(own, values, strict=True))
            setting = {"optimizer": label(given), "learning_rate": rate, **chosen}
            found.append((setting, by_name(with_hyperparameters(plain, chosen))))
    for name in hyper:
        if name in OWN_AXES or name not in used:
            raise ValueError(
                f"none of the optimizers {', '.join(str(label(o)) for o in axes['optimizer'])} has "
                f"a hyper-parameter {name!r}"
            )
    return found


def _groups(combinations: Sequence[tuple[dict[str, Any], Optimizer]]) -> list[list[int]]:
    """Group the places of combinations that can run at once: they differ in numbers alone."""
    groups: dict[Any, list[int]] = {}
    for i, (setting, optimizer) in enumerate(combinations):
        rate = setting["learning_rate"]
        shared = (structure(optimizer), float if is_number(rate) else id(rate))
        groups.setdefault(shared, []).append(i)
    return list(groups.values())
