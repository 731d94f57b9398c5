"""Optimizers on the same problem, from the same start, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias

import numpy as np

from descend.api.defaults import is_auto
from descend.api.minimization import minimize
from descend.api.random_starts import Seed
from descend.api.starts import Start, posed
from descend.experiments.brief_table import BriefTable
from descend.experiments.text_table import text_table
from descend.experiments.trials import Trial, descents
from descend.objectives import Gradient, Problem
from descend.optimizers import by_name, names, recommended_rate
from descend.protocols import Array, Optimizer
from descend.protocols.status import ENDLESS
from descend.records.descent import Descent
from descend.records.rendering import draw

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from descend.records.film import Film

RaceRate: TypeAlias = float | Literal["recommended", "tuned"]
"""One rate for all, each optimizer's own, or the best of several tried for each."""

TUNING_DECADES = 2.0
"""Tuning tries rates up to this many powers of ten below and above the recommended one."""

HEADER = ("optimizer", "rate", "value", "steps to goal", "gradients", "seconds", "status")


class Entry(NamedTuple):
    """The result of one optimizer.

    Attributes
    ----------
    name, rate
        The optimizer's name and learning rate; None where a line search found the rates.
    descent
        Its record; of the best rate, if it was tuned.
    steps_to_tolerance
        The first step at which it was within the race's tolerance of the goal, or None.
    evaluations, seconds
        Evaluations of the gradient, and time taken, tuning included.
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
    goal, tolerance
        The lowest value that any of them met; how near counts, as a share of the fall to it.
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
        return "\n".join([*text_table([HEADER, *self.rows()]), "", self.rates])

    def __repr__(self) -> str:
        """Return the best of the table as text."""
        return f"{self._brief().text()}\n{self.rates}"

    def _repr_html_(self) -> str:
        """Return the best of the table for a notebook."""
        return self._brief().html(self.rates)

    def _brief(self) -> BriefTable:
        return BriefTable.of([HEADER, *self.rows()], "print() shows them all")

    def plot(self, **options: Any) -> Figure:
        """Draw the race: see `descend.views.race`."""
        figure: Figure = draw("race", self, **options)
        return figure

    def animate(self, file: str | Path | None = None, **options: Any) -> Path | Film:
        """Show the race as a moving picture, or write it: see `descend.views.animate_race`."""
        written: Path | Film = draw("animate_race", self, file, **options)
        return written


def race(
    objective: Any,
    start: Start | None = None,
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
    objective, gradient, seed
        As `descend.minimize`.
    start
        A single start as `descend.minimize` takes it; None for a random one.
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
        How near to the goal, the lowest value that any optimizer met, counts as having reached it,
        as a share of the fall from the start.
    trials
        Rates to try for each optimizer when tuning.
    seconds
        The time budget of each, as `descend.minimize`; trials have as much again.

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
    problem = posed(objective, start, gradient)
    if learning_rate not in ("recommended", "tuned") and not isinstance(learning_rate, int | float):
        raise ValueError(
            f"learning_rate={learning_rate!r} must be 'recommended', 'tuned', or one number for all"
        )
    # a step count of 0 checks the start, and draws a random one
    at_start = minimize(problem, start, starts=1 if start is None else None, steps=0, seed=seed)
    if at_start.n_runs not in (None, 1):
        raise ValueError(f"a race has one start, not {at_start.n_runs}: give (d,)")
    point = np.ravel(at_start.x)
    chosen = ("auto", *names()) if optimizers is None else optimizers
    named = [each for each in chosen if not is_auto(each)]
    run = partial(descents, problem, steps=steps, seconds=seconds)
    by_rate = _raced(run, point, named, learning_rate, trials)
    untuned = partial(_untuned, problem, point, steps, seconds)
    entries = [untuned() if is_auto(each) else next(by_rate) for each in chosen]
    first = float(np.ravel(at_start.fun)[0])
    lowest = [float(entry.descent.best_fun) for entry in entries]
    goal = min([first, *filter(np.isfinite, lowest)])
    near = goal + tolerance * (first - goal)
    ranked = sorted(
        (e._replace(steps_to_tolerance=_first_within(e.descent, near)) for e in entries), key=_rank
    )
    return Race(tuple(ranked), goal, tolerance, _describe_rates(learning_rate, trials))


def _untuned(problem: Problem, point: Array, steps: int, seconds: float | None) -> Entry:
    """Return the entry of `minimize` without a learning rate."""
    began = perf_counter()
    descent = minimize(problem, point, steps=steps, seconds=seconds)
    return Entry("auto", None, descent, None, int(descent.nfev), perf_counter() - began)


def _raced(
    run: Callable[..., list[Descent]],
    point: Array,
    chosen: Sequence[str | Optimizer],
    learning_rate: RaceRate,
    trials: int,
) -> Iterator[Entry]:
    """Yield an entry for each optimizer, after tuning its rate if that is the rule."""
    optimizers = [by_name(each) for each in chosen]
    if learning_rate == "tuned":
        tuned = _tuned(run, point, optimizers, trials)
    else:
        own = [
            recommended_rate(each) if learning_rate == "recommended" else float(learning_rate)
            for each in optimizers
        ]
        tuned = [Tuned(rate, 0, 0.0) for rate in own]
    found = run(point, [Trial(o, each.rate) for o, each in zip(optimizers, tuned, strict=True)])
    for given, (rate, evaluations, seconds), descent in zip(chosen, tuned, found, strict=True):
        yield Entry(
            given if isinstance(given, str) else repr(given),
            rate,
            descent,
            None,
            evaluations + int(descent.nfev),
            seconds + float(descent.seconds[-1]),
        )


class Tuned(NamedTuple):
    """A rate, and the evaluations and seconds that finding it took."""

    rate: float
    evaluations: int
    seconds: float


def _tuned(
    run: Callable[..., list[Descent]], point: Array, optimizers: Sequence[Optimizer], trials: int
) -> list[Tuned]:
    """Return for each optimizer the rate of the lowest end."""
    powers = np.logspace(-TUNING_DECADES, TUNING_DECADES, trials)
    tried = [Trial(each, recommended_rate(each) * powers) for each in optimizers]
    found = run(np.tile(point, (trials, 1)), tried, record="values")
    return [_best(np.asarray(each.rate), ends) for each, ends in zip(tried, found, strict=True)]


def _best(rates: Array, tried: Descent) -> Tuned:
    """Return the rate of the lowest end."""
    value = np.where(np.isin(tried.status, ENDLESS), np.inf, tried.fun)
    # of equally low ends, the one with the fewest steps
    best = np.lexsort((tried.nit, value))[0]
    return Tuned(float(rates[best]), int(np.sum(tried.nfev)), float(tried.seconds[-1]))


def _first_within(descent: Descent, near: float) -> int | None:
    """Return the first step at which the value was at most `near`."""
    within = np.flatnonzero(descent.values <= near)
    return int(within[0]) if len(within) else None


def _rank(entry: Entry) -> tuple[bool, float, float]:
    """Return the key that sorts entries: diverged last, fewest steps to the goal, lowest value."""
    steps = float("inf") if entry.steps_to_tolerance is None else entry.steps_to_tolerance
    return entry.descent.status in ENDLESS, steps, float(entry.descent.fun)


def _describe_rates(learning_rate: RaceRate, trials: int) -> str:
    """Return which rates were used, as a sentence."""
    if learning_rate == "recommended":
        return "Each at the learning rate that its paper recommends."
    if learning_rate == "tuned":
        return (
            f"Each at the best of {trials} learning rates, from a hundredth of the recommended one "
            "to a hundred times it; the gradients and seconds of tuning are counted."
        )
    return f"All at the learning rate {learning_rate:g}."
