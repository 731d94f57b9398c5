"""Optimizers on the same problem, from the same start, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from descend.api.defaults import is_auto
from descend.api.minimization import minimize
from descend.api.starts import Seed, Start, names_of
from descend.objectives import Gradient, as_problem
from descend.optimizers import by_name, names, recommended_rate
from descend.protocols import Array, Optimizer
from descend.records.descent import Descent
from descend.records.rendering import draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RaceRate: TypeAlias = float | Literal["recommended", "tuned"]
"""One rate for all, each optimizer's own, or the best of several tried for each."""

SPREAD = 2.0
"""Tuning tries rates up to this many powers of ten below and above the recommended one."""


class Entry(NamedTuple):
    """How one optimizer did.

    Attributes
    ----------
    name
        The optimizer's name.
    rate
        Its learning rate; None where a line search found the rates.
    descent
        Its record; of the best rate, if it was tuned.
    steps_to_tolerance
        The first step at which it was within the race's tolerance of the goal, or None.
    evaluations
        How often it computed the gradient, with those of tuning.
    seconds
        How long it took, tuning included.
    """

    name: str
    rate: float | None
    descent: Descent
    steps_to_tolerance: int | None
    evaluations: int
    seconds: float


class Race(NamedTuple):
    """A race's entries, best first.

    Attributes
    ----------
    entries
        One an optimizer: first those that came within the tolerance, the fewest steps first; then
        the others by their final value, diverged ones last.
    goal
        The value to reach: the lowest that any of them met.
    tolerance
        How near counts, as a share of the way from the start down to the goal.
    rates
        Which rates were used, as a sentence.
    """

    entries: tuple[Entry, ...]
    goal: float
    tolerance: float
    rates: str

    def rows(self) -> list[tuple[str, ...]]:
        """Return the table, a row an optimizer, under `HEADER`."""
        return [
            (
                entry.name,
                "line search" if entry.rate is None else f"{entry.rate:.3g}",
                f"{entry.descent.fun:.6g}",
                "" if entry.steps_to_tolerance is None else f"{entry.steps_to_tolerance:,}",
                f"{entry.evaluations:,}",
                f"{entry.seconds:.3g}",
                entry.descent.status,
            )
            for entry in self.entries
        ]

    def __str__(self) -> str:
        """Return the table as text."""
        table = [HEADER, *self.rows()]
        widths = [max(len(row[i]) for row in table) for i in range(len(HEADER))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths, strict=True)) for r in table]
        return "\n".join(line.rstrip() for line in [*lines, "", self.rates])

    def plot(self, **options: Any) -> Figure:
        """Draw the race: see `descend.views.race`."""
        figure: Figure = draw("race", self, **options)
        return figure


HEADER = ("optimizer", "rate", "value", "steps to goal", "gradients", "seconds", "status")


