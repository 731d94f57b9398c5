"""Why a descent converged, stopped, diverged or stalled, in plain sentences."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from descend.engine.curvature import largest_curvature
from descend.engine.loop import walk
from descend.engine.stopping import GradientShrunk
from descend.objectives.composite import Bounded
from descend.optimizers.traits import stable_rate
from descend.rates import Constant

if TYPE_CHECKING:
    from descend.descent import Descent
    from descend.typing import Array

TRIALS = 40
"""Rates to try, each half the one before, until one does not diverge."""

STEPS_PER_TRIAL = 1_000
"""The most steps of a trial: enough for a rate that is too large to show."""


NAMED = 10
"""Coordinates that a sentence names; of more it gives the count."""

FALL = 1e6
"""A value that has fallen below this many times the start's, and 1, falls without end."""


class Diagnosis(NamedTuple):
    """What can be said about a descent; `str()` of it is the explanation.

    Attributes
    ----------
    status
        The run's status; of several runs, the worst.
    sentences
        The explanation.
    curvature
        The largest curvature found along the path, or None where it was not needed.
    stable_rate
        The rate below which the optimizer is stable at that curvature, or None.
    working_rate
        A rate that was tried from the same start and did not diverge, or None.
    """

    status: str
    sentences: tuple[str, ...]
    curvature: float | None = None
    stable_rate: float | None = None
    working_rate: float | None = None

    def __str__(self) -> str:
        """Return the explanation."""
        return " ".join(self.sentences)


def diagnose(descent: Descent) -> Diagnosis:
    """Say how a descent went and why, and what would have worked.

    Parameters
    ----------
    descent
        The record. Curvatures and trials need its objective, which a record read from a file lacks.

    Examples
    --------
    >>> import descend
    >>> too_fast = descend.minimize(
    ...     "(5*x^2 + y^2)/2", [1, 1], optimizer="sgd", learning_rate=0.5, steps=40
    ... )
    >>> diagnosis = diagnose(too_fast)
    >>> diagnosis.status, round(diagnosis.stable_rate, 3)
    ('diverged', 0.4)
    """
    if descent.n_runs is None:
        return _diagnose_run(descent)
    statuses = np.asarray(descent.status)
    counts = [(status, int((statuses == status).sum())) for status in np.unique(statuses)]
    told = ", ".join(f"{count} {status}" for status, count in counts)
    order = ("diverged", "stalled", "stopped", "converged")
    worst = min(statuses, key=order.index)
    run = int(np.flatnonzero(statuses == worst)[0])
    own = _diagnose_run(descent.run(run))
    which = f"Of {descent.n_runs} runs, {told}."
    if worst == "converged":
        steps = int(np.max(descent.nit))
        return Diagnosis(str(worst), (f"{which} The slowest took {steps} steps.",))
    sentences = (which, f"Run {run}, for one:", *own.sentences)
    return own._replace(sentences=sentences)


def _diagnose_run(descent: Descent) -> Diagnosis:
    told = _how_it_ended(descent)
    return told._replace(sentences=(*told.sentences, *_bounds_that_hold(descent)))


def _bounds_that_hold(descent: Descent) -> tuple[str, ...]:
    """Say which coordinates ended at a bound."""
    if not isinstance(descent.objective, Bounded):
        return ()
    lower, upper = descent.objective.lower, descent.objective.upper
    held = np.flatnonzero((descent.x == lower) | (descent.x == upper))
    if not len(held):
        return ()
    told = ", ".join(f"{descent.names[j]} at {descent.x[j]:.6g}" for j in held[:NAMED])
    more = f" and {len(held) - NAMED} more" if len(held) > NAMED else ""
    return (f"At {'their bounds' if len(held) > 1 else 'its bound'}: {told}{more}.",)


def _how_it_ended(descent: Descent) -> Diagnosis:
    if descent.status == "diverged":
        return _diverged(descent)
    if descent.status == "converged":
        return _converged(descent)
    if descent.status == "stalled":
        return Diagnosis(
            "stalled",
            (
                f"It stalled after {_count(descent)}: {descent.message}.",
                "Either the function has a kink here, as abs(x) has at 0, or its gradient does not "
                "belong to it.",
            ),
        )
    return _stopped(descent)


def _converged(descent: Descent) -> Diagnosis:
    first = (
        f"It converged after {_count(descent)} to the value {descent.fun:.6g}: {descent.message}."
    )
    norms = descent.gradient_norms[np.isfinite(descent.gradient_norms)]
    if descent.jac is None or len(norms) < 2:
        return Diagnosis("converged", (first,))
    sentences = [first, f"The gradient's norm fell from {norms[0]:.3g} to {norms[-1]:.3g}."]
    lowest = _smallest_curvature(descent, descent.x)
    if lowest is not None and lowest < 0 and not _bounds_that_hold(descent):
        sentences.append(
            f"This is no minimum: the function bends downwards there (curvature {lowest:.3g}). "
            "Start a little beside it."
        )
    return Diagnosis("converged", tuple(sentences))


