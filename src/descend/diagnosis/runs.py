"""Why descents went as they did: one run, or many at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis.account import NAMED, Diagnosis
from descend.diagnosis.curvature import bending
from descend.diagnosis.endings import of_one_run
from descend.objectives.negative import opposite
from descend.optimizers.traits import stable_rate
from descend.rates import Constant
from descend.records.descent import Descent
from descend.solvers.run_state import has_arrays, of_runs

if TYPE_CHECKING:
    from descend.protocols import Array


def diagnose(descent: Descent) -> Diagnosis:
    """Say how a descent went and why, and what would have worked.

    Parameters
    ----------
    descent
        The record. Curvatures and trials need its objective, which a record read from a file lacks.

    Returns
    -------
    Diagnosis
        Its `str()` is the explanation; its fields hold the numbers.

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
        return _of_ascent(descent)
    if descent.n_runs is None:
        return of_one_run(descent)
    statuses = np.asarray(descent.status)
    counts = [(status, int((statuses == status).sum())) for status in np.unique(statuses)]
    told = ", ".join(f"{count} {status}" for status, count in counts)
    order = ("diverged", "stalled", "stopped", "converged")
    worst = min(statuses, key=order.index)
    run = int(np.flatnonzero(statuses == worst)[0])
    which = f"Of {descent.n_runs} runs, {told}."
    passing = _rates_that_pass(descent)
    if worst == "converged":
        slowest = f"{which} The slowest took {int(np.max(descent.nit))} steps."
        return Diagnosis(str(worst), (slowest, *passing))
    alone = descent.run(run)
    if alone.optimizer is not None:
        alone = replace(alone, optimizer=of_runs(alone.optimizer, np.array(run)))
    own = of_one_run(alone)
    return own._replace(sentences=(which, *passing, f"Run {run}, for one:", *own.sentences))


def _of_ascent(descent: Descent) -> Diagnosis:
    """Say how the descent of the negative went."""
    formula = None if descent.formula is None else f"-({descent.formula})"
    objective = descent.objective
    if objective is not None:
        objective = opposite(objective, descent.formula)
    found = diagnose(descent.upside_down(objective, formula))
    return found._replace(
        sentences=("It was maximised; this tells of the descent of the negative.", *found.sentences)
    )


def _rates_that_pass(descent: Descent) -> tuple[str, ...]:
    """Say which of several learning rates pass the bound, and which do not."""
    rule = descent.learning_rate
    if not isinstance(rule, Constant) or np.ndim(rule.rate) == 0 or descent.optimizer is None:
        return ()
    if has_arrays(descent.optimizer):  # each run has a bound of its own
        return ()
    rates: Array = np.unique(rule.rate)
    starts = [descent.best_x[0]] if descent.points is None else [*descent.points[0][:1]]
    best = descent.best_x[int(np.argmin(descent.best_fun))]
    met = [bent.highest for w in (*starts, best) if (bent := bending(descent, w)) is not None]
    if len(rates) < 2 or not met or max(met) <= 0:
        return ()
    bound = stable_rate(descent.optimizer, max(met))
    if bound is None:
        return ()
    above, below = rates[rates > bound], rates[rates <= bound]
    return (
        f"{type(descent.optimizer).__name__} is stable below {bound * max(met):.3g}/L = "
        f"{bound:.4g}, where L = {max(met):.4g} is the largest curvature: {_these(above)} "
        f"{'passes' if len(above) == 1 else 'pass'} it, {_these(below)} "
        f"{'does' if len(below) == 1 else 'do'} not.",
    )


def _these(rates: Array) -> str:
    """Return rates as a sentence lists them."""
    if len(rates) > NAMED:
        return f"{len(rates)} rates from {rates[0]:.4g} to {rates[-1]:.4g}"
    told = [f"{rate:.4g}" for rate in rates]
    return "none" if not told else " and ".join([", ".join(told[:-1]), told[-1]][-len(told) :])