def race(
    objective: Any,
    start: Start,
    *,
    optimizers: Sequence[str | Optimizer] | None = None,
    learning_rate: RaceRate = "recommended",
    steps: int = 1000,
    tolerance: float = 1e-6,
    trials: int = 25,
    seconds: float | None = None,
    gradient: Gradient = None,
    seed: Seed = None,
) -> Race:
    """Run optimizers on the same problem from the same start, and compare them.

    Parameters
    ----------
    objective, gradient
        As `descend.minimize`.
    start
        A single start `(d,)`, a mapping of names to numbers, or 1 for one random start.
    optimizers
        Names or instances; "auto" is `descend.minimize` untuned, whatever `learning_rate`. None for
        all there are, and it.
    learning_rate
        "recommended": each at the rate its paper recommends. A number: all at that rate. "tuned":
        each at the best of `trials` rates, spread evenly in powers of ten up to two below and
        two above the recommended one, each tried for all the steps; the record is the best's.
    steps
        The steps that each may take.
    tolerance
        How near to the goal counts as having reached it, as a share of the way down from the
        start. The goal is the lowest value that any optimizer met.
    trials
        Rates to try for each optimizer when tuning.
    seconds
        The time budget of each, as `descend.minimize`; trials have as much again. None for no
        limit.
    seed
        Seeds the random start.

    Raises
    ------
    ValueError
        As `descend.minimize`; for an unknown optimizer, or several starts.

    Examples
    --------
    >>> import descend
    >>> result = descend.race("booth", [5.0, 5.0], optimizers=["sgd", "momentum"], steps=500)
    >>> [entry.name for entry in result.entries]
    ['momentum', 'sgd']
    """
    problem = as_problem(objective, gradient=gradient, names=names_of(start))
    if learning_rate not in ("recommended", "tuned") and not isinstance(learning_rate, int | float):
        raise ValueError(
            f"learning_rate={learning_rate!r} must be 'recommended', 'tuned', or one number for all"
        )
    # a step count of 0 checks the start, and draws a random one
    at_start = minimize(problem, start, steps=0, seed=seed)
    if at_start.n_runs not in (None, 1):
        raise ValueError(f"a race has one start, not {at_start.n_runs}: give (d,), or 1")
    point = np.ravel(at_start.x)
    runs = [
        _run(problem, point, chosen, learning_rate, steps, trials, seconds)
        for chosen in (("auto", *names()) if optimizers is None else optimizers)
    ]
    first = float(np.ravel(at_start.fun)[0])
    finite = [run.descent.best_fun for run in runs if np.isfinite(run.descent.best_fun)]
    goal = min([first, *map(float, finite)])
    near = goal + tolerance * (first - goal)
    timed = [run._replace(steps_to_tolerance=_first_within(run.descent, near)) for run in runs]
    return Race(tuple(sorted(timed, key=_rank)), goal, tolerance, _told(learning_rate, trials))


def _run(
    problem: Any,
    point: Array,
    chosen: str | Optimizer,
    learning_rate: RaceRate,
    steps: int,
    trials: int,
    seconds: float | None,
) -> Entry:
    """Run one optimizer, tuned if that is asked for."""
    began = perf_counter()
    if is_auto(chosen):
        descent = minimize(problem, point, steps=steps, seconds=seconds)
        return Entry("auto", None, descent, None, int(descent.nfev), perf_counter() - began)
    optimizer = by_name(chosen)
    name = chosen if isinstance(chosen, str) else repr(chosen)
    spent = 0
    if learning_rate == "tuned":
        rates = recommended_rate(optimizer) * np.logspace(-SPREAD, SPREAD, trials)
        starts = np.tile(point, (trials, 1))
        tried = minimize(
            problem,
            starts,
            optimizer=optimizer,
            learning_rate=rates,
            steps=steps,
            seconds=seconds,
            record="values",
        )
        value = np.where(tried.status == "diverged", np.inf, tried.fun)
        # of equally good ends, the one that was there first
        best = np.lexsort((tried.nit, value))[0]
        rate, spent = float(rates[best]), int(np.sum(tried.nfev))
    elif learning_rate == "recommended":
        rate = recommended_rate(optimizer)
    else:
        rate = float(learning_rate)
    descent = minimize(
        problem, point, optimizer=optimizer, learning_rate=rate, steps=steps, seconds=seconds
    )
    evaluations = spent + int(descent.nfev)
    return Entry(name, rate, descent, None, evaluations, perf_counter() - began)


def _first_within(descent: Descent, near: float) -> int | None:
    """Return the first step at which the value was at most `near`."""
    within = np.flatnonzero(descent.values <= near)
    return int(within[0]) if len(within) else None


def _rank(entry: Entry) -> tuple[bool, bool, float, float]:
    """Return what entries are sorted by: arrived first, then the lower value."""
    diverged = entry.descent.status == "diverged"
    steps = entry.steps_to_tolerance
    return (
        diverged,
        steps is None,
        float("inf") if steps is None else steps,
        float(entry.descent.fun),
    )


def _told(learning_rate: RaceRate, trials: int) -> str:
    """Return which rates were used, as a sentence."""
    if learning_rate == "recommended":
        return "Each at the learning rate that its paper recommends."
    if learning_rate == "tuned":
        return (
            f"Each at the best of {trials} learning rates, from a hundredth of the recommended one "
            "to a hundred times it; the gradients and seconds of tuning are counted."
        )
    return f"All at the learning rate {learning_rate:g}."
