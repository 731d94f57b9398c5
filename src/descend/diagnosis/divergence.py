"""Why a run diverged, and which rate would not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from descend.diagnosis import replay
from descend.diagnosis.curvature import largest_curvature
from descend.diagnosis.movement import growth, last_steps
from descend.diagnosis.record import NAMED, Diagnosis, length_of, listed, main_coordinates
from descend.optimizers.traits import stable_rate

if TYPE_CHECKING:
    from descend.records.descent import Descent

BOTTOMLESS = 1e6
"""A value that has fallen by this many times the start's, and 1, falls without end."""


def diagnose_diverged(descent: Descent) -> Diagnosis:
    """Say how a run diverged, and why."""
    by_batches = descent.batch_losses is not None
    if not by_batches and _falls_without_end(descent):
        return Diagnosis(
            "diverged",
            (
                f"It diverged: the value fell from {descent.values[0]:.4g} to {descent.fun:.4g} in "
                f"{length_of(descent)}, and no end of it is in sight.",
                "No learning rate is to blame: the function has no minimum this way.",
            ),
        )
    rates = descent.learning_rates
    if descent.objective is None or descent.optimizer is None or not len(rates):
        return Diagnosis("diverged", (f"It diverged: {descent.message}.",))
    rate = float(np.max(rates))
    said = "" if by_batches else f", at the learning rate {rate:.4g}"
    first = f"It diverged: {descent.message}{said}."
    found = _above_the_bound(descent, rate, Diagnosis("diverged", (first,)))
    if by_batches:  # a trial would be by all rows, which allow more
        return found
    start = None if descent.points is None else descent.points[0]
    if start is None:
        return found
    found = _where_not_finite(descent, found)
    working = replay.working_rate(descent, start, rate, found.stable_rate)
    if working is None:
        return found
    return found._replace(working_rate=working).adding(
        f"A rate of {working:.3g} works: tried from the same start, it does not diverge."
    )


def _above_the_bound(descent: Descent, rate: float, found: Diagnosis) -> Diagnosis:
    """Add the largest curvature met, the bound that follows, and how the gradient grew."""
    grown = growth(descent)
    if grown is not None:
        found = found._replace(growth=grown.factor)
    steps = last_steps(descent)
    if steps is not None:
        direction = steps[-1] / np.abs(steps[-1]).max()
        found = found._replace(coordinates=main_coordinates(descent, direction))
    curvature = _curvature_before(descent)
    if curvature is None or curvature <= 0:
        return found
    assert descent.optimizer is not None
    bound = stable_rate(descent.optimizer, curvature)
    found = found._replace(curvature=curvature, stable_rate=bound)
    if bound is None:
        return found
    less = "" if descent.batch_losses is None else " with all rows at once; batches allow less"
    found = found.adding(
        f"The largest curvature is L = {curvature:.4g}, and {type(descent.optimizer).__name__} is "
        f"stable below {bound * curvature:.3g}/L = {bound:.4g}{less}."
    )
    if rate <= bound:
        return found
    above = f"{rate:.4g} is above it, so each step overshoots further than the one before"
    if grown is not None and grown.steady and found.coordinates:
        above += (
            f": along {listed(found.coordinates)}, the gradient grows {grown.factor:.3g} times "
            "a step"
        )
    return found.adding(f"{above}.")


def _curvature_before(descent: Descent) -> float | None:
    """Return the largest curvature between the start and the best point, before it diverged."""
    places = [descent.best_x]
    if descent.points is not None:
        best = int(np.argmin(descent.values[descent.point_steps])) if len(descent.values) else 0
        places += [descent.points[i] for i in np.unique([0, best // 3, 2 * best // 3])]
    return largest_curvature(descent, places)


def _where_not_finite(descent: Descent, found: Diagnosis) -> Diagnosis:
    """Add where the function was not finite, and which part of the formula."""
    assert descent.points is not None
    lost = replay.lost_point(descent, descent.points[0])
    if lost is None:
        return found
    found = found._replace(not_finite_at=lost)
    part = replay.complaint(descent, lost)
    if part is None:
        return found
    shown = ", ".join(
        f"{name}={x:.4g}" for name, x in list(zip(descent.names, lost, strict=True))[:NAMED]
    )
    return found.adding(f"Step {descent.nit} went to {shown}, where {part}.")


def _falls_without_end(descent: Descent) -> bool:
    """Say whether the value went far down and never up again: a rate too large makes it rise."""
    if not len(descent.values):
        return False
    depth = -BOTTOMLESS * max(1.0, abs(descent.values[0]))
    return bool(descent.fun <= descent.best_fun < depth)