def _stopped(descent: Descent) -> Diagnosis:
    sentences = [
        f"It stopped after {_count(descent)} at the value {descent.fun:.6g}: {descent.message}."
    ]
    values = descent.values
    if len(values) < 10:
        return Diagnosis("stopped", tuple(sentences))
    tail = values[-max(5, len(values) // 10) :]
    rises = np.diff(tail) > 0
    if rises.all():
        sentences.append("The value was rising: a smaller learning rate would make it fall.")
    elif rises.sum() > len(tail) / 4:
        sentences.append("The value goes up and down: a smaller learning rate would settle.")
    elif tail[0] - tail[-1] > 1e-9 * abs(tail[-1]):
        sentences.append(
            f"The value was still falling, by {tail[0] - tail[-1]:.3g} in the last {len(tail) - 1} "
            f"{_unit(descent)}s: more steps or a larger learning rate would lead further."
        )
    curvature = _curvature(descent, [descent.x])
    if curvature is None or curvature <= 0 or descent.optimizer is None:
        return Diagnosis("stopped", tuple(sentences), curvature)
    bound = stable_rate(descent.optimizer, curvature)
    if bound is not None and isinstance(descent.learning_rate, Constant):
        sentences.append(
            f"The learning rate was {descent.learning_rates[-1]:.4g}; at the end, rates up to "
            f"{bound:.3g} are stable (the curvature is {curvature:.3g})."
        )
    return Diagnosis("stopped", tuple(sentences), curvature, bound)


def _diverged(descent: Descent) -> Diagnosis:
    if _falls_without_end(descent):
        return Diagnosis(
            "diverged",
            (
                f"It diverged: the value fell from {descent.values[0]:.4g} to {descent.fun:.4g} in "
                f"{_count(descent)}, and no end of it is in sight.",
                "No learning rate is to blame: the function has no minimum this way.",
            ),
        )
    rates = descent.learning_rates
    if descent.objective is None or descent.optimizer is None or not len(rates):
        return Diagnosis("diverged", (f"It diverged: {descent.message}.",))
    rate = float(np.max(rates))
    sentences = [f"It diverged: {descent.message}, at the learning rate {rate:.4g}."]
    start = _start(descent)
    curvature = _curvature(descent, [start, descent.best_x])
    bound = None
    if curvature is not None and curvature > 0:
        bound = stable_rate(descent.optimizer, curvature)
    if curvature is not None and bound is not None:
        rule = f"{bound * curvature:.3g}/L"
        sentences.append(
            f"The largest curvature is L = {curvature:.4g}, and "
            f"{type(descent.optimizer).__name__} is stable below {rule} = {bound:.4g}."
        )
        if rate > bound:
            sentences.append(
                f"{rate:.4g} is above it, so each step overshoots further than the one before."
            )
    working = None if start is None else _working_rate(descent, start, rate, bound)
    if working is not None:
        sentences.append(
            f"A rate of {working:.3g} works: tried from the same start, it does not diverge."
        )
    return Diagnosis("diverged", tuple(sentences), curvature, bound, working)


def _falls_without_end(descent: Descent) -> bool:
    """Say whether the value went far down and never up again: a rate too large makes it rise."""
    if not len(descent.values):
        return False
    depth = -FALL * max(1.0, abs(descent.values[0]))
    return bool(descent.fun <= descent.best_fun < depth)


def _working_rate(descent: Descent, start: Array, rate: float, bound: float | None) -> float | None:
    """Return a rate that does not diverge from the same start, found by trying."""
    assert descent.objective is not None
    assert descent.optimizer is not None
    candidate = rate / 2 if bound is None else min(rate, bound) / 2
    for _ in range(TRIALS):
        trial = walk(
            descent.objective,
            start,
            descent.optimizer,
            Constant(candidate),
            steps=min(max(100, 2 * descent.nit), STEPS_PER_TRIAL),
            stopping=GradientShrunk(1e-8),
            record=None,
        )
        if trial.status != "diverged" and trial.fun <= descent.values[0]:
            return candidate
        candidate /= 2
    return None


def _start(descent: Descent) -> Array | None:
    """Return the start, if it was recorded."""
    return None if descent.points is None else descent.points[0]


def _curvature(descent: Descent, points: list[Array | None]) -> float | None:
    """Return the largest curvature at some points, or None if it cannot be had."""
    objective = descent.objective
    if objective is None:
        return None
    found = [
        largest_curvature(partial(objective.hessian_product, w), w.size)
        for w in points
        if w is not None
    ]
    finite = [curvature for curvature in found if np.isfinite(curvature)]
    return max(finite) if finite else None


def _smallest_curvature(descent: Descent, w: Array) -> float | None:
    """Return the smallest curvature at `w` if it is clearly negative, else None."""
    objective = descent.objective
    if objective is None:
        return None
    lowest = -largest_curvature(lambda v: -objective.hessian_product(w, v), w.size)
    largest = largest_curvature(partial(objective.hessian_product, w), w.size)
    clearly = lowest < -1e-6 * max(abs(largest), abs(lowest))
    return lowest if np.isfinite(lowest) and clearly else None


def _unit(descent: Descent) -> str:
    return "epoch" if descent.jac is None else "step"


def _count(descent: Descent) -> str:
    return f"{descent.nit:,} {_unit(descent)}{'' if descent.nit == 1 else 's'}"
