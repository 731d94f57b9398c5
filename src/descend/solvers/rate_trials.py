"""A learning rate found on the function itself, by trials from the same starts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
import numpy.typing as npt

from descend.optimizers.traits import is_scale_free
from descend.protocols import Array, Ending, Objective, Optimizer, Status
from descend.rates import Constant
from descend.rates.found import Found
from descend.records.descent import Descent
from descend.solvers.array_loop import ArrayLoop
from descend.solvers.batched.runs import Batched
from descend.solvers.contract import SILENT, Observer, Options
from descend.solvers.run_state import Mask, of_runs
from descend.support.numerics import norms

Places = npt.NDArray[np.intp]

RATIO = 4.0
"""The ratio of a rate to the next smaller one that is tried."""

POWERS = np.arange(-24, 25)
"""All powers of the ratio that may be tried, as multiples of the unit rate."""

FIRST_POWERS = np.arange(-8, 2)
"""Those that are tried at first."""

MORE = 4
"""How many more are tried where the best so far is the smallest or the largest."""

SHORT, SHORT_PART = (20, 100), 20
"""A short trial takes this part of the steps, but not fewer or more than these."""

LONG = 2_000
"""The most steps of a long trial."""

NEGLIGIBLE = 1e-9
"""Ends as good as equal differ by less than this share of the fall from the start."""

KEPT = 2**28
"""Bytes that all points of the long trials may take: else the best is run again for its record."""

TRIAL_TIME = 0.25
"""The share of the time left that each round of short trials may take."""


@dataclass(frozen=True)
class RateTrials:
    """The array loop at a constant rate, one a run, that is found by trials from the run's start.

    Short trials, of a twentieth of the steps, at rates that rise fourfold from far below the one
    whose first step is as long as the point is large, find the best rate. It may be too large in
    the end, where a smaller one comes nearer: so long trials, of all the steps (at most 2,000),
    compare it with a quarter of it and with the `customary` rate, which the optimizer's paper
    recommends (None if nobody does). The lowest end decides, of equal ones the soonest. Hence no
    run of up to 2,000 steps ends higher than at the customary rate, nor leaves the finite numbers
    where that does not.

    The record counts all evaluations. It is that of the long trial, unless there is an observer to
    tell, there are more steps to take, or the points would take too much memory: then the descent
    begins anew at the rate found.
    """

    optimizer: Optimizer
    customary: float | None

    def solve(
        self, objective: Objective, start: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Descend from one or several starts: see `descend.solvers.contract.Solver`."""
        if not options.steps:
            loop = ArrayLoop(self.optimizer, Constant(self.customary or 1.0))
            return loop.solve(objective, start, options, observer)
        began = perf_counter()
        trials = Trials(objective, np.atleast_2d(start), self.optimizer)
        finalists = self._finalists(trials, options, began)
        long = options.limited(min(options.steps, LONG), began)
        size = np.atleast_2d(start).nbytes * finalists.shape[1] * options.steps
        again = observer.active or long.steps < options.steps or size > KEPT
        if again:
            long = replace(long, record=None, seconds=_part(long.seconds, 0.5))
        tried, best = trials.compared(finalists, long)
        rates = np.take_along_axis(finalists, best[:, None], axis=1)[:, 0]
        if again:
            rest = options.limited(options.steps, began)
            descent = trials.run(trials.everyone, rates, rest, observer)
        else:
            descent = tried.runs(trials.everyone * finalists.shape[1] + best)
        is_single = np.ndim(start) == 1
        told = replace(
            descent,
            nfev=trials.evaluations,
            message=_in_full_time(descent, options.seconds),
            optimizer=self.optimizer,
            learning_rate=Found(
                float(rates[0]) if is_single else rates, int(trials.tried.max()), long.steps
            ),
        )
        return told.run(0) if is_single else told

    def _finalists(self, trials: Trials, options: Options, began: float) -> Array:
        """Return the rates of the long trials `(k, 2 or 3)`: of equal ends the first counts."""
        fewest, most = SHORT
        steps = min(options.steps, max(fewest, min(options.steps // SHORT_PART, most)))
        best = trials.bracketed(replace(options, steps=steps, record=None), began)
        rates = [best, best / RATIO]
        if self.customary is not None:
            rates.insert(0, np.full_like(best, self.customary))
        return np.stack(rates, axis=1)


class Trials:
    """Trials of rates by an optimizer, from the starts `(k, d)` of the runs.

    `everyone` has the places of the runs; `evaluations` and `tried` count their gradients and
    their rates, `(k,)`.
    """

    def __init__(self, objective: Objective, points: Array, optimizer: Optimizer) -> None:
        self._objective, self._points, self._optimizer = objective, points, optimizer
        self._first, g = objective.value_and_gradient(points)
        self._unit = unit_rate(points, g, optimizer)
        self.everyone = np.arange(len(points))
        self.evaluations = np.ones(len(points), dtype=np.int64)
        self.tried = np.zeros(len(points), dtype=np.int64)

    def run(
        self, runs: Places, rates: Array, options: Options, observer: Observer = SILENT
    ) -> Descent:
        """Return the record of descents, each from the start of one of the runs at one rate."""
        loop = Batched(ArrayLoop(of_runs(self._optimizer, runs), Constant(rates)))
        descent = loop.solve(self._objective, self._points[runs], options, observer)
        np.add.at(self.evaluations, runs, descent.nfev)
        return descent

    def compared(self, rates: Array, options: Options) -> tuple[Descent, Places]:
        """Return the record of trials at some rates `(k, n)`, a run's one after the other.

        And for each run which of its rates is the best.
        """
        runs = np.repeat(self.everyone, rates.shape[1])
        tried = self.run(runs, rates.ravel(), options)
        self.tried += rates.shape[1]
        return tried, self._best(_ends(tried).reshape(rates.shape), tried.nit.reshape(rates.shape))

    def bracketed(self, options: Options, began: float) -> Array:
        """Return for each run the rate of the lowest end, with higher ends on both sides of it.

        `began` is the time of `perf_counter` at which the seconds of the options began.
        """
        shape = (len(self._points), len(POWERS))
        ends, steps = np.full(shape, np.inf), np.full(shape, np.inf)
        tested = np.zeros(shape, dtype=bool)
        new = np.broadcast_to(np.isin(POWERS, FIRST_POWERS), shape)
        while new.any():
            runs, places = np.nonzero(new)
            left = options.limited(options.steps, began)
            left = replace(left, seconds=_part(left.seconds, TRIAL_TIME))
            tried = self.run(runs, self._unit[runs] * RATIO ** POWERS[places], left)
            np.add.at(self.tried, runs, 1)
            ends[new] = _ends(tried)
            # of those that all diverged, the smallest rate counts as the best
            steps[new] = np.where(np.isinf(ends[new]), places, tried.nit)
            tested |= new
            best = self._best(ends, steps)
            new = _beyond(tested, best)
        return np.asarray(self._unit * RATIO ** POWERS[best])

    def _best(self, values: Array, steps: Array) -> Places:
        """Return for each run the place of the lowest value `(k, n)`.

        Of those that as good as equal it, it is the one of the fewest steps, then the lowest.
        """
        lowest = values.min(axis=1)
        fallen = np.where(np.isfinite(lowest), self._first - lowest, 0.0)
        near = values <= (lowest + NEGLIGIBLE * np.maximum(fallen, 0.0))[:, None]
        order = np.lexsort((values, np.where(near, steps, 0), ~near), axis=1)
        return np.asarray(order[:, 0])


def unit_rate(points: Array, g: Array, optimizer: Optimizer) -> Array:
    """Return rates `(k,)` at which a first step is about as long as its point `(k, d)` is large.

    >>> from descend.optimizers import SGD, Adam
    >>> w, g = np.array([[3.0, 3.0]]), np.array([[0.0, 20.0]])
    >>> unit_rate(w, g, SGD()), unit_rate(w, g, Adam())
    (array([0.2]), array([4.]))
    """
    size = 1 + norms(points) / np.sqrt(points.shape[-1])
    length = 1.0 if is_scale_free(optimizer) else np.maximum(norms(g), 1e-150)
    return np.asarray(size / length, dtype=float)


def _ends(tried: Descent) -> Array:
    """Return the values at the ends of trials, infinite where they diverged.

    Those that only grew steeper stay comparable: from a start at rest, every one does.
    """
    diverged = (tried.status == Status.DIVERGED) & (tried.ending != Ending.GREW)
    return np.asarray(np.where(diverged | ~np.isfinite(tried.fun), np.inf, tried.fun), dtype=float)


def _beyond(tested: Mask, best: Places) -> Mask:
    """Say what to test next: places beyond the best, where it is the first or the last tested."""
    places = np.arange(tested.shape[1])
    first = tested.argmax(axis=1)
    last = len(places) - 1 - tested[:, ::-1].argmax(axis=1)
    below = np.where(best == first, first, 0)[:, None]
    above = np.where(best == last, last, len(places))[:, None]
    return np.asarray(
        ((places < below) & (places >= below - MORE))
        | ((places > above) & (places <= above + MORE))
    )


def _in_full_time(descent: Descent, seconds: float | None) -> npt.NDArray[np.str_]:
    """Return the messages of runs that had a part of the time budget, which name all of it."""
    told = [
        Ending.TIME_USED.message(seconds=seconds, steps=steps)
        if ending == Ending.TIME_USED
        else str(message)
        for ending, message, steps in zip(
            descent.ending, descent.message, descent.nit.tolist(), strict=True
        )
    ]
    return np.array(told)


def _part(seconds: float | None, share: float) -> float | None:
    """Return a share of a time budget, if there is one."""
    return None if seconds is None else share * seconds
