"""The diagnosis of a descent: of one run, or of many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.curvature import largest_curvature
from descend.diagnosis.endings import diagnose_run
from descend.diagnosis.found_rate import with_found_rate
from descend.diagnosis.record import NAMED, Diagnosis, listed
from descend.objectives.negative import turned
from descend.optimizers.traits import stable_rate
from descend.rates import Constant
from descend.records.descent import Descent
from descend.solvers.run_state import has_arrays, of_runs

if TYPE_CHECKING:
    from descend.protocols import Array

WORST_FIRST = ("diverged", "unbounded", "stalled", "stopped", "converged")
"""The status of several runs is the first of these that one of them has."""


def diagnose(descent: Descent) -> Diagnosis:
    """Say how a descent went and why, and what would have worked.

    Parameters
    ----------
    descent
        The record. Curvatures and trials need its objective, which a record read from a file lacks.

    Raises
    ------
    TypeError
        If it is no record.

    Examples
    --------
    >>> import descend
    >>> too_fast = descend.minimize(
    ...     "(5*x^2 + y^2)/2", [1, 1], optimizer="sgd", learning_rate=0.5, steps=40
    ... )
    >>> diagnosis = diagnose(too_fast)
    >>> diagnosis.status, round(diagnosis.stable_rate, 3), round(diagnosis.growth, 3)
    ('diverged', 0.4, 1.5)
    """
    if not isinstance(descent, Descent):
        raise TypeError(
            f"diagnose takes a Descent, as minimize returns it or descent_ is, not {descent!r:.60}"
        )
    if descent.maximised:
        found = _of_ascent(descent)
    else:
        own = diagnose_run(descent) if descent.n_runs is None else _of_runs(descent)
        found = with_found_rate(descent, own)
    return found._replace(sentences=(*found.sentences, *descent.notes))


def _of_runs(descent: Descent) -> Diagnosis:
    """Count the runs' statuses, and diagnose the first run of the worst."""
    statuses, counts = np.unique(np.asarray(descent.status), return_counts=True)
    ended = ", ".join(f"{n} {status}" for status, n in zip(statuses, counts, strict=True))
    counted = f"Of {descent.n_runs} run{'s' * (descent.n_runs != 1)}, {ended}."
    rates = _rates_above_the_bound(descent)
    worst = min(map(str, statuses), key=WORST_FIRST.index)
    if worst == "converged":
        steps = int(np.max(descent.nit))
        slowest = f"{counted} The slowest took {steps:,} step{'s' * (steps != 1)}."
        return Diagnosis(worst, (slowest, *rates))
    run = int(np.flatnonzero(np.asarray(descent.status) == worst)[0])
    alone = descent.run(run)
    if alone.optimizer is not None:
        alone = replace(alone, optimizer=of_runs(alone.optimizer, np.array(run)))
    own = diagnose_run(alone)
    return own._replace(sentences=(counted, *rates, f"Run {run}, for one:", *own.sentences))


def _of_ascent(descent: Descent) -> Diagnosis:
    """Diagnose the descent of the negative."""
    found = diagnose(replace(turned(descent), notes=()))
    return found._replace(
        sentences=("It was maximised; this tells of the descent of the negative.", *found.sentences)
    )


def _rates_above_the_bound(descent: Descent) -> tuple[str, ...]:
    """Say which of several learning rates are above the stable rate, and which are not."""
    rule = descent.learning_rate
    if not isinstance(rule, Constant) or np.ndim(rule.rate) == 0 or descent.optimizer is None:
        return ()
    if has_arrays(descent.optimizer):  # each run has a bound of its own
        return ()
    rates: Array = np.unique(rule.rate)
    starts = [descent.best_x[0]] if descent.points is None else [*descent.points[0][:1]]
    best = descent.best_x[int(np.argmin(descent.best_fun))]
    curvature = largest_curvature(descent, (*starts, best))
    if len(rates) < 2 or curvature is None or curvature <= 0:
        return ()
    bound = stable_rate(descent.optimizer, curvature)
    if bound is None:
        return ()
    above, below = rates[rates > bound], rates[rates <= bound]
    return (
        f"{type(descent.optimizer).__name__} is stable below {bound * curvature:.3g}/L = "
        f"{bound:.4g}, where L = {curvature:.4g} is the largest curvature: {_these(above)} "
        f"{'passes' if len(above) == 1 else 'pass'} it, {_these(below)} "
        f"{'does' if len(below) == 1 else 'do'} not.",
    )


def _these(rates: Array) -> str:
    """Return rates as a sentence lists them."""
    if len(rates) > NAMED:
        return f"{len(rates)} rates from {rates[0]:.4g} to {rates[-1]:.4g}"
    return listed(tuple(f"{rate:.4g}" for rate in rates), most=NAMED) or "none"
